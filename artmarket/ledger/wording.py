"""Words for kinds of entries, ways of payment and what is paid for; apps announce their own."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_kinds: dict[str, str | Promise] = {"correction": _("冲正")}
_GATEWAYS: dict[str, str | Promise] = {
    "bank": _("银行转账"), "desk": _("柜台"), "stripe": _("在线支付（Stripe）"),
}  # fmt: skip
_OUT = "-out"
_memos: dict[str, str | Promise] = {}
_purposes: dict[str, tuple[str | Promise, Callable[[Any], str]]] = {}
_facts: dict[str, Callable[[Any], list[tuple[str, str]]]] = {}


def register_kind(kind: str, words: str | Promise) -> None:
    """Say what entries of this kind are called; called in `AppConfig.ready`."""
    _kinds[kind] = words


def kind_words(kind: str) -> str:
    """The words for a kind, or the kind itself where nobody said any."""
    return str(_kinds.get(kind, kind))


def register_memo(memo: str, words: str | Promise) -> None:
    """Say what a line with this code for a memo is for."""
    _memos[memo] = words


def memo_words(memo: str) -> str:
    """The words for a line's memo; what is no code was written by a person and stays."""
    return str(_memos.get(memo, memo))


def gateway_words(name: str) -> str:
    """A way of payment as people call it; money on its way out through it says so."""
    words = str(_GATEWAYS.get(name.removesuffix(_OUT), name))
    return gettext("%(gateway)s，付出途中") % {"gateway": words} if name.endswith(_OUT) else words


def register_purpose(
    purpose: str,
    words: str | Promise,
    path: Callable[[Any], str] = lambda payment: "",
    facts: Callable[[Any], list[tuple[str, str]]] = lambda payment: [],
) -> None:
    """Say what payments of this purpose are for, and on which page their cause is shown.

    `path` is a function of the payment; "" where there is no such page. `facts` are labels and
    words that a receipt says of the cause besides.
    """
    _purposes[purpose] = (words, path)
    _facts[purpose] = facts


def purpose_words(purpose: str) -> str:
    """The words for a purpose, or the purpose itself where nobody said any."""
    return str(_purposes[purpose][0]) if purpose in _purposes else purpose


def cause_facts(payment: Any) -> list[tuple[str, str]]:
    """What a receipt says of what a payment is for."""
    return _facts[payment.purpose](payment) if payment.purpose in _facts else []


def cause_path(payment: Any) -> str:
    """The page of what a payment is for, or ""."""
    return _purposes[payment.purpose][1](payment) if payment.purpose in _purposes else ""
