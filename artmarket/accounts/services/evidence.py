"""Files that support a check or a licence: private documents, counted and owned.

The file is kept first and tied to its check in a transaction of its own; one that can't be tied
is deleted again, and one that a crash left untied is cleared by `clear_untied`.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.enums import EvidenceKind
from artmarket.accounts.models import Evidence, IdentityCheck, Licence, User
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import record_event
from media.services.documents import (
    clear_document,
    clear_untied_documents,
    receive_tied_document,
)

PURPOSE = "identity"
MOST_RULE = "identity.max_evidence"
Owner = IdentityCheck | Licence


def attach(*, actor: User, kind: str, file: Any, name: str, to: Callable[[], Owner]) -> Evidence:
    """Keep a file and tie it to its owner; `to` locks the owner and judges the actor.

    Raises what `to` raises, `Invalid` (unknown kind), `DomainError` too_many_files, and the
    refusals of `media`; then nothing is kept.
    """
    if kind not in EvidenceKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    return receive_tied_document(
        actor=actor, file=file, name=name, purpose=PURPOSE,
        tie=lambda document: _tie(actor=actor, kind=kind, document=document, to=to),
    )  # fmt: skip


def detach(*, actor: User, evidence_id: int, of: Callable[[], Owner]) -> None:
    """Untie a file from its owner and delete it. Raises what `of` raises, `WrongState`."""
    document_id = _untie(actor=actor, evidence_id=evidence_id, of=of)
    clear_document(document_id=document_id)


def clear_untied() -> int:
    """Delete papers that a crash left untied, a day old or more."""
    return clear_untied_documents(purpose=PURPOSE, owner="evidence")


def attached_kinds(owner: Owner) -> set[str]:
    """What the files of an owner show."""
    return set(owner.evidence.values_list("kind", flat=True))


@transaction.atomic(durable=True)
def _tie(*, actor: User, kind: str, document: Any, to: Callable[[], Owner]) -> Evidence:
    owner = to()
    most = int(rulebook.get(MOST_RULE))
    if owner.evidence.count() >= most:
        raise DomainError(
            _("最多%(most)d份材料。") % {"most": most}, code="too_many_files", rule=MOST_RULE
        )
    link = "check_of" if isinstance(owner, IdentityCheck) else "licence"
    evidence = Evidence.objects.create(kind=kind, document=document, **{link: owner})
    record_event(
        actor=actor, action="evidence.attached", subject=owner,
        after={"evidence": evidence.pk, "kind": kind, "sha256": document.sha256},
    )  # fmt: skip
    return evidence


@transaction.atomic(durable=True)
def _untie(*, actor: User, evidence_id: int, of: Callable[[], Owner]) -> int:
    owner = of()
    evidence = owner.evidence.select_related("document").filter(pk=evidence_id).first()
    if evidence is None:
        raise WrongState()
    record_event(
        actor=actor, action="evidence.removed", subject=owner,
        before={
            "evidence": evidence.pk,
            "kind": evidence.kind,
            "sha256": evidence.document.sha256,
        },
    )  # fmt: skip
    evidence.delete()
    return evidence.document_id
