"""The files of the rule book, and how strictly they are read."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from artmarket import rulebook
from artmarket.rulebook.book import SURENESS, BookError, Rule, read_book
from artmarket.rulebook.presentation import UNITS

HEAD = 'topic = "kites"\norder = 1\ntitle_zh = "风筝"\ntitle_en = "Kites"\n'
RULE = '[[rule]]\nid = "kites.tails"\ntitle_zh = "尾巴"\ntitle_en = "Tails"\ntype = "int"\n'


def version(value: str = "3", start: str = "2020-01-01", **more: str) -> str:
    fields = {
        "value": value,
        "valid_from": start,
        "sureness": '"project"',
        "source_zh": '"风筝会"',
        "source_en": '"Kite society"',
    } | more
    rows = "\n".join(f"{key} = {text}" for key, text in fields.items() if text)
    return f"[[rule.version]]\n{rows}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "kites.toml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BookError) as caught:
        read_book(written(folder, text))
    return caught.value.problems


def every_rule() -> Iterator[Rule]:
    return iter(rulebook.book().rules.values())


def codes(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from codes(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from codes(item)
    elif isinstance(value, str):
        yield value


def test_every_version_names_its_source_in_both_languages_and_how_sure_it_is() -> None:
    for rule in every_rule():
        assert rule.title.zh and rule.title.en, rule.id
        for found in rule.versions:
            assert found.source.zh and found.source.en, rule.id
            assert found.sureness in SURENESS, rule.id


def test_every_rule_is_in_force_on_the_first_day_of_2026() -> None:
    assert [rule.id for rule in every_rule() if rule.on(date(2026, 1, 1)) is None] == []


def test_every_unit_has_words_and_every_code_a_name() -> None:
    for rule in every_rule():
        assert rule.unit in UNITS, rule.id
        if rule.type in {"list", "table"}:
            for found in rule.versions:
                assert set(codes(found.value)) == set(rule.labels), rule.id


def test_the_book_reads_a_rule_with_its_versions_oldest_first(tmp_path: Path) -> None:
    text = HEAD + RULE + version("5", "2024-06-01") + version("3", valid_until="2024-05-31")
    rule = read_book(written(tmp_path, text)).rules["kites.tails"]
    assert [(v.number, v.value) for v in rule.versions] == [(1, 3), (2, 5)]
    assert rule.on(date(2024, 5, 31)) == rule.versions[0]
    assert rule.on(date(2024, 6, 1)) == rule.versions[1]
    assert rule.on(date(2019, 12, 31)) is None


def test_overlapping_versions_are_refused(tmp_path: Path) -> None:
    text = HEAD + RULE + version(valid_until="2024-06-01") + version("5", "2024-06-01")
    assert problems(tmp_path, text) == (
        "kites.toml kites.tails: versions of 2020-01-01 and 2024-06-01 overlap",
    )


def test_a_version_without_end_before_another_overlaps(tmp_path: Path) -> None:
    text = HEAD + RULE + version() + version("5", "2024-06-01")
    assert "overlap" in problems(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source_zh": ""}, "source_zh is missing"),
        ({"sureness": '"D"'}, "sureness is none of"),
        ({"value": '"3"'}, "not a int"),
        ({"value": "true"}, "not a int"),
        ({"valid_from": '"soon"'}, "not a date"),
        ({"valid_from": "2020-01-01T00:00:00"}, "not a date"),
        ({"valid_until": "2019-01-01"}, "valid_until lies before"),
        ({"note_zh": '"只有中文"'}, "note_en is missing"),
        ({"colour": '"red"'}, "unknown key colour"),
    ],
)
def test_a_faulty_version_is_reported_with_its_place(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    found = problems(tmp_path, HEAD + RULE + version(**changed))
    assert any(said in words and "kites.tails" in words for words in found), found


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    second = RULE.replace("kites.tails", "Kites Tails")
    text = HEAD + RULE + version("1.5") + second + version(sureness='"D"')
    found = " | ".join(problems(tmp_path, text))
    assert "not a int" in found
    assert "id is not of the form" in found
    assert "sureness is none of" in found


def test_one_id_cannot_stand_twice(tmp_path: Path) -> None:
    text = HEAD + RULE + version() + RULE + version()
    assert problems(tmp_path, text) == ("kites.tails: stands twice",)


def test_a_folder_without_rules_and_a_broken_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BookError):
        read_book(tmp_path)
    assert "kites.toml" in problems(tmp_path, "topic = ")[0]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("decimal", '"0.30"', Decimal("0.30")),
        ("date", "2025-03-01", date(2025, 3, 1)),
        ("bool", "false", False),
        ("list", '["a", 1]', ("a", 1)),
    ],
)
def test_values_are_typed(tmp_path: Path, kind: str, raw: str, value: Any) -> None:
    text = HEAD + RULE.replace('"int"', f'"{kind}"') + version(raw)
    found = read_book(written(tmp_path, text)).rules["kites.tails"].versions[0].value
    assert found == value and type(found) is type(value)


def test_a_binary_float_is_refused_at_any_depth(tmp_path: Path) -> None:
    text = HEAD + RULE.replace('"int"', '"table"') + version("{ rate = [0.3] }")
    assert "binary float" in problems(tmp_path, text)[0]


def test_a_value_cannot_be_changed_by_its_reader() -> None:
    rights = rulebook.get("catalog.relic_status_rights", on=date(2026, 1, 1))
    with pytest.raises(TypeError):
        rights["unknown"]["offer"] = "yes"
    assert rights["unknown"] == {
        "pledge": "blocked",
        "offer": "blocked",
        "foreign_buyer": "blocked",
    }
