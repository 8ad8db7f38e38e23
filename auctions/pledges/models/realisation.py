"""The realisation of pledges: a case of a loan, its works, each way that was tried, its proceeds.

Every step is a row that stays. Where a lot has a work's lock for the time of an auction, the pledge
is suspended and linked with it. Distributions are append-only. Pledge rules §9; 民法典 436–438.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..enums import Realisation
from ..realisation_enums import (
    LIVE_STEPS,
    CaseState,
    DisposalState,
    StepState,
    SuspensionEnd,
)


class RealisationCase(models.Model):
    """The pledges of a loan in default are turned into money.

    `sell_by` is the day until which the pledgor demanded a sale (437). The surplus is what of the
    proceeds was the pledgor's, the deficiency what is owed once no work is left.
    """

    default = models.OneToOneField(
        "pledges.LoanDefault", on_delete=models.PROTECT, related_name="case"
    )
    loan = models.ForeignKey(
        "pledges.Loan", on_delete=models.PROTECT, related_name="realisation_cases"
    )
    state = models.CharField(max_length=7, choices=CaseState, default=CaseState.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    owed_minor = models.BigIntegerField(_("开始处置时的欠款"))
    demanded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    demanded_at = models.DateTimeField(null=True, blank=True)
    sell_by = models.DateField(_("请求的变现期限"), null=True, blank=True)
    surplus_minor = models.BigIntegerField(_("退还出质人"), default=0)
    deficiency_minor = models.BigIntegerField(_("不足部分"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("质物处置")
        verbose_name_plural = _("质物处置")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state=CaseState.OPEN), name="realisation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(owed_minor__gt=0, surplus_minor__gte=0)
                & (Q(deficiency_minor__isnull=True) | Q(deficiency_minor__gte=0)),
                name="realisation_figures",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, ended_at__isnull=True)
                | ~Q(state=CaseState.OPEN) & Q(ended_at__isnull=False, deficiency_minor__gte=0),
                name="realisation_ended",
            ),
            models.CheckConstraint(
                condition=Q(sell_by__isnull=True) | Q(demanded_at__isnull=False),
                name="realisation_demanded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.state}"


class Disposal(models.Model):
    """One work of a case. `expected_minor` is what it is thought to bring: the eligible base at
    first, lower after each auction at which it was not sold; None where no value is in force."""

    case = models.ForeignKey(RealisationCase, on_delete=models.PROTECT, related_name="disposals")
    item = models.ForeignKey(
        "pledges.PledgeItem", on_delete=models.PROTECT, related_name="disposals"
    )
    state = models.CharField(max_length=7, choices=DisposalState, default=DisposalState.OPEN)
    expected_minor = models.BigIntegerField(_("预期价值"), null=True, blank=True)
    burned = models.PositiveSmallIntegerField(_("流拍次数"), default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待处置作品")
        verbose_name_plural = _("待处置作品")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "item"], name="disposal_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state=DisposalState.OPEN), name="disposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=DisposalState.OPEN, ended_at__isnull=True)
                | ~Q(state=DisposalState.OPEN) & Q(ended_at__isnull=False),
                name="disposal_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.item_id}"


class DisposalStep(models.Model):
    """One way, tried for one work, in the order of the contract.

    `price_minor` is what was agreed, the buyer's forward price, or what it was sold for;
    `floor_minor` what it may not go below; `costs_minor` what the lender advanced for it, claimed
    besides. `facts` holds what a sale by a court was reported with. Only what its way needs is set.
    """

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    way = models.CharField(_("方式"), max_length=12, choices=Realisation)
    state = models.CharField(max_length=8, choices=StepState, default=StepState.OPEN)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    price_minor = models.BigIntegerField(_("价款"), null=True, blank=True)
    floor_minor = models.BigIntegerField(_("最低价"), null=True, blank=True)
    costs_minor = models.BigIntegerField(_("变现费用"), default=0)
    costs_for = models.CharField(_("费用的用途"), max_length=300, blank=True, default="")
    buyer = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valuation = models.ForeignKey(
        "appraisal.Valuation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    commitment = models.ForeignKey(
        "pledges.PreAcquisition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
    )
    consignment = models.OneToOneField(
        "auctions.Consignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disposal_step",
    )
    not_before = models.DateField(_("最早成交日"), null=True, blank=True)
    pay_until = models.DateField(_("付款期限"), null=True, blank=True)
    documents = models.CharField(_("凭证"), max_length=300, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    title_event = models.ForeignKey(
        "catalog.TitleEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("处置步骤")
        verbose_name_plural = _("处置步骤")
        ordering = ["disposal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "number"], name="disposal_step_number"),
            models.UniqueConstraint(
                fields=["disposal"],
                condition=Q(state__in=LIVE_STEPS),
                name="disposal_step_one_live",
            ),
            models.CheckConstraint(
                condition=(Q(price_minor__isnull=True) | Q(price_minor__gt=0))
                & (Q(floor_minor__isnull=True) | Q(floor_minor__gt=0))
                & Q(costs_minor__gte=0)
                & (Q(costs_minor=0) | ~Q(costs_for="")),
                name="disposal_step_figures",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_STEPS, ended_at__isnull=True)
                | ~Q(state__in=LIVE_STEPS) & Q(ended_at__isnull=False),
                name="disposal_step_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[StepState.FAILED, StepState.SKIPPED, StepState.STOPPED])
                | ~Q(end_reason=""),
                name="disposal_step_failed_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[StepState.AWAITING, StepState.DONE])
                | Q(way=Realisation.AUCTION)
                | Q(price_minor__gt=0, agreed_at__isnull=False),
                name="disposal_step_agreed",
            ),
        ]
        indexes = [models.Index(fields=["state", "pay_until"], name="disposal_step_by_term")]

    def __str__(self) -> str:
        return f"{self.disposal_id}/{self.number} {self.way}"

    @property
    def loan_currency(self) -> str:
        return self.disposal.case.loan.currency

    @property
    def price(self) -> Money | None:
        """What it was agreed or sold for."""
        return None if self.price_minor is None else Money(self.price_minor, self.loan_currency)

    @property
    def floor(self) -> Money | None:
        """Below what it is not sold."""
        return None if self.floor_minor is None else Money(self.floor_minor, self.loan_currency)

    @property
    def costs(self) -> Money:
        """What the lender advanced for it."""
        return Money(self.costs_minor, self.loan_currency)

    @property
    def opening(self) -> Money | None:
        """Where the bidding is to begin, by the house's terms."""
        row = self.consignment
        return Money(row.opening_minor, row.currency) if row and row.opening_minor else None

    @property
    def reserve(self) -> Money | None:
        """The reserve in the house's terms, a secret of the seller."""
        row = self.consignment
        return Money(row.reserve_minor, row.currency) if row and row.reserve_minor else None


class PledgeSuspension(models.Model):
    """For the time of a lot the work's one lock is the lot's; the pledge waits, and comes back
    unless the sale is carried out. One lock of a pledge gives way once, and comes back once. `step`
    is of the realisation; None: the owner sells a work on which an advance was lent."""

    step = models.OneToOneField(
        DisposalStep, on_delete=models.PROTECT, null=True, blank=True, related_name="suspension"
    )
    item = models.ForeignKey(
        "pledges.PledgeItem", on_delete=models.PROTECT, related_name="suspensions"
    )
    suspended = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, related_name="+"
    )
    sale = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, related_name="pledge_suspension"
    )
    restored = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    began_at = models.DateTimeField(db_default=Now(), editable=False)
    end = models.CharField(max_length=8, choices=SuspensionEnd, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("质权的中止")
        verbose_name_plural = _("质权的中止")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(end=""), name="pledge_suspension_one_live"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True, restored__isnull=True)
                | Q(end=SuspensionEnd.RESTORED, ended_at__isnull=False, restored__isnull=False)
                | Q(end=SuspensionEnd.SOLD, ended_at__isnull=False, restored__isnull=True),
                name="pledge_suspension_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.end or 'suspended'}"


class Distribution(models.Model):
    """What a realised work brought and where it went (多退少补); append-only.

    `price_minor` less `deducted_minor` (what the house, a court or the tax office kept) is
    `received_minor`: what the four parts of the loan got, and the surplus. `owed_before` and
    `owed_after` are by part; `order` is that of the contract. Smallest unit.
    """

    step = models.OneToOneField(DisposalStep, on_delete=models.PROTECT, related_name="distribution")
    settlement = models.OneToOneField(
        "auctions.Settlement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    event = models.OneToOneField(
        "pledges.LoanEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    price_minor = models.BigIntegerField(_("价款"))
    deducted_minor = models.BigIntegerField(_("已扣费用"))
    received_minor = models.BigIntegerField(_("实收"))
    order = models.JSONField(_("清偿顺序"))
    owed_before = models.JSONField()
    paid = models.JSONField()
    owed_after = models.JSONField()
    surplus_minor = models.BigIntegerField(_("退还出质人"))
    deficiency_minor = models.BigIntegerField(_("仍欠"))
    is_outside = models.BooleanField(
        default=False, help_text="The money did not come by the platform (a sale by a court)."
    )
    day = models.DateField(_("日期"))
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("变现款分配")
        verbose_name_plural = _("变现款分配")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    price_minor__gt=0, deducted_minor__gte=0, received_minor__gte=0,
                    price_minor=F("deducted_minor") + F("received_minor"),
                    surplus_minor__gte=0, surplus_minor__lte=F("received_minor"),
                    deficiency_minor__gte=0,
                )
                & (Q(surplus_minor=0) | Q(deficiency_minor=0)),
                name="distribution_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=False) | Q(surplus_minor=F("received_minor")),
                name="distribution_pays_the_loan",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step_id}: {self.received_minor}"
