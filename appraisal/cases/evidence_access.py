"""Who opens the private files of a case: papers and evidence, as far as blindness allows."""

from .reads import may_see_evidence


def may_read_paper(user, document) -> bool:
    """Papers and evidence of a case, as far as blindness allows."""
    paper = getattr(document, "appraisal_document", None)
    if paper is not None:
        return user.has_perm("appraisal.view_case", paper.case)
    evidence = getattr(document, "appraisal_evidence", None)
    return evidence is not None and may_see_evidence(user, evidence)


def may_see_evidence_image(user, image) -> bool:
    """The original of a picture that is evidence."""
    evidence = getattr(image, "appraisal_evidence", None) if image.pk else None
    return evidence is not None and may_see_evidence(user, evidence)
