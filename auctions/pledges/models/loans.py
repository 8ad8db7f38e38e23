"""A loan with its contract, what is pledged for it, what happened to it in money, how it stood.

Signatures, events, postings and snapshots are append-only; the contract of a loan never changes
once it is there. What a loan owes follows from its events alone (`engine.replay`); the sums on its
row are what was posted to the books for it. Pledge rules §7, §8.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..enums import (
    ENDED_ITEMS,
    IN_PLEDGE,
    LIVE_LOANS,
    NOT_YET,
    ON_A_LOAN,
    FiveClass,
    ItemOrigin,
    ItemState,
    Liquidity,
    LoanEventKind,
    LoanState,
    Part,
    PostingKind,
    RenewalState,
    Side,
)

PARTS: Final = tuple(part.value for part in Part)
# What was charged and what was paid of each part, as it stands in the books.
CHARGED: Final = {part: f"charged_{part}_minor" for part in PARTS}
PAID: Final = {part: f"paid_{part}_minor" for part in PARTS}


class LoanQuerySet(models.QuerySet["Loan"]):
    def live(self) -> "LoanQuerySet":
        """Those under which something is owed or may become owed."""
        return self.filter(state__in=LIVE_LOANS)

    def owing(self) -> "LoanQuerySet":
        """Those that were paid out and not paid back."""
        return self.filter(state=LoanState.ACTIVE)


class Loan(models.Model):
    """One loan. `contract` is its text as data and `digest` the SHA-256 of that as canonical JSON.

    `limit_minor` is the most principal that may be outstanding. The eight sums are what was charged
    and paid of each part by the books (charged principal is what was paid out), `credit_minor` the
    borrower's money that waits for what falls due, `remitted_minor` what was sent on to the lender.
    `reckoned_on` is the day to which interest was posted; `overdue_minor`, `overdue_days` and
    `next_due_*` are of that day.
    """

    offer = models.OneToOneField("pledges.LoanOffer", on_delete=models.PROTECT, related_name="loan")
    number = models.CharField(_("合同号"), max_length=24, unique=True)
    lender = models.ForeignKey("pledges.Lender", on_delete=models.PROTECT, related_name="loans")
    borrower = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="loans")
    version = models.ForeignKey(
        "pledges.ProductVersion", on_delete=models.PROTECT, related_name="loans"
    )
    state = models.CharField(max_length=9, choices=LoanState, default=LoanState.SIGNING)
    currency = models.CharField(max_length=3)
    limit_minor = models.BigIntegerField(_("合同金额"))
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    contract = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    started_on = models.DateField(_("起息日"), null=True, blank=True)
    matures_on = models.DateField(_("到期日"), null=True, blank=True)
    charged_principal_minor = models.BigIntegerField(_("已放本金"), default=0)
    charged_interest_minor = models.BigIntegerField(_("已计利息"), default=0)
    charged_penalty_minor = models.BigIntegerField(_("已计罚息"), default=0)
    charged_cost_minor = models.BigIntegerField(_("已计费用"), default=0)
    paid_principal_minor = models.BigIntegerField(_("已还本金"), default=0)
    paid_interest_minor = models.BigIntegerField(_("已付利息"), default=0)
    paid_penalty_minor = models.BigIntegerField(_("已付罚息"), default=0)
    paid_cost_minor = models.BigIntegerField(_("已付费用"), default=0)
    credit_minor = models.BigIntegerField(_("预存款"), default=0)
    remitted_minor = models.BigIntegerField(default=0)
    reckoned_on = models.DateField(null=True, blank=True)
    overdue_minor = models.BigIntegerField(default=0)
    overdue_days = models.PositiveIntegerField(default=0)
    next_due_on = models.DateField(null=True, blank=True)
    next_due_minor = models.BigIntegerField(default=0)
    five_class = models.CharField(max_length=15, choices=FiveClass, default=FiveClass.NORMAL)
    sequence = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("结束的理由"), max_length=300, blank=True, default="")

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("质押贷款")
        verbose_name_plural = _("质押贷款")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{PAID[part]}__gte": 0 for part in PARTS})
                & Q(**{f"{CHARGED[part]}__gte": F(PAID[part]) for part in PARTS})
                & Q(
                    credit_minor__gte=0, remitted_minor__gte=0, overdue_minor__gte=0,
                    next_due_minor__gte=0,
                ),
                name="loan_sums",
            ),
            models.CheckConstraint(
                condition=Q(limit_minor__gt=0, limit_minor__lte=MAX_MINOR, months__gt=0)
                & Q(charged_principal_minor__lte=F("limit_minor") + F("paid_principal_minor")),
                name="loan_within_its_limit",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[LoanState.SIGNING, LoanState.CANCELLED])
                | Q(signed_at__isnull=False),
                name="loan_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[LoanState.SIGNING, LoanState.AGREED, LoanState.CANCELLED],
                    started_on__isnull=True, matures_on__isnull=True, charged_principal_minor=0,
                )
                | Q(
                    state__in=[LoanState.ACTIVE, LoanState.REPAID, LoanState.CLOSED],
                    started_on__isnull=False, matures_on__gt=F("started_on"),
                    charged_principal_minor__gt=0,
                ),
                name="loan_is_paid_out",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LoanState.REPAID, LoanState.CLOSED])
                | Q(**{CHARGED[part]: F(PAID[part]) for part in PARTS}),
                name="loan_repaid_owes_nothing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_LOANS, ended_at__isnull=True)
                | ~Q(state__in=LIVE_LOANS) & Q(ended_at__isnull=False),
                name="loan_ended",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["lender", "state", "id"], name="loan_by_lender"),
            models.Index(fields=["borrower", "state"], name="loan_by_borrower"),
            models.Index(
                fields=["reckoned_on", "id"],
                condition=Q(state=LoanState.ACTIVE),
                name="loan_to_reckon",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def open_minor(self, part: str) -> int:
        """What is outstanding of a part by the books, due or not."""
        charged: int = getattr(self, CHARGED[part])
        paid: int = getattr(self, PAID[part])
        return charged - paid

    @property
    def principal_minor(self) -> int:
        """Principal paid out and not paid back: what is lent."""
        return self.open_minor(Part.PRINCIPAL)

    @property
    def owed_minor(self) -> int:
        """All that is outstanding by the books."""
        return sum(self.open_minor(part) for part in PARTS)

    @property
    def paid_minor(self) -> int:
        """All that the borrower paid of it."""
        return sum(getattr(self, PAID[part]) for part in PARTS)

    def money(self, minor: int) -> Money:
        """An amount of this loan."""
        return Money(minor, self.currency)


class LoanSignature(models.Model):
    """One side signs the digest of the contract; append-only."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8, choices=Side)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("合同签名")
        verbose_name_plural = _("合同签名")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "side"], name="loan_signed_once_a_side"),
            models.UniqueConstraint(fields=["loan", "signer"], name="loan_two_signers"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.side}"


class PledgeItem(models.Model):
    """A work within a loan, with the value at which it was taken.

    `base_minor` is the lower of the appraisals named in `valuations`, valid until `value_until`;
    `eligible_minor` is what is left of it after the haircut, and the item carries `advance_pct` of
    that. The pledge arises at delivery and not before (民法典 429).
    """

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="items")
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="pledge_items")
    number = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=8, choices=ItemOrigin, default=ItemOrigin.CONTRACT)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.AGREED)
    category = models.CharField(_("类别"), max_length=20, blank=True, default="")
    liquidity = models.CharField(_("变现难易"), max_length=6, choices=Liquidity)
    valuations = models.JSONField(help_text="Keys of the appraisals, the lower one first.")
    base_minor = models.BigIntegerField(_("评估值（较低者）"))
    haircut_pct = models.DecimalField(_("折扣（%）"), max_digits=6, decimal_places=3)
    advance_pct = models.DecimalField(_("质押率（%）"), max_digits=6, decimal_places=3)
    eligible_minor = models.BigIntegerField(_("认定价值"))
    value_until = models.DateField(_("评估有效期至"))
    encumbrance = models.OneToOneField(
        "catalog.Encumbrance",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pledge_item",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    pledged_at = models.DateTimeField(_("质权设立时间"), null=True, blank=True)
    leaving_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: the loan was repaid.",
    )
    leaving_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(_("取回的理由"), max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("质物")
        verbose_name_plural = _("质物")
        ordering = ["loan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "number"], name="pledge_item_number"),
            models.UniqueConstraint(
                fields=["work"], condition=Q(state__in=ON_A_LOAN), name="pledge_item_one_live"
            ),
            models.CheckConstraint(
                condition=Q(
                    base_minor__gt=0, eligible_minor__gte=0, eligible_minor__lte=F("base_minor"),
                    haircut_pct__gte=0, haircut_pct__lte=100, advance_pct__gt=0,
                    advance_pct__lte=100,
                ),
                name="pledge_item_value",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*NOT_YET, ItemState.DROPPED], pledged_at=None)
                & Q(encumbrance=None)
                | Q(state__in=[*IN_PLEDGE, ItemState.RELEASED], pledged_at__isnull=False)
                & Q(encumbrance__isnull=False),
                name="pledge_item_arises_at_delivery",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ItemState.LEAVING, ItemState.RELEASED])
                | Q(leaving_at__isnull=False) & ~Q(leave_reason=""),
                name="pledge_item_leaves_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_ITEMS, ended_at__isnull=False)
                | ~Q(state__in=ENDED_ITEMS) & Q(ended_at__isnull=True),
                name="pledge_item_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ItemState.PROPOSED, ItemState.DROPPED])
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="pledge_item_agreed",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.number}"


class LoanEvent(models.Model):
    """What happened to a loan in money: `number` is the order of recording, `effective_on` the day
    from which it counts. A wrong event is taken back by another; append-only."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LoanEventKind)
    effective_on = models.DateField()
    amount_minor = models.BigIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    payment = models.ForeignKey(
        "ledger.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payout = models.ForeignKey(
        "ledger.Payout", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("贷款记录")
        verbose_name_plural = _("贷款记录")
        ordering = ["loan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "number"], name="loan_event_number"),
            models.CheckConstraint(
                condition=Q(kind=LoanEventKind.REVERSAL, reverses__isnull=False)
                | ~Q(kind=LoanEventKind.REVERSAL) & Q(reverses__isnull=True),
                name="loan_event_reverses",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        LoanEventKind.DISBURSEMENT, LoanEventKind.PAYMENT,
                        LoanEventKind.PREPAYMENT, LoanEventKind.REFUND, LoanEventKind.CHARGE,
                    ],
                    amount_minor__gt=0,
                )
                | Q(kind__in=[LoanEventKind.RESCHEDULE, LoanEventKind.REVERSAL], amount_minor=0),
                name="loan_event_amount",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.number} {self.kind}"


class LoanPosting(models.Model):
    """What one entry of the books says of one loan: more charged or paid of a part; append-only.

    An entry may be of many loans (the nightly accrual). Below zero: a correction.
    """

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="postings")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=PostingKind)
    part = models.CharField(max_length=9, choices=Part)
    amount_minor = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        verbose_name = _("贷款过账")
        verbose_name_plural = _("贷款过账")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="loan_posting_not_zero"),
            models.UniqueConstraint(
                fields=["entry", "loan", "kind", "part"], name="loan_posting_once"
            ),
        ]
        indexes = [models.Index(fields=["loan", "kind", "part"], name="loan_posting_by_part")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind} {self.part} {self.amount_minor}"


class Renewal(models.Model):
    """The lender offers another maturity, at another rate if he says so; the borrower answers."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField(max_length=9, choices=RenewalState, default=RenewalState.OPEN)
    matured_on = models.DateField(_("原到期日"))
    matures_on = models.DateField(_("新到期日"))
    annual_pct = models.DecimalField(_("年利率（%）"), max_digits=9, decimal_places=6)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    event = models.OneToOneField(
        LoanEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal"
    )

    class Meta:
        verbose_name = _("展期")
        verbose_name_plural = _("展期")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state=RenewalState.OPEN), name="renewal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(matures_on__gt=F("matured_on"), annual_pct__gt=0),
                name="renewal_is_later",
            ),
            models.CheckConstraint(
                condition=Q(state=RenewalState.ACCEPTED, event__isnull=False)
                | ~Q(state=RenewalState.ACCEPTED) & Q(event__isnull=True),
                name="renewal_has_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.matures_on}"


class Snapshot(models.Model):
    """How a loan stood against its works at the end of a day; append-only.

    `blocked` says why no value could be had (a missing value is never zero); then the figures that
    need it are None.
    """

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="snapshots")
    version = models.ForeignKey(
        "pledges.ProductVersion", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    exposure_minor = models.BigIntegerField()
    eligible_minor = models.BigIntegerField(null=True, blank=True)
    capacity_minor = models.BigIntegerField(null=True, blank=True)
    ltv_pct = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    blocked = models.CharField(max_length=40, blank=True, default="")
    items = models.JSONField(default=list, help_text="Value of each work, or why there is none.")

    class Meta:
        verbose_name = _("质押率快照")
        verbose_name_plural = _("质押率快照")
        ordering = ["loan", "day"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "day"], name="snapshot_once_a_day"),
            models.CheckConstraint(
                condition=Q(blocked="", eligible_minor__isnull=False, capacity_minor__isnull=False)
                | ~Q(blocked="") & Q(ltv_pct__isnull=True, eligible_minor__isnull=True),
                name="snapshot_blocked_has_no_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.day}"
