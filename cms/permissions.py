"""Who plans what happens in the district and keeps its registers."""

import rules

from artmarket.accounts.permissions import holds, is_active
from catalog.permissions import is_registrar

from .models import ExhibitedWork

is_bureau = holds("bureau")
is_operator = holds("operator")


@rules.predicate
def is_exhibited(user, work) -> bool:
    """The work stands in an exhibition."""
    return bool(work) and ExhibitedWork.objects.filter(work=work, removed_at=None).exists()


rules.add_perm("cms.plan", is_active & is_bureau)
# The bureau lends what it exhibits; the owner's consent is asked by services.exhibits.
rules.set_perm("catalog.encumber_loan_out", is_active & (is_registrar | (is_bureau & is_exhibited)))

rules.add_perm("cms.manage_enterprises", is_active & is_bureau)
rules.add_perm("cms.see_figures", is_active & (is_bureau | is_operator))
