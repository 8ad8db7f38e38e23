"""What a borrower can do with a loan: each act with its form, its words, and its service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text

from ..enums import LoanState, RenewalState
from ..forms.borrower import LoanForm, PayForm, ProposeForm, ReasonForm
from ..models import Loan
from ..selectors import borrower as selectors
from ..services import contracts, lending, renewals, repaying, securing

Data = Mapping[str, Any] | None
Maker = Callable[..., forms.Form | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done; `make` gives its form, or None where it cannot be done now.

    `is_listed`: the page shows it as a form of its own.
    """

    title: Text
    submit: Text
    make: Maker
    call: Callable[[Any, Loan, dict[str, Any]], object]
    done: Text
    kind: str = "plain"
    lead: Text = ""
    is_listed: bool = True


# ------------------------------------------------------------------ forms


def _pay_form(
    _user: Any, row: Loan, today: selectors.Today, name: str, data: Data, key: str = ""
) -> forms.Form | None:
    state = today.state
    if row.state != LoanState.ACTIVE or state is None or not state.payoff:
        return None
    due = max(state.due.total - state.totals.credit, 0)
    return PayForm(
        data, row=row, due=due, payoff=state.payoff, prefix=name, initial={"key": key}
    )  # fmt: skip


def _propose_form(
    user: Any, row: Loan, _today: selectors.Today, name: str, data: Data, key: str = ""
) -> forms.Form | None:
    if row.state not in (LoanState.AGREED, LoanState.ACTIVE):
        return None
    taken = {item.work_id for item in row.items.exclude(state__in=["released", "dropped"])}
    works = [work for work in selectors.pledgeable(user) if work.pk not in taken]
    return ProposeForm(data, row=row, works=works, prefix=name) if works or data else None


class ItemForm(LoanForm):
    item = forms.IntegerField()


class AnswerForm(LoanForm):
    do = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])


def _item_form(
    _user: Any, row: Loan, _today: selectors.Today, _name: str, data: Data, key: str = ""
) -> forms.Form | None:
    return ItemForm(data, row=row)


def _answer_form(
    _user: Any, row: Loan, _today: selectors.Today, _name: str, data: Data, key: str = ""
) -> forms.Form | None:
    return AnswerForm(data, row=row)


def _end_form(
    _user: Any, row: Loan, today: selectors.Today, name: str, data: Data, key: str = ""
) -> forms.Form | None:
    ends = selectors.may_end_revolving(row, today.state)
    return LoanForm(data, row=row, prefix=name) if ends or data is not None else None


def _cancel_form(
    _user: Any, row: Loan, _today: selectors.Today, name: str, data: Data, key: str = ""
) -> forms.Form | None:
    if row.state not in (LoanState.SIGNING, LoanState.AGREED) and data is None:
        return None
    return ReasonForm(data, row=row, prefix=name)


# ------------------------------------------------------------------ services


def _pay(user: Any, row: Loan, given: dict[str, Any]) -> object:
    return repaying.ask_repayment(
        actor=user, loan_id=row.pk, amount_minor=given["amount"], gateway=given["gateway"],
        key=given["key"], early=given["what"] != "due",
    )  # fmt: skip


def _propose(user: Any, row: Loan, given: dict[str, Any]) -> object:
    return securing.propose_work(actor=user, loan_id=row.pk, work_id=given["work"])


def _drop(user: Any, row: Loan, given: dict[str, Any]) -> object:
    item = row.items.filter(pk=given["item"]).first()
    return securing.drop_work(actor=user, item_id=item.pk) if item else None


def _renew(user: Any, row: Loan, given: dict[str, Any]) -> object:
    found = row.renewals.filter(state=RenewalState.OPEN).first() or row.renewals.first()
    if found is None:
        return None
    if given["do"] == "accept":
        return renewals.accept_renewal(actor=user, renewal_id=found.pk)
    return renewals.decline_renewal(actor=user, renewal_id=found.pk)


def _end(user: Any, row: Loan, _given: dict[str, Any]) -> object:
    return lending.end_revolving(actor=user, loan_id=row.pk)


def _cancel(user: Any, row: Loan, given: dict[str, Any]) -> object:
    return contracts.cancel_loan(actor=user, loan_id=row.pk, reason=given["reason"])


ACTS: dict[str, Act] = {
    "pay": Act(
        _("还款"), _("去付款"), _pay_form, _pay, _("付款已经建立。"), "primary",
        _("从钱到账的那天起算；提前还的先付利息，再还本金。"),
    ),
    "propose": Act(
        _("增加质押的作品"), _("提出"), _propose_form, _propose, _("已提出，等贷款人答复。"),
        lead=_("贷款人同意并入库以后才算数。"),
    ),
    "end": Act(
        _("结束循环额度"), _("结束，取回作品"), _end_form, _end, _("已结束，作品可以取回。"),
    ),
    "cancel": Act(
        _("解除合同"), _("解除"), _cancel_form, _cancel, _("合同已解除。"), "danger",
        _("放款以前可以解除，已经入库的作品退还。"),
    ),
    "drop": Act(
        _("撤回提出的作品"), _("撤回"), _item_form, _drop, _("已撤回。"), is_listed=False
    ),
    "renew": Act(
        _("答复展期"), _("接受"), _answer_form, _renew, _("已答复。"), is_listed=False
    ),
}  # fmt: skip
