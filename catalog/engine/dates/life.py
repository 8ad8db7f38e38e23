"""The years of a person's life as written beside a name.

Gives birth and death as EDTF; never infers a death from an age. Life dates of makers bound the
candidates of a cyclical year and, by 著作权法 23, the term of copyright, but not here.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from catalog.engine.dates.reading import read_date

_DASH: Final = re.compile(r"\s*[‐‑‒–—―−－─~～-]+\s*")
_BORN: Final = re.compile(
    r"(?:born(?: in)?|b\.?|生于|出生于|n\.)\s*(?P<a>.+)|(?P<b>.+?)\s*(?:出?生|born|[-‐–—―－]+\s*)"
)
_DIED: Final = re.compile(
    r"(?:died(?: in)?|d\.?|卒于|†)\s*(?P<a>.+)|(?P<b>.+?)\s*(?:卒|去世|逝世|died)"
    r"|[-–—]+\s*(?P<c>.+)"
)
_OPEN: Final = frozenset({"", "?", "present", "至今", "今", "不详", "unknown", "living", ".."})


@dataclass(frozen=True)
class Life:
    """Birth and death as EDTF; None is not stated (or still alive)."""

    birth: str | None
    death: str | None


def read_life(text: str) -> Life | None:
    """Life dates: "1833–1898", "b. 1950", "1959年生", "约1833—1898", "1950—".

    Returns:
        The life, or None when the text is not read or the death lies before the birth.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("()[]").strip()
    parts = _DASH.split(plain)
    if len(parts) == 2 and parts[0]:
        return _both(parts[0], parts[1])
    comma = re.fullmatch(r"(.+?生)[,、;\s]*(.+?[卒世])", plain) or re.fullmatch(
        r"(born .+?|b\. ?.+?)[,;] ?(died .+|d\. ?.+)", plain
    )
    if comma:
        return _both(comma[1], comma[2])
    if (match := _DIED.fullmatch(plain)) and (
        death := _edtf(match["a"] or match["b"] or match["c"])
    ):
        return Life(None, death)
    if match := _BORN.fullmatch(plain):
        birth = _edtf(match["a"] or match["b"])
        return Life(birth, None) if birth else None
    return None


def _both(born: str, died: str) -> Life | None:
    born = re.sub(r"^(?:born|b\.?|生于)\s*|\s*出?生$", "", born.strip())
    died = re.sub(r"^(?:died|d\.?|卒于)\s*|\s*(?:卒|去世|逝世)$", "", died.strip())
    if died.casefold() in _OPEN:
        birth = _edtf(born)
        return Life(birth, None) if birth else None
    if born in _OPEN:
        death = _edtf(died)
        return Life(None, death) if death else None
    if len(died) == 2 and died.isdigit() and re.fullmatch(r".*\d{4}", born):
        died = born[-4:-2] + died
    first, last = read_date(born), read_date(died)
    if first is None or last is None or first.edtf is None or last.edtf is None:
        return None
    if first.year_from is not None and last.year_to is not None and first.year_from > last.year_to:
        return None
    return Life(first.edtf, last.edtf)


def _edtf(text: str | None) -> str | None:
    found = read_date(text.strip()) if text else None
    return found.edtf if found else None
