"""Forms of tokens and webhooks; thin: parse, then a service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.enums import Role
from artmarket.accounts.models import User
from artmarket.core.rest.scopes import Scope
from catalog.selectors import ACTIONS

from . import happenings
from .capacity import organisations_of
from .engine.addresses import MAX_URL
from .services.tokens import LONGEST_RULE, MAX_NAME, TokenInput

DAYS = (30, 90, 365)


class CapacityForm(forms.Form):
    """In which role, and for whom."""

    role = forms.ChoiceField(label=_("以什么角色"), required=False)
    organisation = forms.ChoiceField(label=_("代表谁"), required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Role.choices)
        self.fields["role"].choices = [
            ("", _("不带角色")),
            *((role, names[role]) for role in sorted(person.roles)),
        ]
        self.fields["organisation"].choices = [
            ("", _("我自己")),
            *((str(o.pk), o.name) for o in organisations_of(person)),
        ]

    def capacity(self) -> dict[str, Any]:
        """Role and organisation as the services take them. Call after is_valid()."""
        data = self.cleaned_data
        return {
            "role": data["role"],
            "organisation_id": int(data["organisation"]) if data["organisation"] else None,
        }


class TokenForm(CapacityForm):
    """A new token."""

    name = forms.CharField(
        label=_("名称"), max_length=MAX_NAME, help_text=_("写明给什么程序用，以后好辨认。")
    )
    scopes = forms.MultipleChoiceField(
        label=_("授权范围"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("有效期"), coerce=int, initial=90)
    field_order = ["name", "scopes", "role", "organisation", "days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = rulebook.get(LONGEST_RULE)
        offered = sorted({*(d for d in DAYS if d <= longest), longest})
        self.fields["days"].choices = [(d, _("%(n)d天") % {"n": d}) for d in offered]

    def value(self) -> TokenInput:
        """What was asked for, as the service takes it."""
        data = self.cleaned_data
        return TokenInput(
            name=data["name"], scopes=data["scopes"], days=data["days"], **self.capacity()
        )


class EndpointForm(CapacityForm):
    """Where events go, and which."""

    url = forms.CharField(
        label=_("地址"),
        max_length=MAX_URL,
        widget=forms.URLInput,
        help_text=_("以https://开头，公网上的地址。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("事件种类"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一项也不选，就推送全部。"),
    )
    field_order = ["url", "kinds", "role", "organisation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [
            (kind, f"{ACTIONS[kind]} ({kind})") for kind in happenings.kinds()
        ]
