"""Evidence handed in by a registrar or an expert; a picture is taken in as one."""

from typing import Any

from appraisal.services import inspections
from artmarket.core.errors import DomainError
from media.services.pictures import discard_image, receive_image


def add_evidence(actor: Any, case_id: int, form: Any) -> None:
    """Tie what `EvidenceForm` holds to the case; of a refused picture nothing is kept."""
    given = form.cleaned_data
    piece = inspections.Piece(
        kind=given["kind"], finding=given["finding"], instrument=given["instrument"],
        method=given["method"],
        inspection_id=int(given["inspection"]) if given["inspection"] else None,
    )  # fmt: skip
    file = given["file"]
    if not (file.content_type or "").startswith("image/"):
        inspections.add_evidence(
            actor=actor, case_id=case_id, piece=piece, file=file, name=file.name
        )
        return
    image = receive_image(actor=actor, file=file, name=file.name)
    try:
        inspections.add_evidence(actor=actor, case_id=case_id, piece=piece, image=image)
    except DomainError:
        discard_image(actor=actor, image_id=image.pk)
        raise
