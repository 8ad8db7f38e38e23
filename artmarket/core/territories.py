"""Countries and customs territories by their two letters (ISO 3166-1), named by CLDR.

Hong Kong, Macao and Taiwan are customs territories of their own (进出境), so a work that goes there
crosses a border. The names are those of Babel, with 中国 before what is part of it.
"""

from functools import cache
from typing import Final

from babel import Locale
from django.utils.translation import get_language

MAINLAND: Final = "CN"
_FIRST: Final = ("CN", "HK", "MO", "TW")
_OF_CHINA: Final = {
    "HK": ("中国香港", "Hong Kong, China"),
    "MO": ("中国澳门", "Macao, China"),
    "TW": ("中国台湾", "Taiwan, China"),
}
# Codes of CLDR that name no territory: unions, the unknown, and two for tests.
_NONE: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def territories() -> tuple[tuple[str, str], ...]:
    """Code and name in the reader's language, China first, then by name."""
    return _named((get_language() or "").startswith("en"))


def is_territory(code: str) -> bool:
    """Whether these two letters name one."""
    return code in dict(_named(False))


def territory_words(code: str) -> str:
    """The name in the reader's language; what is unknown stays as it is."""
    return dict(territories()).get(code, code)


@cache
def _named(is_english: bool) -> tuple[tuple[str, str], ...]:
    found = Locale("en" if is_english else "zh").territories
    names = {code: name for code, name in found.items() if len(code) == 2 and code not in _NONE}
    names |= {code: pair[is_english] for code, pair in _OF_CHINA.items()}
    rest = sorted((name, code) for code, name in names.items() if code not in _FIRST)
    return (*((code, names[code]) for code in _FIRST), *((code, name) for name, code in rest))
