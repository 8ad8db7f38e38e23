"""The stress grid as bars: at each fall the expected loss of falling prices alone, and of the
worst row beside it. The table beside it says all of it in figures."""

from dataclasses import dataclass
from typing import Final

from artmarket.core.money import Money

from .risk import CURRENCY, Stress
from .risk_tables import scenario_words

WIDTH: Final = 360
HEIGHT: Final = 170
TOP: Final = 24
FLOOR: Final = 146
LEFT: Final = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of the drawing; `kind` is plain or worst."""

    x: int
    y: int
    height: int
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: bars, the words below each pair, the highest figure, where the capital lies (None:
    above the drawing)."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, str], ...]
    most: Money
    capital_y: int | None
    worst: str
    bar: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


def chart_of(found: Stress) -> Chart | None:
    """The drawing; None where nothing is lost at any fall."""
    worst = max(found.rows, key=lambda row: row.cells[-1].expected)
    plain = found.rows[0]
    most = max(cell.expected for row in (plain, worst) for cell in row.cells)
    if not most:
        return None
    step = (WIDTH - 2 * LEFT) // len(found.falls)
    bar = step // 3
    bars, marks = [], []
    for place, fall in enumerate(found.falls):
        x = LEFT + place * step + bar // 2
        marks.append((x + bar, f"−{fall}%"))
        for kind, row, at in (("plain", plain, x), ("worst", worst, x + bar)):
            height = row.cells[place].expected * (FLOOR - TOP) // most
            bars.append(Bar(at, FLOOR - height, height, kind))
    capital = found.capital * (FLOOR - TOP) // most
    return Chart(
        tuple(bars), tuple(marks), Money(most, CURRENCY),
        FLOOR - capital if found.capital <= most else None,
        scenario_words(worst.code, worst.name), bar - 2,
    )  # fmt: skip
