"""What the lender fills in for margin calls and revaluations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook

from .. import rule_values
from ..models import Lender
from ..valuing import EVERY_CATEGORY


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WaiverForm(forms.Form):
    """The first signature under a waiver."""

    reason = forms.CharField(
        label=_("暂缓的理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(label=_("暂缓到"), widget=_date_input())


class RevaluationForm(forms.Form):
    """A category, by how much it falls, from when, and who says so."""

    lender = forms.TypedChoiceField(label=_("贷款人"), coerce=int)
    category = forms.ChoiceField(label=_("类别"))
    cut_pct = forms.DecimalField(
        label=_("调低（%）"), min_value=0, max_value=100, max_digits=6, decimal_places=3
    )
    from_on = forms.DateField(label=_("从哪天起"), widget=_date_input())
    source = forms.CharField(
        label=_("来源"), max_length=300,
        help_text=_("例如哪一份成交价指数、哪一场拍卖的结果。"),
    )  # fmt: skip

    def __init__(self, *args: Any, lenders: list[Lender], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["lender"]
        chosen.choices = [(row.pk, str(row)) for row in lenders]
        category: Any = self.fields["category"]
        category.choices = category_choices()


class RefusalForm(forms.Form):
    """Why the second person does not agree."""

    note = forms.CharField(label=_("不同意的理由"), max_length=300)


def category_choices() -> list[tuple[str, Any]]:
    """The categories of the haircuts with their names, and all of them."""
    labels = rulebook.rule_of(rule_values.HAIRCUTS).labels
    return [
        (EVERY_CATEGORY, _("全部类别")),
        *(
            (code, rulebook.in_language(labels[code]))
            for code in rulebook.get(rule_values.HAIRCUTS)
        ),
    ]
