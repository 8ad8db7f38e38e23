"""What is typed at a default, at each way of realisation, and by and for pre-acquirers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import OrganisationKind
from artmarket.accounts.models import Organisation, Party, User
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.amounts import AmountField, in_currency
from artmarket.ledger.gateways import BANK, STRIPE, offered

from ..enums import FiveClass, Realisation
from ..models import Loan
from ..valuing import appraisals_of

_WAYS = {BANK: _("银行转账"), STRIPE: _("银行卡、支付宝或微信")}
_DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
_WORDS: dict[str, Any] = {"max_length": 300, "widget": forms.Textarea(attrs={"rows": 2})}


class LoanForm(forms.Form):
    """A form about a loan; amounts are of its currency, `key` is of what it is about."""

    def __init__(self, *args: Any, loan: Loan, key: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.loan, self.subject = loan, key
        in_currency(self, loan.currency)


class PartyField(forms.CharField):
    """Somebody with an account, by the address of it, or an organisation, by its full name."""

    def __init__(self, **options: Any) -> None:
        known: dict[str, Any] = {
            "max_length": 160, "help_text": _("个人填账户邮箱，单位填全称。"),
        }  # fmt: skip
        super().__init__(**known | options)

    def clean(self, value: Any) -> Party:
        text = super().clean(value).strip()
        user = User.objects.filter(email__iexact=text, is_active=True).first()
        if user is not None:
            return party_of(user)
        found = Organisation.objects.filter(name=text, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("没有这个账户或机构。"))
        return party_of_organisation(found)


class NothingForm(LoanForm):
    """A button."""


class ReasonForm(LoanForm):
    reason = forms.CharField(label=_("理由"), **_WORDS)


class NoticeForm(LoanForm):
    words = forms.CharField(label=_("写给借款人"), required=False, **_WORDS)


class FactForm(LoanForm):
    at_least = forms.ChoiceField(label=_("至少归入"), choices=FiveClass.choices[1:])
    words = forms.CharField(label=_("事实"), **_WORDS)


class CostForm(LoanForm):
    """What the lender advances for a sale; claimed besides the debt."""

    costs = AmountField(label=_("变现费用"), required=False)
    costs_for = forms.CharField(label=_("费用的用途"), max_length=300, required=False)


class DiscountForm(CostForm):
    price = AmountField(label=_("折价金额"))
    valuation = forms.TypedChoiceField(label=_("依据的评估"), coerce=int)
    field_order = ("price", "valuation", "costs", "costs_for")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        works = self.loan.items.filter(disposals__steps=self.subject).values_list("work", flat=True)
        rows = appraisals_of(
            list(works), lender=self.loan.lender, currency=self.loan.currency
        )  # fmt: skip
        field = self.fields["valuation"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (row.pk, f"{row.base_date:%Y-%m-%d} {self.loan.money(row.low)}")
            for found in rows.values()
            for row in reversed(found)
        ]


class AnnounceForm(LoanForm):
    floor = AmountField(label=_("最低价"))


class SellForm(CostForm):
    party = PartyField(label=_("买受人"))
    price = AmountField(label=_("价款"))
    field_order = ("party", "price", "costs", "costs_for")


class ConsignForm(LoanForm):
    house = forms.ModelChoiceField(
        label=_("拍卖企业"),
        queryset=Organisation.objects.filter(
            kind=OrganisationKind.AUCTION_HOUSE, is_active=True
        ).order_by("name"),
    )
    note = forms.CharField(label=_("说明"), required=False, **_WORDS)


class RoundForm(LoanForm):
    court = forms.CharField(label=_("法院"), max_length=120)
    case_number = forms.CharField(label=_("案号"), max_length=80)
    held_on = forms.DateField(label=_("拍卖日期"), **_DAY)
    appraised = AmountField(label=_("评估价"))
    start = AmountField(label=_("起拍价"))
    documents = forms.CharField(label=_("凭证"), max_length=300)


class CourtForm(RoundForm):
    price = AmountField(label=_("成交价"))
    party = PartyField(label=_("买受人"))
    costs = AmountField(label=_("法院扣除的费用"))
    to_lender = AmountField(label=_("法院付给贷款人"))
    to_pledgor = AmountField(label=_("法院付给出质人"))


class AgainForm(LoanForm):
    way = forms.ChoiceField(label=_("方式"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (code, Realisation(code).label) for code in self.loan.contract["realisation"]
        ]


class AskForm(LoanForm):
    party = PartyField(label=_("预收购人"))
    price = AmountField(label=_("预收购价"))
    expires_on = forms.DateField(label=_("有效期至"), **_DAY)
    deposit = AmountField(label=_("定金"), required=False)
    deposit_terms = forms.CharField(label=_("定金的约定"), max_length=300, required=False)


class CheckForm(LoanForm):
    is_able = forms.BooleanField(label=_("有能力履行"), required=False)
    papers = forms.CharField(label=_("凭证"), max_length=300)


class PayForm(LoanForm):
    gateway = forms.ChoiceField(label=_("怎样付"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["gateway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, _WAYS.get(name, name)) for name in offered(self.loan.currency)]
