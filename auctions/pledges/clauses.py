"""Whether the words of a contract let the work fall to the lender (流质). Pure.

Such a clause gives priority in the proceeds only (民法典 428), and nobody should sign one. The
phrases are data of the rule book; what none of them meets is still read by people.
"""

from collections.abc import Iterable


def forfeiting(text: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases that a text holds, whatever spaces, line breaks and case it is written with."""
    plain = "".join(text.split()).casefold()
    return tuple(p for p in phrases if "".join(p.split()).casefold() in plain)
