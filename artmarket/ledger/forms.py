"""What the pages of the books take in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Invalid

from .enums import Purpose


class BankForm(forms.Form):
    """Where the bank pays a party out to."""

    holder = forms.CharField(
        label=_("户名"), max_length=160, help_text=_("与身份核验的姓名或企业名称一致。")
    )
    bank = forms.CharField(label=_("开户银行"), max_length=160, help_text=_("写到支行。"))
    number = forms.CharField(label=_("账号"), max_length=50)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DayForm(forms.Form):
    """To which day."""

    until = forms.DateField(label=_("截至"), required=False, widget=_day())


class DaysForm(forms.Form):
    """From which day to which."""

    since = forms.DateField(label=_("从"), required=False, widget=_day())
    until = forms.DateField(label=_("到"), required=False, widget=_day())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("不能早于开始的一天。"))
        return given


class AccountsForm(forms.Form):
    """Which accounts."""

    purpose = forms.ChoiceField(
        label=_("用途"), required=False, choices=[("", _("全部")), *Purpose.choices]
    )
    currency = forms.CharField(label=_("币种"), required=False, max_length=3)
    q = forms.CharField(
        label=_("户名"), required=False, max_length=80, help_text=_("名称的一部分，或支付渠道。")
    )

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].strip().upper()


class CloseForm(forms.Form):
    """The month that is closed: its first day, as the page showed it."""

    month = forms.DateField(widget=forms.HiddenInput)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What the form holds; raises `Invalid` for a file, which has no place for words."""
    if not form.is_valid():
        raise Invalid(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    return form.cleaned_data
