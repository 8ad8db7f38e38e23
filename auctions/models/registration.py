"""What stands around a registration: deposits, powers of attorney, declared relations.

Movements of a deposit are append-only; the sums on its row follow from them, and the database
holds that never more goes back than came. Auction rules §8, §9; 拍卖法 22, 30, 37.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import PartyKind
from artmarket.core.money import Money

from ..enums import DepositKind, MovementKind, PowerState, RelationKind


class DepositQuerySet(models.QuerySet["Deposit"]):
    def short(self) -> "DepositQuerySet":
        """Those that hold less than is due."""
        taken = F("released_minor") + F("applied_minor") + F("kept_minor") - F("frozen_minor")
        return self.filter(received_minor__lt=taken + F("due_minor"))

    def to_return(self) -> "DepositQuerySet":
        """Those of which something waits to go back."""
        return self.filter(returned_minor__lt=F("released_minor"))

    def unsettled(self) -> "DepositQuerySet":
        """Those of which something is still held, or frozen on a card."""
        gone = F("applied_minor") + F("kept_minor")
        return self.filter(Q(returned_minor__lt=F("received_minor") - gone) | Q(frozen_minor__gt=0))


class Deposit(models.Model):
    """The deposit (保证金) of one paddle; amounts in the smallest unit.

    `due_minor` by the rule at the registration. Received, then released (it must go back), then
    returned: each is the sum of its movements. `frozen_minor` is held on a card and was not taken;
    `applied_minor` went into the price of what he bought, `kept_minor` was forfeited.
    """

    paddle = models.ForeignKey("auctions.Paddle", on_delete=models.PROTECT, related_name="deposits")
    kind = models.CharField(max_length=10, choices=DepositKind, default=DepositKind.ENTRY)
    rule = models.ForeignKey("auctions.RuleSet", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    due_minor = models.BigIntegerField(_("应交"))
    received_minor = models.BigIntegerField(_("已收"), default=0)
    released_minor = models.BigIntegerField(_("应退"), default=0)
    returned_minor = models.BigIntegerField(_("已退"), default=0)
    frozen_minor = models.BigIntegerField(_("已冻结"), default=0)
    applied_minor = models.BigIntegerField(_("已抵价款"), default=0)
    kept_minor = models.BigIntegerField(_("已没收"), default=0)
    return_by = models.DateTimeField(_("最迟退还"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = _("竞买保证金")
        verbose_name_plural = _("竞买保证金")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["paddle", "kind"], name="deposit_one_of_a_kind"),
            models.CheckConstraint(condition=Q(due_minor__gt=0), name="deposit_due_above_zero"),
            models.CheckConstraint(
                condition=Q(
                    returned_minor__gte=0,
                    released_minor__gte=F("returned_minor"),
                    frozen_minor__gte=0,
                    applied_minor__gte=0,
                    kept_minor__gte=0,
                    received_minor__gte=F("released_minor") + F("applied_minor") + F("kept_minor"),
                ),
                name="deposit_returned_within_received",
            ),
        ]
        indexes = [
            models.Index(
                fields=["return_by"],
                condition=Q(returned_minor__lt=F("released_minor")),
                name="deposit_to_return",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paddle_id} {self.kind}"

    @property
    def held_minor(self) -> int:
        """What counts for the bidder: what was taken, and what is frozen on a card."""
        return self.in_hand_minor + self.frozen_minor

    @property
    def in_hand_minor(self) -> int:
        """What was taken and is not to go back, not in a price and not forfeited."""
        return self.received_minor - self.released_minor - self.applied_minor - self.kept_minor

    @property
    def missing_minor(self) -> int:
        """What is still to be paid in."""
        return max(self.due_minor - self.held_minor, 0)

    @property
    def outstanding_minor(self) -> int:
        """What is to go back."""
        return self.released_minor - self.returned_minor

    def money(self, minor: int) -> Money:
        """An amount of this deposit."""
        return Money(minor, self.currency)


class DepositMovement(models.Model):
    """One step of a deposit; `reference` is the receipt or the transfer, or that of the `payment`
    through which the money moves. Without a payment: recorded before there were books."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="movements")
    payment = models.ForeignKey(
        "ledger.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    house = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=MovementKind)
    amount_minor = models.BigIntegerField()
    reference = models.CharField(_("凭证号"), max_length=80, blank=True, default="")
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("保证金收退")
        verbose_name_plural = _("保证金收退")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["house", "kind", "reference"],
                condition=~Q(reference=""),
                name="deposit_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="deposit_moves_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(kind=MovementKind.RELEASED, reference="")
                | (~Q(kind=MovementKind.RELEASED) & ~Q(reference="")),
                name="deposit_money_has_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} {self.kind} {self.amount_minor}"


class Power(models.Model):
    """A power of attorney (授权委托书): `agent` bids in one sale, `principal` buys.

    In force once the principal, who has an account, confirms it, or the house has verified the
    paper of one who has none. `valid_until` is the first moment at which it no longer holds.
    """

    sale = models.ForeignKey("auctions.Sale", on_delete=models.PROTECT, related_name="powers")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="powers_held"
    )
    principal_kind = models.CharField(_("授权人是"), max_length=12, choices=PartyKind)
    principal_name = models.CharField(_("授权人姓名或名称"), max_length=160)
    principal_email = models.EmailField(_("授权人电子邮箱"), max_length=254)
    principal = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="powers"
    )
    amount_minor = models.BigIntegerField(_("授权金额"))
    valid_from = models.DateTimeField(_("有效期自"))
    valid_until = models.DateTimeField(_("有效期至"))
    document = models.OneToOneField(
        "media.Document", on_delete=models.PROTECT, related_name="power"
    )
    state = models.CharField(max_length=8, choices=PowerState, default=PowerState.WAITING)
    handed_in_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("授权委托书")
        verbose_name_plural = _("授权委托书")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sale", "state"], name="power_by_sale"),
            models.Index(fields=["principal_email"], name="power_by_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="power_above_zero"),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="power_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state=PowerState.IN_FORCE)
                | (
                    Q(principal__isnull=False)
                    & (Q(confirmed_by__isnull=False) | Q(verified_by__isnull=False))
                ),
                name="power_in_force_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PowerState.REFUSED, PowerState.REVOKED])
                | (Q(ended_at__isnull=False) & ~Q(reason="")),
                name="power_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id}: {self.principal_name}"

    @property
    def last_moment(self):
        """A moment of its last day, for display."""
        return self.valid_until - timedelta(seconds=1)

    @property
    def amount(self) -> Money:
        """Up to how much the agent may bid."""
        return Money(self.amount_minor, self.sale.currency)


class RelationQuerySet(models.QuerySet["Relation"]):
    def live(self) -> "RelationQuerySet":
        return self.filter(ended_at__isnull=True)


class Relation(models.Model):
    """Somebody (`party`) is close to a house's people (`house`) or to another party (`other`).

    Declared by himself, or entered by the house or an operator; it holds until it is ended.
    """

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(_("关系"), max_length=8, choices=RelationKind)
    house = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    other = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sale = models.ForeignKey("auctions.Sale", on_delete=models.PROTECT, related_name="+")
    is_declared = models.BooleanField(default=False, help_text="By the bidder himself.")
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("关联关系")
        verbose_name_plural = _("关联关系")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(house__isnull=False, other__isnull=True)
                | Q(house__isnull=True, other__isnull=False),
                name="relation_to_one",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="relation_end_reason"
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "house"],
                condition=Q(ended_at__isnull=True, house__isnull=False),
                name="relation_to_house_once",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "other"],
                condition=Q(ended_at__isnull=True, other__isnull=False),
                name="relation_to_party_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind}"
