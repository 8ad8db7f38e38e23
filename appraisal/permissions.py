"""Who records papers, and who may open their scans."""

import rules

from artmarket.accounts.permissions import holds, is_active
from catalog.permissions import holds_title, is_lister

is_registrar = holds("registrar")


@rules.predicate
def may_manage_key(user, signer) -> bool:
    """An operator any key; a registrar, and the signer himself, that of a signer."""
    if user.has_role("operator"):
        return True
    return signer is not None and (user == signer or user.has_role("registrar"))


rules.add_perm("appraisal.record_desk", is_active & is_registrar)
# Nobody vouches for the papers of a work that he lists or owns.
rules.add_perm("appraisal.record_certificate", is_active & is_registrar & ~is_lister & ~holds_title)

# A person's own key is made when a registrar confirms him; those of the platform are an operator's.
rules.add_perm("appraisal.manage_keys", is_active & may_manage_key)


def may_see_scan(user, image) -> bool:
    """The scan may name owners: only those who may see the work's private data open it."""
    paper = getattr(image, "recorded_certificate", None) if image.pk else None
    return bool(paper and user.has_perm("catalog.view_private", paper.work))
