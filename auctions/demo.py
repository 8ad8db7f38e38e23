"""Sales of the demonstration district: one announced, one in preparation, works on their way.

All through the services. A sale is known again by its house and title, a work by its consignment;
a second run adds only what is missing. A sale that is over cannot be shown: the clock that decides
is the database's.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from artmarket.accounts import gates
from artmarket.accounts.models import Organisation, User
from artmarket.core import demo
from artmarket.core.clock import SHANGHAI, db_today
from catalog.enums import RelicStatus, WorkState
from catalog.models import Work

from .enums import LotState, PaddleState, SaleState
from .models import Consignment, Paddle, Sale
from .selectors.house import newest_conditions
from .services import consignments, paddles, sales
from .services.consignments import ConsignmentTerms
from .services.sales import SaleTerms

HOUSE, ADMIN = "yuanfeng-auction", "auction"
ANNOUNCED, DRAFT = "鸢都小品专场", "春季书画专场"
LOTS = {ANNOUNCED: 7, DRAFT: 2}
WAITING = 2
# Opening, low and high estimate and reserve in yuan, in turn; None: no reserve.
PRICES = (
    (800, 1200, 2200, 1000), (3000, 4200, 6000, 3800), (500, 800, 1500, None),
    (2000, 3000, 4500, 2600), (1000, 1600, 2600, None), (5000, 7000, 9800, 6600),
    (300, 500, 900, None),
)  # fmt: skip
CONDITION = "正面完好，背面有轻微的搬运旧痕；登记照片中都看得到。演示数据。"
RULES = """演示数据，不是真实的拍卖规则。

一、竞买人登记时要核验身份，并同意本规则。
二、出价后不得撤回。最后几分钟有人出价的，按公告的延时规则延时。
三、未达到保留价的出价不发生效力。
四、成交后七日内付清落槌价和买受人佣金。"""
RULES_EN = """Demonstration data, not real conditions of sale.

1. Bidders are identified when they register, and accept these conditions.
2. A bid cannot be withdrawn. Bids in the last minutes extend the lot as announced.
3. A bid below the reserve has no effect.
4. Hammer price and buyer's premium are paid within seven days."""
WORDS: dict[str, dict[str, str]] = {
    ANNOUNCED: {
        "title_en": "Small works from Weifang",
        "description": "书画、年画、风筝和文房小品。演示数据。",
        "description_en": "Paintings, prints, kites and scholar's objects. Demonstration data.",
    },
    DRAFT: {
        "title_en": "Spring sale of painting and calligraphy",
        "description": "正在征集。演示数据。",
        "description_en": "Consignments are invited. Demonstration data.",
    },
}


def load(stage: demo.Stage) -> None:
    """Make what is missing."""
    house = Organisation.objects.filter(slug=HOUSE).first()
    boss = User.objects.filter(email=demo.address(ADMIN)).first()
    if house is None or boss is None:
        return
    if newest_conditions(house) is None:
        sales.publish_conditions(actor=boss, house_id=house.pk, text=RULES, text_en=RULES_EN)
    for title, wanted in LOTS.items():
        sale = _sale(boss, house, title)
        if sale.state != SaleState.DRAFT:
            continue
        _fill(boss, house, sale, wanted)
        if title == ANNOUNCED:
            _announce(boss, sale)
    _let_wait(boss, house)
    stage.say(f"sales: {house.sales.count()}, lots: {_lots(house)}")


def sales_are_loaded() -> bool:
    """Whether an earlier run came to its end."""
    house = Organisation.objects.filter(slug=HOUSE).first()
    if house is None:
        return False
    announced = house.sales.filter(title=ANNOUNCED).exclude(state=SaleState.DRAFT)
    waiting = house.consignments.filter(lots__isnull=True)
    return announced.exists() and waiting.count() >= WAITING


def _terms(title: str) -> SaleTerms:
    """The announced sale keeps the notice and the display of the law with days to spare."""
    common: dict[str, Any] = {
        "title": title, "place": "潍坊市高新区健康东街，鸢风拍卖行", "storage": "district-100",
    }  # fmt: skip
    if title == DRAFT:
        return SaleTerms(**common, **WORDS[title])
    day = db_today()
    opens_on, closes_on = day + timedelta(days=10), day + timedelta(days=12)
    return SaleTerms(
        **common,
        **WORDS[title],
        notice_on=day,
        viewing_from=day + timedelta(days=6),
        viewing_until=day + timedelta(days=9),
        opens_at=datetime.combine(opens_on, time(10), tzinfo=SHANGHAI),
        closes_at=datetime.combine(closes_on, time(20), tzinfo=SHANGHAI),
        stagger_seconds=120,
    )


def _sale(boss: User, house: Organisation, title: str) -> Sale:
    sale = house.sales.filter(title=title).first()
    return sale or sales.create_sale(actor=boss, house_id=house.pk, terms=_terms(title))


def _fill(boss: User, house: Organisation, sale: Sale, wanted: int) -> None:
    """Lots up to the number wanted: what is under contract first, then new works."""
    ready = house.consignments.filter(state="contracted", lots__isnull=True)
    for row in list(ready) + [None] * wanted:
        have = sale.lots.exclude(state=LotState.WITHDRAWN).count()
        if have >= wanted:
            return
        contract = row or _contract(boss, house)
        if contract is None:
            return
        sales.add_lot(actor=boss, sale_id=sale.pk, consignment_id=contract.pk, condition=CONDITION)


def _announce(boss: User, sale: Sale) -> None:
    """Announce, with hours counted from today, and let two people register."""
    if not sale.lots.exists():
        return
    sales.change_sale(actor=boss, sale_id=sale.pk, terms=_terms(sale.title))
    announced = sales.announce_sale(actor=boss, sale_id=sale.pk)
    for key, state in (("merchant", PaddleState.APPROVED), ("gallery", PaddleState.PENDING)):
        user = User.objects.filter(email=demo.address(key)).first()
        if user is None or gates.identity_of(user) is None:
            continue
        paddle: Paddle = paddles.register_paddle(
            actor=user, sale_id=sale.pk, conditions_id=announced.conditions_id
        )
        if state == PaddleState.APPROVED:
            paddles.decide_paddle(
                actor=boss, paddle_id=paddle.pk, state=state, bid_limit_minor=50_000_00
            )


def _let_wait(boss: User, house: Organisation) -> None:
    """One work waits for the house's terms, one for its owner's answer."""
    open_ones = house.consignments.filter(state__in=("offered", "proposed"))
    for n in range(open_ones.count(), WAITING):
        row = _offer(house)
        if row is not None and n:
            _propose(boss, row)


def _contract(boss: User, house: Organisation) -> Consignment | None:
    row = _offer(house)
    if row is None:
        return None
    _propose(boss, row)
    return consignments.agree_terms(actor=row.offered_by, consignment_id=row.pk)


def _propose(boss: User, row: Consignment) -> None:
    opening, low, high, reserve = PRICES[row.work_id % len(PRICES)]
    terms = ConsignmentTerms(
        opening_minor=opening * 100,
        estimate_low_minor=low * 100,
        estimate_high_minor=high * 100,
        reserve_minor=None if reserve is None else reserve * 100,
        withdrawal=Decimal(10),
        note="演示数据。",
    )
    consignments.propose_terms(actor=boss, consignment_id=row.pk, terms=terms)


def _offer(house: Organisation) -> Consignment | None:
    """The next work that its owner, an identified account of the district, can give."""
    works = Work.objects.filter(
        state=WorkState.REGISTERED,
        is_public=True,
        is_destroyed=False,
        objectid_score=10,
        relic_status=RelicStatus.NOT_RELIC,
        created_by__email__iendswith=f"@{demo.DOMAIN}",
        consignments__isnull=True,
        encumbrances__isnull=True,
    ).order_by("-pk")
    for work in works[:200]:
        holders = list(
            work.title_shares.filter(to_event__isnull=True).select_related("party__user")
        )
        owner = holders[0].party.user if len(holders) == 1 else None
        if owner is None or gates.identity_of(owner) is None:
            continue
        return consignments.consign_work(
            actor=owner, work_id=work.pk, house_id=house.pk, note="演示数据。"
        )
    return None


def _lots(house: Organisation) -> int:
    return sum(sale.lots.count() for sale in house.sales.all())
