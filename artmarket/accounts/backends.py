"""The one door for passwords: the account pages, which limit attempts and ask for a second factor.

Django's admin and Wagtail bring sign-in forms of their own that do neither; they hand over a user
name, the account pages an address, and only an address is let in.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from artmarket.core.statements import Compiled

from .models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend without the user names of other forms."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        if "username" in credentials or "email" not in credentials:
            return None
        return super().authenticate(request, **credentials)

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, asked for with every request of his; None when he may not in."""
        user: User | None = next(iter(_users(pk=int(user_id))), None)
        return user if user and self.user_can_authenticate(user) else None


_users = Compiled(User, lambda pk: User.objects.filter(pk=pk))
