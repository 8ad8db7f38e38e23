"""What follows a hammer in money: invoices, the settlement of each lot, its delivery and claims.

The sums of a settlement are held by constraints; its steps, what came in for it and what both sides
said are append-only. The money itself stands in the books (`artmarket.ledger`). Rules §11, §12.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..engine.bills import Bill, Line
from ..settlement_enums import (
    ENDED_SETTLEMENTS,
    OPEN_CLAIMS,
    SHARED_OUT,
    TAKES_MONEY,
    ClaimKind,
    ClaimState,
    HandOver,
    SettlementState,
    Side,
    StepKind,
)

_SUMS = (
    "hammer_minor", "billed_minor", "storage_minor", "rebate_minor", "tax_minor", "total_minor",
    "paid_minor", "refunded_minor", "released_minor", "compensated_minor",
)  # fmt: skip


class Invoice(models.Model):
    """What one buyer owes for his lots of one sale (成交确认书和账单); a later lot has another."""

    number = models.CharField(_("账单号"), max_length=24, unique=True)
    sale = models.ForeignKey("auctions.Sale", on_delete=models.PROTECT, related_name="invoices")
    paddle = models.ForeignKey("auctions.Paddle", on_delete=models.PROTECT, related_name="invoices")
    buyer = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="invoices")
    currency = models.CharField(max_length=3)
    due_on = models.DateField(_("付款期限"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("账单")
        verbose_name_plural = _("账单")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def live(self) -> "SettlementQuerySet":
        """Those that stand: the lot's one."""
        return self.exclude(state__in=ENDED_SETTLEMENTS)


class Settlement(models.Model):
    """The settlement of one lot with one buyer; what each sum means is told by the engine."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="settlements")
    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="settlements")
    seller = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=SettlementState, default=SettlementState.INVOICED
    )
    currency = models.CharField(max_length=3)
    hammer_minor = models.BigIntegerField()
    billed_minor = models.BigIntegerField(help_text="The buyer's bill as it was issued.")
    buyer_lines = models.JSONField(help_text="Its lines: code, amount, whether it counts.")
    seller_lines = models.JSONField(help_text="Those of the seller's bill.")
    storage_minor = models.BigIntegerField(default=0)
    rebate_minor = models.BigIntegerField(default=0, help_text="Less for paying early.")
    tax_minor = models.BigIntegerField(default=0, help_text="Withheld of the seller's part.")
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)
    compensated_minor = models.BigIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    paid_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    inspect_until = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    title_event = models.ForeignKey(
        "catalog.TitleEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("成交结算")
        verbose_name_plural = _("成交结算")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot"],
                condition=~Q(state__in=ENDED_SETTLEMENTS),
                name="settlement_one_live",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0 for name in _SUMS}) & Q(hammer_minor__gt=0),
                name="settlement_sums",
            ),
            models.CheckConstraint(
                condition=Q(
                    billed_minor__gte=F("hammer_minor"),
                    total_minor=F("billed_minor") + F("storage_minor") - F("rebate_minor"),
                ),
                name="settlement_total",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__lte=F("total_minor")), name="settlement_not_overpaid"
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=F("refunded_minor") + F("released_minor")),
                name="settlement_no_more_out_than_in",
            ),
            models.CheckConstraint(
                condition=Q(compensated_minor=0) | Q(compensated_minor=F("released_minor")),
                name="settlement_compensated_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SHARED_OUT)
                | Q(
                    released_minor__gt=0, released_at__isnull=False, title_event__isnull=False,
                    paid_minor=F("refunded_minor") + F("released_minor"),
                ),
                name="settlement_shared_out",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*TAKES_MONEY, *ENDED_SETTLEMENTS))
                | Q(paid_minor=F("total_minor")),
                name="settlement_paid_before_it_leaves",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, inspect_until__isnull=True)
                | Q(inspect_until__gt=F("delivered_at")),
                name="settlement_time_to_claim",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "inspect_until"], name="settlement_by_state")]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.lot_id}"

    @property
    def total(self) -> Money:
        """What the buyer owes in all."""
        return Money(self.total_minor, self.currency)

    @property
    def buyer_bill(self) -> Bill:
        """The buyer's bill as issued, with what came on top or off since."""
        return Bill.from_rows(self.buyer_lines).with_lines(
            Line("storage", self.storage_minor), Line("early", -self.rebate_minor)
        )

    @property
    def seller_bill(self) -> Bill:
        """The seller's bill as issued, with what is withheld and what a claim took off."""
        is_reduced = self.state not in ENDED_SETTLEMENTS
        return Bill.from_rows(self.seller_lines).with_lines(
            Line("tax", -self.tax_minor),
            Line("reduction", -self.refunded_minor if is_reduced else 0),
        )

    @property
    def owed_minor(self) -> int:
        """What he still has to pay."""
        return self.total_minor - self.paid_minor if self.state in TAKES_MONEY else 0

    @property
    def held_minor(self) -> int:
        """What is kept for him."""
        return self.paid_minor - self.refunded_minor - self.released_minor


class SettlementStep(models.Model):
    """One step of a settlement, in its order; append-only."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind)
    state = models.CharField(max_length=10, choices=SettlementState)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("结算步骤")
        verbose_name_plural = _("结算步骤")
        ordering = ["settlement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "number"], name="settlement_step_number")
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.number}"


class Instalment(models.Model):
    """A part of the total, until when it is due."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount_minor = models.BigIntegerField()
    due_on = models.DateField()

    class Meta:
        verbose_name = _("分期")
        verbose_name_plural = _("分期")
        ordering = ["settlement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "number"], name="instalment_number"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instalment_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.number}"


class InvoiceReceipt(models.Model):
    """What came in with a payment, and for which settlement; None: for none, it goes back."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="receipts")
    payment = models.ForeignKey("ledger.Payment", on_delete=models.PROTECT, related_name="+")
    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    amount_minor = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("收款")
        verbose_name_plural = _("收款")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="invoice_receipt_amount")
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.pk}"


class Delivery(models.Model):
    """How a work went to its buyer: with whom, insured for how much, with which papers.

    `sent_from` and `sent_to` are countries or customs territories (ISO 3166-1); where they differ
    it does not leave without papers.
    """

    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="delivery")
    way = models.CharField(max_length=9, choices=HandOver)
    carrier = models.CharField(_("承运人"), max_length=80, blank=True, default="")
    tracking = models.CharField(_("运单号"), max_length=80, blank=True, default="")
    insured_minor = models.BigIntegerField(_("保险金额"), default=0)
    policy = models.CharField(_("保单号"), max_length=80, blank=True, default="")
    sent_from = models.CharField(_("启运地"), max_length=2, blank=True, default="")
    sent_to = models.CharField(_("目的地"), max_length=2, blank=True, default="")
    customs = models.CharField(_("出境许可或报关单"), max_length=200, blank=True, default="")
    report = models.ForeignKey(
        "appraisal.ConditionReport", on_delete=models.PROTECT, null=True, related_name="+"
    )
    left_at = models.DateTimeField()
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proof = models.CharField(_("签收凭证"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("交付")
        verbose_name_plural = _("交付")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way=HandOver.COLLECTED)
                | (~Q(carrier="") & ~Q(tracking="") & Q(insured_minor__gt=0)),
                name="delivery_with_a_carrier",
            ),
            models.CheckConstraint(
                condition=Q(sent_from=F("sent_to")) | ~Q(customs=""),
                name="delivery_over_a_border_with_papers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.way}"


class SettlementClaim(models.Model):
    """What a buyer says is wrong; whose turn it is, and until when."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=12, choices=ClaimKind)
    state = models.CharField(max_length=9, choices=ClaimState, default=ClaimState.OPEN)
    next_actor = models.CharField(max_length=8, choices=Side, blank=True, default=Side.SELLER)
    due_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(
        "appraisal.AppraisalCase", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reasons = models.CharField(_("裁定的理由"), max_length=500, blank=True, default="")
    refund_minor = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["settlement"], condition=Q(state__in=OPEN_CLAIMS), name="claim_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_CLAIMS, due_at__isnull=False) & ~Q(next_actor="")
                | ~Q(state__in=OPEN_CLAIMS) & Q(next_actor="", due_at__isnull=True),
                name="claim_whose_turn",
            ),
            models.CheckConstraint(condition=Q(refund_minor__gte=0), name="claim_refund"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="claim_by_state")]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.kind}"


class ClaimStatement(models.Model):
    """What one side says of a claim, with its `files`; append-only."""

    claim = models.ForeignKey(SettlementClaim, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=Side)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("陈述")
        verbose_name_plural = _("陈述")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="claim_statement_has_words")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.side}"


class ClaimFile(models.Model):
    """A picture or document with which one side proves what it says of a claim; append-only."""

    statement = models.ForeignKey(ClaimStatement, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField(
        "media.Document", on_delete=models.PROTECT, related_name="claim_file"
    )

    class Meta:
        verbose_name = _("异议的材料")
        verbose_name_plural = _("异议的材料")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.document_id}"
