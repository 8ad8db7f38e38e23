"""The duties of payments: finish what waits for a gateway, and compare with it every night."""

from artmarket.core.errors import DomainError

from ..gateways import BANK, called
from ..services import finishing, reconciliation


def finish() -> str:
    """Everything that waits for a gateway, asked again."""
    return finishing.finish()


def reconcile_all() -> str:
    """Each gateway that is set up; one that does not answer is left to the next night."""
    words = []
    for name in (*called(), BANK):
        try:
            run = reconciliation.reconcile(gateway_name=name)
        except DomainError as error:
            words.append(f"{name}: {error.code}")
        else:
            words.append(f"{name}: {run.movements} movements, {run.found} new differences")
    return "; ".join(words)
