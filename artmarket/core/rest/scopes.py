"""What a token may be used for, and who asks.

`artmarket.api` puts the caller's scopes on the request (`request.scopes`, None without a token) and
the person whom the token speaks for as `request.user`.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security.http import HttpAuthBase

from artmarket.core.errors import DomainError, NotAllowed


class Scope(models.TextChoices):
    READ = "read", _("读取你能看到的内容")
    WORKS_WRITE = "works:write", _("起草、修改和提交作品")
    REGISTRY_REVIEW = "registry:review", _("审核、登记和退回提交")
    BIDS = "bids", _("用你的号牌出价")
    WEBHOOKS = "webhooks", _("管理事件推送")


class NotSignedIn(DomainError):
    """No token, or one that is not (or no longer) valid."""

    code = "token_needed"
    status = 401
    message = _("这个接口要用访问令牌。")
    hint = _("在“我的账户”里的“访问令牌”页做一个，放进Authorization: Bearer请求头。")


class ScopeMissing(NotAllowed):
    """The token is valid and was not made for this."""

    code = "scope_missing"
    message = _("这个令牌没有做这件事的授权范围。")
    hint = _("请另做一个有这项范围的令牌。")


class Needs(HttpAuthBase):
    """The operation needs a token with one scope; in the schema one bearer scheme for all."""

    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        scopes = scopes_of(request)
        if scopes is None:
            raise NotSignedIn()
        if self.scope not in scopes:
            raise ScopeMissing(scope=str(self.scope))
        return request.user


def scopes_of(request: HttpRequest) -> frozenset[str] | None:
    """The scopes of the caller's token; None without a token."""
    return getattr(request, "scopes", None)


def reader_of(request: HttpRequest) -> Any:
    """Who reads: the token's person if it may read for him, else the public."""
    return request.user if Scope.READ in (scopes_of(request) or ()) else AnonymousUser()
