"""Works in an exhibition: shown, put in order, lent by their owner, taken down.

A loan is the registry's exclusive lock (借展): a work that is pledged, on sale or disputed cannot
be lent, one that is lent cannot be sold. It ends with the exhibition. Works are locked first.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event, snapshot
from catalog.enums import EncumbranceKind, WorkState
from catalog.locks import lock_work
from catalog.models import Encumbrance
from catalog.services import encumbrances

from .. import planning_citations as citations
from ..enums import ProgrammeKind, ProgrammeState
from ..locks import lock_programme
from ..models import ExhibitedWork, Programme

LABELS = ("section", "section_en", "caption", "caption_en")
LONGEST_REASON = 300


@transaction.atomic(durable=True)
def add_work(
    *, actor: User, programme_id: int, work_id: int, section: str = "", section_en: str = "",
    caption: str = "", caption_en: str = "",
) -> ExhibitedWork:  # fmt: skip
    """Show a registered, public work in an exhibition, after those that are there.

    Raises `NotAllowed`, `WrongState` (no exhibition, cancelled, over), `Invalid` (not registered,
    not public, there already).
    """
    work = lock_work(pk=work_id)
    programme = _locked_exhibition(actor, programme_id)
    if work.state != WorkState.REGISTERED or not work.is_public:
        raise Invalid(fields={"work": _("只能展出已登记并公开的作品。")})
    last = programme.exhibited.filter(removed_at=None).aggregate(n=Max("order"))["n"]
    try:
        with transaction.atomic():
            row = ExhibitedWork.objects.create(
                programme=programme, work=work, order=(last or 0) + 1, section=section.strip(),
                section_en=section_en.strip(), caption=caption.strip(),
                caption_en=caption_en.strip(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"work": _("这件作品已在这个展览里。")}) from error
    record_event(
        actor=actor, action="cms.work_exhibited", subject=row, after={"order": row.order},
        programme=programme.pk, work=work.pk,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def label_work(
    *, actor: User, exhibited_id: int, section: str = "", section_en: str = "", caption: str = "",
    caption_en: str = "",
) -> ExhibitedWork:  # fmt: skip
    """Change the room and the label of a work. Raises `NotAllowed`, `WrongState` (taken down)."""
    row = _exhibited(exhibited_id)
    _locked_exhibition(actor, row.programme_id)
    row.refresh_from_db()
    _require_shown(row)
    before = snapshot(row, LABELS)
    row.section, row.section_en = section.strip(), section_en.strip()
    row.caption, row.caption_en = caption.strip(), caption_en.strip()
    row.save(update_fields=LABELS)
    record_event(
        actor=actor, action="cms.work_labelled", subject=row, before=before,
        after=snapshot(row, LABELS),
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def order_works(*, actor: User, programme_id: int, exhibited_ids: Sequence[int]) -> None:
    """Put the works in this order, which names each once. Raises `NotAllowed`, `WrongState`."""
    programme = _locked_exhibition(actor, programme_id)
    rows = {row.pk: row for row in programme.exhibited.filter(removed_at=None)}
    if sorted(exhibited_ids) != sorted(rows):
        raise WrongState()
    for n, key in enumerate(exhibited_ids, start=1):
        rows[key].order = n
    ExhibitedWork.objects.bulk_update(rows.values(), ["order"])
    record_event(
        actor=actor, action="cms.works_ordered", subject=programme,
        after={"works": list(exhibited_ids)},
    )  # fmt: skip


@transaction.atomic(durable=True)
def lend(*, actor: User, exhibited_id: int, consent: str) -> ExhibitedWork:
    """Take the registry's lock on the work, by the consent that its owner gave in writing.

    Arguments: `consent` the document (number, date) in which he did. Raises `NotAllowed`,
    `WrongState` (lent already, taken down, over), `Invalid` (no consent), `Encumbered` (pledged,
    on sale…), `GateClosed`.
    """
    row = _exhibited(exhibited_id)
    work = lock_work(pk=row.work_id)
    if not actor.has_perm("catalog.encumber_loan_out", work):  # registrars too, who do not plan
        raise NotAllowed()
    programme = _locked_open(row.programme_id)
    row.refresh_from_db()
    _require_shown(row)
    if not consent.strip():
        raise Invalid(
            fields={"consent": _("请写明物主同意借展的文件和日期。")}, code="consent_missing",
            rule=citations.LOAN_CONSENT,
        )  # fmt: skip
    if _live_loan(row):
        raise WrongState(_("这件作品已经借来。"))
    organiser = programme.organiser
    holder = party_of_organisation(organiser) if organiser else None
    row.loan_out = encumbrances.take(
        actor=actor, work_id=row.work_id, kind=EncumbranceKind.LOAN_OUT, holder=holder,
        reference=consent.strip(),
    )  # fmt: skip
    row.save(update_fields=["loan_out"])
    record_event(
        actor=actor, action="cms.work_lent", subject=row,
        after={"encumbrance": row.loan_out_id}, work=row.work_id, programme=programme.pk,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def remove_work(*, actor: User, exhibited_id: int, reason: str) -> ExhibitedWork:
    """Take a work down; what was lent comes free. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    row = _exhibited(exhibited_id)
    lock_work(pk=row.work_id)
    _locked_exhibition(actor, row.programme_id)
    row.refresh_from_db()
    _require_shown(row)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明撤下的理由。")})
    live = _live_loan(row)
    if live:
        encumbrances.release_for_module(actor=actor, encumbrance_id=live.pk, reason=reason)
    row.removed_at = Now()  # type: ignore[assignment]
    row.save(update_fields=["removed_at"])
    row.refresh_from_db(fields=["removed_at"])
    record_event(
        actor=actor, action="cms.work_taken_down", subject=row, work=row.work_id,
        programme=row.programme_id, reason=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip
    return row


def release_of(*, programme_id: int | None = None) -> int:
    """Release the loans of exhibitions that are over or cancelled; of one, or of all.

    Each in a transaction of its own; done twice, the second time releases nothing. Returns how
    many came free.
    """
    over = Q(programme__state=ProgrammeState.CANCELLED) | Q(programme__ends_at__lte=db_now())
    rows = ExhibitedWork.objects.filter(
        over, loan_out__isnull=False, loan_out__released_at=None
    ).order_by("pk")
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    return sum(_release(key) for key in rows.values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _release(exhibited_id: int) -> bool:
    """Release one loan whose exhibition is over, if it still is one."""
    row = _exhibited(exhibited_id)
    lock_work(pk=row.work_id)
    programme = lock_programme(pk=row.programme_id)
    row.refresh_from_db()
    live = _live_loan(row)
    if live is None or not _is_over(programme):
        return False
    reason = (
        "展览已取消" if programme.state == ProgrammeState.CANCELLED else "展览已结束"
    )  # words of the record, in the language of the register
    encumbrances.release_for_module(actor=None, encumbrance_id=live.pk, reason=reason)
    record_event(
        actor=None, action="cms.work_returned", subject=row, work=row.work_id,
        programme=programme.pk, reason=reason,
    )  # fmt: skip
    return True


def _exhibited(pk: int) -> ExhibitedWork:
    row = ExhibitedWork.objects.filter(pk=pk).first()
    if row is None:
        raise WrongState()
    return row


def _locked_exhibition(actor: User, programme_id: int) -> Programme:
    if not actor.has_perm("cms.plan"):
        raise NotAllowed()
    return _locked_open(programme_id)


def _locked_open(programme_id: int) -> Programme:
    programme = lock_programme(pk=programme_id)
    if programme.kind != ProgrammeKind.EXHIBITION:
        raise WrongState(_("只有展览可以展出作品。"))
    if _is_over(programme):
        raise WrongState(_("展览已结束或已取消。"))
    return programme


def _is_over(programme: Programme) -> bool:
    return programme.state == ProgrammeState.CANCELLED or (
        programme.ends_at is not None and programme.ends_at <= db_now()
    )


def _require_shown(row: ExhibitedWork) -> None:
    if row.removed_at is not None:
        raise WrongState(_("这件作品已经撤下。"))


def _live_loan(row: ExhibitedWork) -> Encumbrance | None:
    if row.loan_out_id is None:
        return None
    return Encumbrance.objects.filter(pk=row.loan_out_id, released_at=None).first()
