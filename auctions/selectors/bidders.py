"""What the decision on a bid must know of its bidders, in one query after the lock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Sum, Value, When

from artmarket.accounts.enums import STAFF_ROLES
from artmarket.accounts.models import Membership, RoleGrant
from artmarket.core.clock import DbClock, read_moment

from ..enums import Bar
from ..models import Bid, Lot, Paddle, Sale

T = TypeVar("T")


# Numbers and words only: they come from every database as they are.
_COLUMNS: Final = ("id", "sale_id", "party_id", "user_id", "number", "state", "bid_limit_minor")


@dataclass(slots=True)
class Bidder:
    """A paddle with what decides about its bid on one lot.

    `is_active` says it of the account, `now` is the database's time, `own_maximum` the highest live
    maximum here, `led_minor` the maxima of the other lots of the sale that it leads, `has_key`
    whether one of the keys was used, `bar` why it may not bid here (empty: it may).
    """

    paddle: Paddle
    is_active: bool
    now: datetime
    own_maximum: int | None
    led_minor: int
    has_key: bool
    bar: str


def bidders_of(lot: Lot, *, paddles: Collection[int], keys: Collection[str]) -> dict[int, Bidder]:
    """The paddles of the lot's sale among those asked for, by their key; one query.

    Its words are made once a process, because making them costs more than the answer.
    """
    if not paddles:
        return {}
    asked, used = _padded(paddles), _padded(keys)
    words, places = _statement(len(asked), len(used), connection.vendor)
    given: dict[Any, Any] = {
        **dict(zip(_LOT, (lot.pk, lot.sale_id, lot.sale.house_id, lot.consignor_id), strict=True)),
        **{_paddle(n): pk for n, pk in enumerate(asked)},
        **{_key(n): key for n, key in enumerate(used)},
    }
    with connection.cursor() as cursor:
        cursor.execute(words, [given.get(place, place) for place in places])
        rows = cursor.fetchall()
    return {row[0]: _bidder(row) for row in rows}


def _bidder(row: Sequence[Any]) -> Bidder:
    columns = len(_COLUMNS)
    paddle = Paddle.from_db(connection.alias, _COLUMNS, row[:columns])
    is_active, now, own, led, has_key, bar = row[columns:]
    return Bidder(paddle, bool(is_active), read_moment(now), own, led or 0, bool(has_key), bar)


# What stands for the values while the words are made: no row has such keys.
_LOT: Final = (-1, -2, -3, -4)


def _paddle(n: int) -> int:
    return -100 - n


def _key(n: int) -> str:
    return f"\x1f{n}"


def _padded(values: Collection[T]) -> list[T]:
    """The values, the last one repeated up to a power of two: few different statements."""
    given = list(values)
    return given + given[-1:] * ((1 << (len(given) - 1).bit_length()) - len(given))


@lru_cache(maxsize=64)
def _statement(paddles: int, keys: int, vendor: str) -> tuple[str, Sequence[Any]]:
    """SQL, and in the place of its values what stands for them."""
    pk, sale, house, consignor = _LOT
    lot = Lot(pk=pk, sale=Sale(pk=sale, house_id=house), consignor_id=consignor)
    used = Bid.objects.filter(paddle=OuterRef("pk"), key__in=[_key(n) for n in range(keys)])
    rows = Paddle.objects.filter(pk__in=[_paddle(n) for n in range(paddles)], sale=sale).annotate(
        now=DbClock(), own_maximum=_own_maximum(lot), led_minor=_led(lot), has_key=Exists(used),
        bar=bar_on(lot),
    )  # fmt: skip
    shown = ("user__is_active", "now", "own_maximum", "led_minor", "has_key", "bar")
    return rows.order_by().values_list(*_COLUMNS, *shown).query.sql_with_params()


def bar_on(lot: Lot) -> Case:
    """Why a paddle may not bid on a lot: the house, its people, the platform's, the consignor.

    By law nobody of them bids, himself or through others (拍卖法 22, 23, 30).
    """
    of_house = Membership.objects.filter(
        user=OuterRef("user"), organisation=lot.sale.house_id, ended_at__isnull=True
    )
    of_consignor = Membership.objects.filter(
        user=OuterRef("user"), organisation__party=lot.consignor_id, ended_at__isnull=True
    )
    staff = RoleGrant.objects.filter(
        user=OuterRef("user"), role__in=STAFF_ROLES, revoked_at__isnull=True
    )
    return Case(
        When(Exists(of_house) | Q(party__organisation=lot.sale.house_id), then=Value(Bar.HOUSE)),
        When(
            Q(party=lot.consignor_id) | Q(user__party=lot.consignor_id) | Exists(of_consignor),
            then=Value(Bar.CONSIGNOR),
        ),
        When(Exists(staff), then=Value(Bar.STAFF)),
        default=Value(""),
        output_field=CharField(),
    )


def _own_maximum(lot: Lot) -> Subquery:
    live = Bid.objects.counting().filter(lot=lot, paddle=OuterRef("pk"))
    return Subquery(live.order_by("-maximum_minor").values("maximum_minor")[:1])


def _led(lot: Lot) -> Subquery:
    led = Lot.objects.live().filter(sale=lot.sale_id, leader=OuterRef("pk")).exclude(pk=lot.pk)
    totals = led.order_by().values("leader").annotate(total=Sum("leader_maximum"))
    return Subquery(totals.values("total"))
