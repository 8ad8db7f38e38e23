"""What a bidder fills in: an amount, and the registration for a sale."""

import re
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from artmarket.core.amounts import AmountField, in_currency
from artmarket.core.errors import Invalid
from artmarket.core.money import Money, parse_money

from .enums import RelationKind
from .services.paddles import Wishes
from .services.relations import Declared

_KEY = re.compile(r"[\w-]{20,24}", re.ASCII)


def page_key() -> str:
    """A key for one page; with the amount it names one bid, however often the form is sent."""
    return secrets.token_urlsafe(16)


class LadderSelect(forms.Select):
    """The amounts of a ladder; each option carries what it costs, for the page's script."""

    costs: dict[str, dict[str, str]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= self.costs.get(str(value), {})
        return option


class BidForm(forms.Form):
    """One bid: an amount of the ladder, or another one in whole units; the key of the page."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    paddle = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.CharField(label=_("你的最高价"), required=False, widget=LadderSelect)
    other = forms.CharField(
        label=_("或填写另一个金额（元）"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        currency: str,
        menu: list[int] | None = None,
        costs: dict[str, dict[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        widget = self.fields["choice"].widget
        if menu:
            assert isinstance(widget, LadderSelect)  # noqa: S101 - declared above
            widget.costs = costs or {}
            widget.choices = [(str(minor), Money(minor, currency).words()) for minor in menu]
            widget.attrs["class"] = "select-ladder"
        else:
            del self.fields["choice"]
            self.fields["other"].label = _("报价（元）")
            self.fields["other"].required = True
        if currency != "CNY":
            self.fields["other"].label = _("或填写另一个金额")

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        return key if _KEY.fullmatch(key) else page_key()

    def clean(self) -> dict[str, Any]:
        """Put the amount, in the smallest unit, into `amount`; what was typed wins."""
        data = super().clean() or {}
        typed, chosen = data.get("other", "").strip(), data.get("choice", "")
        if typed:
            try:
                data["amount"] = parse_money(typed, self.currency).minor
            except Invalid as error:
                self.add_error("other", ValidationError(str(error)))
        elif chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            data["amount"] = int(chosen)
        elif "other" not in self.errors:
            self.add_error("other", _("请选择或填写一个金额。"))
        return data

    def bid_key(self) -> str:
        """The key of this bid: the same page and amount are one bid, a confirmed one another.

        The amount goes in by the secret of the platform: the row of a sealed bid must not tell it.
        """
        page, amount = self.cleaned_data["key"], self.cleaned_data["amount"]
        mark = salted_hmac(f"auctions.bid.{page}", str(amount), algorithm="sha256").hexdigest()[:24]
        return f"{page}-{mark}{'-c' if self.cleaned_data['confirmed'] else ''}"


_RELATIONS = [("", _("没有关系")), *RelationKind.choices]


class RegisterForm(forms.Form):
    """For whom one bids, to whom one is close, and the version of the conditions that was read."""

    conditions = forms.IntegerField(widget=forms.HiddenInput)
    party = forms.TypedChoiceField(
        label=_("为谁竞买"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    limit = AmountField(label=_("想要的竞买额度"), required=False, help_text=_("不限就留空。"))
    high_value = forms.BooleanField(
        label=_("我还要竞买高价值拍品"), required=False,
        help_text=_("要另行审批，并交另一笔保证金。"),
    )  # fmt: skip
    house_relation = forms.ChoiceField(
        label=_("你与拍卖企业工作人员的关系"), required=False, choices=_RELATIONS,
        help_text=_("本人或替他竞买的人都算；有关系的不得竞买，隐瞒的成交无效。"),
    )  # fmt: skip
    consignor_relation = forms.ChoiceField(
        label=_("你与拍品委托人的关系"), required=False, choices=_RELATIONS
    )
    consignor_lots = forms.CharField(
        label=_("是哪几件拍品的委托人"), required=False, max_length=100,
        help_text=_("拍品号，用逗号分开。这些拍品你不能出价，其余可以。"),
    )  # fmt: skip
    accepts = forms.BooleanField(
        label=_("我已阅读并同意上面这一版拍卖规则"),
        error_messages={"required": _("请先阅读并同意这场拍卖会的拍卖规则。")},
    )

    def __init__(
        self,
        *args: Any,
        parties: list[tuple[str, str]],
        currency: str = "CNY",
        offers_high_value: bool = False,
        needs_limit: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        in_currency(self, currency)
        if not offers_high_value:
            del self.fields["high_value"]
        if needs_limit:
            self.fields["limit"].required = True
            self.fields["limit"].help_text = _("保证金按它计算。")
        field = self.fields["party"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = parties
        if len(parties) == 1:
            field.widget = forms.HiddenInput()
            self.initial["party"] = parties[0][0]

    def clean_consignor_lots(self) -> list[int]:
        words = re.split(r"[,，、\s]+", self.cleaned_data["consignor_lots"].strip())
        numbers = [word for word in words if word]
        if any(not (word.isascii() and word.isdigit() and len(word) < 6) for word in numbers):
            raise ValidationError(_("请填拍品号，用逗号分开。"))
        return [int(word) for word in numbers]

    def clean(self) -> dict[str, Any]:
        """A relation to consignors names their lots, and lots a relation."""
        data = super().clean() or {}
        if bool(data.get("consignor_relation")) != bool(data.get("consignor_lots")):
            self.add_error("consignor_lots", _("关系和拍品号要一起填。"))
        return data

    def wishes(self) -> Wishes:
        """The value for the service."""
        given = self.cleaned_data
        relations = [Declared(given["consignor_relation"], n) for n in given["consignor_lots"]]
        if given["house_relation"]:
            relations.append(Declared(given["house_relation"]))
        return Wishes(given["limit"], bool(given.get("high_value")), tuple(relations))
