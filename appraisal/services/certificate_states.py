"""Suspend, restore and revoke certificates; called by people, or by a module about a work.

Each step changes the row, sets its bit, signs the lists, keeps its reason in the history and queues
its fact for the public log, all in one transaction. Registry rules, section 6.
"""

from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal.certificates import citations
from appraisal.certificates.facts import changed_fact
from appraisal.enums import LIVE_CERTIFICATES, CertificateKind, CertificateState, CertificateStep
from appraisal.models import Certificate, CertificateChange
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.locks import lock_work
from catalog.models import Work
from catalog.search import index_works
from catalog.services.public_log import queue_entry

from .status_lists import set_status

MAX_REASON: Final = 500
_FROM: Final = {
    CertificateStep.SUSPENDED: (CertificateState.VALID,),
    CertificateStep.LIFTED: (CertificateState.SUSPENDED,),
    CertificateStep.REVOKED: LIVE_CERTIFICATES,
    CertificateStep.SUPERSEDED: LIVE_CERTIFICATES,
}
_TO: Final = {
    CertificateStep.SUSPENDED: CertificateState.SUSPENDED,
    CertificateStep.LIFTED: CertificateState.VALID,
    CertificateStep.REVOKED: CertificateState.REVOKED,
    CertificateStep.SUPERSEDED: CertificateState.SUPERSEDED,
}


@transaction.atomic(durable=True)
def suspend(*, actor: User, certificate_id: int, reason: str) -> Certificate:
    """It does not count for the time being. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    return _stepped(actor, certificate_id, CertificateStep.SUSPENDED, reason)


@transaction.atomic(durable=True)
def lift(*, actor: User, certificate_id: int, reason: str) -> Certificate:
    """A suspended one counts again. Raises as `suspend`."""
    return _stepped(actor, certificate_id, CertificateStep.LIFTED, reason)


@transaction.atomic(durable=True)
def revoke(*, actor: User, certificate_id: int, reason: str) -> Certificate:
    """It counts no more, for good. Raises as `suspend`."""
    return _stepped(actor, certificate_id, CertificateStep.REVOKED, reason)


def suspend_for_work(
    *,
    actor: User | None,
    work_id: int,
    reason: str,
    kinds: Collection[str] = tuple(CertificateKind),
) -> list[Certificate]:
    """Suspend the valid certificates of a work inside the transaction of a module.

    The module has asked its own permission (a dispute, a court's seal). Raises `Invalid`.
    """
    return _all_of_work(actor, work_id, CertificateStep.SUSPENDED, reason, kinds)


def lift_for_work(
    *,
    actor: User | None,
    work_id: int,
    reason: str,
    kinds: Collection[str] = tuple(CertificateKind),
) -> list[Certificate]:
    """Restore the suspended certificates of a work; as `suspend_for_work`."""
    return _all_of_work(actor, work_id, CertificateStep.LIFTED, reason, kinds)


def revoke_for_work(
    *,
    actor: User | None,
    work_id: int,
    reason: str,
    kinds: Collection[str] = tuple(CertificateKind),
) -> list[Certificate]:
    """Revoke the live certificates of a work; as `suspend_for_work`."""
    return _all_of_work(actor, work_id, CertificateStep.REVOKED, reason, kinds)


def locked_certificate(certificate_id: int) -> tuple[Certificate, Work]:
    """The certificate fresh, under the lock of its work. Raises `WrongState` when it is gone."""
    found = Certificate.objects.filter(pk=certificate_id)
    work_id = found.values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    return found.select_related("place").get(), work


def step(
    *, actor: User | None, row: Certificate, work: Work, to: CertificateStep, reason: str,
    by: str = "",
) -> Certificate:  # fmt: skip
    """Move one certificate of a locked work; `by` is the number of what replaces it."""
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明理由，不超过500字。")})
    if row.state not in _FROM[to]:
        raise WrongState(
            _("证书%(number)s现在是“%(state)s”，这一步不能办理。")
            % {"number": row.number, "state": row.get_state_display()},
            rule=citations.KEPT,
        )
    before, at = row.state, db_now()
    row.state, row.state_since, row.reason = _TO[to].value, at, words
    row.save(update_fields=["state", "state_since", "reason"])
    set_status(
        row.place,
        is_revoked=True if to in (CertificateStep.REVOKED, CertificateStep.SUPERSEDED) else None,
        is_suspended=to == CertificateStep.SUSPENDED
        if to in (CertificateStep.SUSPENDED, CertificateStep.LIFTED)
        else None,
    )
    entry = queue_entry(
        fact=changed_fact(
            step=to.value, at=at, work=work.number or "", number=row.number,
            digest=row.digest, by=by,
        )
    )  # fmt: skip
    CertificateChange.objects.create(
        certificate=row, step=to, actor=actor, at=at, reason=words, log_ticket=entry.pk
    )
    record_event(
        actor=actor, action=f"certificate.{to.value}", subject=work,
        after={"certificate": row.number}, before_state=before, reason=words,
    )  # fmt: skip
    index_works([work.pk])
    return row


def _stepped(actor: User, certificate_id: int, to: CertificateStep, reason: str) -> Certificate:
    row, work = locked_certificate(certificate_id)
    if not actor.has_perm("appraisal.change_certificate", work):
        raise NotAllowed()
    return step(actor=actor, row=row, work=work, to=to, reason=reason)


def _all_of_work(
    actor: User | None, work_id: int, to: CertificateStep, reason: str, kinds: Collection[str]
) -> list[Certificate]:
    work = lock_work(pk=work_id)
    rows = Certificate.objects.filter(work=work, state__in=_FROM[to], kind__in=list(kinds))
    return [
        step(actor=actor, row=row, work=work, to=to, reason=reason)
        for row in rows.select_related("place").order_by("pk")
    ]
