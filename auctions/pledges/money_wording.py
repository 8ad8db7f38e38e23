"""What the books call entries of loans, and what their payments are for."""

from django.utils.translation import gettext_lazy as _

from artmarket.ledger.wording import register_kind, register_memo, register_purpose

from .services.buying import PURPOSE as DISPOSAL
from .services.lending import FUNDING
from .services.pawn_money import PURPOSE as PAWN
from .services.repaying import PURPOSE, PURPOSE_EARLY


def register_words() -> None:
    """Announce them; called once at start."""
    register_purpose(PURPOSE, _("质押贷款还款"))
    register_purpose(PURPOSE_EARLY, _("质押贷款提前还款"))
    register_purpose(PAWN, _("典当赎当、续当、清偿"))
    register_purpose(FUNDING, _("贷款人拨付资金"))
    register_purpose(DISPOSAL, _("购买处置的质物"))
    for kind, words in {
        "loan.disbursed": _("质押贷款放款"),
        "loan.charged": _("质押贷款计收费用"),
        "loan.repaid": _("质押贷款还款"),
        "loan.accrued": _("质押贷款计息"),
        "loan.corrected": _("质押贷款更正"),
        "loan.realised": _("质物变现款清偿贷款"),
        "disposal.price": _("处置质物的价款"),
        "disposal.set_off": _("变现款与债务抵销"),
        "pawn.disbursed": _("发放当金"),
        "pawn.redeemed": _("赎当"),
        "pawn.renewed": _("续当结清前期费用"),
        "pawn.dead": _("绝当计收费用"),
        "pawn.disposed": _("绝当物处置"),
        "pawn.claim_paid": _("清偿绝当不足部分"),
    }.items():
        register_kind(kind, words)
    for memo, words in {
        "loan.principal": _("本金"),
        "pawn.surplus": _("绝当余款"),
        "loan.interest": _("利息"),
        "loan.penalty": _("罚息"),
        "loan.cost": _("费用"),
    }.items():
        register_memo(memo, words)
