"""Titles that only say that there is none: a statement, shown in the reader's language.

Museums write 无题, Untitled or [no title] where a title would stand (CCO, part 2, chapter 1).
A title with anything beside it ("Untitled (Kite)") is a name and stays as it is.
"""

import unicodedata
from typing import Final

_UNTITLED: Final = frozenset(
    {"", "无题", "無題", "untitled", "no title", "sans titre", "ohne titel", "sin título"}
)
_AROUND: Final = " []()《》〈〉「」『』【】\"'“”‘’.。"


def says_untitled(title: str) -> bool:
    """Whether a title is empty, or says in a language we know that there is none."""
    plain = unicodedata.normalize("NFKC", title).casefold().strip(_AROUND)
    return plain in _UNTITLED
