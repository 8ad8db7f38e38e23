"""What the rest of the platform asks the rule book, and what the operator may change."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from artmarket import rulebook
from artmarket.rulebook import checks
from artmarket.rulebook.notices import least_notice
from catalog.engine.object_id import CATEGORIES, assess
from catalog.enums import EncumbranceKind, RelicStatus, SourceKind

DAY = date(2026, 3, 1)


def test_the_limits_that_registration_and_uploads_ask_for() -> None:
    asked = {
        "media.max_pixels": 128_000_000,
        "media.max_bytes": 64 * 1024 * 1024,
        "catalog.objectid_threshold_register": 10,
        "catalog.objectid_threshold_certify": 10,
        "catalog.objectid_threshold_sell": 10,
        "catalog.objectid_threshold_pledge": 10,
        "catalog.relic_year_1911": 1911,
        "catalog.relic_year_1949": 1949,
        "catalog.relic_year_minority_1966": 1966,
        "catalog.unknown_reason_min_chars": 4,
        "catalog.features_min_chars": 10,
        "catalog.title_two_checks": 2,
        "catalog.encumbrance_exclusive": 1,
        "retention.case_files_years": 10,
        "retention.relic_sales_years": 75,
    }
    assert {rule_id: rulebook.get(rule_id, on=DAY) for rule_id in asked} == asked


def test_the_names_of_the_law_are_those_that_the_catalogue_stores() -> None:
    lawful = set(rulebook.get("catalog.relic_source_kinds", on=DAY))
    assert lawful <= set(SourceKind.values)
    assert set(rulebook.get("catalog.relic_status_rights", on=DAY)) == set(RelicStatus.values)
    assert set(rulebook.get("catalog.encumbrance_blocks", on=DAY)) == set(EncumbranceKind.values)
    assert rulebook.get("catalog.objectid_categories", on=DAY) == CATEGORIES
    assert len(rulebook.get("catalog.relic_not_tradable", on=DAY)) == 5


def test_the_engine_scores_by_the_lengths_of_the_rule_book() -> None:
    features = rulebook.get("catalog.features_min_chars", on=DAY)
    reason = rulebook.get("catalog.unknown_reason_min_chars", on=DAY)
    assert "features" not in assess({"features": "字" * features}).missing
    assert assess({"features": "字" * (features - 1)}).missing["features"] == ("too-short",)
    allowed = rulebook.get("catalog.objectid_unknown_allowed", on=DAY)
    for category in allowed:
        enough = {"unknown": True, "reason": "字" * reason}
        short = {"unknown": True, "reason": "字" * (reason - 1)}
        assert category not in assess({category: enough}).missing
        assert assess({category: short}).missing[category] == ("unknown-without-reason",)
    refused = {"unknown": True, "reason": "字" * reason}
    for category in set(CATEGORIES) - set(allowed) - {"photographs"}:
        assert category in assess({category: refused}).missing


def test_a_day_without_a_version_is_an_error_and_not_the_nearest_version() -> None:
    with pytest.raises(rulebook.RuleNotInForce) as caught:
        rulebook.get("catalog.relic_source_kinds", on=date(2025, 2, 28))
    assert caught.value.code == "rule_not_in_force"
    assert caught.value.rule == "catalog.relic_source_kinds"
    assert caught.value.data == {"day": "2025-02-28"}
    assert rulebook.find("catalog.relic_source_kinds", on=date(2025, 3, 1)).number == 1


def test_without_a_day_the_day_in_shanghai_counts() -> None:
    rule = "privacy.hidden_fields"  # in force from 2026-01-01, Shanghai
    last_minute = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
    with time_machine.travel(last_minute, tick=False), pytest.raises(rulebook.RuleNotInForce):
        rulebook.get(rule)
    with time_machine.travel(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), tick=False):
        assert "price" in rulebook.get(rule)


def test_an_unknown_rule_is_a_mistake_of_the_program() -> None:
    with pytest.raises(rulebook.UnknownRule):
        rulebook.get("catalog.no_such_rule")


def test_a_citation_speaks_the_readers_language() -> None:
    with translation.override("zh-hans"):
        cited = rulebook.cite("catalog.relic_export_permit", on=DAY)
    assert (cited.source, cited.article) == ("文物保护法（2024年修订）", "第七十七条、第七十八条")
    assert cited.url == "/rules/catalog.relic_export_permit/"
    with translation.override("en"):
        cited = rulebook.cite("catalog.relic_export_permit", on=DAY)
    assert cited.article == "Articles 77 and 78"
    assert cited.url == "/en/rules/catalog.relic_export_permit/"


def test_the_operator_changes_a_rule_of_the_platform_and_it_shows(settings) -> None:
    settings.RULE_OVERRIDES = {"media.max_pixels": 256_000_000}
    found = rulebook.find("media.max_pixels", on=DAY)
    assert (found.value, found.book_value, found.overridden) == (256_000_000, 128_000_000, True)
    assert rulebook.override_problems() == []
    assert not rulebook.find("media.max_bytes", on=DAY).overridden


def test_a_rule_of_law_cannot_be_overridden(settings) -> None:
    settings.RULE_OVERRIDES = {"retention.relic_sales_years": 10}
    assert rulebook.get("retention.relic_sales_years", on=DAY) == 75
    assert rulebook.override_problems() == [
        "RULE_OVERRIDES: retention.relic_sales_years is not marked C or project"
    ]


@pytest.mark.parametrize(
    ("rule_id", "value"),
    [
        ("media.max_pixels", "256000000"),
        ("media.max_pixels", 2.5),
        ("media.max_pixels", True),
        ("media.max_pixels", -1),
        ("media.formats", ["jpeg", 5]),
        ("media.formats", "jpeg"),
        ("catalog.encumbrance_exclusive", 2),
        ("catalog.relic_status_rights", {"unknown": {"offer": "yes"}}),
    ],
)
def test_an_override_of_another_type_or_outside_its_bounds_is_refused(
    settings, rule_id: str, value: object
) -> None:
    settings.RULE_OVERRIDES = {rule_id: value}
    assert len(rulebook.override_problems()) == 1
    with pytest.raises(ImproperlyConfigured):
        rulebook.get(rule_id, on=DAY)


def test_the_system_check_names_a_faulty_override(settings) -> None:
    assert checks.check_rule_book(None) == []
    settings.RULE_OVERRIDES = {"no.rule": 1}
    assert [(e.id, e.msg) for e in checks.check_rule_book(None)] == [
        ("rulebook.E002", "RULE_OVERRIDES: no rule is called no.rule")
    ]
    settings.RULE_OVERRIDES = ["media.max_pixels"]
    assert [e.msg for e in checks.check_rule_book(None)] == ["RULE_OVERRIDES is not a JSON object"]


def test_the_system_check_names_a_faulty_file(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("topic = ", encoding="utf-8")
    monkeypatch.setattr(rulebook, "DATA_DIR", tmp_path)
    rulebook.book.cache_clear()
    try:
        assert [error.id for error in checks.check_rule_book(None)] == ["rulebook.E001"]
    finally:
        monkeypatch.undo()
        rulebook.book.cache_clear()


@pytest.mark.parametrize(
    ("kind", "floor", "days"),
    [
        ("property_right", "1", 20),
        ("asset", "1000000", None),
        ("asset", "1000000.01", 10),
        ("asset", "9999999.99", 10),
        ("asset", "10000000", 20),
    ],
)
def test_the_notice_of_state_property_follows_its_floor_price(
    kind: str, floor: str, days: int | None
) -> None:
    assert least_notice(kind, Decimal(floor), on=DAY) == days


def test_an_unknown_kind_of_state_property_has_no_notice_period() -> None:
    with pytest.raises(LookupError):
        least_notice("kite", Decimal(1), on=DAY)
