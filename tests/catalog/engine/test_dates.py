"""Words about time turned into EDTF (registry rules, section 1)."""

import json
from typing import Any

import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.dates import (
    DateReading,
    describe_date,
    edtf_bounds,
    is_edtf,
    is_undated,
    read_date,
)
from catalog.engine.dates.edtf_text import _judged, _plain_edges
from catalog.engine.dates.eras import CYCLE, DYNASTIES, ERAS, cycle_years

FIELDS = (
    "edtf",
    "earliest",
    "latest",
    "approximate",
    "qualifier",
    "calendar",
    "ambiguous",
    "candidates",
    "contradiction",
)


def date_vectors() -> list[dict[str, Any]]:
    path = require_shared("vectors/registry/dates.json")
    rows = json.loads(path.read_text("utf-8"))["vectors"]
    return [row for row in rows if row["kind"] == "date"]


def as_vector(reading: DateReading) -> dict[str, Any]:
    found = {name: getattr(reading, name) for name in FIELDS}
    found["candidates"] = list(found["candidates"])
    return found | {"certain": reading.certain}


def test_every_shared_date_vector_is_read_exactly() -> None:
    vectors = date_vectors()
    assert len(vectors) == 127
    for row in vectors:
        found = read_date(row["text"], row.get("context"))
        expected = row["expect"]
        if expected is None:
            assert found is None, row
            continue
        assert found is not None, row
        shown = as_vector(found)
        assert {key: shown[key] for key in expected} == expected, row
        stated = {key for key, value in shown.items() if value and key != "certain"}
        assert stated <= set(expected), row


def test_every_edtf_of_the_vectors_parses_with_the_same_bounds_unless_narrowed() -> None:
    for row in date_vectors():
        found = read_date(row["text"], row.get("context"))
        if found is None or found.edtf is None:
            continue
        parsed = edtf.parse_edtf(found.edtf)
        assert parsed is not None
        bounds = edtf_bounds(found.edtf)
        assert bounds is not None
        if found.qualifier is None:
            assert (bounds.earliest, bounds.latest) == (found.earliest, found.latest), row


@pytest.mark.parametrize(
    ("text", "written", "year_from", "year_to"),
    [
        ("c.1877", "1877~", 1877, 1877),
        ("?c.1880", "1880%", 1880, 1880),
        ("1861-1863", "1861/1863", 1861, 1863),
        ("1861–3", "1861/1863", 1861, 1863),
        ("1858/1860", "1858/1860", 1858, 1860),
        ("1858 or 1860", "[1858,1860]", 1858, 1860),
        ("1858, 1860", "{1858,1860}", 1858, 1860),
        ("after 1868", "1868/..", 1868, None),
        ("not after c. 1868", "../1868~", None, 1868),
        ("1868 or later", "1868/..", 1868, None),
        ("after 1945, before 1957", "1945/1957", 1945, 1957),
        ("mid 19th century", "18XX", 1834, 1866),
        ("second half of the 17th century", "16XX", 1650, 1699),
        ("last quarter 18th century", "17XX", 1775, 1799),
        ("late 18th-early 19th century", "17XX/18XX", 1767, 1833),
        ("4th-3rd century BC", "-0399/-0200", -399, -200),
        ("206 BCE-220 CE", "-0205/0220", -205, 220),
        ("early 1920s", "192X", 1920, 1923),
        ("c. 1920s-1930s", "1920~/1939~", 1920, 1939),
        ("June 19-20, 1964", "1964-06-19/1964-06-20", 1964, 1964),
        ("Autumn 1913", "1913-23", 1913, 1913),
        ("Edo period (1615-1868), 19th century", "18XX", 1800, 1899),
        ("Ming dynasty", "1368/1644", 1368, 1644),
        ("late Qing?", "1644?/1911?", 1824, 1911),
    ],
)
def test_museum_wording_is_read(
    text: str, written: str, year_from: int | None, year_to: int | None
) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.edtf, found.year_from, found.year_to) == (written, year_from, year_to)


@pytest.mark.parametrize(
    ("text", "written", "remark"),
    [
        ("1931 (printed 1974)", "1931", "(printed 1974)"),
        ("1931, printed c. 1974", "1931", "printed c. 1974"),
        ("published 1894", "1894", "published"),
        ("May 3, 1868 (date of publication)", "1868-05-03", "(date of publication)"),
        ("c. 1862 (after 1859 daguerreotype)", "1862~", "(after 1859 daguerreotype)"),
        ("1961 cast after 1907 original", "1961", "cast after 1907 original"),
        ("1871–1874; medal is inscribed 1869", "1871/1874", "medal is inscribed 1869"),
    ],
)
def test_words_beside_the_date_are_kept_as_a_remark(text: str, written: str, remark: str) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.edtf, found.remark) == (written, remark)


@pytest.mark.parametrize(
    ("text", "written", "year_from", "year_to"),
    [
        ("光緒七年辛巳", "1881", 1881, 1881),
        ("光绪七年岁次辛巳仲秋", "1881", 1881, 1881),
        ("乾隆五十年（1785）", "1785", 1785, 1785),
        ("清中期", "1644/1911", 1736, 1823),
        ("明末清初", "1554~/1735~", 1554, 1735),
        ("清乾隆至嘉庆", "1736/1820", 1736, 1820),
        ("约1950年", "1950~", 1950, 1950),
        ("1950年代末", "195X", 1957, 1959),
        ("十九世纪下半叶", "18XX", 1850, 1899),
        ("19至20世纪", "18XX/19XX", 1800, 1999),
        ("公元前221年", "-0220", -220, -220),
        ("公元前3世纪", "-02XX", -299, -200),
        ("2005—2008年", "2005/2008", 2005, 2008),
        ("1949年以后", "1949/..", 1949, None),
        ("约1880年以前", "../1880~", None, 1880),
        ("2015年春", "2015-21", 2015, 2015),
        ("2003年5月至8月", "2003-05/2003-08", 2003, 2003),
        ("二〇一五年三月", "2015-03", 2015, 2015),
        ("2015年作于北京", "2015", 2015, 2015),
        ("大清乾隆年制", "1736?/1795?", 1736, 1795),
    ],
)
def test_chinese_wording_is_read(
    text: str, written: str, year_from: int | None, year_to: int | None
) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.edtf, found.year_from, found.year_to) == (written, year_from, year_to)


def test_an_era_name_used_twice_gives_both_years_and_chooses_none() -> None:
    found = read_date("至元三年")
    assert found is not None
    assert (found.edtf, found.candidates) == (None, ("1266", "1337"))


def test_a_cyclical_year_alone_is_offered_for_four_rounds_and_keeps_its_season() -> None:
    found = read_date("戊戌春")
    assert found is not None
    assert found.candidates == ("1838", "1898", "1958", "2018")
    assert (found.edtf, found.remark) == (None, "春")


def test_an_era_year_against_its_own_cyclical_year_is_refused() -> None:
    assert read_date("光绪七年壬午") is None


def test_an_era_does_not_run_past_its_end() -> None:
    assert read_date("光绪四十年") is None


def test_a_bracket_against_an_era_year_is_reported_with_both_years() -> None:
    found = read_date("乾隆五十年（1790）")
    assert found is not None
    assert (found.candidates, found.contradiction) == (("1785", "1790"), True)


@pytest.mark.parametrize(
    "text",
    [
        "3/4/1930",
        "27 Oct 44",
        "05/94",
        "八十年代",
        "80年代",
        "当代",
        "1990-1985",
        "c. 1842-1458",
        "posthumous reprint",
        "",
        "?",
        "约",
        "0000年",
        "a" * 500,
    ],
)
def test_what_cannot_be_told_is_refused(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text", ["n.d.", "No date", "date not known", "Unknown", "undated", "年代不详", "年月失考", "-"]
)
def test_a_text_that_says_it_is_undated_is_told_from_one_that_cannot_be_read(text: str) -> None:
    assert is_undated(text)
    assert read_date(text) is None
    assert not is_undated("1858")


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("1965", "1965年", "1965"),
        ("1965~", "约1965年", "c. 1965"),
        ("1965?", "1965年（存疑）", "1965?"),
        ("1965%", "约1965年（存疑）", "c. 1965?"),
        ("18XX", "19世纪", "19th century"),
        ("20XX", "21世纪", "21st century"),
        ("-02XX", "公元前3世纪", "3rd century BCE"),
        ("198X", "1980年代", "1980s"),
        ("-0220", "公元前221年", "221 BCE"),
        ("0000", "公元前1年", "1 BCE"),
        ("1990-10-17", "1990年10月17日", "17 October 1990"),
        ("1913-23", "1913年秋", "autumn 1913"),
        ("1855~/1865~", "约1855—1865年", "c. 1855–1865"),
        ("18XX/19XX", "19—20世纪", "19th–20th century"),
        ("1868/..", "1868年以后", "after 1868"),
        ("../1868~", "约1868年以前", "before c. 1868"),
        ("[1858,1860]", "1858年或1860年", "1858 or 1860"),
        ("-0474/-0220", "公元前475年—公元前221年", "475–221 BCE"),
        ("words", "", ""),
        (None, "", ""),
    ],
)
def test_edtf_is_told_in_both_languages(written: str | None, zh: str, en: str) -> None:
    assert (describe_date(written, "zh-hans"), describe_date(written, "en")) == (zh, en)


def test_a_season_covers_its_whole_year() -> None:
    bounds = edtf_bounds("1913-24")
    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == ("1913-01-01", "1913-12-31")


@pytest.mark.parametrize("text", ["1990/1985", "", "八十年代", "19th century", "1990-13"])
def test_what_is_not_edtf_is_not_taken_for_it(text: str) -> None:
    assert not is_edtf(text)


def test_the_cycle_of_sixty_stands_on_known_years() -> None:
    assert len(set(CYCLE)) == 60
    for name, year in (("甲子", 1984), ("辛亥", 1911), ("戊戌", 1898), ("庚子", 1900)):
        assert cycle_years(name, year, year) == (year,)
        assert cycle_years(name, year - 60, year) == (year - 60, year)


def test_eras_and_dynasties_do_not_run_backwards_and_qing_reigns_join() -> None:
    assert all(era.first <= era.last for era in DYNASTIES.values())
    assert all(era.first <= era.last for eras in ERAS.values() for era in eras)
    qing = sorted(
        (era for eras in ERAS.values() for era in eras if era.dynasty == "清"),
        key=lambda era: era.first,
    )
    assert [era.last + 1 for era in qing[:-1]] == [era.first for era in qing[1:]]


SIDES = st.from_regex(
    r"(-?(\d{4}|\d{3}X|\d{2}XX)(-(0[0-9]|1[0-3])(-[0-3][0-9])?)?[?~%]?|\.\.)",
    fullmatch=True,
    alphabet="-0123456789X?~%.",
)


@settings(deadline=None)
@given(SIDES | st.tuples(SIDES, SIDES).map("/".join))
def test_the_short_way_to_the_bounds_never_differs_from_the_package(text: str) -> None:
    if _plain_edges(text) is not None:
        assert edtf_bounds(text) == _judged(text)


PIECES = st.sampled_from(
    [
        *"0123456789年月日世纪初末至-—/()?~. ,",
        "19",
        "1850",
        "c. ",
        "century",
        "BCE",
        "清",
        "乾隆",
        "辛巳",
        "公元前",
        "between ",
        " and ",
        " or ",
        "after ",
        "June ",
        "printed ",
        "约",
        "以后",
        "年间",
        "late ",
        "s",
        "early ",
    ]
)


@settings(deadline=None)
@given(st.text(max_size=40) | st.lists(PIECES, max_size=8).map("".join))
def test_no_text_raises_and_what_is_read_is_edtf_in_order(text: str) -> None:
    found = read_date(text)
    if found is None:
        return
    assert (found.edtf is None) == bool(found.candidates) or found.ambiguous
    if found.edtf is not None:
        assert edtf.parse_edtf(found.edtf) is not None
        assert is_edtf(found.edtf)
        if found.year_from is not None and found.year_to is not None:
            assert found.year_from <= found.year_to
        assert describe_date(found.edtf, "zh")
        assert describe_date(found.edtf, "en")


@settings(deadline=None)
@given(st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 28))
def test_a_day_reads_the_same_in_every_notation(year: int, month: int, day: int) -> None:
    iso = f"{year}-{month:02d}-{day:02d}"
    names = "January February March April May June July August September October November December"
    name = names.split()[month - 1]
    for text in (iso, f"{name} {day}, {year}", f"{day} {name} {year}", f"{year}年{month}月{day}日"):
        found = read_date(text)
        assert found is not None
        assert (found.edtf, found.earliest, found.latest) == (iso, iso, iso)


@settings(deadline=None)
@given(st.integers(1, 3000))
def test_a_year_before_the_common_era_is_astronomical(year: int) -> None:
    for text in (f"{year} BCE", f"公元前{year}年"):
        found = read_date(text)
        assert found is not None
        assert found.year_from == found.year_to == 1 - year
