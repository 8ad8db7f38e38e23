"""A paper of money on A4."""

from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI
from artmarket.core.sheets import SMALL, Sheets

from .reading import BilledLot, Paper

_LINE = (34, 14, 30, 22)
_MONEY = (20, 20, 20, 20, 20)


def drawn(paper: Paper, *, money_head: tuple[str, ...], money_title: str) -> bytes:
    """The PDF; `money_head` names the columns of what was paid, `money_title` what that is."""
    name = f"{paper.kind} {paper.number}"
    sheets = Sheets(
        title=name, foot=name, pages=_("第{n}页，共{all}页"),
        language="en" if paper.language == "en" else "zh-CN",
    )  # fmt: skip
    sheets.set_creation_date(paper.printed_at)
    sheets.heading(paper.kind, size=20)
    sheets.grid((), paper.facts, (24, 76))
    for lot in paper.lots:
        _lot(sheets, lot)
    if paper.sums:
        sheets.heading(_("合计"))
        sheets.grid((), paper.sums, (70, 30), right=(1,))
    if paper.payments:
        sheets.heading(money_title)
        sheets.grid(money_head, paper.payments, _MONEY, right=(2,))
    for words in paper.notes:
        sheets.ln(1)
        sheets.text_line(words)
    if paper.rates:
        sheets.heading(_("买受人佣金"))
        sheets.grid((_("落槌价的这一段"), _("佣金")), paper.rates, (70, 30), right=(1,))
    sheets.heading(_("依据的规则"))
    sheets.grid((), paper.rules, (50, 50))
    at = paper.printed_at.astimezone(SHANGHAI)
    sheets.ln(2)
    sheets.text_line(
        _("打印时间：%(at)s，北京时间。金额以网页为准。") % {"at": f"{at:%Y-%m-%d %H:%M}"},
        size=SMALL, grey=True,
    )  # fmt: skip
    return bytes(sheets.output())


def invoice_pdf(paper: Paper) -> bytes:
    """The buyer's invoice."""
    head = (_("付款编号"), _("渠道"), _("金额"), _("已收"), _("状态"))
    return drawn(paper, money_head=head, money_title=_("付款"))


def statement_pdf(paper: Paper) -> bytes:
    """The seller's statement."""
    head = (_("编号"), _("渠道"), _("金额"), _("状态"), _("日期"))
    return drawn(paper, money_head=head, money_title=_("付款给委托人"))


def _lot(sheets: Sheets, lot: BilledLot) -> None:
    sheets.heading(lot.title, size=11)
    sheets.text_line(lot.state, size=SMALL, grey=True)
    for note in lot.notes:
        sheets.text_line(note, size=SMALL, grey=True)
    if lot.lines:
        sheets.ln(1)
        sheets.grid(
            (_("项目"), _("费率"), _("依据"), _("金额")),
            [line[:4] for line in lot.lines], _LINE, right=(1, 3),
        )  # fmt: skip
