"""The relic screen proposes a status and says why (registry rules, section 9)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.relic import RelicLimits, screen

LIMITS = RelicLimits(no_export_until=1911, relic_until=1949, minority_until=1966)
YEARS = st.none() | st.integers(-500, 2026)
FLAGS = st.sampled_from([None, True, False])


@pytest.mark.parametrize(
    ("first", "last", "listed", "minority", "proposed", "reasons"),
    [
        (1700, 1800, False, False, "no_export", ("made-by-no-export-limit",)),
        (1911, 1911, None, None, "no_export", ("made-by-no-export-limit",)),
        (1912, 1912, False, False, "general", ("made-by-relic-limit",)),
        (1949, 1949, False, None, "general", ("made-by-relic-limit",)),
        (1950, 1950, False, False, "not_relic", ("after-every-limit-that-applies",)),
        (1950, 1950, False, True, "general", ("minority-work-by-limit",)),
        (1966, 1966, False, True, "general", ("minority-work-by-limit",)),
        (1967, 1967, False, True, "not_relic", ("after-every-limit-that-applies",)),
        (1967, 2020, False, None, "not_relic", ("after-every-limit-that-applies",)),
        (1999, 1999, True, False, "no_export", ("maker-on-deceased-list",)),
        (None, None, True, None, "no_export", ("maker-on-deceased-list",)),
        (1999, 1999, None, False, "unknown", ("maker-list-not-checked",)),
        (1950, 1950, False, None, "unknown", ("minority-not-known",)),
        (1920, 1920, None, False, "unknown", ("made-by-relic-limit", "maker-list-not-checked")),
        (1900, 1920, False, False, "unknown", ("may-be-before-no-export-limit",)),
        (1940, 1960, False, False, "unknown", ("may-be-before-relic-limit",)),
        (1960, 1970, False, True, "unknown", ("may-be-before-minority-limit",)),
        (None, None, False, False, "unknown", ("no-date",)),
        (None, 1980, False, False, "unknown", ("no-earliest-year",)),
        (1868, None, False, False, "unknown", ("may-be-before-no-export-limit",)),
        (2001, None, False, False, "not_relic", ("after-every-limit-that-applies",)),
    ],
)
def test_the_proposal_follows_the_limits(
    first: int | None,
    last: int | None,
    listed: bool | None,
    minority: bool | None,
    proposed: str,
    reasons: tuple[str, ...],
) -> None:
    found = screen(
        year_from=first,
        year_to=last,
        maker_deceased_listed=listed,
        ethnic_minority=minority,
        limits=LIMITS,
    )
    assert (found.proposed, found.reasons) == (proposed, reasons)


@settings(deadline=None)
@given(YEARS, YEARS, FLAGS, FLAGS)
def test_every_proposal_has_a_reason_and_precious_is_left_to_specialists(
    first: int | None, last: int | None, listed: bool | None, minority: bool | None
) -> None:
    if first is not None and last is not None and first > last:
        first, last = last, first
    found = screen(
        year_from=first,
        year_to=last,
        maker_deceased_listed=listed,
        ethnic_minority=minority,
        limits=LIMITS,
    )
    assert found.reasons
    assert found.proposed != "precious"
    if found.proposed == "not_relic":
        assert first is not None
        assert first > LIMITS.relic_until
        assert listed is False


def test_years_that_run_backwards_are_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="backwards"):
        screen(
            year_from=1950,
            year_to=1900,
            maker_deceased_listed=None,
            ethnic_minority=None,
            limits=LIMITS,
        )


def test_limits_that_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        RelicLimits(no_export_until=1949, relic_until=1911, minority_until=1966)
