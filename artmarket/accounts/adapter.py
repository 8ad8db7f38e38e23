"""What allauth asks us: how a person is called, and how a new account is filled in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """Fill the new account; the roles follow in the form's `signup`, after it is stored."""
        user = super().save_user(request, user, form, commit=False)
        user.display_name = form.cleaned_data["display_name"]
        user.language = getattr(request, "LANGUAGE_CODE", "zh-hans")
        if commit:
            user.save()
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Write in the language of the person addressed; to strangers, in that of the page."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""


def display_name(user: User) -> str:
    """The name on pages and in mail."""
    return user.display_name or user.email
