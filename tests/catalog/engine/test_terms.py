"""The vocabulary and the terms it finds in written media."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine import terms


def test_all_terms_equal_the_shared_list() -> None:
    path = require_shared("data/aat_terms.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        expected = {(r["id"], r["en"], r["zh"], r["category"]) for r in csv.DictReader(lines)}
    assert {(t.id, t.en, t.zh, t.category) for t in terms.all_terms()} == expected
    assert len(terms.all_terms()) == 223


def test_a_term_has_labels_a_uri_and_a_category() -> None:
    kite = terms.get("300218777")
    assert kite is not None
    assert (kite.en, kite.zh, kite.category) == ("kites", "风筝", "work-type")
    assert kite.uri == "http://vocab.getty.edu/aat/300218777"
    assert terms.label("300218777", "en") == "kites"
    assert terms.get("1") is None
    assert terms.label("1") == "1"


def test_the_short_label_drops_the_note_and_the_alternatives() -> None:
    assert terms.label("300266660") == "书法（作品）"
    assert terms.short_label("300266660") == "书法"
    assert terms.short_label("300265079") == "立轴"
    assert terms.short_label("300265079", "en") == "hanging scrolls"


def test_the_attribution_scale_is_its_category() -> None:
    scale = terms.attribution_scale()
    assert len(scale) == 20
    assert {"300404269", "300404286"} <= {term.id for term in scale}


def test_every_synonym_points_to_a_known_term() -> None:
    _, synonyms = terms._vocabulary()
    unknown = {i for ids in synonyms.values() for i in ids if terms.get(i) is None}
    assert unknown == set()
    assert all(phrase == phrase.lower() for phrase in synonyms)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Oil on canvas", ["oil paint", "canvas"]),
        ("Painting", ["paintings"]),
        ("prints", ["prints"]),
        ("Watercolour on paper", ["watercolor", "paper"]),
        ("Colour woodblock print (oban)", ["color woodcuts"]),
        ("Wood engraving on paper", ["prints", "paper"]),
        ("Gelatin silver print", ["gelatin silver prints"]),
        ("Ink and colour on silk", ["ink", "silk"]),
        ("纸本设色", ["paper"]),
        ("水墨纸本", ["ink", "paper"]),
        ("水墨画", ["ink wash paintings"]),
        ("绢本 工笔 立轴", ["silk", "gongbi", "hanging scrolls"]),
        ("布面油画", ["canvas", "oil paintings"]),
        ("青铜 鼎", ["bronze", "ding"]),
        ("尊重竹林", []),
        ("plaster", []),
        ("", []),
    ],
)
def test_media_and_classifications_are_matched_by_longest_phrase(
    text: str, labels: list[str]
) -> None:
    assert [terms.label(i, "en") for i in terms.match_terms(text)] == labels


def test_the_categories_asked_for_decide_between_a_work_and_a_technique() -> None:
    assert terms.match_terms("Calligraphy") == ("300266660",)
    assert terms.match_terms("Calligraphy", {"technique"}) == ("300053162",)
    assert terms.match_terms("attributed to", ["attribution"]) == ("300404269",)
    assert terms.match_terms("attributed to") == ()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises_and_each_term_comes_once(text: str) -> None:
    found = terms.match_terms(text)
    assert len(found) == len(set(found))
