"""What is typed about pawns; amounts in yuan, checked by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.amounts import AmountField, in_currency
from artmarket.ledger.gateways import BANK, STRIPE, offered
from catalog.models import Work

from .. import pawn_citations as rules
from ..models import Lender
from ..pawn_enums import DisposalWay
from ..services.pawn_tickets import Thing

CURRENCY = "CNY"
_WAYS = {BANK: _("银行转账"), STRIPE: _("银行卡、支付宝或微信")}


def _day(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **options)


class PawnForm(forms.Form):
    """A form whose amounts are in yuan."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        in_currency(self, CURRENCY)


class AskForm(PawnForm):
    """An owner asks a pawnshop."""

    lender = forms.ModelChoiceField(label=_("典当行"), queryset=Lender.objects.none())
    work = forms.ModelChoiceField(label=_("作品"), queryset=Work.objects.none())
    amount = AmountField(label=_("想借的金额"))
    months = forms.IntegerField(label=_("期限（月）"), min_value=1)

    def __init__(self, *args: Any, lenders: Any, works: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("lender", lenders), ("work", works)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            field.queryset = rows


class DrawForm(PawnForm):
    """The pawnshop draws a ticket."""

    work = forms.CharField(label=_("作品登记号"), max_length=40)
    appraised = AmountField(label=_("估价"))
    amount = AmountField(label=_("当金"))
    months = forms.IntegerField(label=_("期限（月）"), min_value=1)
    condition = forms.CharField(label=_("当物状况"), max_length=300)
    refused = forms.MultipleChoiceField(
        label=_("属于不得收当的财物"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("查验后发现有一项的，不能收当。"),
    )  # fmt: skip
    contribution = AmountField(
        label=_("当户是股东的，其出资额"), required=False, help_text=_("不是股东的留空。")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["refused"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        labels = rulebook.rule_of(rules.REFUSED).labels
        field.choices = [
            (code, rulebook.in_language(labels[code])) for code in rulebook.get(rules.REFUSED)
        ]

    def thing(self) -> Thing:
        """The value for the service."""
        given = self.cleaned_data
        return Thing(given["appraised"], given["condition"], given["refused"])


class TermsForm(PawnForm):
    """The rates of a pawnshop."""

    valid_from = _day(label=_("生效日"))
    fee_permille = forms.DecimalField(label=_("每月综合费率（‰）"), max_digits=6, decimal_places=3)
    annual_pct = forms.DecimalField(label=_("年利率（%）"), max_digits=9, decimal_places=6)
    most_pct = forms.DecimalField(label=_("当金最多占估价（%）"), max_digits=6, decimal_places=3)
    lost_fee_minor = AmountField(label=_("挂失补票费"), required=False)


class NoFieldsForm(PawnForm):
    """Only the button."""


class PayForm(PawnForm):
    """How and until when a pawner pays."""

    gateway = forms.ChoiceField(label=_("怎样付"))
    pay_by = _day(
        label=_("付款截止日"), required=False,
        help_text=_("按这一天算应付的金额；钱早到的，多付的退回。留空就是今天。"),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["gateway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, _WAYS.get(name, name)) for name in offered(CURRENCY)]


class WordsForm(PawnForm):
    """A reason."""

    words = forms.CharField(label=_("说明"), max_length=300)


class MonthsForm(PawnForm):
    """For how long a pawn is renewed."""

    months = forms.IntegerField(label=_("期限（月）"), min_value=1)


class StepForm(PawnForm):
    """What is seen when a thing comes in or goes out."""

    place = forms.CharField(label=_("库位"), max_length=120, required=False)
    seal = forms.CharField(label=_("封签号"), max_length=60, required=False)
    tag = forms.CharField(label=_("读到的标签"), max_length=64, required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class AnswerForm(PawnForm):
    """Yes or no, with words."""

    agrees = forms.TypedChoiceField(
        label=_("答复"), choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class UntilForm(PawnForm):
    """Until when a dead pawn is still redeemed."""

    until = _day(label=_("约定的最后赎回日"))


class DisposalForm(PawnForm):
    """How a dead pawn was turned into money."""

    way = forms.ChoiceField(label=_("方式"), choices=DisposalWay.choices)
    price = AmountField(label=_("价款"))
    costs = AmountField(label=_("变现费用"), required=False)
    buyer = forms.CharField(label=_("买受人"), max_length=200)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class HoldForm(PawnForm):
    """A document of police or a court."""

    authority = forms.CharField(label=_("机关"), max_length=120)
    document = forms.CharField(label=_("文书号"), max_length=120)


class LiftForm(PawnForm):
    """The document that frees a thing."""

    document = forms.CharField(label=_("解除文书号"), max_length=120)
