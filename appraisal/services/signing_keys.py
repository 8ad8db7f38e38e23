"""Signing keys: made, followed by another, ended, revoked; and what signs with them.

A seed is opened for the moment of one signature and stands in no row, log or error. Who signs at a
moment is decided by `appraisal.engine.keys`. What depends on the keys of the platform registers in
`on_revoked` and `on_changed`. Registry rules, section 6.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appraisal.certificates import citations
from appraisal.engine import keys as engine
from appraisal.engine.credentials import TrustedKey, public_key_from, sign
from appraisal.engine.credentials.multibase import to_multikey
from appraisal.models import SealedKey
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.sealed import SealBroken

log = structlog.get_logger(__name__)
BATCH = 500
MAX_REASON = 300

on_changed: list[Callable[[], object]] = []
"""Called inside the transaction in which a key of the platform was revoked or ended."""


class NoKey(DomainError):
    """Nobody can sign for this issuer now: no key, or no master secret to open it with."""

    code = "no_signing_key"
    status = 503
    rule = citations.KEY_LIFE_DAYS
    message = _("现在没有可用的签名密钥，不能签署。")
    hint = _("请联系平台管理员。")


# ------------------------------------------------------------------ who signs


def controller_of(user: User | None = None) -> str:
    """The DID of the platform, or of one of its signers; both are read at an address of ours."""
    address = urlsplit(settings.SITE_URL)
    host = address.hostname or "localhost"
    port = f"%3A{address.port}" if address.port else ""
    return f"did:web:{host}{port}" + (f":signers:{user.pk}" if user else "")


def trusted_keys(*, controller: str = "") -> tuple[TrustedKey, ...]:
    """The public keys, of one controller or of all, with their times; the oldest first."""
    rows = SealedKey.objects.order_by("pk")
    if controller:
        rows = rows.filter(controller=controller)
    return tuple(row.trusted for row in rows)


def sign_document(
    *,
    document: Mapping[str, Any],
    controller: str = "",
    user: User | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """The document with its proof.

    Args:
        document: without proof; JSON values only.
        controller, user: who signs; neither: the platform.
        at: the moment of signing; None: now, by the database.
    Raises:
        NoKey: nobody may sign then, or the secret that opens the key is not at hand.
        CredentialRefused: the document has a proof, or no canonical form.
    """
    moment = at or db_now()
    opened = _open(controller or controller_of(user), moment)
    return sign(document, seed=opened.seed, method=opened.key_id, created=moment)


def signing_method(*, user: User | None = None) -> str:
    """The verification method that would sign now; empty when nobody may. Opens no key."""
    controller = controller_of(user)
    try:
        keys = trusted_keys(controller=controller)
        return engine.signing_key(keys, controller, db_now()).method
    except engine.KeyRefused:
        return ""


def can_sign(*, user: User | None = None) -> bool:
    """Whether a signature could be made now; opens no key."""
    return bool(settings.SIGNING_MASTER_KEYS and signing_method(user=user))


def _open(controller: str, at: datetime) -> engine.SigningKey:
    rows = {row.method: row for row in SealedKey.objects.filter(controller=controller)}
    try:
        chosen = engine.signing_key((row.trusted for row in rows.values()), controller, at)
        return engine.unwrap(rows[chosen.method].sealed, _masters())
    except engine.KeyRefused as error:
        raise NoKey(reason=error.code) from error


def _masters() -> list[bytes]:
    """The master secrets, the newest first. Raises `NoKey` when none is set."""
    found = [secret.encode() for secret in settings.SIGNING_MASTER_KEYS]
    if not found:
        raise NoKey(reason="SIGNING_MASTER_KEYS")
    return found


# ------------------------------------------------------------------ made and followed


@transaction.atomic(durable=True)
def create_key(*, actor: User | None, controller: str = "", user: User | None = None) -> SealedKey:
    """Make the first key of the platform (no `user`) or of a signer; see `make_key`."""
    return make_key(actor=actor, controller=controller, user=user)


def make_key(*, actor: User | None, controller: str = "", user: User | None = None) -> SealedKey:
    """Make a key inside the caller's transaction; it signs from now on.

    Raises `NotAllowed`, `WrongState` (one signs already: `successor`), `Invalid` (a controller
    that is not ours), `NoKey` (no master secret).
    """
    _may(actor, user)
    own = controller_of(user)
    if controller not in ("", own):
        raise Invalid(fields={"controller": _("这个签发者不属于本平台。")})
    now, kept = _second(), trusted_keys(controller=own)
    if any(key.may_sign_at(now) for key in kept):
        raise WrongState(_("已有可用的签名密钥；要更换，请新建接替的密钥。"), code="key_exists")
    # one reading for the question and for the serial: whoever is slower finds the serial taken
    return _created(actor, user, serial=len(kept) + 1, begins=now, follows=None)


@transaction.atomic(durable=True)
def successor(*, actor: User | None, key_id: int, begins: datetime | None = None) -> SealedKey:
    """Make the key that follows another; the old one ends once both have overlapped.

    Args:
        begins: its first moment; None: after the days for which a new key is published.
    Raises `NotAllowed`, `WrongState` (gone, revoked, or followed already), `Invalid`, `NoKey`.
    """
    old = _row(key_id)
    _may(actor, old.user)
    now = _second()
    if old.revoked_at is not None or old.valid_until <= now:
        raise WrongState(_("这把密钥已经停用，不能接替；请新建密钥。"))
    lead = timedelta(days=rulebook.get(citations.KEY_LEAD_DAYS))
    start = (begins or min(now + lead, old.valid_until)).replace(microsecond=0)
    if not now <= start <= old.valid_until:
        raise Invalid(fields={"begins": _("接替的密钥要在旧密钥停用之前开始。")})
    serial = len(trusted_keys(controller=old.controller)) + 1
    new = _created(actor, old.user, serial=serial, begins=start, follows=old)
    until = start + timedelta(days=rulebook.get(citations.KEY_OVERLAP_DAYS))
    if until < old.valid_until:
        _ended(actor, old, until)
    return new


def _created(
    actor: User | None,
    user: User | None,
    *,
    serial: int,
    begins: datetime,
    follows: SealedKey | None,
) -> SealedKey:
    controller = controller_of(user)
    method = f"{controller}#key-{serial}"
    seed = secrets.token_bytes(engine.SEED_BYTES)
    row = SealedKey(
        controller=controller,
        serial=serial,
        method=method,
        public_key=to_multikey(public_key_from(seed)),
        sealed=_wrapped(seed, method),
        user=user,
        follows=follows,
        valid_from=begins,
        valid_until=begins + timedelta(days=rulebook.get(citations.KEY_LIFE_DAYS)),
        created_by=actor,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(_("有人刚刚建了这把密钥。"), code="key_exists") from error
    record_event(
        actor=actor, action="key.created", subject=row,
        after={"method": method, "valid_from": row.valid_from, "valid_until": row.valid_until},
    )  # fmt: skip
    return row


def _second() -> datetime:
    """Now, to the second: what is published, and what signatures state, has no fractions."""
    return db_now().replace(microsecond=0)


def _wrapped(seed: bytes, method: str) -> str:
    salt = secrets.token_bytes(engine.SALT_BYTES)
    return engine.wrap(seed, key_id=method, master=_masters()[0], salt=salt)


# ------------------------------------------------------------------ ended and revoked


@transaction.atomic(durable=True)
def end_key(*, actor: User | None, key_id: int) -> SealedKey:
    """The key signs no more from now on; what it has signed stays believed.

    Raises `NotAllowed`, `WrongState` (ended or revoked already; not begun; the last of the
    platform, which would leave nobody to sign).
    """
    row = _row(key_id)
    _may(actor, row.user)
    now = db_now()
    if row.revoked_at is not None or row.valid_until <= now:
        raise WrongState(_("这把密钥已经停用。"))
    if row.valid_from >= now:
        raise WrongState(_("这把密钥还没有开始使用；不要它，请撤销。"))
    if row.user is None and not _others_sign(row, now):
        raise WrongState(_("这是唯一可用的密钥；请先建接替的密钥。"), code="last_key")
    _ended(actor, row, _second() + timedelta(seconds=1))
    _tell(row)
    return row


@transaction.atomic(durable=True)
def revoke_key(*, actor: User | None, key_id: int, reason: str) -> SealedKey:
    """The key is not trusted any more: it was stolen, lost or wrong.

    What it signed is then believed only with a date that the public log proves. The platform gets
    another key in the same moment when no other may sign. Raises `NotAllowed`, `WrongState`
    (revoked already), `Invalid` (no reason), `NoKey` (no master secret for the other key).
    """
    row = _row(key_id)
    _may(actor, row.user)
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明撤销的理由，不超过300字。")})
    if row.revoked_at is not None:
        raise WrongState(_("这把密钥已经撤销。"))
    now = _second()
    row.revoked_at, row.revoke_reason = now, words
    row.save(update_fields=["revoked_at", "revoke_reason"])
    record_event(
        actor=actor, action="key.revoked", subject=row,
        after={"method": row.method, "revoked_at": now}, reason=words,
    )  # fmt: skip
    if row.user is None and not _others_sign(row, now):
        serial = len(trusted_keys(controller=row.controller)) + 1
        _created(actor, None, serial=serial, begins=now, follows=None)
    _tell(row)
    return row


def _ended(actor: User | None, row: SealedKey, until: datetime) -> None:
    before, row.valid_until = row.valid_until, until
    row.save(update_fields=["valid_until"])
    record_event(
        actor=actor, action="key.ended", subject=row,
        before={"valid_until": before}, after={"valid_until": until}, method=row.method,
    )  # fmt: skip


def _others_sign(row: SealedKey, at: datetime) -> bool:
    others = SealedKey.objects.filter(controller=row.controller).exclude(pk=row.pk)
    return any(other.trusted.may_sign_at(at) for other in others)


def _tell(row: SealedKey) -> None:
    if row.user is None:
        for told in on_changed:
            told()


def _row(key_id: int) -> SealedKey:
    """The key, locked where the engine locks rows. Raises `WrongState` when it is gone."""
    rows = SealedKey.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=key_id).first()
    if row is None:
        raise WrongState()
    return row


def _may(actor: User | None, user: User | None) -> None:
    """None acts for the platform itself, from its command line."""
    if actor is not None and not actor.has_perm("appraisal.manage_keys", user):
        raise NotAllowed()


# ------------------------------------------------------------------ kept in order


def reseal() -> int:
    """Seal again, under the newest master secret, what an older one sealed; returns how many.

    Raises `SealBroken` when a key opens with none of them.
    """
    if not settings.SIGNING_MASTER_KEYS:
        return 0
    masters, done, after = _masters(), 0, 0
    while rows := list(SealedKey.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        done += sum(_resealed(row, masters) for row in rows)
        after = rows[-1].pk
    return done


def _resealed(row: SealedKey, masters: list[bytes]) -> int:
    if engine.is_under(row.sealed, masters[0]):
        return 0
    salt = secrets.token_bytes(engine.SALT_BYTES)
    try:
        again = engine.rewrap(row.sealed, masters, master=masters[0], salt=salt)
    except engine.KeyRefused as error:
        raise SealBroken(f"{row.method}: {error}") from error
    return SealedKey.objects.filter(pk=row.pk, sealed=row.sealed).update(sealed=again)


def warn_of_ending_keys() -> str:
    """Say in the log which issuers need a new key; the duty that calls it keeps the words.

    The platform always does; a person whose keys have ended signs no more and needs none.
    """
    now, keys = db_now(), trusted_keys()
    notice = timedelta(days=rulebook.get(citations.KEY_NOTICE_DAYS))
    signing = {key.controller for key in keys if key.may_sign_at(now)}
    due = [
        controller
        for controller in sorted(signing | {controller_of()} if keys else signing)
        if engine.successor_due(keys, controller, now, notice=notice)
    ]
    for controller in due:
        log.warning("signing_key_ends", controller=controller)
    return f"a new key is needed for: {', '.join(due)}" if due else "no key ends soon"
