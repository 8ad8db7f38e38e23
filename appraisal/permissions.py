"""Who records papers, and who may open their scans."""

import rules

from artmarket.accounts.permissions import holds, is_active
from catalog.permissions import holds_title, is_lister

from .models import PanelSeat, ResultSignature

is_registrar = holds("registrar")


@rules.predicate
def is_maker(user, work) -> bool:
    """The account of a maker whom the register names."""
    return bool(work and user.pk and work.attributions.filter(artist__account=user).exists())


@rules.predicate
def sat_on_panel(user, work) -> bool:
    """An expert of any panel about this work, and whoever signed a result of one."""
    if not work or not user.pk:
        return False
    seats = PanelSeat.objects.filter(case__work=work, expert__user=user)
    signed = ResultSignature.objects.filter(result__case__work=work, signer=user)
    return seats.exists() or signed.exists()


@rules.predicate
def may_manage_key(user, signer) -> bool:
    """An operator any key; a registrar, and the signer himself, that of a signer."""
    if user.has_role("operator"):
        return True
    return signer is not None and (user == signer or user.has_role("registrar"))


rules.add_perm("appraisal.record_desk", is_active & is_registrar)
# Nobody vouches for the papers of a work that he lists or owns.
rules.add_perm("appraisal.record_certificate", is_active & is_registrar & ~is_lister & ~holds_title)
rules.add_perm("appraisal.tag_desk", is_active & is_registrar)
# Nobody vouches for the tag of a work that he lists or owns.
rules.add_perm("appraisal.bind_tag", is_active & is_registrar & ~is_lister & ~holds_title)

# Who issues judges from outside: neither the work's people, nor its author, nor its panel.
may_issue = is_registrar & ~is_lister & ~holds_title & ~is_maker & ~sat_on_panel
rules.add_perm("appraisal.issue_certificate", is_active & may_issue)
rules.add_perm("appraisal.change_certificate", is_active & may_issue)
# A person's own key is made when a registrar confirms him; those of the platform are an operator's.
rules.add_perm("appraisal.manage_keys", is_active & may_manage_key)


def may_see_scan(user, image) -> bool:
    """The scan may name owners: only those who may see the work's private data open it."""
    paper = getattr(image, "recorded_certificate", None) if image.pk else None
    return bool(paper and user.has_perm("catalog.view_private", paper.work))


def may_see_tag_photograph(user, image) -> bool:
    """Where the tag hangs is for those who may see the work's private data."""
    binding = getattr(image, "tag_binding", None) if image.pk else None
    return bool(binding and user.has_perm("catalog.view_private", binding.work))
