"""Amounts as people type them: whole units of a currency, read into its smallest."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .errors import Invalid
from .money import Money, parse_money


class AmountField(forms.CharField):
    """An amount; empty is None. Of another currency than yuan only after `in_currency`."""

    currency = "CNY"

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        known: dict[str, Any] = {"max_length": 30, "widget": widget}
        super().__init__(**known | options)

    def prepare_value(self, value: Any) -> Any:
        return f"{Money(value, self.currency).amount:f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_money(text, self.currency).minor
        except Invalid as error:
            raise ValidationError(str(error)) from error


def in_currency(form: forms.BaseForm, currency: str) -> None:
    """Read and show the amounts of a form in this currency."""
    for field in form.fields.values():
        if isinstance(field, AmountField):
            field.currency = currency
