"""The one lock on a work: taken and released here and nowhere else.

At most one live exclusive encumbrance per work (民法典 426, 429; registry rules, section 4); the
partial unique constraint is the last check.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.enums import ACT_OF_LOCK, EncumbranceKind, WorkState
from catalog.locks import lock_work
from catalog.models import Encumbrance, Work
from catalog.search import index_works

from . import log_facts
from .gates import require_gates

EXCLUSIVE_RULE = "catalog.encumbrance_exclusive"
# What is done with the thing itself; a thing that is gone can only be disputed or held on paper.
NEEDS_THE_THING = (
    EncumbranceKind.SALE, EncumbranceKind.LISTING, EncumbranceKind.PLEDGE,
    EncumbranceKind.LOAN_OUT, EncumbranceKind.CUSTODY,
)  # fmt: skip


class Encumbered(DomainError):
    """Something already lies on the work; says since when and what, without amounts or names."""

    code = "encumbered"
    rule = EXCLUSIVE_RULE
    message = _("这件作品上已有权利限制，解除之前不能办理。")


@transaction.atomic(durable=True)
def take_encumbrance(
    *, actor: User, work_id: int, kind: str, holder: Party | None = None, reference: str = ""
) -> Encumbrance:
    """Take the exclusive lock; see `take`."""
    return take(actor=actor, work_id=work_id, kind=kind, holder=holder, reference=reference)


@transaction.atomic(durable=True)
def release_encumbrance(*, actor: User, encumbrance_id: int, reason: str) -> Encumbrance:
    """Release the lock; see `release`."""
    return release(actor=actor, encumbrance_id=encumbrance_id, reason=reason)


def take(
    *, actor: User, work_id: int, kind: str, holder: Party | None = None, reference: str = ""
) -> Encumbrance:
    """Take the exclusive lock inside the caller's transaction.

    Arguments: `kind` of EncumbranceKind, `holder` the party in whose favour, `reference` the
    document or object it rests on. Raises `NotAllowed`, `WrongState` (not registered, destroyed),
    `Encumbered`, `GateClosed` (see services.gates).
    """
    if kind not in EncumbranceKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    work = lock_work(pk=work_id)
    if not actor.has_perm(f"catalog.encumber_{kind}", work):
        raise NotAllowed()
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才能办理。"))
    if work.is_destroyed and kind in NEEDS_THE_THING:
        raise WrongState(_("这件作品已登记为销毁，不能再办理。"))
    require_free(work)
    if kind in ACT_OF_LOCK:
        require_gates(work, ACT_OF_LOCK[kind])
    try:
        with transaction.atomic():
            encumbrance = Encumbrance.objects.create(
                work=work, kind=kind, holder=holder, reference=reference[:200], taken_by=actor
            )
    except IntegrityError as error:
        raise Encumbered() from error
    encumbrance.refresh_from_db()
    log_facts.encumbrance_taken(work, encumbrance)
    record_event(
        actor=actor, action="encumbrance.taken", subject=work,
        after={"kind": kind}, data={"encumbrance": encumbrance.pk},
    )  # fmt: skip
    index_works([work.pk])
    return encumbrance


def release(*, actor: User, encumbrance_id: int, reason: str) -> Encumbrance:
    """Release the lock inside the caller's transaction; releasing twice is refused."""
    work, encumbrance = _locked(encumbrance_id)
    if not actor.has_perm(f"catalog.encumber_{encumbrance.kind}", work):
        raise NotAllowed()
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明解除的理由。")})
    return _released(actor, work, encumbrance, reason)


def release_for_module(*, actor: User | None, encumbrance_id: int, reason: str) -> Encumbrance:
    """Release the lock of a module that has asked its own permission (a lot withdrawn).

    `actor` None: the module's own rules ended it (a lot that was not sold).
    """
    work, encumbrance = _locked(encumbrance_id)
    return _released(actor, work, encumbrance, reason)


def _locked(encumbrance_id: int) -> tuple[Work, Encumbrance]:
    work_id = Encumbrance.objects.values_list("work_id", flat=True).get(pk=encumbrance_id)
    return lock_work(pk=work_id), Encumbrance.objects.get(pk=encumbrance_id)


def _released(actor: User | None, work: Work, encumbrance: Encumbrance, reason: str) -> Encumbrance:
    if encumbrance.released_at is not None:
        raise WrongState(_("这项限制已经解除。"))
    encumbrance.released_at = Now()
    encumbrance.released_by = actor
    encumbrance.release_reason = reason.strip()[:300]
    encumbrance.save(update_fields=["released_at", "released_by", "release_reason"])
    encumbrance.refresh_from_db()
    log_facts.encumbrance_released(work, encumbrance)
    record_event(
        actor=actor, action="encumbrance.released", subject=work,
        before={"kind": encumbrance.kind}, data={"encumbrance": encumbrance.pk},
    )  # fmt: skip
    index_works([work.pk])
    return encumbrance


def require_free(work: Work) -> None:
    """Nothing lies on the work. Raises `Encumbered` with what it is and since when."""
    live = live_encumbrance(work)
    if live:
        raise _encumbered(live)


def live_encumbrance(work: Work) -> Encumbrance | None:
    """What lies on the work now."""
    return work.encumbrances.filter(released_at__isnull=True).first()


def _encumbered(live: Encumbrance) -> Encumbered:
    since: Any = live.taken_at
    return Encumbered(
        _("这件作品自%(date)s起%(kind)s，解除之前不能办理。")
        % {"date": date_format(localtime(since)), "kind": live.get_kind_display()},
        kind=live.kind,
    )
