"""Bars and lines as numbers for a drawing on the server; pure, no colours, no words of its own.

A template turns a `Chart` into SVG with classes; the style sheet gives the tones, in both themes.
The axis always begins at zero; a missing value leaves a gap that is marked, never a zero. At most
five series (rules of statistics §9).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

WIDTH: Final = 360
HEIGHT: Final = 190
TOP: Final = 22
FLOOR: Final = 160
LEFT: Final = 4
RIGHT: Final = 356
MOST_SERIES: Final = 5
MOST_LABELS: Final = 6

Kind = Literal["bars", "lines"]


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one thing, one for each label; None: not known, or not to be shown."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: int


@dataclass(frozen=True, slots=True)
class Line:
    """One unbroken stretch: `points` as SVG reads them, `dots` each of them."""

    points: str
    dots: tuple[tuple[float, float], ...]
    tone: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at a place: a label below, a value of the axis, the sign of a gap."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `width` by `height`, its floor at `floor`."""

    kind: Kind
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    grid: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    gaps: tuple[Mark, ...]
    names: tuple[tuple[int, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


def chart(
    kind: Kind, labels: Sequence[str], series: Sequence[Series], *,
    say: Callable[[int], str] = str, gap: str = "x",
) -> Chart | None:  # fmt: skip
    """A drawing; None where there is nothing above zero to draw.

    Args:
        kind: bars side by side, or lines.
        labels: the words below; where they are many only some are written.
        series: at most five, each with as many values as there are labels, none below zero.
        say: the words of a value of the axis.
        gap: the sign where a value is missing.
    Raises:
        ValueError: too many series, a series of another length, a value below zero.
    """
    known = _checked(labels, series)
    if not any(known):
        return None
    top = ceiling(max(known))
    step = (RIGHT - LEFT) / len(labels)
    middles = [round(LEFT + step * (place + 0.5), 2) for place in range(len(labels))]
    grid = tuple(
        Mark(LEFT, _height(value, top), say(value)) for value in dict.fromkeys((top, top // 2))
        if value
    )  # fmt: skip
    gaps = tuple(
        Mark(middles[place], FLOOR - 4, gap)
        for place in range(len(labels))
        if all(row.values[place] is None for row in series)
    )
    every = ceil(len(labels) / MOST_LABELS)
    return Chart(
        kind,
        tuple(_bars(series, top, step)) if kind == "bars" else (),
        tuple(_lines(series, top, middles)) if kind == "lines" else (),
        grid,
        tuple(
            Mark(middles[place], HEIGHT - 12, words)
            for place, words in enumerate(labels)
            if (len(labels) - 1 - place) % every == 0
        ),
        gaps,
        tuple((tone, row.name) for tone, row in enumerate(series, 1)),
    )


def ceiling(most: int) -> int:
    """The top of an axis: the least of 1, 2, 4, 5, 6, 8 or 10 times a power of ten that holds it.

    Raises ValueError for less than one.
    """
    if most < 1:
        raise ValueError("an axis needs something above zero")
    power = 10 ** (len(str(most)) - 1)
    return next(n * power for n in (1, 2, 4, 5, 6, 8, 10) if n * power >= most)


def _checked(labels: Sequence[str], series: Sequence[Series]) -> list[int]:
    if len(series) > MOST_SERIES:
        raise ValueError(f"more than {MOST_SERIES} series")
    if any(len(row.values) != len(labels) for row in series):
        raise ValueError("a series has not a value for each label")
    known = [value for row in series for value in row.values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("a value lies below zero")
    return known


def _height(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 2)


def _bars(series: Sequence[Series], top: int, step: float) -> list[Bar]:
    width = round(step * 0.72 / len(series), 2)
    found = []
    for tone, row in enumerate(series, 1):
        for place, value in enumerate(row.values):
            if value:
                x = LEFT + step * (place + 0.14) + width * (tone - 1)
                y = _height(value, top)
                found.append(Bar(round(x, 2), y, width, round(FLOOR - y, 2), tone))
    return found


def _lines(series: Sequence[Series], top: int, middles: Sequence[float]) -> list[Line]:
    found = []
    for tone, row in enumerate(series, 1):
        stretch: list[tuple[float, float]] = []
        for x, value in [*zip(middles, row.values, strict=True), (0.0, None)]:
            if value is not None:
                stretch.append((x, _height(value, top)))
            elif stretch:
                points = " ".join(f"{a},{b}" for a, b in stretch)
                found.append(Line(points, tuple(stretch), tone))
                stretch = []
    return found
