"""Tags on things: chips, seals, prints of a surface; bound to a work by two persons.

A tag proves that it was there, and nothing about who made the thing. Bindings end and stay;
readings keep no trace of whose telephone it was. Registry rules, section 8.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.enums import TagKind, TagState, TapResult
from artmarket.core.sealed import SealedTextField


class Tag(models.Model):
    """One tag. `number` is the chip's, the seal's, or the SHA-256 of a micro-image of the surface.

    `token` stands in the address that a chip or a printed label shows. The keys are 16 bytes in
    hexadecimal digits; only chips that sign their readings have them.
    """

    kind = models.CharField(_("种类"), max_length=7, choices=TagKind)
    number = models.CharField(_("号码"), max_length=64)
    token = models.CharField(max_length=16, unique=True)
    state = models.CharField(_("状态"), max_length=7, choices=TagState, default=TagState.BLANK)
    data_key = SealedTextField(blank=True, default="")
    code_key = SealedTextField(blank=True, default="")
    last_counter = models.IntegerField(default=-1)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("停用的理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("标签")
        verbose_name_plural = _("标签")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="tag_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["blank", "bound"], ended_at__isnull=True)
                | (Q(state__in=["broken", "retired"], ended_at__isnull=False) & ~Q(end_reason="")),
                name="tag_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number[:16]}"

    def get_absolute_url(self) -> str:
        """Where whoever holds the thing learns what it is."""
        return reverse("appraisal:tag", args=[self.token])

    @property
    def signs(self) -> bool:
        """Whether each reading of the chip carries a code of its own."""
        return bool(self.code_key)


class TagBindingQuerySet(models.QuerySet["TagBinding"]):
    def live(self) -> "TagBindingQuerySet":
        """Confirmed by the second person, and not ended."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)


class TagBinding(models.Model):
    """From when to when a tag was on a work: attached by one person, confirmed by another."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="bindings")
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="tag_bindings")
    place = models.CharField(_("贴在哪里"), max_length=120)
    photograph = models.OneToOneField(
        "media.Image", on_delete=models.PROTECT, related_name="tag_binding"
    )
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attached_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("取下的理由"), max_length=300, blank=True, default="")

    objects = TagBindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("标签绑定")
        verbose_name_plural = _("标签绑定")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tag"], condition=Q(ended_at__isnull=True), name="tag_bound_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("attached_by"))
                ),
                name="tag_bound_by_two",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""),
                name="tag_taken_off_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} — {self.work_id}"


class TagReading(models.Model):
    """One believed reading of a chip; append-only. Nothing of the reader is kept."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="readings")
    at = models.DateTimeField(db_default=Now(), editable=False)
    result = models.CharField(max_length=12, choices=TapResult)
    counter = models.IntegerField()

    class Meta:
        verbose_name = _("标签读取")
        verbose_name_plural = _("标签读取")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.result}"
