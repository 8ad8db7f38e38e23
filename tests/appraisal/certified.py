"""Works ready for certificates, and signed results, as far as no service makes them."""

import io
import json
from typing import Any

import pikepdf

from appraisal.engine.credentials import Verification, did_document, read_keys, verify
from appraisal.enums import CaseKind, Outcome, ResultState, Stage
from appraisal.models import (
    AppraisalCase,
    Appraiser,
    AuthorConfirmation,
    CaseResult,
    Certificate,
    PanelSeat,
)
from appraisal.services.author_confirmations import confirm_author, witness_author
from appraisal.services.issuing import issue_lock
from appraisal.services.signing_keys import can_sign, controller_of, create_key, trusted_keys
from appraisal.services.status_lists import lists_of
from artmarket.core.clock import db_now
from catalog.enums import Living
from catalog.models import Work
from tests.accounts.identities import identified
from tests.catalog.factories import person, registered

RECORDING = "ab" * 32


def with_key() -> None:
    """The platform can sign."""
    if not can_sign():
        create_key(actor=None)


def by_living_author() -> tuple[Work, Any]:
    """A registered work whose author is alive, identified, and has a verified account."""
    author = person("artist")
    identified(author, by=person("registrar"))
    work = registered(author)
    artist = work.attributions.get().artist
    artist.account, artist.account_verified_at, artist.living = author, db_now(), Living.YES
    artist.save()
    return work, author


def confirmed(work: Work, author, registrar=None) -> AuthorConfirmation:
    """The author has confirmed in person, and a registrar has witnessed it."""
    row = confirm_author(actor=author, work_id=work.pk, place="潍城登记室")
    return witness_author(
        actor=registrar or person("registrar"),
        confirmation_id=row.pk,
        recording_sha256=RECORDING,
        recording_place="登记室硬盘甲",
    )


def signed_result(work: Work, **changes: Any) -> CaseResult:
    """The signed result of a panel of three that names the work's own maker."""
    case = AppraisalCase.objects.create(
        work=work, kind=CaseKind.FIRST, stage=Stage.RESULT, client=work.created_by, question="真伪"
    )
    for chair in (True, False, False):
        expert = Appraiser.objects.create(
            user=person("appraiser"), name="专家", confirmed_by=person("operator")
        )
        PanelSeat.objects.create(
            case=case, round=1, expert=expert, is_chair=chair, assigned_by=person("registrar")
        )
    values: dict[str, Any] = {
        "state": ResultState.SIGNED, "outcome": Outcome.DECIDED, "term": "autograph",
        "maker": work.attributions.get().artist, "experts": 3, "agreeing": 2,
        "supports_certificate": True, "rule_version": "test", "signed_at": db_now(),
    }  # fmt: skip
    return CaseResult.objects.create(case=case, round=1, **(values | changes))


def lists_for(certificate: Certificate) -> list[str]:
    """The two lists that the certificate names, as served."""
    return [row.document for row in lists_of(certificate.place.shard)]


def checked(certificate: Certificate, **given: Any) -> Verification:
    """What a stranger finds with the published keys and lists."""
    did = controller_of()
    keys = read_keys(json.loads(json.dumps(did_document(did, trusted_keys(controller=did)))))
    given.setdefault("status_lists", lists_for(certificate))
    return verify(certificate.document, keys, given.pop("at", None) or db_now(), **given)


def called(name: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    from django.core.management import call_command

    out = io.StringIO()
    try:
        call_command(name, *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def lock(work: Work | None = None, actor: Any = None) -> Certificate:
    """A 锁定 of a work."""
    return issue_lock(actor=actor or person("registrar"), work_id=(work or registered()).pk)


def with_file(content: bytes, attached: bytes) -> bytes:
    """The paper with one more file attached."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.attachments["more.json"] = attached
        file.save(out)
    return out.getvalue()
