"""A work that its owner gives to a house to sell: offered, vetted, under contract, ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR

from ..enums import OPEN_CONSIGNMENTS, ConsignmentState


class Consignment(models.Model):
    """One work, its owner, one house, and the terms that both agree to (委托拍卖合同)."""

    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="consignments")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="consignments"
    )
    house = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="consignments"
    )
    state = models.CharField(
        max_length=10, choices=ConsignmentState, default=ConsignmentState.OFFERED
    )
    note = models.CharField(_("委托人的话"), max_length=500, blank=True, default="")
    estimate_low_minor = models.BigIntegerField(_("估价下限"), null=True, blank=True)
    estimate_high_minor = models.BigIntegerField(_("估价上限"), null=True, blank=True)
    opening_minor = models.BigIntegerField(_("起拍价"), null=True, blank=True)
    reserve_minor = models.BigIntegerField(_("保留价"), null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    commission_pct = models.DecimalField(
        _("委托人佣金（%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    schedule = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The seller's commission by slices, where no single rate was agreed.",
    )  # fmt: skip
    withdrawal_pct = models.DecimalField(
        _("撤回费（保留价或估价下限的%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    specialist_note = models.CharField(_("专家意见"), max_length=500, blank=True, default="")
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(db_default=Now(), editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contracted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")
    withdrawal_fee_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("委托")
        verbose_name_plural = _("委托")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"],
                condition=Q(state__in=OPEN_CONSIGNMENTS),
                name="consignment_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConsignmentState.CONTRACTED)
                | Q(
                    contracted_at__isnull=False,
                    opening_minor__gt=0,
                    opening_minor__lte=MAX_MINOR,
                    commission_pct__gte=0,
                ),
                name="consignment_contract_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConsignmentState.CONTRACTED)
                | Q(commission_pct__isnull=False, schedule__isnull=True)
                | Q(commission_pct__isnull=True, schedule__isnull=False),
                name="consignment_one_commission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} → {self.house_id}"
