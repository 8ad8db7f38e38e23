"""What happens to the security of an account: factors, sessions, browsers that are known.

allauth stores factors and signs in; these functions do what follows from it. The event log keeps
that a factor was added or removed and of which kind, never a secret.
"""

import secrets
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import notices
from artmarket.accounts.locks import lock_user, lock_users
from artmarket.accounts.models import KnownBrowser, User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.sealed import fingerprint, is_newest, seal, unseal

COOKIE = "known_browser"
COOKIE_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie at most
KNOWN_AT_MOST = 50
MAX_REASON = 500
SEALED = ("secret", "seed")  # of an authenticator app, and of the recovery codes


def word_of(cookie: str) -> str:
    """The word by which this browser is known: the one of its cookie, or a new one."""
    return cookie if 20 <= len(cookie) <= 80 and cookie.isascii() else secrets.token_urlsafe(24)


@transaction.atomic
def remember_browser(*, user: User, word: str) -> bool:
    """Note that this browser signed in; True when the account had not seen it before."""
    digest = fingerprint(f"{user.pk}:{word}", kind="browser")
    now = db_now()
    _row, is_new = KnownBrowser.objects.update_or_create(
        user=user, digest=digest, defaults={"last_at": now}, create_defaults={"last_at": now}
    )
    if is_new:
        kept = user.known_browsers.order_by("-last_at", "-pk").values("pk")[:KNOWN_AT_MOST]
        user.known_browsers.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return is_new


@transaction.atomic
def factor_added(*, actor: User, kind: str, is_first: bool, session_key: str) -> None:
    """A person set up a factor; the first one ends his other sessions, which began without."""
    person = lock_user(pk=actor.pk)
    record_event(actor=person, action="user.factor_added", subject=person, kind=kind)
    if is_first:
        end_sessions(user=person, keep=session_key)
    actor.forget_roles()


@transaction.atomic
def factor_removed(*, actor: User, kind: str) -> None:
    """A person removed a factor; without any, the roles that need one stop at once."""
    person = lock_user(pk=actor.pk)
    record_event(actor=person, action="user.factor_removed", subject=person, kind=kind)
    actor.forget_roles()


@transaction.atomic
def password_changed(*, actor: User, action: str, session_key: str) -> None:
    """The password is another one: every session but the one that changed it ends."""
    person = lock_user(pk=actor.pk)
    end_sessions(user=person, keep=session_key)
    record_event(actor=person, action=action, subject=person)


@transaction.atomic
def note(*, actor: User, action: str, **data: Any) -> None:
    """Something else of the account changed; the event log keeps that it did, not to what."""
    record_event(actor=actor, action=action, subject=actor, **data)


@transaction.atomic(durable=True)
def reset_factors(*, actor: User | None, user: User, reason: str) -> None:
    """An operator takes away all factors of a person who lost them; the owner is told by mail.

    `actor` None is the command line. The person signs in with the password and, where his roles
    ask for it, sets up a new one first. Raises `NotAllowed` (also for oneself: there the account
    pages ask for the factor), `Invalid`, `WrongState` (no factor).
    """
    locked = lock_users(pks={user.pk} | ({actor.pk} if actor else set()))
    if actor and (actor.pk == user.pk or not locked[actor.pk].has_perm("accounts.manage_people")):
        raise NotAllowed()
    reason = _checked(reason)
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise WrongState(_("这个账户没有启用两步验证。"))
    end_sessions(user=user)
    record_event(actor=actor, action="user.factors_reset", subject=user, reason=reason)
    notices.tell(user, notices.FACTORS_RESET)
    user.forget_roles()


@transaction.atomic(durable=True)
def sign_out_everywhere(*, actor: User, user: User, reason: str) -> int:
    """An operator ends a person's sessions. Returns how many. Raises `NotAllowed`, `Invalid`."""
    locked = lock_users(pks={actor.pk, user.pk})
    if not locked[actor.pk].has_perm("accounts.manage_people"):
        raise NotAllowed()
    reason = _checked(reason)
    count = end_sessions(user=user)
    record_event(actor=actor, action="user.signed_out", subject=user, sessions=count, reason=reason)
    return count


@transaction.atomic(durable=True)
def end_session(*, actor: User, session_id: int) -> None:
    """A person ends one of his own sessions. Raises `WrongState` when it is gone or another's."""
    session = UserSession.objects.filter(pk=session_id, user=actor).first()
    if session is None:
        raise WrongState(_("这个登录已经结束。"))
    session.end()
    record_event(actor=actor, action="user.session_ended", subject=actor)


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": _("写明理由，不超过500个字。")})
    return reason


def end_sessions(*, user: User, keep: str = "") -> int:
    """End the sessions of a person but the one with the key `keep`; in the caller's transaction."""
    ended = list(UserSession.objects.filter(user=user).exclude(session_key=keep or ""))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in ended:
        store(session.session_key).delete()
    UserSession.objects.filter(pk__in=[s.pk for s in ended]).delete()
    return len(ended)


def sweep_sessions() -> str:
    """A duty: forget sessions that ended by themselves, with the addresses they came from."""
    Session.objects.filter(expire_date__lt=db_now()).delete()
    live = Session.objects.filter(session_key=OuterRef("session_key"))
    gone, _rows = UserSession.objects.exclude(Exists(live)).delete()
    return f"{gone} ended sessions forgotten"


def reseal_factors() -> int:
    """Seal the secrets of factors again under the newest key, one row at a time."""
    done = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = {k: row.data[k] for k in SEALED if row.data.get(k)} if row else {}
            again = {k: seal(unseal(v)) for k, v in old.items() if not is_newest(v)}
            if row and again:
                row.data |= again
                row.save(update_fields=["data"])
                done += len(again)
    return done
