"""Gaps in a provenance through windows of time (registry rules, section 3)."""

import pytest

from catalog.engine.provenance import WINDOWS, Flag, Window, find_gaps, read_paragraph, read_record

WAR = Window("war", "1933-01-30", "1945-05-08", regions=("France", "Germany"), elsewhere=("PA",))
OPEN = Window("since", "1970-11-14", None)


def flags(text: str, *windows: Window) -> list[tuple[str | None, str, tuple[int, ...]]]:
    found = find_gaps(read_paragraph(text).events, windows or (WAR,))
    return [(flag.window, flag.reason, flag.events) for flag in found]


def test_one_holder_from_before_to_after_is_clear() -> None:
    assert flags("John Doe, 1920 until 1950; Jane Doe, 1950.") == []


def test_no_dates_at_all_is_flagged_with_every_event() -> None:
    assert flags("John Doe; Jane Doe.") == [("war", "no_dates", (0, 1))]


def test_an_empty_provenance_is_flagged() -> None:
    assert find_gaps((), (WAR,)) == (Flag("war", "no_dates", ()),)


def test_a_first_known_date_after_the_window_is_flagged() -> None:
    assert flags("John Doe, 1950 until 1960; Jane Doe, 1960.") == [("war", "begins_after", (0,))]


def test_an_indirect_transfer_whose_gap_overlaps_is_flagged() -> None:
    found = flags("John Doe, Boise, PA, 1920 until 1930. Jane Doe, Boise, PA, 1950.")
    assert found == [("war", "gap", (0, 1))]


def test_the_same_transfer_known_to_be_direct_is_no_gap() -> None:
    text = "John Doe, 1920 until 1930; Jane Doe, Boise, PA, between 1930 and 1931 until 1950."
    assert flags(text) == []


def test_a_gap_before_the_window_is_no_matter() -> None:
    assert flags("John Doe, 1900 until 1905. Jane Doe, 1910 until 1950.") == []


@pytest.mark.parametrize(
    ("place", "flagged"), [("Paris, France", True), ("Boise, PA", False), ("Oslo", True)]
)
def test_a_transfer_inside_counts_in_a_listed_region_or_where_it_cannot_be_told(
    place: str, flagged: bool
) -> None:
    found = flags(f"John Doe, 1920 until 1940; Jane Doe, {place}, 1940.")
    assert found == ([("war", "transfer_inside", (0, 1))] if flagged else [])


def test_an_acquisition_uncertain_across_the_start_is_flagged() -> None:
    found = flags("John Doe, Boise, PA, by 1950.")
    assert found == [("war", "begins_after", (0,)), ("war", "acquisition_across_start", (0,))]


def test_what_the_artist_held_first_came_from_nobody() -> None:
    assert flags("Created by John Doe, the artist, Paris, France, 1935 until 1950.") == []
    assert flags("John Doe, Paris, France, 1935 until 1950.") == [("war", "transfer_inside", (0,))]


def test_an_unread_event_is_undecidable() -> None:
    found = flags(
        "John Doe, 1920 until 1930; he swapped it for a horse; Jane Doe, Boise, PA, 1950."
    )
    assert ("war", "unread", (1,)) in found


def test_a_taking_is_flagged_until_it_is_restituted() -> None:
    taken = "John Doe, 1920 until 1940; looted by unknown soldier, 1940"
    assert ("war", "taken", (1,)) in flags(f"{taken}.")
    restored = flags(f"{taken}; restituted to John Doe, 1946.")
    assert not [flag for flag in restored if flag[1] == "taken"]


def test_a_taking_outside_every_window_is_still_flagged() -> None:
    found = flags("John Doe, 1920 until 1950; stolen by unknown soldier, 1980.")
    assert found == [(None, "taken", (1,))]


def test_a_loan_is_no_change_of_owner_and_an_unsold_lot_neither() -> None:
    text = (
        "John Doe, 1920 until 1950; loaned to Kite Museum, Paris, France, 1938; offered at North "
        "Hall, Paris, France, 1939, bought in."
    )
    assert flags(text) == []


def test_an_open_window_is_clear_when_the_last_holder_had_it_before() -> None:
    assert flags("John Doe, 1960.", OPEN) == []
    assert flags("John Doe, 1980.", OPEN) == [("since", "transfer_inside", (0,))]


def test_a_doubtful_holder_clears_nothing() -> None:
    found = flags("Possibly John Doe, 1920 until 1950; Jane Doe, Boise, PA, 1950.")
    assert found == [("war", "doubtful", (0,))]


def test_several_windows_answer_in_their_order() -> None:
    later = Window("later", "1966-05-16", "1976-10-06", weight=2)
    events = read_record("张三旧藏，1930年；1968年抄没；1980年发还张三。").events
    found = find_gaps(events, (later, WAR))
    assert [flag.window for flag in found] == sorted(
        (flag.window for flag in found), key=["later", "war"].index
    )
    assert ("later", "transfer_inside") in {(flag.window, flag.reason) for flag in found}


def test_the_customary_windows_ask_about_europe_and_not_overseas() -> None:
    text = "John Doe, Paris, France, 1920 until 1938; Jane Doe, {place}, 1938 until 1975."
    europe = find_gaps(read_paragraph(text.format(place="Paris, France")).events, WINDOWS[:1])
    overseas = find_gaps(read_paragraph(text.format(place="Boise, CA")).events, WINDOWS[:1])
    assert [flag.reason for flag in europe] == ["transfer_inside"]
    assert overseas == ()
