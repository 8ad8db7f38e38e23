"""The one lock on a work: taken, given way, taken anew and released here and nowhere else.

At most one live exclusive encumbrance per work (民法典 426, 429; registry rules, section 4); the
partial unique constraint is the last check.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

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


OnRelease = Callable[[User | None, Work, Encumbrance], None]
_on_release: Final[dict[str, list[OnRelease]]] = defaultdict(list)


def on_release(kind: str, then: OnRelease) -> None:
    """Call `then` whenever a lock of this kind is released, in the same transaction and under the
    lock of the work. Registered once at start, by a module that has another lock wait for it."""
    if then not in _on_release[kind]:
        _on_release[kind].append(then)


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
    return _taken(actor, work, kind, holder=holder, reference=reference, taken_by=actor)


def _taken(
    actor: User | None, work: Work, kind: str, *, holder: Party | None, reference: str,
    taken_by: User,
) -> Encumbrance:  # fmt: skip
    """Write the lock of a locked work. Raises `Encumbered`."""
    try:
        with transaction.atomic():
            encumbrance = Encumbrance.objects.create(
                work=work, kind=kind, holder=holder, reference=reference[:200],
                taken_by=taken_by,
            )  # fmt: skip
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


def exchange_for_module(
    *, actor: User, encumbrance_id: int, kind: str, reference: str, reason: str
) -> Encumbrance:
    """One lock gives way to another of the same holder, with nothing between them.

    For the module whose lock it is, which has asked its own permission. Raises `WrongState`
    (released already, not registered, destroyed), `GateClosed`.
    """
    work, old = _locked(encumbrance_id)
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才能办理。"))
    if work.is_destroyed and kind in NEEDS_THE_THING:
        raise WrongState(_("这件作品已登记为销毁，不能再办理。"))
    if kind in ACT_OF_LOCK:
        require_gates(work, ACT_OF_LOCK[kind])
    _released(actor, work, old, reason)
    return _taken(actor, work, kind, holder=old.holder, reference=reference, taken_by=actor)


def restore_for_module(*, actor: User | None, encumbrance_id: int) -> Encumbrance:
    """A lock that gave way to another comes back as it was, once that one is released.

    It asks no gate and no permission: it restores what was there. Raises `Encumbered` (something
    else lies on the work by now), `WrongState` (it was never released).
    """
    work, old = _locked(encumbrance_id)
    if old.released_at is None:
        raise WrongState()
    require_free(work)
    return _taken(
        actor, work, old.kind, holder=old.holder, reference=old.reference, taken_by=old.taken_by
    )


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
    for then in _on_release.get(encumbrance.kind, ()):
        then(actor, work, encumbrance)
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
