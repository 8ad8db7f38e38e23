"""Who may not bid on a lot, as conditions on a paddle that the database judges.

By law the house and its people and the consignor bid neither themselves nor through others; the
platform's own people, whoever gave an opinion on the work, whoever holds it as lender or custodian,
and related parties likewise (拍卖法 22, 23, 30, 37; auction rules §9). Both who bids (`user`) and
for whom (`party`) are asked about. Every part is found by an index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now

from appraisal.selectors import opinions_on, panel_seats_on
from artmarket.accounts.enums import STAFF_ROLES
from artmarket.accounts.models import Membership, RoleGrant
from catalog.models import Encumbrance

from ..enums import Bar, HighValueState, PowerState
from ..models import Lot, Paddle, Power, Relation


@dataclass(frozen=True, slots=True)
class Of:
    """The lot that is asked about: keys, or an OuterRef to them."""

    lot: Any
    house: Any
    consignor: Any
    work: Any

    def inner(self) -> "Of":
        """The same, said from one query deeper."""
        return Of(*(_deeper(v) for v in (self.lot, self.house, self.consignor, self.work)))


def _deeper(value: Any) -> Any:
    return OuterRef(value) if isinstance(value, OuterRef) else value


def bar_case(of: Of) -> Case:
    """Why a paddle may not bid on a lot; empty: it may."""
    return Case(
        *(When(condition, then=Value(bar)) for bar, condition in _bars(of)),
        default=Value(""),
        output_field=CharField(),
    )


def barred_lots(paddle: Paddle) -> dict[int, str]:
    """The lots of the sale, by number, that a paddle may not bid on, each with why; one query.

    A power that does not hold at the moment and the high-value lots are no bars of a lot's own.
    """
    of = Of(OuterRef("pk"), paddle.sale.house_id, OuterRef("consignor_id"), OuterRef("work_id"))
    bar = Paddle.objects.filter(pk=paddle.pk).annotate(bar=bar_case(of)).values("bar")
    rows = Lot.objects.filter(sale=paddle.sale_id).annotate(bar=Subquery(bar)).order_by("number")
    passing = ("", Bar.POWER, Bar.HIGH_VALUE)
    return dict(rows.exclude(bar__in=passing).values_list("number", "bar"))


def _bars(of: Of) -> Iterator[tuple[Bar, Q | Exists]]:
    house, consignor = of.inner().house, of.inner().consignor
    people = _of_people(_members(organisation=house))
    yield Bar.HOUSE, Q(party__organisation=of.house) | Q(people)
    acts = _of_people(_members(organisation__party=consignor))
    yield Bar.CONSIGNOR, Q(party=of.consignor) | Q(user__party=of.consignor) | Q(acts)
    staff = RoleGrant.objects.filter(role__in=STAFF_ROLES, revoked_at__isnull=True)
    yield Bar.STAFF, _of_people(staff)
    judges = _of_people(panel_seats_on(of.inner().work), "expert__user")
    yield Bar.APPRAISER, Q(_of_people(opinions_on(of.inner().work), "by_user")) | Q(judges)
    yield Bar.HOLDER, _holds(of.inner())
    yield Bar.RELATED, _is_related(of.inner())
    in_force = Power.objects.filter(
        pk=OuterRef("power"), state=PowerState.IN_FORCE,
        valid_from__lte=Now(), valid_until__gt=Now(),
    )  # fmt: skip
    yield Bar.POWER, Q(power__isnull=False) & ~Q(Exists(in_force))
    apart = Lot.objects.filter(pk=of.inner().lot, is_high_value=True)
    yield Bar.HIGH_VALUE, ~Q(high_value=HighValueState.APPROVED) & Q(Exists(apart))


def _members(**more: Any) -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at__isnull=True, **more)


def _of_people(rows: QuerySet[Any], column: str = "user") -> Exists:
    """Rows about whoever bids, or about the person for whom."""
    bids, buys = Q(**{column: OuterRef("user")}), Q(**{column: OuterRef("party__user")})
    return Exists(rows.filter(bids | buys))


def _holds(inner: Of) -> Exists:
    """Who holds the work, or sells it by his power over it: the lock of an ordinary sale is held
    by nobody, that of a pledge which is being realised by the lender."""
    live = Encumbrance.objects.live().filter(work=inner.work)
    belongs = _members(
        organisation=OuterRef("holder__organisation"), user=OuterRef(OuterRef("user"))
    )
    holder = Q(holder=OuterRef("party")) | Q(holder__user=OuterRef("user"))
    return Exists(live.filter(holder | Q(Exists(belongs))))


def _is_related(inner: Of) -> Q:
    """Declared or entered as close to the consignor or the house's people, or of one organisation.

    Of one organisation: whoever bids, or for whom, belongs with the consignor to one; or the
    company that buys has one of the house's people among its members.
    """
    near = Relation.objects.live().filter(
        Q(house=inner.house) | Q(other=inner.consignor),
        Q(party=OuterRef("party")) | Q(party__user=OuterRef("user")),
    )
    bidder = Q(user=OuterRef(OuterRef("user"))) | Q(user=OuterRef(OuterRef("party__user")))
    also = _members(organisation=OuterRef("organisation")).filter(bidder)
    together = _members(user__party=inner.consignor).filter(
        Q(organisation=OuterRef("party__organisation")) | Q(Exists(also))
    )
    of_house = _members(organisation=_deeper(inner.house)).values("user")
    buyers = _members(organisation=OuterRef("party__organisation"), user__in=of_house)
    return Q(Exists(near)) | Q(Exists(together)) | Q(Exists(buyers))
