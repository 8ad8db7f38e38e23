"""Personal data: who looks is written down; everyone gets a copy of his own and can be forgotten.

Law: Personal Information Protection Law 28 (purpose), 45 (copy), 47 (erasure), as cited by the
rules `privacy.*`. What other laws keep is kept apart until its day and then cleared.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Any

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import personal_data
from artmarket.accounts.enums import CheckState
from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import (
    ErasureRequest,
    Evidence,
    IdentityCheck,
    Organisation,
    Party,
    PersonalDataAccess,
    User,
)
from artmarket.accounts.personal_data import Hold
from artmarket.core.calendars import keep_until
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.request_context import request_id
from media import files
from media.services.documents import clear_document

from .security import end_sessions

log = structlog.get_logger(__name__)
WAIT_RULE = "privacy.erasure_wait_days"
ERASURE_RULE = "privacy.copy_and_erasure"
KEEP_RULE = "retention.customer_records_years"
UNPROVED_RULE = "identity.unproved_days"
ERASED_NAME = "已注销用户"
ENDED = (CheckState.EXPIRED, CheckState.SUPERSEDED, CheckState.REVOKED)
UNPROVED = (CheckState.REJECTED, CheckState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Revealed:
    """The sealed particulars of one check, shown once."""

    legal_name: str
    number: str
    representative: str


class ErasureBlocked(DomainError):
    """Something has to be settled first; `holds` says what."""

    code = "erasure_blocked"
    message = _("还不能注销：有几件事要先办完。")
    rule = ERASURE_RULE

    def __init__(self, holds: list[Hold]) -> None:
        self.holds = holds
        super().__init__(holds=[str(hold.words) for hold in holds])


@transaction.atomic(durable=True)
def reveal_check(*, actor: User, check_id: int, purpose: str) -> Revealed:
    """Open the sealed particulars of a check to a registrar; who, when and why is kept.

    Raises `NotAllowed`, `Invalid` (no purpose), `WrongState` (cleared already).
    """
    check = IdentityCheck.objects.select_related("user", "organisation").filter(pk=check_id).first()
    if check is None or not actor.has_perm("accounts.decide_check", check):
        raise NotAllowed()
    words = " ".join(purpose.split())
    if not 0 < len(words) <= 200:
        raise Invalid(
            fields={"purpose": _("请写明为什么要看，不超过200个字。")},
            rule="privacy.consent_per_purpose",
        )
    if check.purged_at:
        raise WrongState(_("这些信息已按期清除。"))
    fields = ["legal_name", "number", *(["representative"] if check.organisation_id else [])]
    note_access(actor=actor, check=check, fields=fields, purpose=words)
    return Revealed(check.legal_name, check.number, check.representative)


def note_access(*, actor: User, check: IdentityCheck, fields: list[str], purpose: str) -> None:
    """Write down one look at the data of a check. Looking at one's own is nobody's business."""
    note_look(
        actor=actor, user=check.user, organisation=check.organisation, fields=fields,
        purpose=purpose,
    )  # fmt: skip


def note_look(
    *,
    actor: User,
    user: User | None,
    organisation: Organisation | None,
    fields: list[str],
    purpose: str,
) -> None:
    """Write down one look at the data of a person or an organisation; at one's own: nothing."""
    if user is not None and user.pk == actor.pk:
        return
    PersonalDataAccess.objects.create(
        actor=actor, user=user, organisation=organisation, fields=fields, purpose=purpose,
        request_id=request_id()[:64],
    )  # fmt: skip


# ------------------------------------------------------------------ copy


def write_copy(*, actor: User, to: IO[bytes]) -> None:
    """Write everything that is kept of the actor as a ZIP: `data.json` and his own papers.

    Read only; nobody gets the copy of another person.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        sections = {
            keeper.name: {"title": str(keeper.title), "rows": list(keeper.copy(actor))}
            for keeper in personal_data.keepers()
        }
        text = json.dumps(
            {"made_at": db_now(), "person": actor.pk, "sections": sections},
            cls=DjangoJSONEncoder, ensure_ascii=False, indent=1,
        )  # fmt: skip
        archive.writestr("data.json", text)
        for name, content in _papers(actor):
            archive.writestr(name, content)


def _papers(actor: User) -> Iterator[tuple[str, bytes]]:
    own = Evidence.objects.filter(Q(check_of__user=actor) | Q(licence__user=actor))
    for evidence in own.select_related("document").order_by("pk"):
        document = evidence.document
        try:
            with files.private().open(document.path) as file:
                content = file.read()
        except FileNotFoundError:
            continue
        suffix = document.path.rpartition(".")[2]
        yield f"papers/{evidence.pk}-{evidence.kind}.{suffix}", content


def copy_as_bytes(*, actor: User) -> bytes:
    """The copy in memory; papers are few and small."""
    buffer = io.BytesIO()
    write_copy(actor=actor, to=buffer)
    return buffer.getvalue()


# ------------------------------------------------------------------ erasure


@transaction.atomic(durable=True)
def request_erasure(*, actor: User) -> ErasureRequest:
    """A person asks to be erased; it is done after the days of the rule unless taken back.

    Raises `ErasureBlocked` with everything to settle first. Asking twice changes nothing.
    """
    person = lock_user(pk=actor.pk)
    found = _open_request(person)
    if found:
        return found
    holds = personal_data.holds_of(person)
    if blocking := [hold for hold in holds if hold.blocks]:
        raise ErasureBlocked(blocking)
    request = ErasureRequest.objects.create(
        user=person, due_at=db_now() + timedelta(days=int(rulebook.get(WAIT_RULE)))
    )
    record_event(
        actor=person, action="erasure.requested", subject=person, after={"due_at": request.due_at}
    )
    return request


@transaction.atomic(durable=True)
def cancel_erasure(*, actor: User) -> None:
    """The person takes his request back. Raises `WrongState` when there is none."""
    person = lock_user(pk=actor.pk)
    request = _open_request(person)
    if request is None:
        raise WrongState()
    request.cancelled_at = Now()
    request.save(update_fields=["cancelled_at"])
    record_event(actor=person, action="erasure.cancelled", subject=person)


def erase_due() -> str:
    """Carry out every request whose day has come; one that is blocked or fails waits."""
    done = waiting = 0
    for pk in ErasureRequest.objects.filter(
        cancelled_at__isnull=True, done_at__isnull=True, due_at__lte=db_now()
    ).values_list("pk", flat=True):
        try:
            is_done = _erase(request_id=pk)
        except Exception:  # the others must still be erased
            log.exception("erasure_failed", request=pk)
            is_done = False
        done, waiting = done + is_done, waiting + (not is_done)
    return f"erased {done}, blocked {waiting}"


def _erase(*, request_id: int) -> bool:
    """Let every app forget its part, then the account. Each step may run again after a crash."""
    request = ErasureRequest.objects.select_related("user").get(pk=request_id)
    if any(hold.blocks for hold in personal_data.holds_of(request.user)):
        return False
    for keeper in personal_data.keepers():
        keeper.forget(request.user)
    return _close_account(request_id=request_id)


@transaction.atomic(durable=True)
def _close_account(*, request_id: int) -> bool:
    request = ErasureRequest.objects.get(pk=request_id)
    person = lock_user(pk=request.user_id)
    request.refresh_from_db()
    if request.cancelled_at or request.done_at:
        return False
    holds = personal_data.holds_of(person)
    if any(hold.blocks for hold in holds):
        return False
    person.role_grants.filter(revoked_at__isnull=True).update(revoked_at=Now())
    person.memberships.filter(ended_at__isnull=True).update(ended_at=Now())
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.known_browsers.all().delete()
    person.email = f"erased-{person.pk}@erased.invalid"
    person.display_name, person.phone = ERASED_NAME, ""
    person.is_active = person.is_staff = False
    person.set_unusable_password()
    person.save(
        update_fields=["email", "display_name", "phone", "is_active", "is_staff", "password"]
    )
    parties = Party.objects.filter(user=person)
    parties.update(is_public=False)
    if not any(hold.keeps_name for hold in holds):
        parties.update(name=ERASED_NAME)
    end_sessions(user=person)
    request.done_at = Now()
    request.kept = [_told(hold) for hold in holds]
    request.save(update_fields=["done_at", "kept"])
    record_event(actor=None, action="erasure.done", subject=person, kept=request.kept)
    return True


def _open_request(person: User) -> ErasureRequest | None:
    return person.erasure_requests.filter(cancelled_at__isnull=True, done_at__isnull=True).first()


def _told(hold: Hold) -> dict[str, Any]:
    until = hold.until.isoformat() if hold.until else None
    return {"words": str(hold.words), "rule": hold.rule, "until": until}


# ------------------------------------------------------------------ clearing after the term


def purge_identity() -> str:
    """Clear the particulars and papers of checks whose term is over.

    Proved checks after the years of `retention.customer_records_years` from their end, unproved
    ones after the days of `identity.unproved_days`.
    """
    unproved = db_now() - timedelta(days=int(rulebook.get(UNPROVED_RULE)))
    held = IdentityCheck.objects.filter(purged_at__isnull=True)
    due = list(
        held.filter(
            Q(state=CheckState.REJECTED, decided_at__lt=unproved)
            | Q(state=CheckState.WITHDRAWN, created_at__lt=unproved)
        ).values_list("pk", flat=True)
    )
    day = db_today()
    for check in held.filter(state__in=ENDED, valid_until__lt=day).only("valid_until"):
        if (last := kept_until(check)) and last < day:
            due.append(check.pk)
    for pk in due:
        clear_check(check_id=pk)
    return f"cleared {len(due)}"


def clear_check(*, check_id: int) -> None:
    """Delete the papers and particulars of an ended check; the row and its events stay."""
    check = IdentityCheck.objects.get(pk=check_id)
    documents = list(check.evidence.values_list("document_id", flat=True))
    _blank(check_id=check_id)
    for document_id in documents:
        clear_document(document_id=document_id)


@transaction.atomic(durable=True)
def _blank(*, check_id: int) -> None:
    owner = IdentityCheck.objects.get(pk=check_id)
    if owner.user_id:
        lock_user(pk=owner.user_id)
    check = IdentityCheck.objects.get(pk=check_id)
    if check.is_open or check.state == CheckState.APPROVED:
        raise WrongState()
    check.evidence.all().delete()
    check.legal_name = check.number = check.number_digest = check.representative = ""
    check.paper_until, check.purged_at = None, Now()
    check.save(
        update_fields=[
            *("legal_name", "number", "number_digest", "representative"),
            *("paper_until", "purged_at"),
        ]
    )
    record_event(actor=None, action="identity.cleared", subject=check)


def kept_until(check: IdentityCheck) -> date | None:
    """The last day on which the law keeps the particulars of a proved check."""
    if check.valid_until is None:
        return None
    return keep_until(check.valid_until, int(rulebook.get(KEEP_RULE)))
