"""Make and revoke access tokens, and recognise them.

A token is shown once and never stored. It gives what its owner may do at the moment of use, in one
role, for himself or for one organisation, and only for its scopes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.permissions import is_organisation_admin
from artmarket.api.capacity import acting
from artmarket.api.engine import tokens as engine
from artmarket.api.locks import lock_token
from artmarket.api.models import Token
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.events import record_event
from artmarket.core.rest.scopes import NotSignedIn, Scope

MAX_NAME = 80
LONGEST_RULE = "api.token_days"
AT_ONCE_RULE = "api.tokens_at_once"
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenInput:
    """What a token is for. `role` "" means none, `organisation_id` None the person himself."""

    name: str
    scopes: Collection[str]
    days: int
    role: str = ""
    organisation_id: int | None = None


@transaction.atomic(durable=True)
def make_token(*, actor: User, given: TokenInput) -> tuple[Token, str]:
    """Make a token; returns its row and the token itself, which nobody can read again.

    Raises `NotAllowed`, `Invalid` (name, scopes, role, organisation, days), `DomainError` when the
    person has as many as the rule book allows.
    """
    person = lock_user(pk=actor.pk)
    if not person.has_perm("api.make_token"):
        raise NotAllowed()
    _check(person, given)
    limit = rulebook.get(AT_ONCE_RULE)
    if Token.objects.live().filter(owner=person).count() >= limit:
        raise DomainError(
            _("同时最多%(limit)d个有效令牌，请先撤销不用的。") % {"limit": limit},
            code="too_many_tokens",
            rule=AT_ONCE_RULE,
        )
    secret = engine.make_token()
    token = Token.objects.create(
        owner=person,
        role=given.role,
        organisation_id=given.organisation_id,
        name=given.name.strip(),
        digest=engine.digest_of(secret),
        start=secret[: engine.SHOWN],
        scopes=sorted(set(given.scopes)),
        expires_at=db_now() + timedelta(days=given.days),
    )
    token.refresh_from_db()
    record_event(
        actor=actor, action="token.made", subject=token,
        after={
            "name": token.name, "start": token.start, "scopes": token.scopes, "role": token.role,
            "organisation": token.organisation_id, "expires_at": token.expires_at,
        },
    )  # fmt: skip
    return token, secret


@transaction.atomic(durable=True)
def revoke_token(*, actor: User, token_id: int) -> Token:
    """End a token at once. Revoking it twice changes nothing. Raises `NotAllowed`, `WrongState`."""
    token = lock_token(pk=token_id)
    if not actor.has_perm("api.manage", token):
        raise NotAllowed()
    if token.revoked_at is not None:
        return token
    token.revoked_at, token.revoked_by = Now(), actor
    token.save(update_fields=["revoked_at", "revoked_by"])
    token.refresh_from_db()
    record_event(
        actor=actor, action="token.revoked", subject=token,
        before={"name": token.name, "start": token.start},
    )  # fmt: skip
    return token


def recognise(text: str) -> tuple[Token, User]:
    """The live token of this text and the person it speaks for now. Raises `NotSignedIn`.

    Notes the use, at most once a minute.
    """
    if not engine.is_token(text):
        raise NotSignedIn(_("访问令牌的写法不对，多半是没有抄全。"), code="token_malformed")
    token = Token.objects.live().filter(digest=engine.digest_of(text)).first()
    if token is None:
        raise NotSignedIn(_("访问令牌已经撤销、过期，或者不存在。"), code="token_invalid")
    person = acting(token)
    if person is None:
        raise NotSignedIn(
            _("令牌的主人不再有这个角色或单位身份，令牌因此失效。"), code="token_without_capacity"
        )
    note_use(token)
    return token, person


def note_use(token: Token) -> None:
    """Write the time of use unless it was written in the last minute; one conditional update."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _check(person: User, given: TokenInput) -> None:
    errors: dict[str, Any] = {}
    name = given.name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        errors["name"] = _("给令牌起个名字，最多80个字。")
    if not given.scopes or not set(given.scopes) <= set(Scope.values):
        errors["scopes"] = _("至少选一项授权范围。")
    if given.role and given.role not in person.roles:
        errors["role"] = _("你没有这个角色。")
    if given.organisation_id is not None:
        organisation = Organisation.objects.filter(pk=given.organisation_id).first()
        if not is_organisation_admin(person, organisation):
            errors["organisation"] = _("只有单位的管理员能为单位做令牌。")
    longest = rulebook.get(LONGEST_RULE)
    if not 1 <= given.days <= longest:
        errors["days"] = _("有效期从1天到%(longest)d天。") % {"longest": longest}
    if errors:
        raise Invalid(fields=errors, rule=LONGEST_RULE if "days" in errors else None)
