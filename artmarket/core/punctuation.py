"""Lists, clauses, labels and brackets in the reader's language.

Chinese uses full-width marks without spaces, English its own; the pairs stand in the English
catalogue like every other word.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(words: Iterable[object]) -> str:
    """`甲、乙、丙`, in English `a, b, c`."""
    return _("、").join(map(str, words))


def clauses(words: Iterable[object]) -> str:
    """`甲；乙`, in English `a; b`."""
    return _("；").join(map(str, words))


def joined(words: Iterable[object]) -> str:
    """`甲，乙`, in English `a, b`."""
    return _("，").join(map(str, words))


def labelled(label: object, words: object) -> str:
    """`甲：乙`, in English `a: b`."""
    return f"{label}{_('：')}{words}"


def bracketed(words: object) -> str:
    """`（甲）`, in English ` (a)` with the space before it."""
    return f"{_('（')}{words}{_('）')}"
