"""What pages of payments read: what waits for a person, and whose payments are whose."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of

from ..enums import Purpose
from ..gateways import BANK, MANUAL, STRIPE
from ..models import (
    ChargeDispute,
    DueDiligence,
    Payment,
    Payout,
    PayoutAccount,
    ReconciliationDifference,
    ReconciliationRun,
    Refund,
    StatementLine,
    StrayMoney,
)
from ..services.disputes import CLOSED
from .enums import OutgoingState, StrayState

M = TypeVar("M", Refund, Payout)


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of things to do: a slug for addresses, words, and the open rows."""

    kind: str
    title: str | Promise
    rows: QuerySet[Any]


def to_do() -> list[Group]:
    """Everything that waits for a person, the oldest first; a query a group."""
    waiting = Q(gateway__in=MANUAL, state__in=(OutgoingState.ASKED, OutgoingState.SENT))
    return [
        Group("stray", _("待查款"), strays().filter(state=StrayState.OPEN).order_by("pk")),
        Group("diligence", _("尽职调查"), diligence().filter(done_at=None)),
        Group("refund", _("待付退款"), refunds().filter(waiting).order_by("pk")),
        Group("payout", _("待付货款"), payouts().filter(waiting).order_by("pk")),
        Group("failed_refund", _("没有成功的退款"), failed_refunds().order_by("pk")),
        Group("failed_payout", _("没有成功的付款"), failed_payouts().order_by("pk")),
        Group("dispute", _("拒付争议"), disputes().exclude(status__in=CLOSED).order_by("pk")),
        Group("difference", _("对账差异"), differences().filter(closed_at=None).order_by("pk")),
    ]


def strays() -> QuerySet[StrayMoney]:
    """Money without an owner."""
    return StrayMoney.objects.select_related("receipt", "payment__party", "decided_by")


def diligence() -> QuerySet[DueDiligence]:
    """Days over a limit, the most urgent first."""
    return DueDiligence.objects.select_related("party", "done_by")


def refunds() -> QuerySet[Refund]:
    """Refunds with whose they are."""
    return Refund.objects.select_related("payment__party")


def payouts() -> QuerySet[Payout]:
    """Payouts with whose they are, and where the bank is to send them."""
    return Payout.objects.select_related("party__bank_details")


def failed_refunds() -> QuerySet[Refund]:
    """Refunds that a person may send again."""
    return _dead(refunds())


def failed_payouts() -> QuerySet[Payout]:
    """Payouts that a person may send again."""
    return _dead(payouts())


def _dead(rows: QuerySet[M]) -> QuerySet[M]:
    """Those that failed, were not sent again, and whose money is still on its account.

    Refunds of deposits are sent again by the house, on its page of the deposit.
    """
    failed = rows.filter(
        state=OutgoingState.FAILED, replaced_by=None,
        from_account__balance_minor__gte=F("amount_minor"),
    )  # fmt: skip
    return failed.exclude(from_account__purpose=Purpose.DEPOSIT)


def disputes() -> QuerySet[ChargeDispute]:
    """Disputes with whose payment they are about."""
    return ChargeDispute.objects.select_related("payment__party")


def differences() -> QuerySet[ReconciliationDifference]:
    """What does not agree with a gateway."""
    return ReconciliationDifference.objects.select_related("closed_by")


def runs() -> QuerySet[ReconciliationRun]:
    """Comparisons, the newest first."""
    return ReconciliationRun.objects.all()


def lines() -> QuerySet[StatementLine]:
    """Lines of statements, the newest first."""
    return StatementLine.objects.select_related("entry")


def payments_of(user: User) -> QuerySet[Payment]:
    """What those for whom this person acts were asked for."""
    rows = Payment.objects.filter(party__in=parties_of(user)).select_related("party")
    return rows.with_refunds().order_by("-pk")


@dataclass(frozen=True, slots=True)
class PaidOut:
    """How a party is paid out: its account at Stripe, if it has one, and the way it chose."""

    party: Party
    account: PayoutAccount | None
    way: str

    @property
    def is_ready(self) -> bool:
        """Whether there is something to choose."""
        return self.account is not None and self.account.is_ready


def payout_accounts_of(user: User) -> list[PaidOut]:
    """Each party for whom this person acts; two queries."""
    parties = list(parties_of(user).select_related("payout_choice").order_by("pk")[:50])
    rows = PayoutAccount.objects.filter(party__in=parties, gateway=STRIPE)
    known = {row.party_id: row for row in rows}
    found = []
    for party in parties:
        account = known.get(party.pk)
        chosen = getattr(party, "payout_choice", None)
        is_ready = account is not None and account.is_ready
        default = STRIPE if is_ready else BANK
        found.append(PaidOut(party, account, chosen.gateway if chosen and is_ready else default))
    return found


def has_payments(user: User) -> bool:
    """Whether there is anything to see on his page."""
    return Payment.objects.filter(party__in=parties_of(user)).exists()


def payments(words: str = "") -> QuerySet[Payment]:
    """All payments, by a part of the reference or of the party's name."""
    rows = Payment.objects.select_related("party").with_refunds().order_by("-pk")
    compact = "".join(c for c in words.upper() if c.isalnum())
    if compact:
        name = "".join(c for c in words if c.isprintable()).strip()
        rows = rows.filter(Q(reference__contains=compact) | Q(party__name__icontains=name))
    return rows
