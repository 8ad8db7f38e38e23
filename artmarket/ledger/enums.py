"""What an account of the books is for, and on which side it grows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .engine.double_entry import Side


class Purpose(models.TextChoices):
    """The purpose decides the normal side, whether a party is named, and the floor."""

    CLEARING = "clearing", _("支付渠道存款")
    RECEIVABLE = "receivable", _("应收款")
    LOAN_BOOK = "loan_book", _("质押贷款")
    EXPENSE = "expense", _("费用")
    DEPOSIT = "deposit", _("竞买保证金")
    ESCROW = "escrow", _("托管货款")
    PAYABLE = "payable", _("应付款")
    REVENUE = "revenue", _("平台收入")
    TAX = "tax", _("代收代扣税款")
    GUARANTEE = "guarantee", _("风险保障金")
    SUSPENSE = "suspense", _("待查款")
    RECOURSE = "recourse", _("待追偿款")
    TICKETS = "tickets", _("代收票款")


# Accounts that grow by a debit: what the platform has, is owed, or has spent.
DEBIT_NORMAL = frozenset({Purpose.CLEARING, Purpose.RECEIVABLE, Purpose.LOAN_BOOK, Purpose.EXPENSE})
# Accounts of somebody, and accounts of nobody in particular; the others may be either.
OF_A_PARTY = (Purpose.DEPOSIT, Purpose.ESCROW, Purpose.PAYABLE)
OF_NOBODY = (
    Purpose.CLEARING, Purpose.REVENUE, Purpose.TAX, Purpose.GUARANTEE, Purpose.SUSPENSE,
)  # fmt: skip
# A gateway may take back more than it holds; income and cost may turn round.
WITHOUT_FLOOR = frozenset({Purpose.CLEARING, Purpose.REVENUE, Purpose.EXPENSE})


def side_of(purpose: str) -> Side:
    """The side on which accounts of this purpose grow."""
    return "debit" if purpose in DEBIT_NORMAL else "credit"
