"""Sales and their catalogue: the edges of notice and display, the order of lots, what stays fixed,
the hammer.
"""

from datetime import timedelta

import pytest

from artmarket.accounts.gates import NotLicensed
from artmarket.accounts.models import Licence
from artmarket.core.clock import SHANGHAI, db_now, today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from auctions.enums import LotState, SaleState
from auctions.models import Conditions, Lot, LotEvent, Sale
from auctions.services import sales
from catalog.models import Encumbrance
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from tests.auctions.factories import (
    announced,
    begun,
    consigned,
    fresh,
    house,
    put_hours,
    refusal_of,
    terms,
)  # fmt: skip
from tests.catalog.factories import person, registered
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def drafted(of_house=None, *, lots=1, reserve=None, **changes) -> Sale:
    """A draft that could be announced, but for the changes."""
    of_house = of_house or house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(**changes))
    sales.publish_conditions(actor=of_house.boss, house_id=of_house.pk, text="拍卖规则")
    for _n in range(lots):
        row = consigned(of_house, reserve=reserve)
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    sale.house.boss = of_house.boss
    return sale


def announce(sale):
    return sales.announce_sale(actor=sale.house.boss, sale_id=sale.pk)


# ------------------------------------------------------------------ drafts


def test_only_the_administrator_of_a_licensed_house_holds_sales():
    of_house = house()
    for actor in (UserFactory(), UserFactory(operator=True), house().boss):
        with pytest.raises(NotAllowed):
            sales.create_sale(actor=actor, house_id=of_house.pk, terms=terms())
    gallery = OrganisationFactory()
    with pytest.raises(NotAllowed):
        sales.create_sale(actor=of_house.boss, house_id=gallery.pk, terms=terms())
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    found = refusal_of(
        lambda: sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms()),
        NotLicensed,
    )
    assert found.rule == "auction.house_licence"
    assert not Sale.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"title": "  "}, "title", None),
        ({"ladder": "none-such"}, "ladder", None),
        ({"reserve_policy": "house"}, "reserve_policy", "auction.reserve_policies"),
        ({"reserve_policy": "half_step"}, "reserve_policy", "auction.reserve_policies"),
        ({"stagger_seconds": -1}, "stagger_seconds", None),
        ({"stagger_seconds": 86_401}, "stagger_seconds", None),
        ({"format": "sealed"}, "sealed_price", None),
        ({"sealed_price": "first"}, "sealed_price", None),
        ({"format": "dutch"}, "format", None),
    ],
)
def test_terms_that_cannot_be_are_refused(changes, field, rule):
    of_house = house()
    found = refusal_of(
        lambda: sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(**changes))
    )
    assert (set(found.fields), found.rule) == ({field}, rule)
    assert not Sale.objects.exists()


def test_a_sale_ends_after_it_opens():
    of_house, at = house(), db_now() + timedelta(days=9)
    found = refusal_of(
        lambda: sales.create_sale(
            actor=of_house.boss, house_id=of_house.pk, terms=terms(opens_at=at, closes_at=at)
        )
    )
    assert set(found.fields) == {"closes_at"}


def test_conditions_are_numbered_and_the_newest_is_taken():
    sale = drafted()
    boss = sale.house.boss
    second = sales.publish_conditions(
        actor=boss, house_id=sale.house_id, text="新规则", text_en="New"
    )
    assert second.version == 2
    assert announce(sale).conditions == second
    third = sales.publish_conditions(actor=boss, house_id=sale.house_id, text="再新")
    sale.refresh_from_db()
    assert (third.version, sale.conditions) == (3, second)
    with pytest.raises(NotAllowed):
        sales.publish_conditions(actor=UserFactory(), house_id=sale.house_id, text="x")
    assert (
        "text"
        in refusal_of(
            lambda: sales.publish_conditions(actor=boss, house_id=sale.house_id, text=" ")
        ).fields
    )
    assert Conditions.objects.count() == 3


# ------------------------------------------------------------------ lots


def test_a_lot_takes_the_lock_and_the_terms_of_the_contract():
    sale = drafted(reserve=1500)
    lot = sale.lots.get()
    assert (lot.number, lot.opening_minor, lot.reserve_minor) == (1, 1000_00, 1500_00)
    assert (lot.encumbrance.kind, lot.encumbrance.released_at) == ("sale", None)
    again = refusal_of(
        lambda: sales.add_lot(
            actor=sale.house.boss, sale_id=sale.pk, consignment_id=lot.consignment_id
        ),
        Encumbered,
    )
    assert again.rule == "catalog.encumbrance_exclusive"
    assert Lot.objects.count() == 1


def test_a_work_without_a_contract_with_this_house_is_refused():
    sale = drafted(lots=0)
    other = consigned(house())
    with pytest.raises(WrongState):
        sales.add_lot(actor=sale.house.boss, sale_id=sale.pk, consignment_id=other.pk)
    with pytest.raises(WrongState):
        sales.add_lot(actor=sale.house.boss, sale_id=sale.pk, consignment_id=0)
    own = consigned(sale.house)
    with pytest.raises(NotAllowed):
        sales.add_lot(actor=UserFactory(), sale_id=sale.pk, consignment_id=own.pk)
    assert not Lot.objects.exists()


def test_a_work_pledged_after_the_contract_is_refused():
    sale = drafted(lots=0)
    row = consigned(sale.house)
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=row.work_id, kind="pledge", reference="1"
    )
    found = refusal_of(
        lambda: sales.add_lot(actor=sale.house.boss, sale_id=sale.pk, consignment_id=row.pk),
        Encumbered,
    )
    assert found.data == {"kind": "pledge"}


@pytest.mark.parametrize(
    ("relic", "rule"),
    [
        ("", "catalog.relic_status_unknown_blocks"),
        ("precious", "catalog.relic_not_tradable"),
        ("no_export", "catalog.relic_not_tradable"),
    ],
)
def test_a_relic_or_a_work_not_yet_judged_is_refused(relic, rule):
    sale = drafted(lots=0)
    row = consigned(sale.house, registered(relic=relic))
    found = refusal_of(
        lambda: sales.add_lot(actor=sale.house.boss, sale_id=sale.pk, consignment_id=row.pk),
        DomainError,
    )
    assert found.rule == rule
    assert not Encumbrance.objects.exists()


def test_the_order_of_lots_is_set_as_a_whole():
    sale = drafted(lots=3)
    one, two, three = sale.lots.order_by("number").values_list("pk", flat=True)
    sales.order_lots(actor=sale.house.boss, sale_id=sale.pk, lot_ids=[three, one, two])
    assert list(sale.lots.order_by("number").values_list("pk", "number")) == [
        (three, 1), (one, 2), (two, 3),
    ]  # fmt: skip
    for wrong in ([three, one], [three, one, two, two], [three, three, one], []):
        found = refusal_of(
            lambda wrong=wrong: sales.order_lots(
                actor=sale.house.boss, sale_id=sale.pk, lot_ids=wrong
            )
        )
        assert set(found.fields) == {"order"}
    with pytest.raises(NotAllowed):
        sales.order_lots(actor=UserFactory(), sale_id=sale.pk, lot_ids=[one, two, three])


# ------------------------------------------------------------------ announcement


def opening_in(days: int):
    """Ten in the morning of a day of Shanghai, so many days from today."""
    return (db_now().astimezone(SHANGHAI) + timedelta(days=days)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )


def hours(days: int, **changes) -> dict:
    opens = opening_in(days)
    return {"opens_at": opens, "closes_at": opens + timedelta(days=1)} | changes


def test_the_seventh_day_after_the_notice_is_early_enough_and_the_sixth_is_not():
    day = today()
    display = {"viewing_from": day + timedelta(days=1), "viewing_until": day + timedelta(days=3)}
    early = drafted(**hours(6, **display))
    found = refusal_of(lambda: announce(early))
    assert (set(found.fields), found.rule) == ({"opens_at"}, "listing.auction_notice_days")
    assert "7" in str(found.fields["opens_at"])
    assert str(day + timedelta(days=7)) in str(found.fields["opens_at"])
    assert announce(drafted(**hours(7, **display))).state == SaleState.ANNOUNCED


def test_a_notice_dated_back_counts_from_today():
    sale = drafted(**hours(6), notice_on=today() - timedelta(days=30))
    assert "opens_at" in refusal_of(lambda: announce(sale)).fields


def test_a_notice_dated_ahead_counts_from_its_day():
    sale = drafted(**hours(9), notice_on=today() + timedelta(days=3))
    assert "opens_at" in refusal_of(lambda: announce(sale)).fields


@pytest.mark.parametrize(
    ("first", "last", "is_enough"),
    [
        (5, 6, True),  # two whole days
        (6, 6, False),
        (7, 8, True),  # the two days before the ninth
        (8, 9, False),  # the day of the opening does not count
        (7, 12, True),  # it may go on while people bid
        (10, 12, False),
        (7, 5, False),
    ],
)
def test_display_takes_two_days_before_the_opening(first, last, is_enough):
    day = today()
    sale = drafted(
        **hours(9),
        viewing_from=day + timedelta(days=first),
        viewing_until=day + timedelta(days=last),
    )
    if is_enough:
        assert announce(sale).state == SaleState.ANNOUNCED
        return
    found = refusal_of(lambda: announce(sale))
    assert (set(found.fields), found.rule) == ({"viewing_until"}, "listing.auction_display_days")


def test_everything_that_is_missing_is_said_at_once():
    of_house = house()
    sale = sales.create_sale(
        actor=of_house.boss, house_id=of_house.pk, terms=sales.SaleTerms(title="专场")
    )
    found = refusal_of(lambda: sales.announce_sale(actor=of_house.boss, sale_id=sale.pk))
    assert set(found.fields) == {
        "notice_on", "viewing_from", "viewing_until", "opens_at", "closes_at", "lots", "conditions",
    }  # fmt: skip
    assert found.rule == "auction.conditions"


def test_a_sale_without_reserves_holds_no_lot_with_one():
    found = refusal_of(lambda: announce(drafted(reserve=1500, reserve_policy="none")))
    assert (set(found.fields), found.rule) == ({"reserve_policy"}, "auction.reserve_effect")
    assert announce(drafted(reserve_policy="none")).state == SaleState.ANNOUNCED


def test_a_house_whose_licence_ran_out_announces_nothing():
    sale = drafted()
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    assert refusal_of(lambda: announce(sale), NotLicensed).rule == "auction.house_licence"
    sale.refresh_from_db()
    assert sale.state == SaleState.DRAFT


def test_lots_end_one_after_the_other():
    sale = announced(lots=3, stagger_seconds=90)
    ends = list(sale.lots.order_by("number").values_list("ends_at", "first_end"))
    assert ends == [(sale.closes_at + timedelta(seconds=90 * n),) * 2 for n in range(3)]
    assert set(sale.lots.values_list("state", "ask_minor")) == {(LotState.ANNOUNCED, 1000_00)}


def test_lots_of_a_group_end_together():
    sale = announced(lots=3, stagger_seconds=90, closing="heffel-group")
    assert set(sale.lots.values_list("ends_at", flat=True)) == {sale.closes_at}


def test_a_lot_withdrawn_from_the_draft_keeps_its_number_and_takes_no_place():
    sale = drafted(lots=3)
    first = sale.lots.get(number=1)
    sales.withdraw_lot(actor=sale.house.boss, lot_id=first.pk, reason="破损")
    sale = announce(sale)
    rows = sale.lots.order_by("number").values_list("number", "state", "ends_at")
    step = timedelta(seconds=60)
    assert list(rows) == [
        (1, LotState.WITHDRAWN, None),
        (2, LotState.ANNOUNCED, sale.closes_at),
        (3, LotState.ANNOUNCED, sale.closes_at + step),
    ]


def test_what_is_announced_is_not_changed_any_more():
    sale = announced(lots=2)
    boss = sale.house.boss
    more = consigned(sale.house)
    order = list(sale.lots.values_list("pk", flat=True))
    for call in (
        lambda: sales.change_sale(actor=boss, sale_id=sale.pk, terms=terms(title="改名")),
        lambda: sales.order_lots(actor=boss, sale_id=sale.pk, lot_ids=order[::-1]),
        lambda: sales.add_lot(actor=boss, sale_id=sale.pk, consignment_id=more.pk),
        lambda: sales.announce_sale(actor=boss, sale_id=sale.pk),
    ):
        found = refusal_of(call, WrongState)
        assert "已经公告" in str(found)
    sale.refresh_from_db()
    assert (sale.title, sale.lots.count()) == ("春季书画专场", 2)


def test_a_withdrawn_lot_is_free_and_stays_in_the_catalogue():
    sale = begun()
    lot = sale.lots.get()
    for actor, reason, kind in (
        (UserFactory(), "x", NotAllowed), (lot.consignor.user, "x", NotAllowed),
        (sale.house.boss, " ", Invalid),
    ):  # fmt: skip
        with pytest.raises(kind):
            sales.withdraw_lot(actor=actor, lot_id=lot.pk, reason=reason)
    sales.withdraw_lot(actor=sale.house.boss, lot_id=lot.pk, reason="破损")
    stored = fresh(lot)
    assert (stored.state, stored.withdrawal_reason, stored.sequence) == ("withdrawn", "破损", 1)
    assert not Encumbrance.objects.live().exists()
    assert LotEvent.objects.get(lot=lot).data == {"reason": "破损"}
    with pytest.raises(WrongState):
        sales.withdraw_lot(actor=sale.house.boss, lot_id=lot.pk, reason="再撤")


def test_a_lot_whose_time_is_over_is_not_withdrawn():
    sale = begun()
    put_hours(sale, -0.001)
    with pytest.raises(WrongState):
        sales.withdraw_lot(actor=sale.house.boss, lot_id=sale.lots.get().pk, reason="便宜了")


def test_an_operator_withdraws_a_lot_and_the_work_is_free():
    lot = announced().lots.get()
    sales.withdraw_lot(actor=UserFactory(operator=True), lot_id=lot.pk, reason="有争议")
    assert Lot.objects.get(pk=lot.pk).state == LotState.WITHDRAWN
    assert not Encumbrance.objects.live().filter(work=lot.work_id).exists()
