"""The words of notices of loans: each part says its own news, by the code in `facts["news"]`."""

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from auctions.models import Notice, NoticeKind
from auctions.notices import wording

_SAYERS: Final[dict[str, Callable[[Notice], tuple[str, str]]]] = {}
_PATHS: Final[dict[str, Callable[[Notice], str]]] = {}


def register(
    news: str, sayer: Callable[[Notice], tuple[str, str]], path: Callable[[Notice], str]
) -> None:
    """Say one kind of news of loans: title and text, and the page it leads to."""
    _SAYERS[news], _PATHS[news] = sayer, path


def announce() -> None:
    """Tell the inbox how notices of loans are said; called once at start."""
    wording.register(NoticeKind.LOAN, _say, _path)


def _say(notice: Notice) -> tuple[str, str]:
    sayer = _SAYERS.get(notice.facts.get("news", ""))
    return sayer(notice) if sayer else (_("质押贷款有了进展"), "")


def _path(notice: Notice) -> str:
    path = _PATHS.get(notice.facts.get("news", ""))
    return path(notice) if path else reverse("notices:inbox")
