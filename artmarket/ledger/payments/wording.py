"""What the entries of payments are called."""

from django.utils.translation import gettext_lazy as _

from ..wording import register_kind


def register_words() -> None:
    """Announce the kinds; called once at start."""
    for kind, words in {
        "payment.received": _("收款"),
        "refund.asked": _("退款待付"),
        "refund.done": _("退款付出"),
        "refund.failed": _("退款退回"),
        "payout.asked": _("付款待付"),
        "payout.done": _("付款付出"),
        "payout.failed": _("付款退回"),
        "stray.assigned": _("待查款入账"),
        "stray.returned": _("待查款退回"),
        "dispute.moved": _("拒付争议"),
        "gateway.fee": _("渠道手续费"),
    }.items():
        register_kind(kind, words)
