"""Of which lender and which days a report tells."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_today

from ..models import Lender
from ..reports import Period


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DaysForm(forms.Form):
    """The lender and the days; without any it is the first lender, today."""

    lender = forms.ModelChoiceField(
        label=_("贷款人"), queryset=Lender.objects.none(), required=False, empty_label=None
    )
    since = forms.DateField(
        label=_("起始日"), required=False, widget=_day(), help_text=_("不填是报告日的前一年。")
    )
    on = forms.DateField(
        label=_("报告日"), required=False, widget=_day(), help_text=_("不填是今天。")
    )
    known = forms.DateField(
        label=_("按哪天为止的记录"),
        required=False,
        widget=_day(),
        help_text=_("不填是报告日当天；填晚一些，以后补记的也算进去。"),
    )

    def __init__(self, *args: Any, lenders: Any, since: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lenders = lenders
        self.fields["lender"].queryset = lenders
        if not since:
            del self.fields["since"]
        if len(lenders) < 2:
            self.fields["lender"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        today = db_today()
        on = given.get("on") or today
        known, since = given.get("known"), given.get("since")
        if on > today:
            self.add_error("on", _("不能晚于今天。"))
        elif known and not on <= known <= today:
            self.add_error("known", _("要在报告日和今天之间。"))
        elif since and since > on:
            self.add_error("since", _("不能晚于报告日。"))
        else:
            given["period"] = Period.of(on, known=known, since=since)
        return given

    @property
    def chosen(self) -> Lender | None:
        """The lender that was chosen, or the first."""
        found: Lender | None = self.cleaned_data.get("lender")
        return found or next(iter(self.lenders), None)
