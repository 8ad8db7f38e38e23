"""Payments that are asked for, what came in for them, and what goes out: refunds and payouts.

A row is written before the gateway is called and again with what it answered; the calls themselves
are in `services`. Nothing of a card or an account of a payer is stored.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..payments.enums import OPEN_PAYMENTS, OutgoingState, PaymentState, Wish
from ..wording import gateway_words, purpose_words


class PaymentQuerySet(models.QuerySet["Payment"]):
    def untold(self) -> "PaymentQuerySet":
        """Payments whose last change was not yet taken in by whoever asked for them."""
        return self.filter(Q(applied_at__isnull=True) | Q(applied_at__lt=F("changed_at"))).exclude(
            state__in=OPEN_PAYMENTS
        )

    def asked_for(self, purpose: str, subject: models.Model) -> "PaymentQuerySet":
        """What was asked for one thing, by whatever way."""
        kind = subject._meta.label_lower
        return self.filter(purpose=purpose, subject_kind=kind, subject_id=str(subject.pk))

    def of(self, party: models.Model | int) -> "PaymentQuerySet":
        """What one party was asked for."""
        return self.filter(party=party)

    def with_refunds(self) -> "PaymentQuerySet":
        """With `refunded_at`, when the last refund was done, and `returning_minor`, what is on its
        way back. A list says its order: sums leave none."""
        done = Q(refunds__state=OutgoingState.DONE)
        on_its_way = Q(refunds__state__in=(OutgoingState.ASKED, OutgoingState.SENT))
        return self.annotate(
            refunded_at=Max("refunds__done_at", filter=done),
            returning_minor=Sum("refunds__amount_minor", filter=on_its_way, default=0),
        )


class Payment(models.Model):
    """One sum that one party is asked for.

    `credit_account` is where what comes in goes. `received_minor` is what was credited there,
    `refunded_minor` what went back of it. `page_id` is the hosted page that is open now (the
    `attempt`-th), `gateway_id` the payment at the gateway once there is one. `wish` is what the
    gateway still has to do, `capture_minor` how much it shall take.
    """

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="payments")
    purpose = models.CharField(_("用途"), max_length=40)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    currency = models.CharField(_("币种"), max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    reference = models.CharField(_("付款编号"), max_length=20, unique=True)
    gateway = models.CharField(_("支付渠道"), max_length=20)
    is_hold = models.BooleanField(_("只冻结"), default=False)
    credit_account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("状态"), max_length=10, choices=PaymentState, default=PaymentState.CREATED
    )
    received_minor = models.BigIntegerField(_("已收"), default=0)
    refunded_minor = models.BigIntegerField(_("已退"), default=0)
    page_id = models.CharField(max_length=120, blank=True, default="")
    page_url = models.CharField(max_length=2000, blank=True, default="")
    attempt = models.PositiveIntegerField(default=1)
    gateway_id = models.CharField(max_length=120, blank=True, default="", db_index=True)
    wish = models.CharField(max_length=8, choices=Wish, blank=True, default="")
    capture_minor = models.BigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=100, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("建立时间"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("付款")
        verbose_name_plural = _("付款")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_above_zero"),
            models.CheckConstraint(
                condition=Q(received_minor__gte=0) & Q(received_minor__lte=F("amount_minor")),
                name="payment_received_within",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(refunded_minor__lte=F("received_minor")),
                name="payment_refunded_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.CANCELLED) | Q(received_minor=0),
                name="payment_cancelled_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="payment_by_subject"),
            models.Index(fields=["state", "gateway", "checked_at"], name="payment_by_state"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def money(self) -> Money:
        """What is asked for."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether something can still be paid."""
        return self.state in (*OPEN_PAYMENTS, PaymentState.PARTLY)

    @property
    def standing(self) -> str:
        """How it stands, in words; what went back of it comes before that it came in."""
        if not self.refunded_minor:
            return str(self.get_state_display())
        if self.refunded_minor == self.received_minor:
            return gettext("已全部退款")
        return gettext("已部分退款")

    @property
    def refunded(self) -> Money:
        """What went back."""
        return Money(self.refunded_minor, self.currency)

    @property
    def returning(self) -> Money:
        """What is on its way back, of a row from `with_refunds`."""
        return Money(self.returning_minor, self.currency)  # type: ignore[attr-defined]

    @property
    def way(self) -> str:
        """How it is paid, in words."""
        return gateway_words(self.gateway)

    @property
    def cause(self) -> str:
        """What it is for, in words."""
        return purpose_words(self.purpose)

    @property
    def due(self) -> Money:
        """What is still to come."""
        return Money(self.due_minor, self.currency)

    @property
    def received(self) -> Money:
        """What came in."""
        return Money(self.received_minor, self.currency)

    @property
    def due_minor(self) -> int:
        """What is still to come."""
        return self.amount_minor - self.received_minor


class Receipt(models.Model):
    """One arrival of money, once for its `reference` at its gateway; append-only.

    `amount_minor` is all that came, `credited_minor` what of it belongs to the payment; the rest,
    or all when no payment is known, is in suspense.
    """

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(_("支付渠道"), max_length=20)
    reference = models.CharField(_("收款凭证"), max_length=120)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    credited_minor = models.BigIntegerField()
    is_cash = models.BooleanField(_("现金"), default=False)
    payer_name = models.CharField(_("付款人"), max_length=160, blank=True, default="")
    received_on = models.DateField(_("收到日期"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("到账")
        verbose_name_plural = _("到账")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="receipt_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & Q(credited_minor__gte=0)
                & Q(credited_minor__lte=F("amount_minor")),
                name="receipt_within",
            ),
        ]
        indexes = [models.Index(fields=["received_on", "currency"], name="receipt_by_day")]

    def __str__(self) -> str:
        return f"{self.gateway}:{self.reference}"

    @property
    def way(self) -> str:
        """How it came, in words."""
        return gateway_words(self.gateway)

    @property
    def money(self) -> Money:
        """All that came."""
        return Money(self.amount_minor, self.currency)

    @property
    def credited(self) -> Money:
        """What of it belongs to the payment."""
        return Money(self.credited_minor, self.currency)


class Outgoing(models.Model):
    """Money on its way out. It left `from_account` when it was asked for, and is in transit."""

    currency = models.CharField(_("币种"), max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    reference = models.CharField(_("编号"), max_length=20, unique=True)
    from_account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("状态"), max_length=6, choices=OutgoingState, default=OutgoingState.ASKED
    )
    gateway = models.CharField(_("支付渠道"), max_length=20)
    gateway_id = models.CharField(max_length=120, blank=True, default="", db_index=True)
    idempotency_key = models.CharField(max_length=100, unique=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True, default="")
    why_failed = models.CharField(_("未成功的原因"), max_length=200, blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("提出时间"), db_default=Now(), editable=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("办妥时间"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by",
        verbose_name=_("重发的是"),
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reference

    @property
    def money(self) -> Money:
        """What goes out."""
        return Money(self.amount_minor, self.currency)

    @property
    def way(self) -> str:
        """How it goes out, in words."""
        return gateway_words(self.gateway)


class Refund(Outgoing):
    """Money that goes back to where a payment came from, never to anybody else."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")

    class Meta(Outgoing.Meta):
        verbose_name = _("退款")
        verbose_name_plural = _("退款")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_above_zero"),
            models.UniqueConstraint(
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="refund_once_at_gateway",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False),
                name="refund_replaced_once",
            ),
        ]


class Payout(Outgoing):
    """Money that the platform owes a party and sends it."""

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="payouts")
    subject_kind = models.CharField(max_length=80, blank=True, default="")
    subject_id = models.CharField(max_length=40, blank=True, default="")

    class Meta(Outgoing.Meta):
        verbose_name = _("付款给出售方")
        verbose_name_plural = _("付款给出售方")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_above_zero"),
            models.UniqueConstraint(
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="payout_once_at_gateway",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False),
                name="payout_replaced_once",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="payout_by_subject")]


class PayoutAccount(models.Model):
    """A party's connected account at a gateway, to which it is paid out once it `is_ready`."""

    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="payout_accounts"
    )
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=120, blank=True, default="", db_index=True)
    is_ready = models.BooleanField(_("可收款"), default=False)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("收款账户")
        verbose_name_plural = _("收款账户")
        constraints = [
            models.UniqueConstraint(fields=["party", "gateway"], name="payout_account_one"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.gateway}"


class PayoutChoice(models.Model):
    """By which gateway a party wants to be paid out; without one, by what is ready."""

    party = models.OneToOneField(
        "accounts.Party", on_delete=models.PROTECT, related_name="payout_choice"
    )
    gateway = models.CharField(max_length=20)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("收款方式")
        verbose_name_plural = _("收款方式")

    def __str__(self) -> str:
        return f"{self.party_id}: {self.gateway}"


class WebhookMessage(models.Model):
    """A message of a gateway, kept once; what it is about is always read again at the gateway."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    created = models.DateTimeField(help_text="By the gateway's clock.")
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    processed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("渠道消息")
        verbose_name_plural = _("渠道消息")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="webhook_message_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(processed_at__isnull=True), name="webhook_to_do"
            )
        ]

    def __str__(self) -> str:
        return self.event_id


class ChargeDispute(models.Model):
    """A payer's bank took the money back, until the dispute is decided.

    What is gone is claimed from the payer (RECEIVABLE) until it comes back.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    status = models.CharField(_("状态"), max_length=40)
    reason = models.CharField(_("理由"), max_length=60, blank=True, default="")
    evidence_due = models.DateTimeField(_("举证期限"), null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("拒付争议")
        verbose_name_plural = _("拒付争议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_id"], name="charge_dispute_once"),
        ]

    def __str__(self) -> str:
        return self.gateway_id

    @property
    def money(self) -> Money:
        """What is disputed."""
        return Money(self.amount_minor, self.currency)
