"""A pawn ticket and the statement of a disposal on paper, drawn from their frozen data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.core.money import Money
from artmarket.rulebook import cite
from media.printing import digest_of, kept

from . import pawn_citations as rules
from . import rule_values
from .models import PawnDisposal, PawnTicket
from .paper_frame import Rows, begin, end, numbered, signature
from .pawn_enums import DisposalWay, PawnSide

LAYOUT: Final = 1


@dataclass(frozen=True, slots=True)
class PawnPaper:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    number: str
    facts: Rows
    terms: tuple[str, ...]
    laws: Rows
    signatures: Rows
    digest: str

    @property
    def key(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn."""
        return digest_of([LAYOUT, asdict(self)])


def ticket_file(ticket: PawnTicket) -> bytes:
    """The PDF of a ticket, under the number of its last copy where it was lost."""
    paper = gathered(ticket)
    return kept("pawn_papers", paper.key, lambda: drawn(paper))


def statement_file(disposal: PawnDisposal) -> bytes:
    """The PDF of what a disposal brought and paid."""
    paper = told(disposal)
    return kept("pawn_papers", paper.key, lambda: drawn(paper))


def gathered(ticket: PawnTicket) -> PawnPaper:
    """What a ticket says (30, 31)."""
    text = ticket.text
    copy = ticket.losses.order_by("pk").last()
    return PawnPaper(
        language=get_language() or "zh-hans",
        title=_("当票"),
        number=copy.number if copy else ticket.number,
        facts=_facts(ticket, text),
        terms=_notices(date.fromisoformat(text["made_on"])),
        laws=tuple((cite(rule).title, cite(rule).place) for rule in sorted(text["rules"])),
        signatures=tuple(signature(side, ticket.signatures.all()) for side in PawnSide),
        digest=ticket.digest,
    )


def _notices(on: date) -> tuple[str, ...]:
    """The duties of the pawner, with the figures of the day on which the ticket was made."""
    fee = rule_values.pawn_fee("movable", on=on)
    return (
        _("当金按票面全额发放，利息和综合费用不预先扣除。"),
        _("综合费用按天计算，不足%(least)d天的按%(least)d天，一个月按%(month)d天。")
        % {"least": fee.least_days, "month": fee.month_days},
        _("到期后%(n)d天内可以赎当或者续当；最后一天是休息日的，顺延到下一个工作日。")
        % {"n": rulebook.get(rules.GRACE, on=on)},
        _("逾期不赎也不续的为绝当。变现后多出的退还当户，不足的由当户清偿。"),
        _("典当行不使用当物；当物遗失或者损毁的，按估价赔偿。"),
        _("当票不能转让；遗失的应当挂失。"),
    )


def _facts(ticket: PawnTicket, text: Mapping[str, Any]) -> Rows:
    rows = [
        (_("典当行"), text["pawnshop"]["name"]),
        (_("许可证号"), text["pawnshop"]["licence"]),
        (_("当户"), text["pawner"]["name"]),
        (_("当物"), f"{text['work']['title']} ({text['work']['number']})"),
        (_("当物状况"), text["condition"]),
        (_("估价"), _money(text, "appraised")),
        (_("当金"), _money(text, "principal")),
        (_("每月综合费率"), f"{Decimal(text['fee_permille']).normalize():f}‰"),
        (_("年利率"), f"{Decimal(text['annual_pct']).normalize():f}%"),
        (_("期限"), _("%(n)d个月") % {"n": text["months"]}),
        (_("挂失补票费"), _money(text, "lost_fee")),
        (_("起当日"), _day(ticket.started_on)),
        (_("到期日"), _day(ticket.matures_on)),
        (_("最后赎当日"), _day(ticket.redeem_until)),
    ]
    return tuple(rows)


def told(disposal: PawnDisposal) -> PawnPaper:
    """What a statement says, from its frozen data."""
    text = disposal.statement or {}
    paid = text["paid"]
    last = disposal.pawn.tickets.order_by("place").last()
    facts = (
        (_("绝当日"), _day(date.fromisoformat(text["dead_on"]))),
        (_("方式"), str(DisposalWay(text["way"]).label)),
        (_("买受人"), text["buyer"]),
        (_("价款"), _money(text, "price")),
        (_("变现费用"), _money(text, "costs")),
        (_("综合费用"), _money(paid | text, "cost")),
        (_("利息"), _money(paid | text, "interest")),
        (_("本金"), _money(paid | text, "principal")),
        (_("退还当户"), _money(text, "surplus")),
        (_("不足部分"), _money(text, "deficiency")),
    )
    words = (
        _("按2005年规则，这件当物由典当行自行变卖，损溢自负。")
        if text["own_account"]
        else _("多出的退还当户，不足的由当户清偿。")
    )
    return PawnPaper(
        language=get_language() or "zh-hans", title=_("绝当物处置结算书"),
        number=last.number if last else "", facts=facts, terms=(words,),
        laws=((cite("pawn.dead_rule").title, cite("pawn.dead_rule").place),), signatures=(),
        digest=disposal.digest,
    )  # fmt: skip


def _money(text: Mapping[str, Any], name: str) -> str:
    return str(Money(text[name], text["currency"]))


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else _("放款之日定")


def drawn(paper: PawnPaper) -> bytes:
    """The sheets."""
    foot = f"{paper.number} · SHA-256 {paper.digest[:16]}…"
    sheets = begin(paper.language, paper.title, paper.number, foot=foot)
    sheets.grid((), paper.facts, (30, 70))
    numbered(sheets, _("须知"), paper.terms)
    sheets.heading(_("依据"))
    sheets.grid((), paper.laws, (55, 45))
    return end(sheets, paper.signatures, _("文本的SHA-256摘要："), paper.digest)
