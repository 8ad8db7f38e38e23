"""Auction advances (拍卖预付款): the contracts that values rest on, and what sales paid.

The contract of consignment is the owner's own; what is lent on it is an ordinary loan. What a sale
brought is append-only. Pledge rules §3, §4.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AdvanceWork(models.Model):
    """A work of an application for an advance, with the contract of consignment that it names.

    `came_back_on` is the day on which its lot ended without a sale, or the house its contract,
    while the loan ran; within the days of the rule the loan falls due, by `event` where its
    term was longer.
    """

    application = models.ForeignKey(
        "pledges.Application", on_delete=models.PROTECT, related_name="advance_works"
    )
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="+")
    consignment = models.ForeignKey(
        "auctions.Consignment", on_delete=models.PROTECT, related_name="advance_works"
    )
    came_back_on = models.DateField(_("退回日"), null=True, blank=True)
    fell_due_at = models.DateTimeField(null=True, blank=True)
    event = models.OneToOneField(
        "pledges.LoanEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("预付款的委托")
        verbose_name_plural = _("预付款的委托")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "work"], name="advance_work_once"),
            models.CheckConstraint(
                condition=Q(fell_due_at__isnull=True) | Q(came_back_on__isnull=False),
                name="advance_work_came_back",
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=True) | Q(fell_due_at__isnull=False),
                name="advance_work_fell_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["came_back_on"],
                condition=Q(fell_due_at__isnull=True, came_back_on__isnull=False),
                name="advance_work_to_fall_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.work_id}"


class AdvanceProceeds(models.Model):
    """What the seller's part of a sold work paid of the advance, the rest being the owner's.

    `received_minor` is what came to the seller, `surplus_minor` what was left to him;
    `owed_before`, `paid` and `owed_after` are by part, and `credit` was his already. Smallest unit.
    """

    suspension = models.OneToOneField(
        "pledges.PledgeSuspension", on_delete=models.PROTECT, related_name="proceeds"
    )
    settlement = models.OneToOneField(
        "auctions.Settlement", on_delete=models.PROTECT, related_name="+"
    )
    event = models.OneToOneField(
        "pledges.LoanEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_minor = models.BigIntegerField(_("委托人所得"))
    order = models.JSONField(_("清偿顺序"))
    owed_before = models.JSONField()
    paid = models.JSONField()
    owed_after = models.JSONField()
    surplus_minor = models.BigIntegerField(_("付给委托人"))
    deficiency_minor = models.BigIntegerField(_("仍欠"))
    day = models.DateField(_("日期"))
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("预付款的清偿")
        verbose_name_plural = _("预付款的清偿")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    received_minor__gte=0, surplus_minor__gte=0,
                    surplus_minor__lte=F("received_minor"), deficiency_minor__gte=0,
                )
                & (Q(surplus_minor=0) | Q(deficiency_minor=0)),
                name="advance_proceeds_add_up",
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=False) | Q(surplus_minor=F("received_minor")),
                name="advance_proceeds_pay_the_loan",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.suspension_id}: {self.received_minor}"
