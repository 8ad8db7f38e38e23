"""What people must look at: bank lines, money without an owner, differences, sums of a day.

Nothing here is ever put right by itself: a row is opened by a rule and closed by a person, who
says why.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..payments.enums import DifferenceKind, DiligenceKind, StrayReason, StrayState
from ..wording import gateway_words


class StatementLine(models.Model):
    """One line of an account statement, once by its `digest`; what came in is positive.

    `entry` is the one that books it; a line without an entry awaits a person.
    """

    digest = models.CharField(max_length=64, unique=True)
    account_number = models.CharField(_("账号"), max_length=64, blank=True, default="")
    bank_reference = models.CharField(_("银行流水号"), max_length=120, blank=True, default="")
    booked_on = models.DateField(_("记账日"))
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    counterparty = models.CharField(_("对方户名"), max_length=160, blank=True, default="")
    text = models.CharField(_("附言"), max_length=500, blank=True, default="")
    result = models.CharField(_("处理"), max_length=40, blank=True, default="")
    entry = models.ForeignKey(
        "ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("对账单行")
        verbose_name_plural = _("对账单行")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="statement_line_moves"),
        ]
        indexes = [models.Index(fields=["booked_on"], name="statement_by_day")]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_minor}"

    @property
    def money(self) -> Money:
        """What it moved, signed."""
        return Money(self.amount_minor, self.currency)


class StrayMoney(models.Model):
    """Money that came and whose owner is not known; a person assigns it or sends it back.

    `payment` is the one it may belong to. `settled_by` is the entry that ended it.
    """

    receipt = models.OneToOneField("ledger.Receipt", on_delete=models.PROTECT, related_name="stray")
    payment = models.ForeignKey(
        "ledger.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    reason = models.CharField(_("原因"), max_length=16, choices=StrayReason)
    state = models.CharField(_("状态"), max_length=8, choices=StrayState, default=StrayState.OPEN)
    settled_by = models.ForeignKey(
        "ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("待查款")
        verbose_name_plural = _("待查款")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="stray_above_zero"),
            models.CheckConstraint(
                condition=Q(state=StrayState.OPEN, settled_by__isnull=True)
                | (~Q(state=StrayState.OPEN) & Q(settled_by__isnull=False) & ~Q(note="")),
                name="stray_decided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.receipt)

    @property
    def money(self) -> Money:
        """What is looked into."""
        return Money(self.amount_minor, self.currency)


class GatewayMovement(models.Model):
    """One movement of our balance as a gateway reports it; never changed.

    `entry_key` is the key of the entry that books it, as the kind of movement says.
    """

    gateway = models.CharField(max_length=20)
    movement_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=120, blank=True, default="")
    entry_key = models.CharField(max_length=120, db_index=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    created = models.DateTimeField()

    class Meta:
        verbose_name = _("渠道流水")
        verbose_name_plural = _("渠道流水")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "movement_id"], name="movement_once"),
        ]

    def __str__(self) -> str:
        return self.movement_id


class ReconciliationRun(models.Model):
    """One comparison of a gateway with the books over [since, until).

    `totals` holds for each currency what the gateway's movements and the clearing account come to,
    over all time: {"CNY": {"gateway": 1, "books": 1}}, in the smallest unit.
    """

    gateway = models.CharField(_("支付渠道"), max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField()
    started_at = models.DateTimeField(_("时间"), db_default=Now(), editable=False)
    movements = models.PositiveIntegerField(_("渠道流水"), default=0)
    found = models.PositiveIntegerField(_("新差异"), default=0)
    totals = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("对账")
        verbose_name_plural = _("对账")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.gateway} {self.until:%Y-%m-%d}"

    @property
    def way(self) -> str:
        """The gateway in words."""
        return gateway_words(self.gateway)


class ReconciliationDifference(models.Model):
    """What does not agree, listed once and never put right by itself.

    `reference` is the movement's id or the entry's key; the amounts are signed as the clearing
    account sees them. `last_run` is the last one that still found it.
    """

    run = models.ForeignKey(ReconciliationRun, on_delete=models.PROTECT, related_name="differences")
    last_run = models.ForeignKey(ReconciliationRun, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(_("支付渠道"), max_length=20)
    kind = models.CharField(_("差异"), max_length=16, choices=DifferenceKind)
    reference = models.CharField(_("编号"), max_length=120)
    currency = models.CharField(max_length=3)
    gateway_minor = models.BigIntegerField(_("渠道金额"), default=0)
    books_minor = models.BigIntegerField(_("账面金额"), default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("对账差异")
        verbose_name_plural = _("对账差异")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "reference"], name="difference_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(note=""), name="difference_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reference}"

    @property
    def way(self) -> str:
        """The gateway in words."""
        return gateway_words(self.gateway)

    @property
    def at_gateway(self) -> Money:
        """What the gateway says."""
        return Money(self.gateway_minor, self.currency)

    @property
    def in_books(self) -> Money:
        """What the books say."""
        return Money(self.books_minor, self.currency)


class DueDiligence(models.Model):
    """A day on which one party's payments reached a limit; a person looks into it by `due_on`.

    `rule` is the rule of the limit. The sum grows while the day lasts.
    """

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("事由"), max_length=8, choices=DiligenceKind)
    day = models.DateField(_("日期"))
    currency = models.CharField(max_length=3)
    sum_minor = models.BigIntegerField(_("当日合计"))
    limit_minor = models.BigIntegerField(_("限额"))
    rule = models.CharField(max_length=60)
    due_on = models.DateField(_("办理期限"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("结论"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("尽职调查")
        verbose_name_plural = _("尽职调查")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind", "day", "currency"], name="diligence_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(note=""), name="diligence_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.day} {self.kind}"

    @property
    def money(self) -> Money:
        """The sum of the day."""
        return Money(self.sum_minor, self.currency)
