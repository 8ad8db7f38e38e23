"""Words for the kinds of entries, announced by the apps that post them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_kinds: dict[str, str | Promise] = {"correction": _("冲正")}


def register_kind(kind: str, words: str | Promise) -> None:
    """Say what entries of this kind are called; called in `AppConfig.ready`."""
    _kinds[kind] = words


def kind_words(kind: str) -> str:
    """The words for a kind, or the kind itself where nobody said any."""
    return str(_kinds.get(kind, kind))
