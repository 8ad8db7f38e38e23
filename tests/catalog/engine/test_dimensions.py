"""Dimension text turned into exact named measures, and measures told to people."""

import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.dimensions import (
    Order,
    format_dimensions,
    from_columns,
    measure,
    primary,
    read_dimensions,
)

Row = tuple[str, str, str, str]


def rows(text: str, order: Order = "height-first", unit: str | None = None) -> list[Row]:
    found = read_dimensions(text, order=order, default_unit=unit)
    return [(d.part, d.dimension, str(d.value), d.unit) for d in found.dimensions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Image: 61.2 x 47.9cm (24 1/8 x 18 7/8")',
            [("image", "height", "61.2", "cm"), ("image", "width", "47.9", "cm")],
        ),
        (
            '33.1cm x 26cm (13 1/16" x 10 1/4"), Image',
            [("image", "height", "33.1", "cm"), ("image", "width", "26", "cm")],
        ),
        (
            'Image: 9cm (3 9/16") (diameter)  Sheet: 30.5 x 24 cm. (12 x 9 7/16")',
            [
                ("image", "diameter", "9", "cm"),
                ("sheet", "height", "30.5", "cm"),
                ("sheet", "width", "24", "cm"),
            ],
        ),
        (
            "frame: H: 1502 mm,  W: 1250 mm, D: 80mm",
            [
                ("frame", "height", "1502", "mm"),
                ("frame", "width", "1250", "mm"),
                ("frame", "depth", "80", "mm"),
            ],
        ),
        (
            "object: 1400 x 1100 x 900 mm, 42 kg",
            [
                ("object", "height", "1400", "mm"),
                ("object", "width", "1100", "mm"),
                ("object", "depth", "900", "mm"),
                ("object", "weight", "42", "kg"),
            ],
        ),
        ("100 × 80 厘米", [("", "height", "100", "cm"), ("", "width", "80", "cm")]),
        ("138×68cm", [("", "height", "138", "cm"), ("", "width", "68", "cm")]),
        ("高35cm", [("", "height", "35", "cm")]),
        ("直径 12 厘米", [("", "diameter", "12", "cm")]),
        ("纵136厘米 横68厘米", [("", "height", "136", "cm"), ("", "width", "68", "cm")]),
        ("长30cm，宽20cm", [("", "length", "30", "cm"), ("", "width", "20", "cm")]),
        ("口径12cm，高5cm", [("", "diameter", "12", "cm"), ("", "height", "5", "cm")]),
        ("高 35 厘米，重2.5公斤", [("", "height", "35", "cm"), ("", "weight", "2.5", "kg")]),
        (
            "画心：138×68厘米；装裱：200×80厘米",
            [
                ("image", "height", "138", "cm"),
                ("image", "width", "68", "cm"),
                ("mount", "height", "200", "cm"),
                ("mount", "width", "80", "cm"),
            ],
        ),
        ("1,200 × 900 mm", [("", "height", "1200", "mm"), ("", "width", "900", "mm")]),
        ("44,5 x 30 cm", [("", "height", "44.5", "cm"), ("", "width", "30", "cm")]),
        ("23 11/16 x 19 in.", [("", "height", "23.6875", "in"), ("", "width", "19", "in")]),
        ("高3尺，宽1.5尺", [("", "height", "3", "尺"), ("", "width", "1.5", "尺")]),
    ],
)
def test_museum_and_studio_wording_is_read(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected
    assert read_dimensions(text).unread == ()


def test_a_source_that_writes_the_width_first_is_read_so() -> None:
    assert rows("support: 261 x 225 mm", "width-first") == [
        ("support", "width", "261", "mm"),
        ("support", "height", "225", "mm"),
    ]


def test_numbers_without_a_unit_are_read_only_with_a_unit_given() -> None:
    assert rows("68 x 45") == []
    assert read_dimensions("68 x 45").unread == ("68 x 45",)
    assert rows("68 x 45", unit="cm") == [("", "height", "68", "cm"), ("", "width", "45", "cm")]


@pytest.mark.parametrize(
    "text", ["12 cm", "14' x 3\"", "4 x 5 x 6 x 7 cm", "0 x 5 cm", "5 cm x 3 kg"]
)
def test_what_cannot_be_told_is_handed_back_unread(text: str) -> None:
    found = read_dimensions(text)
    assert (found.dimensions, found.unread) == ((), (text,))


@pytest.mark.parametrize("text", [None, "", "NULL", "尺寸不详", "  "])
def test_nothing_is_read_from_nothing(text: str | None) -> None:
    found = read_dimensions(text)
    assert (found.dimensions, found.remarks, found.unread) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "remark", "count"),
    [
        ("138×68cm（8.4平尺）", "8.4平尺", 2),
        ("约8.4平方尺", "约8.4平方尺", 0),
        ("四尺整纸", "四尺整纸", 0),
        ("overall display dimensions variable", "overall display dimensions variable", 0),
        ("duration: 14 min., 23 sec.", "duration: 14 min., 23 sec.", 0),
    ],
)
def test_paper_formats_and_words_are_remarks_not_measures(
    text: str, remark: str, count: int
) -> None:
    found = read_dimensions(text)
    assert found.remarks == (remark,)
    assert len(found.dimensions) == count
    assert found.unread == ()


@pytest.mark.parametrize(
    ("value", "unit", "millimetres"),
    [
        ("1", "in", "25.4"),
        ("23.6875", "in", "601.663"),
        ("60.1", "cm", "601"),
        ("1.5", "m", "1500"),
        ("3", "尺", "1000"),
        ("1", "寸", "33.333"),
    ],
)
def test_millimetres_are_exact_to_a_thousandth(value: str, unit: str, millimetres: str) -> None:
    assert measure("", "height", Decimal(value), unit).mm == Decimal(millimetres)


def test_a_weight_has_grams_and_no_millimetres() -> None:
    weight = measure("", "weight", Decimal("2.5"), "kg")
    assert (weight.mm, weight.grams) == (None, Decimal(2500))


@pytest.mark.parametrize(
    ("dimension", "value", "unit"),
    [("height", "0", "cm"), ("height", "5", "g"), ("weight", "5", "cm"), ("mood", "5", "cm")],
)
def test_a_measure_that_makes_no_sense_is_refused(dimension: str, value: str, unit: str) -> None:
    with pytest.raises(ValueError):
        measure("", dimension, Decimal(value), unit)


def test_columns_of_inches_skip_what_was_not_measured() -> None:
    found = from_columns({"height": 12.5, "width": 0.0, "depth": None, "diameter": ""}, "in")
    assert [(d.dimension, d.value, d.mm) for d in found] == [
        ("height", Decimal("12.5"), Decimal("317.5"))
    ]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("100 × 80 cm", "100 × 80厘米", "100 × 80 cm"),
        ("W: 80 cm, H: 100 cm", "100 × 80厘米", "100 × 80 cm"),
        ("高35cm", "高35厘米", "H. 35 cm"),
        ("直径12cm", "直径12厘米", "Diam. 12 cm"),
        ("1502 x 1250 mm", "150.2 × 125厘米", "150.2 × 125 cm"),
        ("高5cm，重2500克", "高5厘米，重2.5千克", "H. 5 cm, Wt. 2.5 kg"),
        (
            "frame: 60 x 50 cm\nimage: 40 x 30 cm",
            "画心：40 × 30厘米；外框：60 × 50厘米",
            "Image: 40 × 30 cm; Frame: 60 × 50 cm",
        ),
    ],
)
def test_measures_are_told_in_centimetres_with_the_height_first(
    text: str, zh: str, en: str
) -> None:
    found = read_dimensions(text).dimensions
    assert (format_dimensions(found, "zh-hans"), format_dimensions(found, "en")) == (zh, en)


def test_the_image_is_shown_before_sheet_and_frame() -> None:
    found = read_dimensions("Frame: 60 x 50 cm; Sheet: 45 x 35 cm; Image: 40 x 30 cm").dimensions
    assert format_dimensions(primary(found), "en") == "Image: 40 × 30 cm"


@settings(deadline=None)
@given(
    st.decimals("0.1", "9999", places=1),
    st.decimals("0.1", "9999", places=1),
    st.sampled_from(["mm", "cm", "m"]),
)
def test_two_sides_read_back_as_written(height: Decimal, width: Decimal, unit: str) -> None:
    found = read_dimensions(f"{height} × {width} {unit}").dimensions
    assert [(d.dimension, d.value) for d in found] == [("height", height), ("width", width)]


@settings(deadline=None)
@given(st.text(max_size=60) | st.text('0123456789x×. cm高宽厘米(),/"', max_size=40))
def test_no_text_raises(text: str) -> None:
    found = read_dimensions(text, default_unit="cm")
    assert all(d.value > 0 for d in found.dimensions)
    format_dimensions(found.dimensions)


@pytest.mark.parametrize(
    ("name", "column", "share"), [("npg", "Dimensions", 0.975), ("tate", "dimensions", 0.99)]
)
def test_nearly_every_museum_record_is_read_whole(name: str, column: str, share: float) -> None:
    path = require_shared(f"data/museum/{name}_objects.jsonl.gz")
    whole = total = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line).get(column)
            if not text or text == "NULL":
                continue
            found = read_dimensions(text)
            total += 1
            whole += bool((found.dimensions or found.remarks) and not found.unread)
    assert whole / total >= share
