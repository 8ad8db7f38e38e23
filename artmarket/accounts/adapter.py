"""What allauth asks us: how a person is called, how an account is filled in, what is kept sealed.

The hooks stand here; what they change is in services.
"""

from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from artmarket.core.sealed import seal, unseal

from . import limits, notices
from .models import User
from .services import security
from .sessions import mark_seen


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """Fill the new account; the roles follow in the form's `signup`, after it is stored."""
        user = super().save_user(request, user, form, commit=False)
        user.display_name = form.cleaned_data["display_name"]
        user.language = getattr(request, "LANGUAGE_CODE", "zh-hans")
        if commit:
            user.save()
        return user

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""

    # ------------------------------------------------------------------ mail

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Write in the language of the person addressed; to strangers, in that of the page."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Cost what a new account costs, so that the time of the answer tells nothing."""
        make_password("unused")
        super().send_account_already_exists_mail(email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner what changed in his account: queued, in his language."""
        notices.tell(
            user,
            template_prefix,
            address=self.get_client_ip(self.request),
            user_agent=self.get_http_user_agent(self.request),
            email=email or "",
            words={key: str(value) for key, value in (context or {}).items()},
        )

    # --------------------------------------------------------------- sign-in

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; after too many, say when the next one may be made."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise limits.too_many(request, key) from None

    def login(self, request: HttpRequest, user: User) -> None:
        """Remember whether this is the account's first sign-in; Django notes the day of each."""
        self._is_first = user.last_login is None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Keep the browser in mind; tell the owner when the account does not know it yet."""
        response = super().post_login(request, user, **kwargs)
        mark_seen(request)
        word = security.word_of(request.COOKIES.get(security.COOKIE, ""))
        is_new = security.remember_browser(user=user, word=word)
        if is_new and not getattr(self, "_is_first", False):
            notices.tell(
                user,
                notices.SIGNED_IN,
                address=self.get_client_ip(request),
                user_agent=self.get_http_user_agent(request),
            )
        response.set_cookie(
            security.COOKIE,
            word,
            max_age=security.COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


class MfaAdapter(DefaultMFAAdapter):
    """Secrets sealed at rest, our own drawing of the code, passkeys named after the site."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def build_totp_svg(self, url: str) -> str:
        """The code on white, whatever the page's colours: cameras need the contrast."""
        return segno.make(url, error="m").svg_inline(scale=5, border=3, light="#fff")

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """What a new passkey is called before its owner names it."""
        from allauth.mfa.models import Authenticator

        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("通行密钥%(number)d") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = allauth_context.request.get_host().partition(":")[0]
        return {"id": host, "name": self._get_site_name()}


def display_name(user: User) -> str:
    """The name on pages and in mail."""
    return user.display_name or user.email
