"""A valuation as it is typed: the final figures, and each method with its own and its sales."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.amounts import AmountField

from ..enums import Method, ValuePurpose
from .forms import MAX_TEXT, words

SALES: Final = 5


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


class RangeForm(forms.Form):
    """Low, point and high in yuan."""

    low = AmountField(label=_("低值"))
    point = AmountField(label=_("估值"))
    high = AmountField(label=_("高值"))


class ValuationForm(RangeForm):
    """The valuation as a whole."""

    purpose = forms.ChoiceField(label=_("目的"), choices=ValuePurpose)
    base_date = _day(_("基准日"), _("这个价值是哪一天的。"))
    valid_until = _day(_("有效期至"))
    assumptions = words(_("前提与限制"), rows=3, limit=MAX_TEXT, required=False)
    field_order = ["purpose", "base_date", "valid_until", "low", "point", "high", "assumptions"]


class ApproachForm(RangeForm):
    """One method; it is part of the valuation as soon as anything is typed."""

    reasons = words(_("测算"), rows=4, limit=MAX_TEXT, help_text=_("怎样得出这几个数。"))

    def __init__(self, data: Any, *, method: Method) -> None:
        super().__init__(
            data, prefix=method.value, empty_permitted=True, use_required_attribute=False
        )
        self.method = method


class SaleRow(forms.Form):
    """One comparable sale."""

    what = forms.CharField(label=_("作品"), max_length=200)
    date = _day(_("成交日"))
    amount = AmountField(label=_("成交价（元）"))
    source = forms.CharField(label=_("出处"), max_length=200)


SaleRows = forms.formset_factory(SaleRow, extra=SALES, max_num=20, absolute_max=20)


class WholeValuation:
    """All forms of a valuation, judged together so that every fault is shown at once."""

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        self.form = ValuationForm(data, initial=initial)
        self.approaches = [ApproachForm(data, method=method) for method in Method]
        self.sales = SaleRows(data, prefix="sales")

    def is_valid(self) -> bool:
        """Whether everything that was typed can be read."""
        parts: list[Any] = [self.form, *self.approaches, self.sales]
        judged = [part.is_valid() for part in parts]  # all of them, whatever the first says
        return all(judged)

    def has_errors(self) -> bool:
        """Whether a fault stands anywhere on the page."""
        parts = [self.form, *self.approaches, *self.sales]
        return any(part.is_bound and part.errors for part in parts)

    def chosen(self) -> list[ApproachForm]:
        """The methods that were used."""
        return [form for form in self.approaches if form.has_changed()]

    def comparables(self) -> list[dict[str, Any]]:
        """The sales in the shape of the store."""
        rows = [form.cleaned_data for form in self.sales if form.has_changed()]
        return [
            {
                "what": row["what"], "date": row["date"].isoformat(), "amount": row["amount"],
                "currency": "CNY", "source": row["source"],
            }
            for row in rows
        ]  # fmt: skip
