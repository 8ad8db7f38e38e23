"""Provenance text read into structure (registry rules, section 3)."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.provenance import (
    METHODS,
    as_structure,
    read_document,
    read_paragraph,
    read_record,
)
from catalog.provenance_examples import structure_of_case


def vectors(*kinds: str) -> list[dict[str, Any]]:
    path = require_shared("vectors/registry/provenance.json")
    rows = json.loads(path.read_text("utf-8"))["vectors"]
    return [row for row in rows if row["kind"] in kinds]


def events_of(text: str) -> list[Any]:
    return as_structure(read_paragraph(text).events)


@pytest.mark.parametrize(
    ("kinds", "count"),
    [
        (("party", "place", "trade", "occasion", "marks", "notes", "authorities"), 80),
        (("paragraph",), 276),
        (("document",), 6),
        (("zh-record",), 17),
    ],
)
def test_every_shared_vector_is_read_exactly(kinds: tuple[str, ...], count: int) -> None:
    rows = vectors(*kinds)
    assert len(rows) == count
    wrong = [row["text"] for row in rows if structure_of_case(row) != row["expect"]]
    assert wrong == []


def test_the_table_of_methods_is_the_shared_one() -> None:
    path = require_shared("vectors/registry/methods.json")
    rows = json.loads(path.read_text("utf-8"))["methods"]
    assert len(rows) == len(METHODS) == 52
    for row in rows:
        method = METHODS[row["id"]]
        assert (method.parent, method.group) == (row["parent"], row["class"]), row
        assert method.written == row["written"], row
        assert set(row["zh"]) == set(method.zh), row
        assert method.custody_moves == row["custody_moves"], row
        assert method.title_moves == row["title_moves"], row


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"aB .;,()[]\"'?“”\n—1",
                "Mr. ",
                "; ",
                ". ",
                " [1]",
                "Inc. ",
                "by 1950",
                "Notes:\n",
                "张三",
                "；",
                "。",
                "来源：",
                "著录：《",
                "（",
                "购自",
                "1995年",
            ]
        ),
        max_size=60,
    ).map("".join)
)
@example("")
@example("..;;")
def test_the_slices_of_any_text_give_it_back(text: str) -> None:
    for reading in (read_paragraph(text), read_document(text), read_record(text)):
        assert reading.text == text
        position = 0
        for passage in reading.passages:
            assert passage.start == position
            position += len(passage.slice)
