"""How large an enterprise is by lines that a dated rule draws; never decides which rule counts.

Rule: 《统计上大中小微型企业划分办法》. An enterprise has a size only when every measure of its
trade reaches the line of that size; else it has the next lower one.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

Size = Literal["large", "medium", "small", "micro"]
SIZES: Final[tuple[Size, ...]] = ("large", "medium", "small")
FEN_IN_WAN: Final = 10_000 * 100
"""The rule counts revenue in 10,000 yuan, the platform in fen."""


def size_of(
    lines: Mapping[str, Sequence[int]], trade: str, *, staff: int | None, revenue: int | None
) -> Size | None:
    """The size of an enterprise; None where a measure that the rule asks for is not known.

    Args:
        lines: the rule's value: `<trade>_staff` and, where asked for, `<trade>_revenue`, each the
            least of large, medium and small (people; 10,000 yuan).
        trade: a trade of the rule.
        staff: how many people work there.
        revenue: revenue of a year in fen.
    Raises:
        KeyError: the rule has no such trade.
    """
    asked = [(staff, [int(line) for line in lines[f"{trade}_staff"]])]
    if f"{trade}_revenue" in lines:
        asked.append((revenue, [line * FEN_IN_WAN for line in lines[f"{trade}_revenue"]]))
    if any(measure is None for measure, _lines in asked):
        return None
    for place, size in enumerate(SIZES):
        if all(measure is not None and measure >= drawn[place] for measure, drawn in asked):
            return size
    return "micro"
