"""What is typed after the hammer: a receipt, a second chance, an offer, a lot's text."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.amounts import AmountField, in_currency
from artmarket.core.money import Money

from . import citations
from .enums import LotMark
from .house_forms import MAX_REASON
from .selectors.aftermath import Underbidder
from .services.corrections import MAX_TEXT, LotText
from .services.payment import MAX_REFERENCE


class PaidForm(forms.Form):
    """The receipt of the whole price."""

    reference = forms.CharField(
        label=_("收款凭证"), max_length=MAX_REFERENCE,
        help_text=_("收据或银行流水的编号；登记以后不能再解除合同。"),
    )  # fmt: skip


class ChanceForm(forms.Form):
    """To whom a lot is offered at his own last bid, and for how long."""

    paddle = forms.TypedChoiceField(label=_("给谁"), coerce=int, widget=forms.RadioSelect)
    days = forms.IntegerField(label=_("开放几天"))
    agrees = forms.BooleanField(
        label=_("委托人已同意按这个价格成交"), required=False,
        help_text=_("价格低于保留价时必须先取得委托人同意。"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[Underbidder], **options: Any) -> None:
        days = rulebook.get(citations.SECOND_CHANCE_DAYS)
        options["initial"] = {"days": days}
        super().__init__(*args, **options)
        field = self.fields["paddle"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (
                str(row.paddle.pk),
                _("号牌%(n)d，%(amount)s") % {"n": row.paddle.number, "amount": row.amount},
            )
            for row in people
            if not row.reason
        ]


class AnswerForm(forms.Form):
    """The house's answer to an offer."""

    answer = forms.ChoiceField(choices=[("accept", ""), ("refuse", "")])
    agrees = forms.BooleanField(required=False)


class OfferForm(forms.Form):
    """An offer for a lot that was not sold; `paddle` where somebody holds several."""

    paddle = forms.TypedChoiceField(label=_("用哪个号牌"), coerce=int)
    amount = AmountField(label=_("你愿意出的价（不含佣金）"))

    def __init__(
        self, *args: Any, paddles: list[tuple[str, str]], currency: str, least: int, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        in_currency(self, currency)
        words = _("至少%(least)s。下一步显示连佣金一共要付多少。")
        self.fields["amount"].help_text = words % {"least": Money(least, currency)}
        field = self.fields["paddle"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = paddles
        if len(paddles) == 1:
            field.widget = forms.HiddenInput()
            self.initial["paddle"] = paddles[0][0]


class LotTextForm(forms.Form):
    """Condition, estimate and marks of a lot; a reason once the lot was announced."""

    condition = forms.CharField(
        label=_("品相"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    estimate_low = AmountField(label=_("估价下限（元）"), required=False)
    estimate_high = AmountField(label=_("估价上限（元）"), required=False)
    symbols = forms.MultipleChoiceField(
        label=_("标记"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(mark.value, format_lazy("{} {}", mark.value, mark.label)) for mark in LotMark],
        help_text=_("印在图录号旁边；竞买人据此知道谁在这件拍品里另有利益。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("勘误的理由"), max_length=MAX_REASON,
        help_text=_("会登在拍品页上，出过价的人会收到通知。"),
    )  # fmt: skip

    def __init__(self, *args: Any, is_draft: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_draft:
            del self.fields["reason"]

    def text(self) -> LotText:
        """The value for the service."""
        given = self.cleaned_data
        return LotText(
            given["condition"], given["estimate_low"], given["estimate_high"],
            "".join(given["symbols"]),
        )  # fmt: skip
