"""Whether a sum may be published: from enough sources, and not almost all from one; pure.

Rules of statistics §7. How many are enough and how much is too much are arguments.
"""

from collections.abc import Iterable


def may_be_shown(parts: Iterable[int], *, least: int, most_pct: int) -> bool:
    """Whether the sum of what each source adds may be shown.

    Args:
        parts: what each source adds, none below zero; sources of nothing do not count.
        least: the least number of sources.
        most_pct: the largest share of one source in percent.
    """
    sizes = [part for part in parts if part > 0]
    if len(sizes) < least:
        return False
    return max(sizes, default=0) * 100 <= most_pct * sum(sizes)
