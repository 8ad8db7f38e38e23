"""When money of a sale that did not arrive must not be sent again: it was taken back since.

Asked by the books in the transaction of the sending; the lot is locked, so no undoing is under way.
"""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text

from ...models import ResaleRight, Settlement
from ...settlement_enums import ResaleState, SettlementState
from .. import deposit_money
from .ground import lock_settlement


def _to_a_payout(payout: Any) -> Text:
    """Its sale was undone: what the party was to get went to the buyer."""
    row, _lot = lock_settlement(int(payout.subject_id))
    is_undone = row.state == SettlementState.REFUNDED
    return _("这件成交已经撤销，这笔款已用来退给买受人。") if is_undone else ""


def _to_a_resale_right(payout: Any) -> Text:
    """The right was taken back with its sale."""
    right = ResaleRight.objects.get(pk=int(payout.subject_id))
    lock_settlement(right.settlement_id)
    right.refresh_from_db()
    is_gone = right.state == ResaleState.TAKEN_BACK
    return _("这件成交已经撤销，追续权费已收回。") if is_gone else ""


def _to_a_deposit(_refund: Any) -> Text:
    """Deposits count what goes back themselves."""
    return _("保证金的退款请在保证金页面再发一次。")


OBJECTIONS: Final[dict[str, Callable[[Any], Text]]] = {
    Settlement._meta.label_lower: _to_a_payout,
    ResaleRight._meta.label_lower: _to_a_resale_right,
    deposit_money.PURPOSE: _to_a_deposit,
}
