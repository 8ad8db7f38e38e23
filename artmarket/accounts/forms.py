"""Forms of accounts; thin: parse, then a service."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import SELF_SERVICE_ROLES, Role
from .services.roles import take_self_service_role


class SignupForm(forms.Form):
    """What sign-up asks besides the address and the password (allauth adds those)."""

    display_name = forms.CharField(
        label=_("显示名"), max_length=80, help_text=_("别人在平台上看到的名字，可以用笔名。")
    )
    role = forms.ChoiceField(
        label=_("我来这里"),
        choices=[(Role.BUYER, _("看作品、买作品")), (Role.ARTIST, _("登记自己的作品"))],
        initial=Role.BUYER,
        widget=forms.RadioSelect,
    )
    field_order = ["email", "display_name", "role", "password1", "password2"]

    def signup(self, request, user) -> None:
        """Called by allauth once the account is stored."""
        if self.cleaned_data["role"] in SELF_SERVICE_ROLES:
            take_self_service_role(actor=user, role=self.cleaned_data["role"])
