"""Forms of accounts; thin: parse, then a service."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .enums import SELF_SERVICE_ROLES, MemberRole, Role
from .models import Organisation, User
from .services.organisations import FIELDS, MAX_ABOUT
from .services.people import PROFILE_FIELDS
from .services.roles import MAX_REASON, take_self_service_role


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


class ProfileForm(forms.ModelForm):
    """A person's own particulars."""

    language = forms.ChoiceField(
        label=_("邮件用的语言"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    class Meta:
        model = User
        fields = PROFILE_FIELDS


class PeopleFilterForm(forms.Form):
    """Search among people: part of a name or an address, a role."""

    q = forms.CharField(label=_("姓名或邮箱"), max_length=100, required=False)
    role = forms.ChoiceField(
        label=_("角色"), choices=[("", _("全部")), *Role.choices], required=False
    )


class RoleForm(forms.Form):
    """One role, and why it is granted or taken back."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    reason = forms.CharField(label=_("理由"), max_length=MAX_REASON)


class ReasonForm(forms.Form):
    """Why an account is stopped or let in again."""

    reason = forms.CharField(label=_("理由"), max_length=MAX_REASON)


class OrganisationForm(forms.ModelForm):
    """What an organisation's page says."""

    class Meta:
        model = Organisation
        fields = FIELDS
        widgets = {
            "about": forms.Textarea(attrs={"rows": 5, "maxlength": MAX_ABOUT}),
            "about_en": forms.Textarea(attrs={"rows": 5, "maxlength": MAX_ABOUT}),
        }


class MemberForm(forms.Form):
    """A new member, by the address of his account."""

    email = forms.EmailField(label=_("对方的邮箱"), max_length=254)
    role = forms.ChoiceField(label=_("身份"), choices=MemberRole.choices, initial=MemberRole.MEMBER)


class EventFilterForm(forms.Form):
    """Filters of the event log."""

    action = forms.CharField(
        label=_("动作"), max_length=80, required=False, help_text=_("开头几个字母，如role.")
    )
    actor = forms.CharField(label=_("操作人的邮箱"), max_length=254, required=False)
    object_type = forms.CharField(label=_("对象类别"), max_length=80, required=False)
    object_id = forms.CharField(label=_("对象编号"), max_length=40, required=False)
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
