"""A work of art and what describes it: the ten Object ID categories, parts, photographs.

State changes live in catalog.services; the database holds what it can as constraints.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.engine.titles import says_untitled
from catalog.enums import (
    NUMBERED,
    ON_DESK,
    PUBLIC_STATES,
    AttributionStatus,
    CitationKind,
    ImpressionKind,
    InscriptionKind,
    PartKind,
    PhotoView,
    RelicStatus,
    SealStyle,
    SourceKind,
    TermUse,
    WorkForm,
    WorkState,
)


class WorkQuerySet(models.QuerySet["Work"]):
    def public(self) -> "WorkQuerySet":
        """What anybody may see."""
        return self.filter(state__in=PUBLIC_STATES, is_public=True)

    def desk_of(self, user) -> "WorkQuerySet":
        """The works that this person lists, in the states that the desk shows."""
        return self.filter(created_by=user, state__in=ON_DESK)


class Work(models.Model):
    # identity
    number = models.CharField(_("登记号"), max_length=12, unique=True, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=WorkState, default=WorkState.DRAFT)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_public = models.BooleanField(_("公开展示"), default=True)
    is_open_data = models.BooleanField(_("馆藏公开资料，仅供试用"), default=False)
    version = models.PositiveIntegerField(
        default=1, help_text="Counts saves; two tabs can't overwrite each other."
    )
    # description
    form = models.CharField(_("形态"), max_length=5, choices=WorkForm, default=WorkForm.FLAT)
    title = models.CharField(_("名称"), max_length=500, blank=True, default="")
    title_en = models.CharField(_("英文名称"), max_length=500, blank=True, default="")
    subject = models.CharField(_("题材"), max_length=500, blank=True, default="")
    description = models.TextField(_("说明"), blank=True, default="")
    description_en = models.TextField(_("英文说明"), blank=True, default="")
    medium_text = models.CharField(_("材质技法（原文）"), max_length=1000, blank=True, default="")
    features = models.TextField(_("辨识特征"), blank=True, default="")
    features_none_reason = models.CharField(
        _("无辨识特征的理由"), max_length=300, blank=True, default=""
    )
    no_inscriptions = models.BooleanField(_("没有款识与钤印"), default=False)
    unknown_reasons = models.JSONField(_("不详及其理由"), default=dict, blank=True)
    date_text = models.CharField(_("年代（原文）"), max_length=300, blank=True, default="")
    date_edtf = models.CharField(_("年代EDTF"), max_length=60, blank=True, default="")
    year_from = models.IntegerField(null=True, blank=True)
    year_to = models.IntegerField(null=True, blank=True)
    dimensions_text = models.TextField(_("尺寸（原文）"), blank=True, default="")
    place_made = models.CharField(_("制作地"), max_length=200, blank=True, default="")
    credit = models.CharField(_("出处说明"), max_length=1000, blank=True, default="")
    provenance_text = models.TextField(_("来源与流传（原文）"), blank=True, default="")
    provenance_public = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the public may read of the provenance; written with it.",
    )
    objectid_score = models.PositiveSmallIntegerField(_("完整度"), default=0)
    # law
    source_kind = models.CharField(
        _("来源方式"), max_length=14, choices=SourceKind, default=SourceKind.UNKNOWN
    )
    source_note = models.TextField(_("来源说明"), blank=True, default="")
    relic_status = models.CharField(
        _("文物状态"), max_length=10, choices=RelicStatus, default=RelicStatus.UNKNOWN
    )
    relic_proposed = models.CharField(
        _("系统建议"), max_length=10, choices=RelicStatus, default=RelicStatus.UNKNOWN
    )
    relic_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    relic_decided_at = models.DateTimeField(null=True, blank=True)
    # edition
    edition = models.ForeignKey(
        "Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="impressions"
    )
    impression_kind = models.CharField(
        _("印次类型"), max_length=14, choices=ImpressionKind, blank=True, default=""
    )
    impression_number = models.PositiveIntegerField(_("印次编号"), null=True, blank=True)
    is_destroyed = models.BooleanField(_("已销毁"), default=False)
    # people and times
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="works",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("作品")
        verbose_name_plural = _("作品")
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="work_queue"),
            models.Index(fields=["created_by", "-updated_at"], name="work_desk"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NUMBERED, number__isnull=False)
                | (~Q(state__in=NUMBERED) & Q(number__isnull=True)),
                name="work_number_iff_registered",
            ),
            models.CheckConstraint(
                condition=Q(is_open_data=False) | Q(state=WorkState.RECORDED),
                name="work_open_data_only_recorded",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state=WorkState.MERGED),
                name="work_merged_has_target",
            ),
            models.UniqueConstraint(
                fields=["edition", "impression_kind", "impression_number"],
                condition=Q(edition__isnull=False, impression_number__isnull=False),
                name="work_one_per_impression",
            ),
        ]

    def __str__(self) -> str:
        return self.display_title

    def get_absolute_url(self) -> str:
        """The permanent public address."""
        if self.number:
            return reverse("catalog:work", args=[self.number])
        return reverse("catalog:record", args=[self.pk])

    @property
    def display_title(self) -> str:
        """The title in the reader's language where we have one, else the other; else "untitled".

        A title that only says that there is none is a word, not a name, and is translated.
        """
        titles = [self.title, self.title_en]
        if get_language() == "en":
            titles.reverse()
        return next((t for t in titles if not says_untitled(t)), str(_("无题")))


class WorkTerm(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="work_terms")
    term = models.ForeignKey("Term", on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=9, choices=TermUse)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("作品术语")
        verbose_name_plural = _("作品术语")
        ordering = ["use", "position"]
        constraints = [
            models.UniqueConstraint(fields=["work", "use", "term"], name="work_term_unique")
        ]

    def __str__(self) -> str:
        return str(self.term)


class Dimension(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="dimensions")
    part = models.CharField(_("部位"), max_length=60, blank=True, default="")
    dimension = models.CharField(_("尺寸名"), max_length=20)
    value = models.DecimalField(_("数值"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("单位"), max_length=4)
    mm = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("尺寸")
        verbose_name_plural = _("尺寸")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0), name="dimension_above_zero")
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} {self.unit}"


class Inscription(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="inscriptions")
    ref = models.SlugField(max_length=20, help_text="Photographs point to it.")
    kind = models.CharField(_("种类"), max_length=15, choices=InscriptionKind)
    style = models.CharField(_("印文"), max_length=6, choices=SealStyle, blank=True, default="")
    place = models.CharField(_("位置"), max_length=120, blank=True, default="")
    text = models.TextField(_("释文"), blank=True, default="")
    is_unreadable = models.BooleanField(_("不能辨读"), default=False)
    reading = models.TextField(_("释读说明"), blank=True, default="")
    date_text = models.CharField(_("纪年"), max_length=120, blank=True, default="")
    reader = models.CharField(_("释读人"), max_length=120, blank=True, default="")
    from_provenance = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("款识与钤印")
        verbose_name_plural = _("款识与钤印")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["work", "ref"], name="inscription_ref_unique")
        ]

    def __str__(self) -> str:
        return self.text or str(_("不能辨读"))


class Attribution(models.Model):
    """A dated opinion on who made the work; never a field. Opposites may stand together."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="attributions")
    artist = models.ForeignKey("Artist", on_delete=models.PROTECT, related_name="attributions")
    term = models.CharField(_("归属"), max_length=16, default="autograph")
    as_written = models.CharField(_("原文"), max_length=300, blank=True, default="")
    role = models.CharField(max_length=60, blank=True, default="")
    by = models.CharField(_("谁的意见"), max_length=200)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    basis = models.CharField(_("依据"), max_length=500, blank=True, default="")
    confidence = models.CharField(_("把握"), max_length=10, blank=True, default="")
    since = models.CharField(_("起"), max_length=40, blank=True, default="")
    until = models.CharField(_("止"), max_length=40, blank=True, default="")
    status = models.CharField(
        max_length=10, choices=AttributionStatus, default=AttributionStatus.CURRENT
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("归属意见")
        verbose_name_plural = _("归属意见")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.artist} ({self.term})"


class WorkPhoto(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="photos")
    image = models.OneToOneField("media.Image", on_delete=models.PROTECT, related_name="work_photo")
    view = models.CharField(_("画面"), max_length=10, choices=PhotoView, default=PhotoView.OVERALL)
    has_scale = models.BooleanField(_("画面中有标尺"), default=False)
    shows = models.CharField(_("拍的是"), max_length=20, blank=True, default="")
    alt = models.CharField(_("文字描述"), max_length=300, blank=True, default="")
    alt_en = models.CharField(_("英文描述"), max_length=300, blank=True, default="")
    taken_on = models.DateField(_("拍摄日期"), null=True, blank=True)
    rights = models.CharField(_("图片权利"), max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("作品照片")
        verbose_name_plural = _("作品照片")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.work} {self.get_view_display()}"


class WorkPart(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(_("部件"), max_length=6, choices=PartKind)
    description = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("部件")
        verbose_name_plural = _("部件")

    def __str__(self) -> str:
        return self.get_kind_display()


class Citation(models.Model):
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="citations")
    kind = models.CharField(max_length=10, choices=CitationKind)
    text = models.TextField(_("内容"))
    from_provenance = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("著录与展览")
        verbose_name_plural = _("著录与展览")

    def __str__(self) -> str:
        return self.text[:80]


class Concept(models.Model):
    """What an edition is of: one composition from which several editions may be made."""

    title = models.CharField(_("名称"), max_length=500)
    title_en = models.CharField(_("英文名称"), max_length=500, blank=True, default="")
    artist = models.ForeignKey("Artist", on_delete=models.PROTECT, related_name="concepts")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("作品构思")
        verbose_name_plural = _("作品构思")

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="editions")
    label = models.CharField(_("版次"), max_length=120)
    size = models.PositiveIntegerField(_("编号印数"))
    proofs = models.PositiveIntegerField(_("试版数"), default=0)
    copies_known = models.PositiveIntegerField(_("已知存世"), null=True, blank=True)
    year = models.IntegerField(_("年份"), null=True, blank=True)

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        constraints = [
            models.UniqueConstraint(fields=["concept", "label"], name="edition_label_unique"),
            models.CheckConstraint(condition=Q(size__gt=0), name="edition_size_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.concept} {self.label}"
