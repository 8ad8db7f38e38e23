"""Papers and checks for tests: sound numbers, small files, people already identified."""

import io
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from artmarket.accounts.enums import CheckState, LicenceKind, LicenceState
from artmarket.accounts.models import IdentityCheck, Licence, link_of
from artmarket.accounts.services import identity
from artmarket.accounts.services.identity import Particulars
from artmarket.core.clock import today
from artmarket.core.sealed import fingerprint

NUMBER = "11010519491231002X"
OTHER_NUMBER = "370702198001010018"
CREDIT_CODE = "91110000600037341L"


def photo(name="front.jpg", colour="white") -> SimpleUploadedFile:
    """A picture large enough to be taken in."""
    buffer = io.BytesIO()
    Pillow.new("RGB", (900, 600), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def given(**changes) -> Particulars:
    """A citizen's card."""
    values = {"legal_name": "王小明", "paper_kind": "id_card", "number": NUMBER} | changes
    return Particulars(**values)


def submitted(user, **changes) -> IdentityCheck:
    """A person's check as a registrar finds it in the queue."""
    check = identity.begin_check(actor=user)
    identity.save_check(actor=user, check_id=check.pk, given=given(**changes))
    for kind in ("front", "back"):
        identity.add_evidence(
            actor=user, check_id=check.pk, kind=kind, file=photo(f"{kind}.jpg"), name=f"{kind}.jpg"
        )
    return identity.submit_check(actor=user, check_id=check.pk, consents=True)


def identified(holder, *, by, until: date | None = None, number: str = "") -> IdentityCheck:
    """A check in force, without its papers."""
    number = number or f"{holder._meta.model_name}-{holder.pk}"
    return IdentityCheck.objects.create(
        state=CheckState.APPROVED, created_by=by, decided_by=by, legal_name="王小明",
        number=number, number_digest=fingerprint(number, kind="id_card"),
        valid_until=until or today() + timedelta(days=900), **link_of(holder),
    )  # fmt: skip


def licensed(holder, *, by, kind=LicenceKind.ART_BUSINESS, **changes) -> Licence:
    """A licence in force."""
    values = {
        "kind": kind, "number": f"{kind}-{holder._meta.model_name}-{holder.pk}", "authority": "潍坊市文化和旅游局",
        "valid_from": today() - timedelta(days=30), "valid_until": today() + timedelta(days=300),
        "state": LicenceState.APPROVED, "created_by": by, "decided_by": by,
    } | changes  # fmt: skip
    return Licence.objects.create(**link_of(holder), **values)
