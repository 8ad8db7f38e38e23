"""What the registry keeps for ever: numbers, title, encumbrances, review remarks, sources."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.enums import EncumbranceKind, ImportState, TitleBasis

from .works import Work


class RegistryNumber(models.Model):
    """Every number ever issued; a trigger refuses deletes and changes, so none is reused."""

    number = models.CharField(max_length=12, primary_key=True)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="numbers")
    issued_at = models.DateTimeField(db_default=Now(), editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("登记号")
        verbose_name_plural = _("登记号")

    def __str__(self) -> str:
        return self.number


class ReviewRemark(models.Model):
    """What a registrar asked for when sending a submission back."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    category = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField(_("意见"))

    class Meta:
        verbose_name = _("审核意见")
        verbose_name_plural = _("审核意见")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text[:80]


class TitleEvent(models.Model):
    """One change of title: on which basis, recorded by one person and checked by another."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="title_events")
    basis = models.CharField(_("权利取得方式"), max_length=12, choices=TitleBasis)
    happened_on = models.CharField(_("日期"), max_length=40, blank=True, default="")
    documents = models.TextField(_("凭证"), blank=True, default="")
    note = models.TextField(_("说明"), blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("权属事件")
        verbose_name_plural = _("权属事件")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("recorded_by")),
                name="title_two_people",
            )
        ]

    def __str__(self) -> str:
        return self.get_basis_display()


class TitleShare(models.Model):
    """A party's share in a work from one title event until another (null: it holds it now)."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="title_shares")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="title_shares"
    )
    numerator = models.PositiveIntegerField(default=1)
    denominator = models.PositiveIntegerField(default=1)
    from_event = models.ForeignKey(TitleEvent, on_delete=models.PROTECT, related_name="grants")
    to_event = models.ForeignKey(
        TitleEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="ends"
    )

    class Meta:
        verbose_name = _("权利份额")
        verbose_name_plural = _("权利份额")
        constraints = [
            models.UniqueConstraint(
                fields=["work", "party"],
                condition=Q(to_event__isnull=True),
                name="title_share_one_live",
            ),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, denominator__gte=F("numerator")),
                name="title_share_is_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.numerator}/{self.denominator}"


class EncumbranceQuerySet(models.QuerySet["Encumbrance"]):
    def live(self) -> "EncumbranceQuerySet":
        return self.filter(released_at__isnull=True)


class Encumbrance(models.Model):
    """The one lock: at most one live exclusive encumbrance per work, held by the database."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="encumbrances")
    kind = models.CharField(_("限制"), max_length=10, choices=EncumbranceKind)
    holder = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(_("依据"), max_length=200, blank=True, default="")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(db_default=Now(), editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=300, blank=True, default="")

    objects = EncumbranceQuerySet.as_manager()

    class Meta:
        verbose_name = _("权利限制")
        verbose_name_plural = _("权利限制")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(released_at__isnull=True), name="encumbrance_one_live"
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | Q(released_at__isnull=False),
                name="encumbrance_released_by",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ImportRun(models.Model):
    """One reading of one file; a killed run is taken up where its last batch was committed."""

    profile = models.CharField(max_length=40)
    file_name = models.CharField(max_length=300)
    file_digest = models.CharField(max_length=64, db_index=True)
    mapping_digest = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.RUNNING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")

    def __str__(self) -> str:
        return f"{self.profile} {self.file_name}"


class ImportRejection(models.Model):
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejections")
    row = models.PositiveBigIntegerField()
    source_id = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("未导入的行")
        verbose_name_plural = _("未导入的行")
        constraints = [
            models.UniqueConstraint(fields=["run", "row", "code"], name="import_rejection_unique")
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class SourceRecord(models.Model):
    """The record as its source published it: id, name of the source, raw text, licence."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="source_record")
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=200)
    raw = models.JSONField()
    digest = models.CharField(max_length=64)
    licence = models.CharField(max_length=200, blank=True, default="")
    url = models.URLField(max_length=500, blank=True, default="")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("源记录")
        verbose_name_plural = _("源记录")
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="source_record_unique")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"


class SavedSearch(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("名称"), max_length=120)
    query = models.CharField(max_length=1000, help_text="The query string of the page, canonical.")
    notify = models.BooleanField(_("有新作品时通知我"), default=True)
    seen_order = models.BigIntegerField(default=0, help_text="Order key of the newest entry seen.")
    told_order = models.BigIntegerField(default=0, help_text="Up to which entry mail was sent.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("保存的搜索")
        verbose_name_plural = _("保存的搜索")
        constraints = [
            models.UniqueConstraint(fields=["user", "query"], name="saved_search_unique")
        ]

    def __str__(self) -> str:
        return self.name
