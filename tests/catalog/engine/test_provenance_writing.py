"""Structure written as provenance text, and read back (registry rules, section 3)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.provenance import (
    METHODS,
    BadStructure,
    Dates,
    Event,
    Kin,
    Occasion,
    Party,
    Place,
    Price,
    Unwritable,
    as_structure,
    event_from_structure,
    read_paragraph,
    write_paragraph,
)
from catalog.engine.provenance.words import KIN

POINTS = [
    "1901",
    "1912?",
    "1923~",
    "1934%",
    "1945-03",
    "1956-07-09",
    "196X",
    "18XX",
    "-0220",
    "0625",
]
points = st.sampled_from(POINTS)
pairs = st.one_of(
    points.map(lambda point: (point, point)),
    points.map(lambda point: (point, None)),
    points.map(lambda point: (None, point)),
    st.just(("1911", "1923-05")),
)
parted_pairs = st.one_of(
    st.sampled_from(["1990", "1991-02", "1992-03-04", "199X"]).flatmap(
        lambda point: st.sampled_from([(point, point), (point, None), (None, point)])
    ),
    st.just(("1993", "1995")),
)
NAMES = [
    "Jane Doe",
    "Mr. and Mrs. John Q. Doe",
    "Doe & Sons, Inc.",
    "Museum of Art",
    "Zhang San",
    "O'Neil Smith-Jones",
    "unknown collector",
    "Society for Kite Arts",
    "J.Q. Doe",
    "Edgar van der Zee",
    "Gallery Nine",
]
flags = st.booleans()
places = st.builds(
    Place,
    st.sampled_from(
        ["Boise, ID", "Paris", "Zürich, Switzerland", "Newport, R. I.", "Weifang, China"]
    ),
    flags,
)
simple = st.builds(Party, st.sampled_from(NAMES), flags, st.none(), st.none(), st.just(False))
lives = st.sampled_from([(None, None), ("1850?", "1911"), ("1921", None), (None, "1955")])


@st.composite
def parties(draw: st.DrawFn) -> Party:
    born, died = draw(lives)
    kin = None
    if draw(st.integers(0, 4)) == 0:
        kin = Kin(draw(st.sampled_from(sorted(KIN))), Party("Paul Poe", draw(flags)))
    return Party(
        draw(st.sampled_from(NAMES)),
        draw(flags),
        born,
        died,
        draw(flags),
        draw(st.none() | places),
        kin,
    )


WRITABLE = sorted(set(METHODS) - {"appropriation"})
trades = st.sampled_from(
    [
        (None, None),
        ("lot 25", None),
        ("stock no. 12", Price("£", "1200")),
        (None, Price(text="300 guineas")),
        (None, Price("€", "9.50")),
        (None, Price("CNY", "120000")),
    ]
)
marks = st.sampled_from([(None, ()), ("7", ()), ("12", ("a", "bb")), (None, ("c",))])


@st.composite
def events(draw: st.DrawFn) -> Event:
    lot, price = draw(trades)
    note, cites = draw(marks)
    seller = draw(st.none() | simple)
    return Event(
        certain=draw(flags),
        method=draw(st.none() | st.sampled_from(WRITABLE)),
        party=draw(parties()),
        buyer_agent=draw(st.none() | parties()),
        seller_agent=seller,
        occasion=draw(
            st.none() | st.builds(Occasion, st.sampled_from(["Spring Sale", "Fair"]), flags)
        ),
        where=draw(st.none() | places),
        dates=Dates(draw(st.none() | pairs), draw(st.none() | parted_pairs)),
        lot=lot,
        price=price,
        in_trade=draw(flags),
        note=note,
        cites=cites,
        direct=draw(flags),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(events(), min_size=1, max_size=4))
def test_what_is_written_reads_as_the_same_structure(given_events: list[Event]) -> None:
    text = write_paragraph(given_events)
    reading = read_paragraph(text)
    assert reading.events == tuple(given_events)
    assert reading.text == text


@settings(max_examples=200, deadline=None)
@given(events())
def test_plain_structure_gives_the_event_back(event: Event) -> None:
    assert event_from_structure(json.loads(json.dumps(as_structure(event)))) == event


def test_every_shared_paragraph_is_written_and_read_back() -> None:
    path = require_shared("vectors/registry/provenance.json")
    rows = json.loads(path.read_text("utf-8"))["vectors"]
    paragraphs = [row for row in rows if row["kind"] == "paragraph"]
    assert len(paragraphs) == 276
    for row in paragraphs:
        expected = tuple(event_from_structure(event) for event in row["expect"]["events"])
        assert read_paragraph(write_paragraph(expected)).events == expected, row["text"]


def test_the_preferred_form() -> None:
    text = (
        'Possibly purchased by Ann Noe, for Jane Doe [1910-], the artist, Boise, ID?, from "Spring '
        'Sale", Gallery Nine, in Paris, between 1938 and 1946 until at least March 1950 (lot 25, for '
        "£1,200) [7][a]; by descent to Jane Doe's son, John Doe. (Gallery Nine, by ca. 1960)."
    )
    assert write_paragraph(read_paragraph(text).events) == text


@pytest.mark.parametrize(
    "event",
    [
        Event(party=Party("Jane; Doe")),
        Event(party=Party("Jane Doe. John Doe")),
        Event(party=Party("")),
        Event(party=Party("Jane Doe"), method="appropriation"),
        Event(party=Party("Jane Doe"), method="no_such_method"),
        Event(party=Party("Jane Doe"), dates=Dates((None, None))),
        Event(party=Party("Jane Doe"), dates=Dates(("1901/1902", None))),
        Event(party=Party("Jane Doe"), previous=Party("John Doe"), method="theft"),
        Event(party=Party("Jane Doe"), price=Price("CNY", "10000", as_written="1万元")),
        Event(party=Party("Jane Doe", uri="http://example.org/jane")),
        Event(buyer_agent=Party("Jane Doe")),
        Event(),
    ],
)
def test_what_the_form_cannot_say_is_refused(event: Event) -> None:
    with pytest.raises(Unwritable):
        write_paragraph([event])


def test_unread_words_stay_as_they_are() -> None:
    text = "Jane Doe; she sold it to somebody, (yo) 1!!; John Doe."
    assert write_paragraph(read_paragraph(text).events) == text
    changed = replace(read_paragraph(text).events[1], unparsed="Jane Doe, 1990")
    with pytest.raises(Unwritable):
        write_paragraph([changed])


@pytest.mark.parametrize(
    ("given_structure", "where"),
    [
        ([], "event is not an object"),
        ({"colour": "red"}, "event.colour"),
        ({"party": {"certain": True}}, "event.party.name is missing"),
        ({"party": {"name": 3}}, "event.party.name is not of type str"),
        ({"dates": {"acquired": ["1990"]}}, "event.dates.acquired is not a pair"),
        ({"cites": "a"}, "event.cites is not a list"),
        ({"direct": "yes"}, "event.direct is not of type bool"),
        ({"party": {"name": "A", "kin": {"type": "son"}}}, "event.party.kin needs type and of"),
    ],
)
def test_structure_of_another_form_is_refused_with_its_place(
    given_structure: object, where: str
) -> None:
    with pytest.raises(BadStructure, match=where):
        event_from_structure(given_structure)
