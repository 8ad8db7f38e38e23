"""What payments can prove of the books: their sums, money in transit, what gateways reported."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from ..audit import Fault
from ..enums import Purpose
from ..models import Account, Payment, Payout, ReconciliationRun, Refund, StrayMoney
from ..services.outgoing import IN_TRANSIT
from .enums import OutgoingState, StrayState

_UNDER_WAY = (OutgoingState.ASKED, OutgoingState.SENT)


def payments_hold() -> Iterator[Fault]:
    """All checks of payments, for `audit.register_check`."""
    yield from unequal_payments()
    yield from unequal_transit()
    yield from unequal_gateways()


def unequal_payments() -> Iterator[Fault]:
    """Payments whose sums are not those of their receipts, assigned money and refunds."""
    assigned = dict(
        StrayMoney.objects.filter(state=StrayState.ASSIGNED)
        .values("payment")
        .annotate(sum=Sum("amount_minor"))
        .values_list("payment", "sum")
        .order_by()
    )
    refunded = dict(
        Refund.objects.filter(state=OutgoingState.DONE)
        .values("payment")
        .annotate(sum=Sum("amount_minor"))
        .values_list("payment", "sum")
        .order_by()
    )
    rows = Payment.objects.annotate(credited=Coalesce(Sum("receipts__credited_minor"), 0))
    rows = rows.filter(
        ~Q(received_minor=F("credited")) | Q(pk__in=assigned) | ~Q(refunded_minor=0)
        | Q(pk__in=refunded)
    )  # fmt: skip
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        came = row.credited + assigned.get(row.pk, 0)
        if row.received_minor != came:
            yield Fault("payment", row.reference, f"received {row.received_minor}, came {came}")
        if row.refunded_minor != refunded.get(row.pk, 0):
            yield Fault("payment", row.reference, f"refunded {row.refunded_minor}")


def unequal_transit() -> Iterator[Fault]:
    """Money in transit that is not what is under way."""
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    for model in (Refund, Payout):
        rows = model._default_manager.filter(state__in=_UNDER_WAY).values_list(
            "gateway", "currency", "amount_minor"
        )
        for gateway, currency, amount in rows:
            waiting[f"{gateway}{IN_TRANSIT}", currency] += amount
    accounts = Account.objects.filter(purpose=Purpose.CLEARING, gateway__endswith=IN_TRANSIT)
    for row in accounts.order_by("pk"):
        under_way = waiting.pop((row.gateway, row.currency), 0)
        if row.balance_minor != -under_way:
            yield Fault("transit", str(row), f"{-row.balance_minor}, under way {under_way}")
    for (gateway, currency), amount in sorted(waiting.items()):
        yield Fault("transit", f"{gateway}:{currency}", f"0, under way {amount}")


def unequal_gateways() -> Iterator[Fault]:
    """Gateways whose last comparison did not come to the same sum."""
    for name in ReconciliationRun.objects.values_list("gateway", flat=True).distinct().order_by():
        last = ReconciliationRun.objects.filter(gateway=name).first()
        assert last is not None  # noqa: S101 - there is one of this name
        for currency, sums in last.totals.items():
            if sums["gateway"] != sums["books"]:
                yield Fault("gateway", f"{name}:{currency}", f"{sums['gateway']} {sums['books']}")
