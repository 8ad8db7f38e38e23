"""Structure written as Chinese provenance text, and read back (registry rules, section 3)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.provenance import (
    Dates,
    Event,
    Kin,
    Party,
    Place,
    Price,
    Unwritable,
    event_from_structure,
    read_record,
    write_record,
)

NAMES = ["张三", "李四", "欧阳明", "张三家属", "潍坊风筝博物馆", "私人收藏", "John Doe", "于立群"]
HOUSES = ["北厅拍卖行", "蓝门画廊", "竹石公司"]
POINTS = ["1901", "1912?", "1923~", "1945-03", "1956-07-09", "1960-21", "196X", "18XX", "0625"]
GIVEN = [
    *("gift", "bequest", "transfer", "forced_sale", "consignment", "offered", "on_loan"),
    *("on_tour", "pledge", "possessed_by", "on_deposit", "delivered", "returned", "restitution"),
]
flags = st.booleans()
points = st.sampled_from(POINTS)
places = st.builds(Place, st.sampled_from(["潍坊", "济南", "青岛"]), flags)
plain = st.builds(Party, st.sampled_from(NAMES), flags)
years = st.sampled_from([(None, None), ("1900", "1980"), ("1921", None), (None, "1955")])
one_day = st.sampled_from(["1901", "1923?", "1945-03", "196X"])  # 约 would count for both ends
acquired = st.one_of(
    points.map(lambda point: (point, point)),
    points.map(lambda point: (None, point)),
    points.map(lambda point: (point, None)),
    st.just(("1950", "1955")),
)
stays = st.sampled_from([("1970", "1970"), ("1971-02", "1971-02"), ("1972", None)])
dates = st.one_of(
    st.just(Dates()),
    acquired.map(Dates),
    st.builds(Dates, one_day.map(lambda point: (point, point)), stays),
    stays.filter(lambda pair: pair[1] is not None).map(lambda pair: Dates(None, pair)),
)
trades = st.sampled_from(
    [
        (None, None),
        ("拍品46号", None),
        (None, Price("CNY", "3000")),
        ("第12号", Price("CNY", "1200000", as_written="120万元")),
        (None, Price("HKD", "88000")),
    ]
)
marks = st.sampled_from([(None, ()), ("7", ()), (None, ("a",)), ("2", ("b", "cc"))])


@st.composite
def holders(draw: st.DrawFn) -> Event:
    """Somebody who had it, perhaps by one of the ways that name no source."""
    born, died = draw(years)
    kin = None
    if draw(st.integers(0, 3)) == 0:
        kin = Kin(draw(st.sampled_from(["son", "daughter", "nephew"])), Party("周五", draw(flags)))
    party = Party(
        draw(st.sampled_from(NAMES)),
        draw(flags),
        born,
        died,
        draw(flags),
        draw(st.none() | places),
        kin,
    )
    method = draw(st.sampled_from([None, *GIVEN, "by_descent", "creation", "discovery"]))
    return Event(method=method, party=party)


@st.composite
def passed_on(draw: st.DrawFn) -> Event:
    """From somebody to somebody."""
    kind = draw(st.sampled_from(["given", "bought", "taken"]))
    if kind == "given":
        receiver = Party(draw(st.sampled_from(NAMES)), place=draw(st.none() | places))
        return Event(method=draw(st.sampled_from(GIVEN)), previous=draw(plain), party=receiver)
    if kind == "bought":
        seller = Party(draw(st.sampled_from(HOUSES)), draw(flags), place=draw(st.none() | places))
        method = draw(st.sampled_from(["sale", "purchase_at_auction"]))
        return Event(method=method, party=draw(plain), seller_agent=seller)
    return Event(
        method=draw(st.sampled_from(["confiscation", "theft", "looting"])), previous=draw(plain)
    )


@st.composite
def events(draw: st.DrawFn) -> Event:
    base = draw(st.one_of(holders(), passed_on()))
    lot, price = draw(trades)
    note, cites = draw(marks)
    when = draw(dates)
    single = when.acquired and when.parted is None and when.acquired[0] == when.acquired[1]
    return replace(
        base,
        certain=draw(flags),
        dates=when,
        ongoing=bool(single and draw(flags)),
        lot=lot,
        price=price,
        note=note,
        cites=cites,
        in_trade=draw(flags) and not (base.party and (base.party.born or base.party.died)),
        direct=draw(flags),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(events(), min_size=1, max_size=4))
def test_what_is_written_in_chinese_reads_as_the_same_structure(given_events: list[Event]) -> None:
    text = write_record(given_events)
    reading = read_record(text)
    assert reading.events == tuple(given_events)
    assert reading.text == text


def test_every_shared_chinese_record_with_events_is_written_and_read_back() -> None:
    path = require_shared("vectors/registry/provenance.json")
    rows = json.loads(path.read_text("utf-8"))["vectors"]
    records = [r for r in rows if r["kind"] == "zh-record" and "events" in r["expect"]]
    assert len(records) == 15
    for row in records:
        expected = tuple(event_from_structure(event) for event in row["expect"]["events"])
        assert read_record(write_record(expected)).events == expected, row["text"]


def test_the_form_of_a_chinese_text() -> None:
    text = write_record(
        [
            Event(party=Party("张三", born="1900", died="1980"), direct=True),
            Event(method="by_descent", party=Party("张小三", kin=Kin("son", Party("张三")))),
            Event(
                certain=False,
                method="purchase_at_auction",
                party=Party("李四"),
                seller_agent=Party("北厅拍卖行"),
                dates=Dates(("2003", "2003")),
                lot="拍品46号",
                price=Price("CNY", "1200000", as_written="120万元"),
            ),
        ]
    )
    assert text == (
        "来源：张三旧藏（1900—1980）；传给张三之子张小三。"
        "疑为李四拍得于北厅拍卖行，2003年（拍品46号，成交价120万元）。"
    )


@pytest.mark.parametrize(
    "event",
    [
        Event(party=Party("张三；李四")),
        Event(party=Party("")),
        Event(party=Party("张三"), method="marriage"),
        Event(party=Party("张三"), buyer_agent=Party("李四")),
        Event(party=Party("张三", uri="http://example.org/zhang")),
        Event(party=Party("张三"), dates=Dates(("1950", "1950"), (None, "1960"))),
        Event(party=Party("张三"), dates=Dates(("1950%", "1950%"))),
        Event(party=Party("张三"), price=Price(text="300吊")),
        Event(gap=True, party=Party("张三")),
        Event(),
    ],
)
def test_what_chinese_cannot_say_is_refused(event: Event) -> None:
    with pytest.raises(Unwritable):
        write_record([event])
