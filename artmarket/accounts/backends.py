"""The one door for passwords: the account pages, which limit attempts and ask for a second factor.

Django's admin and Wagtail bring sign-in forms of their own that do neither; they hand over a user
name, the account pages an address, and only an address is let in.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from .models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend without the user names of other forms."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        if "username" in credentials or "email" not in credentials:
            return None
        return super().authenticate(request, **credentials)
