"""Files with which the sides of a claim prove what they say: taken in first, then tied to it.

They are private documents; the two sides and who decides read them. What cannot be tied is deleted
again, what a crash leaves by a duty. Auction rules §12.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import Invalid
from media.models import Document
from media.services.documents import clear_document, clear_untied_documents, receive_document

from ...models import ClaimFile, ClaimStatement

PURPOSE: Final = "claim"
MOST_FILES: Final = 10
"""Files with one statement; who has more says more."""

T = TypeVar("T")


def with_files(*, actor: User, files: Sequence[Any], tie: Callable[[list[Document]], T]) -> T:
    """Take in these files, then `tie` them in a transaction of its own; what it raises leaves none.

    Raises `Invalid` (too many), what `tie` raises, and the refusals of `media`.
    """
    if len(files) > MOST_FILES:
        raise Invalid(fields={"files": _("一次最多交%(most)d个文件。") % {"most": MOST_FILES}})
    kept: list[Document] = []
    try:
        for file in files:
            kept.append(receive_document(actor=actor, file=file, name=file.name, purpose=PURPOSE))
        return tie(kept)
    except Exception:
        for document in kept:
            clear_document(document_id=document.pk)
        raise


def attach(statement: ClaimStatement, documents: Sequence[Document]) -> None:
    """Tie documents to a statement, in the caller's transaction."""
    ClaimFile.objects.bulk_create(
        ClaimFile(statement=statement, document=document) for document in documents
    )


def clear_untied() -> int:
    """Delete files that a crash left without a statement, a day old or more."""
    return clear_untied_documents(purpose=PURPOSE, owner="claim_file")
