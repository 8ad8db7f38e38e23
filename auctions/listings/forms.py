"""What a seller and a buyer type."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Invalid
from artmarket.core.money import Money, parse_money

from .enums import Condition
from .services.enquiries import MAX_TEXT
from .services.offers import MAX_REASON, MAX_WORDS, Terms


class PriceForm(forms.Form):
    """An asking price in yuan."""

    price = forms.CharField(
        label=_("标价（元）"), max_length=30, help_text=_("例如13,500；价格由你定，公开展示。")
    )

    def clean_price(self) -> Money:
        try:
            return parse_money(self.cleaned_data["price"])
        except Invalid as error:
            raise ValidationError(str(error)) from error


class OfferForm(PriceForm):
    """Everything an offer says."""

    includes_tax = forms.BooleanField(label=_("价格含税"), required=False)
    includes_packing = forms.BooleanField(label=_("价格含包装"), required=False)
    includes_shipping = forms.BooleanField(label=_("价格含运费"), required=False)
    condition = forms.ChoiceField(label=_("品相"), choices=Condition)
    condition_words = forms.CharField(
        label=_("品相说明"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明折痕、水渍、修补、缺损；写“完好”就要对每处缺陷负责。"),
    )

    def terms(self) -> Terms:
        """The value for the service."""
        return Terms(**self.cleaned_data)


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("撤下的理由"), max_length=MAX_REASON)


class MessageForm(forms.Form):
    text = forms.CharField(
        label=_("要说的话"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("对方看不到你的邮箱和电话。"),
    )
