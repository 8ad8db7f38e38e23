"""The living author confirms a work in person; a registrar who saw it witnesses with the recording.

Two persons on one day: the author with his own account, the registrar with the digest of the
recording and where it is kept. What they said is the ground of a 保真. Registry rules, section 5.
"""

import re
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.certificates import citations
from appraisal.models import AuthorConfirmation
from artmarket.accounts import gates
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from catalog.enums import AttributionStatus, Living, WorkState
from catalog.locks import lock_work
from catalog.models import Artist, Work

MAX_PLACE: Final = 200
MAX_REASON: Final = 300
AUTOGRAPH: Final = "autograph"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@transaction.atomic(durable=True)
def confirm_author(*, actor: User, work_id: int, place: str) -> AuthorConfirmation:
    """The author says, where the registrar sees it, that the work is his.

    Raises `NotAllowed` (not the author's own account), `DomainError` (not living, not identified),
    `WrongState` (not registered, or confirmed already), `Invalid` (no place).
    """
    work = lock_work(pk=work_id)
    artist = require_author(work, actor)
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才能确认。"))
    where = place.strip()
    if not where or len(where) > MAX_PLACE:
        raise Invalid(fields={"place": _("请写明确认的地点，不超过200字。")})
    row = AuthorConfirmation(work=work, artist=artist, author=actor, place=where)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(_("作者已经确认过这件作品。"), code="already_confirmed") from error
    row.refresh_from_db()
    record_event(actor=actor, action="author.confirmed", subject=work, confirmation=row.pk)
    return row


@transaction.atomic(durable=True)
def witness_author(
    *, actor: User, confirmation_id: int, recording_sha256: str, recording_place: str
) -> AuthorConfirmation:
    """The registrar who saw it says so, on the same day, with the digest of the recording.

    Raises `NotAllowed`, `WrongState` (withdrawn, witnessed, another day), `Invalid`.
    """
    row, work = _locked(confirmation_id)
    if not actor.has_perm("appraisal.issue_certificate", work) or actor == row.author:
        raise NotAllowed()
    if row.withdrawn_at is not None or row.witnessed_at is not None:
        raise WrongState()
    if row.confirmed_at.astimezone(SHANGHAI).date() != db_today():
        raise WrongState(
            _("见证要在作者确认的当天办理；请作者撤回后重新确认。"),
            code="another_day",
            rule=citations.AUTHOR_IN_PERSON,
        )
    digest, where = recording_sha256.strip().lower(), recording_place.strip()
    errors: dict[str, Text] = {}
    if not _DIGEST.fullmatch(digest):
        errors["recording_sha256"] = _("SHA-256是64位十六进制数。")
    if not where or len(where) > MAX_PLACE:
        errors["recording_place"] = _("请写明录像存放在哪里，不超过200字。")
    if errors:
        raise Invalid(fields=errors)
    row.witnessed_by, row.witnessed_at = actor, Now()
    row.recording_sha256, row.recording_place = digest, where
    row.save(update_fields=["witnessed_by", "witnessed_at", "recording_sha256", "recording_place"])
    row.refresh_from_db()
    record_event(actor=actor, action="author.witnessed", subject=work, confirmation=row.pk)
    return row


@transaction.atomic(durable=True)
def withdraw_confirmation(*, actor: User, confirmation_id: int, reason: str) -> AuthorConfirmation:
    """Take a confirmation back; a certificate issued on it stays until it is revoked.

    Raises `NotAllowed` (neither its author nor a registrar), `WrongState`, `Invalid`.
    """
    row, work = _locked(confirmation_id)
    if actor != row.author and not actor.has_perm("appraisal.issue_certificate", work):
        raise NotAllowed()
    if row.withdrawn_at is not None:
        raise WrongState(_("这项确认已经撤回。"))
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明撤回的理由，不超过300字。")})
    row.withdrawn_at, row.withdraw_reason = Now(), words
    row.save(update_fields=["withdrawn_at", "withdraw_reason"])
    row.refresh_from_db()
    record_event(
        actor=actor, action="author.withdrawn", subject=work,
        confirmation=row.pk, reason=words,
    )  # fmt: skip
    return row


def require_author(work: Work, user: User) -> Artist:
    """The maker of the work whose own, verified account this is, alive and identified today.

    Raises `NotAllowed`, `DomainError`, `NotIdentified`.
    """
    artist = Artist.objects.filter(
        account=user,
        account_verified_at__isnull=False,
        attributions__work=work,
        attributions__term=AUTOGRAPH,
        attributions__status=AttributionStatus.CURRENT,
    ).first()
    if artist is None or not user.is_active:
        raise NotAllowed(
            _("只有作者本人、用登记员核实过的账户，才能确认作品。"), rule=citations.AUTHOR_IN_PERSON
        )
    if artist.living != Living.YES:
        raise DomainError(
            _("作者须在世；作者记录没有写明在世的，请登记员先核实。"),
            code="author_not_living",
            rule=citations.AUTHOR_IN_PERSON,
        )
    gates.require_identity(user, rule=citations.AUTHOR_IN_PERSON)
    return artist


def _locked(confirmation_id: int) -> tuple[AuthorConfirmation, Work]:
    found = AuthorConfirmation.objects.filter(pk=confirmation_id)
    work_id = found.values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    return found.select_related("author", "artist").get(), work
