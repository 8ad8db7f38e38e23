"""What a borrower types: an application, a payment, another work, a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party
from artmarket.core.amounts import AmountField, in_currency
from artmarket.ledger.gateways import BANK, STRIPE, offered
from catalog.models import Work

from ..models import Loan, ProductVersion
from ..services.applications import Asked

WAYS = {BANK: _("银行转账"), STRIPE: _("银行卡、支付宝或微信")}


def work_choices(works: Sequence[Work]) -> list[tuple[str, str]]:
    """Works by their keys, each with its number and title."""
    return [(str(work.pk), f"{work.display_title} {work.number}") for work in works]


class ApplyForm(forms.Form):
    """For whom, how much, how long, what for, against which works."""

    party = forms.ChoiceField(label=_("借款人"))
    amount = AmountField(label=_("借多少"))
    months = forms.TypedChoiceField(label=_("借多久"), coerce=int)
    purpose = forms.CharField(label=_("用途"), max_length=300)
    works = forms.TypedMultipleChoiceField(
        label=_("用哪些作品质押"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, version: ProductVersion, parties: Sequence[Party],
        works: Sequence[Work], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        choices: dict[str, Any] = {
            "party": [(str(party.pk), party.name) for party in parties],
            "months": [(str(n), _("%(n)d个月") % {"n": n}) for n in months_of(version)],
            "works": work_choices(works),
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
        if len(parties) == 1:
            self.fields["party"].widget = forms.HiddenInput()
            self.fields["party"].initial = parties[0].pk
        in_currency(self, version.product.currency)

    def asked(self) -> Asked:
        """The value for the service."""
        given = self.cleaned_data
        return Asked(given["amount"], given["months"], given["purpose"], given["works"])


def months_of(version: ProductVersion) -> list[int]:
    """The terms that a product offers, in whole periods."""
    step = version.every_months
    first = -(-version.least_months // step) * step
    return list(range(first, version.most_months + 1, step))


class LoanForm(forms.Form):
    """A form about one loan; amounts are of its currency."""

    def __init__(self, *args: Any, row: Loan, **options: Any) -> None:
        super().__init__(*args, **options)
        self.row = row
        in_currency(self, row.currency)


class PayForm(LoanForm):
    """What is paid: what is due, a part ahead of its time, or all of it."""

    what = forms.ChoiceField(label=_("还什么"), widget=forms.RadioSelect)
    amount = AmountField(
        label=_("提前还多少"), required=False, help_text=_("只在“提前还一部分”时填写。")
    )
    gateway = forms.ChoiceField(label=_("怎样付"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, row: Loan, due: int, payoff: int, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        self.due, self.payoff = due, payoff
        choices = [
            ("all", _("全部还清%(sum)s，算到今天") % {"sum": row.money(payoff)}),
            ("part", _("提前还一部分")),
        ]
        if due:
            choices.insert(0, ("due", _("到期应付%(sum)s") % {"sum": row.money(due)}))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["what"].initial = choices[0][0]
        ways = [(name, WAYS.get(name, name)) for name in offered(row.currency)]
        self.fields["gateway"].choices = ways  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The amount that follows from the choice."""
        given: dict[str, Any] = super().clean() or {}
        what = given.get("what")
        if what == "part" and "amount" in given and not given["amount"]:
            self.add_error("amount", _("请填写金额。"))
        elif what in ("due", "all"):
            given["amount"] = self.due if what == "due" else self.payoff
        return given


class ProposeForm(LoanForm):
    """Another work of his own."""

    work = forms.TypedChoiceField(label=_("作品"), coerce=int)

    def __init__(self, *args: Any, row: Loan, works: Sequence[Work], **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        self.fields["work"].choices = work_choices(works)  # type: ignore[attr-defined]


class ReasonForm(LoanForm):
    reason = forms.CharField(label=_("理由"), max_length=300)
