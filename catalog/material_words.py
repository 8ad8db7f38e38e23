"""Find words of a list in a description: materials of protected species, kinds on a Red List.

Chinese words are found anywhere, others only as whole words; words that only sound like them (a
colour, an imitation) are taken out first.
"""

import re
from collections.abc import Iterable, Mapping

from artmarket.core.search_tokens import fold


def split_words(text: str) -> tuple[str, ...]:
    """The words of a label: 象牙、牙雕 or "ivory, elephant tusk"."""
    return tuple(word for part in re.split(r"[、,]", text) if (word := part.strip()))


def found_in(
    texts: Iterable[str],
    words: Mapping[str, Iterable[str]],
    *,
    not_meant: Iterable[str] = (),
) -> tuple[str, ...]:
    """The codes of `words` of which one stands in the texts, in their order.

    Args:
        texts: what is said of a work.
        words: code → words, in any language.
        not_meant: words that contain one of these and mean something else.
    """
    text = "\n".join(fold(text) for text in texts if text)
    # The longest first: a longer word may contain a shorter one.
    for word in sorted((fold(w) for w in not_meant), key=len, reverse=True):
        text = _pattern(word).sub(" ", text)
    return tuple(
        code for code, known in words.items() if any(_pattern(fold(w)).search(text) for w in known)
    )


def _pattern(word: str) -> re.Pattern[str]:
    if word.isascii():
        return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")
    return re.compile(re.escape(word))
