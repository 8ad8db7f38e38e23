"""Preconditions: nobody overwrites what he has not seen (RFC 9110, section 13)."""

import hashlib
import re

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError

_TAG = re.compile(r'(W/)?"([^"]*)"')
_LIST = re.compile(r'\s*(\*|(W/)?"[!#-~]*"(\s*,\s*(W/)?"[!#-~]*")*)\s*')


class Changed(DomainError):
    """The thing has changed since the client read it."""

    code = "stale"
    status = 412
    message = _("这件作品在别处刚被改过，你的修改没有保存。")
    hint = _("请重新读取，用新的ETag再试。")


class PreconditionNeeded(DomainError):
    """The client does not say which state it has seen."""

    code = "if_match_needed"
    status = 428
    message = _("修改要带If-Match请求头。")
    hint = _("先读取，把得到的ETag原样放进If-Match。")


class NoTag(DomainError):
    """A precondition that is none."""

    code = "if_match_malformed"
    status = 400
    message = _("If-Match里应当是ETag，连同引号。")


def tag_of(body: bytes) -> str:
    """The entity tag of an answer: its content's digest, so that equal answers have equal tags."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def names(header: str, tag: str) -> bool:
    """Whether a list of tags (or `*`) names this one; weak marks are passed over."""
    if header.strip() == "*":
        return True
    return any(value == tag.strip('"') for _weak, value in _TAG.findall(header))


def require_match(request: HttpRequest, tag: str) -> None:
    """Raise unless If-Match names the state that stands: PreconditionNeeded, NoTag, Changed."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionNeeded()
    if not _LIST.fullmatch(header):
        raise NoTag()
    if not names(header, tag):
        raise Changed()
