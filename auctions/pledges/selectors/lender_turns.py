"""Whose turn it is: what waits for the lender's people, and what they wait for.

Each turn says who, what, until when, what happens otherwise, and where it is done. One query a kind
of turn, whatever the number of loans; each list shows its first few and says when there are more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import (
    ApplicationState,
    HoldingState,
    ItemState,
    LoanState,
    OfferState,
    RenewalState,
    Side,
)
from ..models import Application, Holding, Lender, Loan, LoanOffer, LoanSignature, PledgeItem
from ..models import Renewal as RenewalRow

MOST: Final = 12
SOON_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that waits: `due` in words, `kind` its colour, `action` the words of its button."""

    who: str
    title: str
    url: str
    task: str
    due: str = ""
    kind: str = "neutral"
    consequence: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """The first turns of a column, and whether there are more."""

    shown: tuple[Turn, ...]
    has_more: bool


def waiting_for_us(lenders: Sequence[Lender], today: date) -> Turns:
    """What the lender's people have to do."""
    keys = [row.pk for row in lenders]
    return _first(
        _to_examine(keys, today), _to_sign(keys), _to_pay_out(keys), _to_agree(keys)
    )  # fmt: skip


def waiting_for_others(lenders: Sequence[Lender], today: date) -> Turns:
    """What borrowers and custodians have to do."""
    keys = [row.pk for row in lenders]
    return _first(
        _overdue(keys), _coming_due(keys, today), _offers(keys), _unsigned(keys), _renewals(keys),
        _to_confirm(keys), _to_deliver(keys), _to_fetch(keys),
    )  # fmt: skip


def _first(*kinds: Iterator[Turn]) -> Turns:
    found = [turn for kind in kinds for turn in kind]
    return Turns(tuple(found[:MOST]), len(found) > MOST)


def _some(rows: QuerySet[Any]) -> list[Any]:
    return list(rows[:MOST])


# ------------------------------------------------------------------ ours


def _to_examine(keys: list[int], today: date) -> Iterator[Turn]:
    offered = LoanOffer.objects.filter(application=OuterRef("pk"), state=OfferState.OPEN)
    rows = Application.objects.filter(
        ~Exists(offered), product__lender__in=keys, state=ApplicationState.SUBMITTED
    )
    for row in _some(rows.select_related("borrower", "product").order_by("applied_at")):
        days = (today - localtime(row.applied_at).date()).days
        yield Turn(
            _("你"), f"{row.borrower.name} {row.amount}",
            reverse("pledges:lending_application", args=[row.pk]),
            _("审查作品，作出要约，或写明理由谢绝。"),
            ngettext("已等%(n)d天", "已等%(n)d天", days) % {"n": days} if days else _("今天提交"),
            "warn" if days > 3 else "neutral",
            _("没有答复以前，作品上没有任何限制，申请人可以撤回或者卖掉。"), _("审查"),
        )  # fmt: skip


def _to_sign(keys: list[int]) -> Iterator[Turn]:
    signed = LoanSignature.objects.filter(loan=OuterRef("pk"), side=Side.LENDER)
    rows = Loan.objects.filter(~Exists(signed), lender__in=keys, state=LoanState.SIGNING)
    for loan in _some(rows.select_related("borrower").order_by("made_at")):
        yield _of_loan(
            loan, _("你"), _("签合同。"), consequence=_("两方都签名以后，作品才能交付。"),
            action=_("签合同"), kind="warn",
        )  # fmt: skip


def _to_pay_out(keys: list[int]) -> Iterator[Turn]:
    items = PledgeItem.objects.filter(loan=OuterRef("pk"))
    rows = Loan.objects.filter(
        ~Exists(items.filter(state=ItemState.AGREED)),
        Exists(items.filter(state=ItemState.PLEDGED)),
        lender__in=keys, state=LoanState.AGREED,
    )  # fmt: skip
    for loan in _some(rows.select_related("borrower").order_by("signed_at")):
        yield _of_loan(
            loan, _("你"), _("作品都已入库，质权已经设立，可以放款。"),
            consequence=_("放款以前不计利息；借款人可以解除合同，取回作品。"), action=_("去放款"),
            kind="warn",
        )  # fmt: skip


def _to_agree(keys: list[int]) -> Iterator[Turn]:
    rows = PledgeItem.objects.filter(state=ItemState.PROPOSED, loan__lender__in=keys)
    for item in _some(rows.select_related("loan__borrower", "work").order_by("proposed_at")):
        yield _of_loan(
            item.loan, _("你"),
            _("借款人提出增加《%(title)s》，看评估，决定同意或不同意。")
            % {"title": item.work.display_title},
            consequence=_("同意并交付以前，这件作品不计入担保。"), action=_("去看"), kind="warn",
        )  # fmt: skip


# ------------------------------------------------------------------ others


def _overdue(keys: list[int]) -> Iterator[Turn]:
    rows = Loan.objects.owing().filter(lender__in=keys, overdue_minor__gt=0)
    for loan in _some(rows.select_related("borrower").order_by("-overdue_days")):
        yield _of_loan(
            loan, loan.borrower.name,
            _("付逾期的%(amount)s。") % {"amount": loan.money(loan.overdue_minor)},
            due=ngettext("逾期%(n)d天", "逾期%(n)d天", loan.overdue_days)
            % {"n": loan.overdue_days},
            kind="live", consequence=_("逾期的部分计罚息；不付的按合同的次序变现。"),
        )  # fmt: skip


def _coming_due(keys: list[int], today: date) -> Iterator[Turn]:
    rows = Loan.objects.owing().filter(
        lender__in=keys, overdue_minor=0, next_due_on__lte=today + timedelta(days=SOON_DAYS),
        next_due_minor__gt=0,
    )  # fmt: skip
    for loan in _some(rows.select_related("borrower").order_by("next_due_on")):
        yield _of_loan(
            loan, loan.borrower.name,
            _("还%(amount)s。") % {"amount": loan.money(loan.next_due_minor)},
            due=_("%(day)s到期") % {"day": date_format(loan.next_due_on)},
            consequence=_("到期不付的，从第二天起逾期。"),
        )  # fmt: skip


def _offers(keys: list[int]) -> Iterator[Turn]:
    rows = LoanOffer.objects.filter(
        state=OfferState.OPEN, application__product__lender__in=keys
    ).select_related("application__borrower", "application__product")
    for offer in _some(rows.order_by("open_until")):
        yield Turn(
            offer.application.borrower.name,
            f"{offer.application.borrower.name} {offer.money(offer.principal_minor)}",
            reverse("pledges:lending_application", args=[offer.application_id]),
            _("答复要约。"), _until(offer.open_until), "neutral", _("过期以后要约作废。"),
        )  # fmt: skip


def _unsigned(keys: list[int]) -> Iterator[Turn]:
    signed = LoanSignature.objects.filter(loan=OuterRef("pk"), side=Side.BORROWER)
    rows = Loan.objects.filter(~Exists(signed), lender__in=keys, state=LoanState.SIGNING)
    for loan in _some(rows.select_related("borrower").order_by("made_at")):
        yield _of_loan(
            loan, loan.borrower.name, _("签合同。"), consequence=_("没有签名，合同不成立。")
        )


def _renewals(keys: list[int]) -> Iterator[Turn]:
    rows = RenewalRow.objects.filter(state=RenewalState.OPEN, loan__lender__in=keys)
    for row in _some(rows.select_related("loan__borrower").order_by("matured_on")):
        yield _of_loan(
            row.loan, row.loan.borrower.name, _("答复展期。"),
            due=_("%(day)s以前") % {"day": date_format(row.matured_on)},
            consequence=_("不答复的，按原到期日还清。"),
        )  # fmt: skip


def _to_confirm(keys: list[int]) -> Iterator[Turn]:
    rows = Holding.objects.filter(
        state__in=[HoldingState.ARRIVING, HoldingState.LEAVING], item__loan__lender__in=keys
    ).select_related("item__loan__borrower", "item__work", "custodian__organisation")
    for row in _some(rows.order_by("pk")):
        is_in = row.state == HoldingState.ARRIVING
        words = _("复核《%(title)s》的入库。") if is_in else _("复核《%(title)s》的出库。")
        yield _of_loan(
            row.item.loan,
            row.custodian.organisation.name,
            words % {"title": row.item.work.display_title},
            consequence=_("第二个人复核以前，质权没有设立。")
            if is_in
            else _("第二个人复核以前，质权没有解除。"),
        )


def _to_deliver(keys: list[int]) -> Iterator[Turn]:
    brought = Holding.objects.filter(item=OuterRef("pk"), state=HoldingState.ARRIVING)
    rows = PledgeItem.objects.filter(
        ~Exists(brought), state=ItemState.AGREED, loan__lender__in=keys,
        loan__state__in=[LoanState.AGREED, LoanState.ACTIVE],
    )  # fmt: skip
    for item in _some(rows.select_related("loan__borrower", "work").order_by("loan", "number")):
        yield _of_loan(
            item.loan, item.loan.borrower.name,
            _("把《%(title)s》交给托管人。") % {"title": item.work.display_title},
            consequence=_("没有交付，质权不设立，不能放款。"),
        )  # fmt: skip


def _to_fetch(keys: list[int]) -> Iterator[Turn]:
    going = Holding.objects.filter(item=OuterRef("pk"), state=HoldingState.LEAVING)
    rows = PledgeItem.objects.filter(~Exists(going), state=ItemState.LEAVING, loan__lender__in=keys)
    for item in _some(rows.select_related("loan__borrower", "work").order_by("leaving_at")):
        yield _of_loan(
            item.loan, item.loan.borrower.name,
            _("取回《%(title)s》。") % {"title": item.work.display_title},
            consequence=_("取走以前，质押仍登记在作品上。"),
        )  # fmt: skip


def _of_loan(
    loan: Loan, who: str, task: str, *, due: str = "", kind: str = "neutral",
    consequence: str = "", action: str = "",
) -> Turn:  # fmt: skip
    return Turn(
        who, f"{loan.number} {loan.borrower.name}",
        reverse("pledges:lending_loan", args=[loan.pk]), task, due, kind, consequence, action,
    )  # fmt: skip


def _until(moment: Any) -> str:
    return _("%(day)s以前") % {"day": date_format(localtime(moment), "DATETIME_FORMAT")}
