"""Registers of stolen works: lists, their entries, keys to find them by, and what matched.

Staff only, in every page and export (rule catalog.theft_hits_staff_only).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.enums import HitState, StolenListKind

from .works import Work


class StolenList(models.Model):
    """Where entries come from, and by what right we keep them."""

    name = models.SlugField(_("代号"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("种类"), max_length=8, choices=StolenListKind)
    source = models.CharField(_("来源"), max_length=300)
    dated = models.DateField(_("名录日期"))
    licence = models.CharField(_("使用许可"), max_length=300)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("失窃名录")
        verbose_name_plural = _("失窃名录")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="stolen_list_end_has_reason",
            )
        ]

    def __str__(self) -> str:
        return self.title


class StolenChange(models.Model):
    """One change of the registers; how many there were tells whether a comparison is up to date."""

    list = models.ForeignKey(StolenList, on_delete=models.PROTECT, related_name="changes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    file_name = models.CharField(max_length=300, blank=True, default="")
    file_digest = models.CharField(max_length=64, blank=True, default="")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("名录变更")
        verbose_name_plural = _("名录变更")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.list} {self.at}"


class StolenEntryQuerySet(models.QuerySet["StolenEntry"]):
    def live(self) -> "StolenEntryQuerySet":
        """Entries of lists that are in use."""
        return self.filter(list__ended_at__isnull=True)


class StolenEntry(models.Model):
    list = models.ForeignKey(StolenList, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(
        _("名录编号"), max_length=120, help_text="Identifies the entry in its list for ever."
    )
    numbers = models.CharField(_("物品上的编号"), max_length=500, blank=True, default="")
    title = models.CharField(_("名称"), max_length=500, blank=True, default="")
    maker = models.CharField(_("作者"), max_length=300, blank=True, default="")
    measures = models.CharField(_("尺寸"), max_length=300, blank=True, default="")
    description = models.TextField(_("说明"), blank=True, default="")
    stolen_on = models.CharField(_("失窃时间"), max_length=60, blank=True, default="")
    url = models.URLField(_("网址"), max_length=500, blank=True, default="")
    picture = models.OneToOneField(
        "media.Image", on_delete=models.PROTECT, null=True, blank=True, related_name="stolen_entry"
    )
    digest = models.CharField(max_length=64)

    objects = StolenEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("名录条目")
        verbose_name_plural = _("名录条目")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["list", "number"], name="stolen_entry_once")]

    def __str__(self) -> str:
        return f"{self.list.name} {self.number}"


class StolenKey(models.Model):
    """What an entry is found by (stolen_keys): a number, a maker, a title that has no maker."""

    entry = models.ForeignKey(StolenEntry, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=6)
    key = models.CharField(max_length=160)

    class Meta:
        verbose_name = _("比对键")
        verbose_name_plural = _("比对键")
        indexes = [models.Index(fields=["kind", "key"], name="stolen_key")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "key"], name="stolen_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class StolenCheck(models.Model):
    """With which words of a work, and after how many changes of the registers, it was compared."""

    work = models.OneToOneField(
        Work, on_delete=models.CASCADE, primary_key=True, related_name="stolen_check"
    )
    upto = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("名录比对")
        verbose_name_plural = _("名录比对")

    def __str__(self) -> str:
        return f"{self.work_id} {self.upto}"


class StolenHit(models.Model):
    """A work that matched an entry, by what, and what a registrar made of it."""

    entry = models.ForeignKey(StolenEntry, on_delete=models.PROTECT, related_name="hits")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="stolen_hits")
    number = models.CharField(_("相同的编号"), max_length=80, blank=True, default="")
    title_percent = models.PositiveSmallIntegerField(_("名称相似度"), default=0)
    likeness = models.ForeignKey(
        "media.Likeness", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_picture = models.BooleanField(_("图片相似"), default=False)
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(_("结论"), max_length=5, choices=HitState, default=HitState.OPEN)
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("名录相符")
        verbose_name_plural = _("名录相符")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="stolen_hit_queue")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "work"], name="stolen_hit_once"),
            models.CheckConstraint(
                condition=Q(state="open", judged_by=None, judged_at=None, reason="")
                | (
                    Q(state__in=["same", "other"], judged_by__isnull=False)
                    & Q(judged_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="stolen_hit_judged_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} ~ {self.entry_id}"
