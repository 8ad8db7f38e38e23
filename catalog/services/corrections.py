"""Changes to a registered work: always with a reason, always with before and after."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import diff, record_event
from catalog.engine.terms import attribution_scale
from catalog.enums import AttributionStatus, CitationKind, PartKind, RelicStatus, WorkState
from catalog.locks import lock_work
from catalog.models import Artist, Attribution, Citation, Work, WorkPart
from catalog.search import index_works
from catalog.snapshots import snapshot_of

from . import matching
from .description import Description, check_version, refresh_score, write_description
from .provenance import keep_provenance


@transaction.atomic(durable=True)
def correct_work(
    *,
    actor: User,
    work_id: int,
    description: Description,
    reason: str,
    version: int | None = None,
) -> Work:
    """A registrar changes the description of a registered work.

    A correction without a change writes nothing. Raises `NotAllowed`, `WrongState` (stale or not
    registered), `Invalid`.
    """
    work = _registered(actor, work_id, reason)
    check_version(work, version)
    before = snapshot_of(work)
    write_description(work, description)
    if "provenance_text" in description.texts:
        keep_provenance(actor=actor, work=work)
    _keep(actor, work, "work.corrected", before, reason)
    return work


@transaction.atomic(durable=True)
def add_attribution(
    *, actor: User, work_id: int, artist: Artist, term: str, by: str, basis: str,
    confidence: str = "", since: str = "", supersedes: Attribution | None = None, reason: str,
) -> Attribution:  # fmt: skip
    """Add a dated opinion on the maker; an earlier one may be superseded, never removed."""
    work = _registered(actor, work_id, reason)
    if term not in {"autograph", "forgery", *(t.id for t in attribution_scale())}:
        raise Invalid(fields={"term": _("请从归属用语中选择。")})
    if not by.strip() or not basis.strip():
        raise Invalid(fields={"by": _("要写明谁的意见和依据。")})
    before = snapshot_of(work)
    if supersedes is not None:
        work.attributions.filter(pk=supersedes.pk).update(status=AttributionStatus.SUPERSEDED)
    opinion = Attribution.objects.create(
        work=work, artist=artist, term=term, by=by.strip()[:200], by_user=actor,
        basis=basis.strip()[:500], confidence=confidence[:10], since=since[:40],
        position=work.attributions.count(),
    )  # fmt: skip
    _keep(actor, work, "work.attributed", before, reason)
    return opinion


@transaction.atomic(durable=True)
def add_part_or_citation(
    *, actor: User, work_id: int, kind: str, text: str, reason: str
) -> WorkPart | Citation:
    """Record a part (mount, frame, box, stand) or a citation (literature, exhibition)."""
    work = _registered(actor, work_id, reason)
    if not text.strip():
        raise Invalid(fields={"text": _("请填写内容。")})
    before = snapshot_of(work)
    added: WorkPart | Citation
    if kind in PartKind.values:
        added = WorkPart.objects.create(work=work, kind=kind, description=text.strip()[:300])
    elif kind in CitationKind.values:
        added = Citation.objects.create(work=work, kind=kind, text=text.strip())
    else:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    _keep(actor, work, "work.completed", before, reason)
    return added


@transaction.atomic(durable=True)
def decide_relic_status(*, actor: User, work_id: int, status: str, reason: str) -> Work:
    """The bureau decides; the platform's screen only proposes (文物保护法)."""
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.decide_relic"):
        raise NotAllowed(rule="catalog.relic_bureau_decides")
    if status not in RelicStatus.values:
        raise Invalid(fields={"status": _("请从列表中选择。")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明认定的依据。")})
    if work.state not in (WorkState.SUBMITTED, WorkState.REGISTERED):
        raise WrongState()
    before = {"relic_status": work.relic_status}
    work.relic_status = status
    work.relic_decided_by = actor
    work.relic_decided_at = Now()
    work.save(update_fields=["relic_status", "relic_decided_by", "relic_decided_at"])
    work.refresh_from_db()
    record_event(
        actor=actor, action="work.relic_decided", subject=work, before=before,
        after={"relic_status": status}, reason=reason.strip(),
    )  # fmt: skip
    index_works([work.pk])
    return work


def _registered(actor: User, work_id: int, reason: str) -> Work:
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.review_desk"):
        raise NotAllowed()
    if not actor.has_perm("catalog.edit_registered", work):
        raise WrongState(_("只有已登记的作品才用更正。"))
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明更正的理由。")})
    return work


def _keep(actor: User, work: Work, action: str, before: dict[str, Any], reason: str) -> None:
    refresh_score(work)
    was, now = diff(before, snapshot_of(work))
    if not was and not now:
        return
    record_event(
        actor=actor, action=action, subject=work, before=was, after=now, reason=reason.strip()
    )
    matching.match_works([work.pk])
    index_works([work.pk])
