"""What a lender's people type: about works, an offer, a loan, money."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.amounts import AmountField
from artmarket.core.money import Money
from artmarket.ledger.gateways import BANK, STRIPE, offered

from ..enums import Liquidity, RegistryResult
from ..models import ProductVersion
from ..services.applications import Policy, Query
from ..services.ground import MAX_WORDS
from ..services.offers import MAX_CLAUSES

_WAYS = {BANK: _("银行转账"), STRIPE: _("银行卡、支付宝或微信")}


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, with the browser's own control."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("理由"), max_length=MAX_WORDS)


class DeclineForm(forms.Form):
    """Why the lender does not lend; the borrower reads it."""

    reason = forms.CharField(
        label=_("谢绝的理由"), max_length=MAX_WORDS, help_text=_("申请人会看到。")
    )


# ------------------------------------------------------------------ a work of an application


class PolicyForm(forms.Form):
    """A policy as its paper says it."""

    insurer = forms.CharField(label=_("保险人"), max_length=120)
    number = forms.CharField(label=_("保单号"), max_length=80)
    insured = AmountField(label=_("保险金额（元）"))
    valid_from = day_field(_("保险开始"))
    valid_until = day_field(_("保险到期"))
    # What the service calls these fields where it refuses them.
    names = {"policy": "number"}

    def policy(self) -> Policy:
        """The value for the service."""
        given = self.cleaned_data
        return Policy(
            given["insurer"], given["number"], given["insured"], given["valid_from"],
            given["valid_until"],
        )  # fmt: skip


class QueryForm(forms.Form):
    """What the registry of security interests answered."""

    number = forms.CharField(label=_("查询证明编号"), max_length=80)
    made_on = day_field(_("查询日期"))
    result = forms.ChoiceField(
        label=_("结果"), choices=RegistryResult, widget=forms.RadioSelect
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=MAX_WORDS, required=False)

    def query(self) -> Query:
        """The value for the service."""
        given = self.cleaned_data
        return Query(given["number"], given["made_on"], given["result"], given["note"])


class LiquidityForm(forms.Form):
    """How soon a work of this kind finds a buyer."""

    liquidity = forms.ChoiceField(
        label=_("变现难易"), choices=Liquidity, widget=forms.RadioSelect,
        help_text=_("决定折扣：越难变现，认定价值越低。"),
    )  # fmt: skip


# ------------------------------------------------------------------ an offer


class OfferForm(forms.Form):
    """The sum and the term; rate and fee are those of the product."""

    principal = AmountField(label=_("本金（元）"))
    months = forms.IntegerField(label=_("期限（月）"), min_value=1, max_value=360)
    clauses = forms.CharField(
        label=_("特别约定"), required=False, max_length=MAX_CLAUSES,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不得约定到期不还作品就归贷款人。"),
    )  # fmt: skip

    def __init__(self, *args: Any, version: ProductVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.version = version
        currency = version.product.currency
        self.fields["principal"].help_text = _("%(least)s到%(most)s。") % {
            "least": Money(version.least_minor, currency),
            "most": Money(version.most_minor, currency),
        }
        self.fields["months"].help_text = _("%(least)d到%(most)d个月，%(every)d的整倍数。") % {
            "least": version.least_months, "most": version.most_months,
            "every": version.every_months,
        }  # fmt: skip

    def clean_principal(self) -> int:
        """Within what the product lends."""
        found: int = self.cleaned_data["principal"]
        if not self.version.least_minor <= found <= self.version.most_minor:
            raise forms.ValidationError(_("金额不在这个产品的范围内。"))
        return found

    def clean_months(self) -> int:
        """Within the terms of the product, in whole instalments."""
        found: int = self.cleaned_data["months"]
        version = self.version
        if not version.least_months <= found <= version.most_months or (
            found % version.every_months
        ):
            raise forms.ValidationError(_("期限不在这个产品的范围内，或不是每期月数的整倍数。"))
        return found


# ------------------------------------------------------------------ a loan


class SeenForm(forms.Form):
    """A form about money of a loan as its page showed it: `seen` is its number of events."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DisburseForm(SeenForm):
    """How much is paid out now."""

    amount = AmountField(
        label=_("放款金额（元）"), required=False, help_text=_("留空就是合同里还没有放的全部。")
    )


class ChargeForm(SeenForm):
    """A cost that the pledge secures."""

    amount = AmountField(label=_("费用（元）"))
    reason = forms.CharField(
        label=_("事由"), max_length=MAX_WORDS, help_text=_("保管、保险、催收等；借款人会看到。")
    )


class TakeBackForm(forms.Form):
    """Which charge was wrong, and why."""

    number = forms.TypedChoiceField(label=_("哪一笔费用"), coerce=int)
    reason = forms.CharField(label=_("理由"), max_length=MAX_WORDS)

    def __init__(self, *args: Any, charges: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["number"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = charges


class RenewalForm(forms.Form):
    """How much longer, at which rate."""

    months = forms.IntegerField(label=_("展期（月）"), min_value=1, max_value=360)
    annual_pct = forms.DecimalField(
        label=_("年利率（%）"), required=False, max_digits=9, decimal_places=6,
        help_text=_("留空就是原来的利率。"),
    )  # fmt: skip


class SignForm(forms.Form):
    """The reader signs the text that he has read."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(label=_("我已读过合同全文，代表贷款人签名。"))


# ------------------------------------------------------------------ money


class FundForm(forms.Form):
    """Money that the lender brings to lend."""

    amount = AmountField(label=_("拨入多少（元）"))
    gateway = forms.ChoiceField(label=_("怎样付"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["gateway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, _WAYS.get(name, name)) for name in offered(currency)]


class WithdrawForm(forms.Form):
    """Cash that goes back to the lender."""

    amount = AmountField(label=_("提取多少（元）"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


def policy_days(today: date) -> dict[str, date]:
    """What the form of a policy proposes: a year from today."""
    return {"valid_from": today, "valid_until": today + timedelta(days=365)}
