"""Houses, sales, lots and bidders for the tests, made through the services.

The clock that decides is the database's and cannot be moved: where a test needs a sale whose
bidding has begun, its hours are put into the past after the announcement.
"""

from datetime import timedelta
from itertools import count

import pytest

from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_now, today
from artmarket.core.errors import Invalid
from auctions import rule_books
from auctions.enums import PaddleState
from auctions.models import Lot, Paddle, Sale
from auctions.services import consignments, paddles, sales
from auctions.services.bidding import BidRequest, place_bid
from auctions.services.consignments import ConsignmentTerms
from auctions.services.sales import SaleTerms
from tests.accounts.identities import identified, licensed
from tests.catalog.factories import registered
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

_keys = count(1)


def house():
    """A licensed auction house with an administrator (`house.boss`)."""
    made = OrganisationFactory(kind=OrganisationKind.AUCTION_HOUSE, name=f"潍州拍卖{next(_keys)}")
    made.boss = UserFactory()
    MembershipFactory(organisation=made, user=made.boss, admin=True)
    licensed(made, by=made.boss, kind=LicenceKind.AUCTION)
    return made


def yuan(amount: int | None) -> int | None:
    return None if amount is None else amount * 100


def consigned(of_house, work=None, *, opening=1000, reserve=None):
    """A registered work under contract with a house."""
    work = work or registered()
    owner = work.created_by
    if not owner.identity_checks.exists():
        identified(owner, by=owner)
    made = consignments.consign_work(actor=owner, work_id=work.pk, house_id=of_house.pk)
    terms = ConsignmentTerms(
        opening_minor=yuan(opening),
        estimate_low_minor=yuan(2000),
        estimate_high_minor=yuan(3_000_000),
        reserve_minor=yuan(reserve),
    )
    consignments.propose_terms(actor=of_house.boss, consignment_id=made.pk, terms=terms)
    return consignments.agree_terms(actor=owner, consignment_id=made.pk)


def terms(**changes) -> SaleTerms:
    """A sale that may be announced today."""
    day, now = today(), db_now()
    values = {
        "title": "春季书画专场",
        "notice_on": day,
        "viewing_from": day + timedelta(days=5),
        "viewing_until": day + timedelta(days=7),
        "opens_at": now + timedelta(days=9),
        "closes_at": now + timedelta(days=10),
    }
    return SaleTerms(**(values | changes))


def announced(*, lots=1, opening=1000, reserve=None, of_house=None, **changes) -> Sale:
    """An announced sale; its house is `sale.house` with `boss`."""
    of_house = of_house or house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(**changes))
    sales.publish_conditions(actor=of_house.boss, house_id=of_house.pk, text="拍卖规则")
    for _n in range(lots):
        row = consigned(of_house, opening=opening, reserve=reserve)
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    sale = sales.announce_sale(actor=of_house.boss, sale_id=sale.pk)
    sale.house.boss = of_house.boss
    return sale


def begun(*, minutes_left: float = 60, **changes) -> Sale:
    """A sale whose bidding has begun; all lots end in so many minutes."""
    sale = announced(**changes)
    put_hours(sale, minutes_left)
    return sale


def put_hours(sale: Sale, minutes_left: float) -> None:
    now = db_now()
    ends_at = now + timedelta(minutes=minutes_left)
    opens_at = min(now, ends_at) - timedelta(hours=1)
    Sale.objects.filter(pk=sale.pk).update(opens_at=opens_at, closes_at=ends_at)
    Lot.objects.filter(sale=sale).update(first_end=ends_at, ends_at=ends_at)
    sale.refresh_from_db(fields=["opens_at", "closes_at"])


def bidder(sale: Sale, *, limit: int | None = None, state: str = PaddleState.APPROVED) -> Paddle:
    """An identified person with an approved paddle."""
    user = UserFactory(buyer=True)
    identified(user, by=user)
    paddle = paddles.register_paddle(actor=user, sale_id=sale.pk, conditions_id=sale.conditions_id)
    if state != PaddleState.PENDING:
        paddle = paddles.decide_paddle(
            actor=sale.house.boss, paddle_id=paddle.pk, state=state,
            bid_limit_minor=yuan(limit), note="资料不全",
        )  # fmt: skip
    return paddle


def request(paddle: Paddle, amount: int, *, key: str = "", **more) -> BidRequest:
    """An offer in whole yuan."""
    return BidRequest(paddle.user, paddle.pk, amount * 100, "CNY", key or f"k{next(_keys)}", **more)


def bid(lot: Lot, paddle: Paddle, amount: int, **more):
    """Place a bid in whole yuan; the answer."""
    return place_bid(actor=paddle.user, lot_id=lot.pk, request=request(paddle, amount, **more))


def fresh(lot: Lot) -> Lot:
    """The lot as it stands in the database."""
    return Lot.objects.select_related("sale").get(pk=lot.pk)


def consignor_paddle(sale: Sale, lot: Lot) -> Paddle:
    """The consignor of a lot with an approved paddle: he may bid on other lots only."""
    user = lot.consignor.user
    paddle = paddles.register_paddle(
        actor=user, sale_id=sale.pk, conditions_id=sale.conditions_id, party_id=party_of(user).pk
    )
    return paddles.decide_paddle(
        actor=sale.house.boss, paddle_id=paddle.pk, state=PaddleState.APPROVED
    )


def refusal_of(call, kind=Invalid):
    with pytest.raises(kind) as refusal:
        call()
    return refusal.value


forget_rule_sets = rule_books.forget
