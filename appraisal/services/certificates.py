"""Record a paper that came with a work, and withdraw the record.

A registrar states that he held the original; whether the paper is right is not said. Both changes
are events of the work. One person suffices; only the lister and the owner may not do it.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.enums import PaperKind
from appraisal.models import RecordedCertificate
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event, snapshot
from catalog.engine.dates import read_date
from catalog.enums import WorkState
from catalog.locks import lock_work
from catalog.models import Work
from catalog.search import index_works
from media.models import Image

FIELDS = ("kind", "issuer", "number", "issued_text", "issued_edtf", "statement")
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper: `issued` in any words, `statement` what it says, in short."""

    kind: str
    issuer: str
    statement: str
    number: str = ""
    issued: str = ""


@transaction.atomic(durable=True)
def record_certificate(
    *, actor: User, work_id: int, paper: Paper, scan: Image | None = None
) -> RecordedCertificate:
    """A registrar records a paper that he saw in the original.

    Raises `NotAllowed` (no registrar, or his own work), `WrongState` (work not registered, paper
    already recorded), `Invalid` (a field is empty, too long or not from the list).
    """
    work = lock_work(pk=work_id)
    _check_actor(actor, work)
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才能附证书。"))
    row = _row(paper)
    row.work, row.seen_by, row.scan = work, actor, scan
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(_("这份证书已经记录过了。"), code="already_recorded") from error
    row.refresh_from_db()
    record_event(
        actor=actor, action="certificate.recorded", subject=work,
        after=snapshot(row, ("kind", "issuer", "number", "issued_text")),
        certificate=row.pk, paper=snapshot(row, FIELDS),
    )  # fmt: skip
    index_works([work.pk])
    return row


@transaction.atomic(durable=True)
def withdraw_certificate(*, actor: User, certificate_id: int, reason: str) -> RecordedCertificate:
    """Take the record back, with the reason; it stays on file and is no longer shown.

    Raises `NotAllowed`, `WrongState` (already withdrawn or gone), `Invalid` (no reason).
    """
    work_id = (
        RecordedCertificate.objects.filter(pk=certificate_id)
        .values_list("work_id", flat=True)
        .first()
    )
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    _check_actor(actor, work)
    row = RecordedCertificate.objects.get(pk=certificate_id)
    if row.withdrawn_at is not None:
        raise WrongState(_("这份证书的记录已经撤下。"))
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明撤下的理由，不超过300字。")})
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = Now(), actor, words
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    row.refresh_from_db()
    record_event(
        actor=actor, action="certificate.withdrawn", subject=work,
        before=snapshot(row, ("kind", "issuer", "number", "issued_text")),
        certificate=row.pk, reason=words,
    )  # fmt: skip
    index_works([work.pk])
    return row


def _check_actor(actor: User, work: Work) -> None:
    if actor.has_perm("appraisal.record_certificate", work):
        return
    if actor.has_perm("appraisal.record_desk"):
        raise NotAllowed(_("自己登记或持有的作品，证书要由另一位登记员核对。"), code="own_work")
    raise NotAllowed()


def _row(paper: Paper) -> RecordedCertificate:
    values = {
        "kind": paper.kind,
        "issuer": paper.issuer.strip(),
        "number": paper.number.strip(),
        "issued_text": paper.issued.strip(),
        "statement": paper.statement.strip(),
    }
    errors: dict[str, str | Promise] = {}
    if values["kind"] not in PaperKind.values:
        errors["kind"] = _("请从列表中选择。")
    if not values["issuer"]:
        errors["issuer"] = _("请写明谁出具的。")
    if not values["statement"]:
        errors["statement"] = _("请照原件写明它说了什么。")
    for name, text in values.items():
        limit = getattr(RecordedCertificate._meta.get_field(name), "max_length", None)
        if limit and len(text) > limit and name not in errors:
            errors[name] = _("最多%(limit)d个字。") % {"limit": limit}
    if errors:
        raise Invalid(fields=errors)
    reading = read_date(values["issued_text"]) if values["issued_text"] else None
    return RecordedCertificate(**values, issued_edtf=(reading.edtf or "") if reading else "")
