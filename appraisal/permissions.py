"""Who records papers, and who may open their scans."""

import rules

from artmarket.accounts.permissions import holds, is_active
from catalog.permissions import holds_title, is_lister

is_registrar = holds("registrar")

rules.add_perm("appraisal.record_desk", is_active & is_registrar)
# Nobody vouches for the papers of a work that he lists or owns.
rules.add_perm("appraisal.record_certificate", is_active & is_registrar & ~is_lister & ~holds_title)


def may_see_scan(user, image) -> bool:
    """The scan may name owners: only those who may see the work's private data open it."""
    paper = getattr(image, "recorded_certificate", None) if image.pk else None
    return bool(paper and user.has_perm("catalog.view_private", paper.work))
