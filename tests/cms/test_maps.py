"""Maps and opening hours: pure, exact."""

from datetime import date, datetime, time

import pytest

from cms import maps, opening
from cms.maps import Spot


def test_no_place_makes_no_map():
    assert maps.draw([]) is None


def test_one_place_stands_in_the_middle():
    drawing = maps.draw([Spot(7, 36.7, 119.1)])
    assert [(p.key, p.number, p.x, p.y) for p in drawing.points] == [(7, 1, 240, 170)]
    assert (drawing.metres, drawing.kilometres) == (200, 0)
    assert drawing.bar == 134


def test_north_is_up_and_east_is_right():
    north, south, east = maps.draw(
        [Spot(1, 36.71, 119.10), Spot(2, 36.69, 119.10), Spot(3, 36.70, 119.12)]
    ).points
    assert north.y < south.y
    assert east.x > north.x
    assert all(0 <= p.x <= maps.WIDTH and 0 <= p.y <= maps.HEIGHT for p in (north, south, east))


def test_the_scale_bar_is_as_long_as_it_says():
    drawing = maps.draw([Spot(1, 36.7, 119.1), Spot(2, 36.7 + 10_000 / maps.METRES, 119.1)])
    first, second = drawing.points
    assert drawing.metres == 5_000 and drawing.kilometres == 5
    assert round((first.y - second.y) * drawing.metres / 10_000) == drawing.bar


def test_places_on_one_spot_are_moved_apart():
    points = maps.draw([Spot(n, 36.7, 119.1) for n in range(6)]).points
    far = [
        ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5
        for n, a in enumerate(points)
        for b in points[n + 1 :]
    ]
    assert min(far) >= maps.APART - 1
    assert [p.number for p in points] == [1, 2, 3, 4, 5, 6]


HOURS = {"tue": "09:00-12:00,14:00-17:00", "sat": "10:00-16:00"}
TUESDAY = date(2026, 12, 1)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(8, 59), "before"),
        (at(9), "open"),
        (at(11, 59), "open"),
        (at(12), "before"),
        (at(14), "open"),
        (at(17), "after"),
        (at(10, 0, date(2026, 12, 2)), "closed_today"),
    ],
)
def test_a_place_is_open_from_opening_until_closing(moment, said):
    assert opening.standing(HOURS, moment) == said


def test_without_hours_nothing_is_said():
    assert opening.standing({}, at(10)) == "unknown"


@pytest.mark.parametrize("words", ["9-17", "17:00-09:00", "09:00", "09:00-17:00-18:00", "morning"])
def test_words_that_are_no_hours_are_refused(words):
    with pytest.raises(opening.HoursError):
        opening.read(words)


def test_unreadable_hours_count_as_closed():
    assert opening.on({"tue": "always"}, TUESDAY) == ()
