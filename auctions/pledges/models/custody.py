"""Where a pledged work is: the warehouse receipt of its custodian and every step with it.

Each step is said by one person and confirmed by another, and each row holds the digest of the one
before it, so that none can be taken out or changed unseen; append-only. Pledge rules §6.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..enums import CountResult, CustodyKind, HoldingState


class HoldingQuerySet(models.QuerySet["Holding"]):
    def in_house(self) -> "HoldingQuerySet":
        """What a custodian really has, by his own word."""
        return self.filter(state__in=[HoldingState.KEPT, HoldingState.LEAVING])


class Holding(models.Model):
    """A work with its custodian, under one warehouse receipt (仓单, 民法典 908–910)."""

    item = models.ForeignKey(
        "pledges.PledgeItem", on_delete=models.PROTECT, related_name="holdings"
    )
    custodian = models.ForeignKey(
        "pledges.Custodian", on_delete=models.PROTECT, related_name="holdings"
    )
    receipt = models.CharField(_("仓单号"), max_length=60)
    place = models.CharField(_("库位"), max_length=120)
    seal = models.CharField(_("封签号"), max_length=60)
    state = models.CharField(max_length=8, choices=HoldingState, default=HoldingState.ARRIVING)
    report_in = models.ForeignKey(
        "appraisal.ConditionReport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    report_out = models.ForeignKey(
        "appraisal.ConditionReport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    last_result = models.CharField(
        _("最近盘点"), max_length=11, choices=CountResult, blank=True, default=""
    )
    last_counted_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, default="")
    in_at = models.DateTimeField(_("入库时间"), null=True, blank=True)
    out_at = models.DateTimeField(_("出库时间"), null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("托管")
        verbose_name_plural = _("托管")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["custodian", "receipt"], name="holding_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(
                    state__in=[HoldingState.ARRIVING, HoldingState.KEPT, HoldingState.LEAVING]
                ),
                name="holding_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(receipt="") & ~Q(place="") & ~Q(seal=""), name="holding_has_words"
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[HoldingState.KEPT, HoldingState.LEAVING, HoldingState.GONE]
                )
                | Q(in_at__isnull=False, report_in__isnull=False),
                name="holding_came_in",
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldingState.GONE) | Q(out_at__isnull=False),
                name="holding_went_out",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.receipt


class CustodyEvent(models.Model):
    """One step with a held work: said by `by`; `confirms` names the row that `by` confirms.

    `digest` is the SHA-256 of the row's content, in which `previous` stands.
    """

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=CustodyKind)
    confirms = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed_by"
    )
    is_refusal = models.BooleanField(default=False, help_text="The second person did not agree.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    place = models.CharField(_("库位"), max_length=120, blank=True, default="")
    seal = models.CharField(_("封签号"), max_length=60, blank=True, default="")
    tag = models.CharField(_("读到的标签"), max_length=64, blank=True, default="")
    result = models.CharField(_("结果"), max_length=11, choices=CountResult, blank=True, default="")
    picture = models.ForeignKey(
        "media.Image", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("托管记录")
        verbose_name_plural = _("托管记录")
        ordering = ["holding", "number"]
        constraints = [
            models.UniqueConstraint(fields=["holding", "number"], name="custody_event_number"),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | Q(number__gt=1) & ~Q(previous=""),
                name="custody_event_chained",
            ),
            models.CheckConstraint(
                condition=Q(kind=CustodyKind.COUNT) & ~Q(result="")
                | ~Q(kind=CustodyKind.COUNT) & Q(result=""),
                name="custody_event_count_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holding_id}/{self.number} {self.kind}"
