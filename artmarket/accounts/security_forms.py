"""Forms of the second factor: allauth's, with our words, our limits and stricter reading."""

import struct
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal import auth as totp_auth
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.sealed import SealBroken, seal, unseal

from .limits import Attempt, first_use

MAX_CODE = 32
MAX_NAME = 60
# What a library raises on a credential that no browser would send.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


def code_field(label: Any, help_text: Any) -> forms.CharField:
    """Digits of an authenticator app; phones show the keys for digits."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "mono"}
        ),
    )


def is_fresh(user_id: int, code: str) -> bool:
    """Whether a code that is right was not used yet, for as long as it would be right."""
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    return first_use(user_id, code, app_settings.TOTP_PERIOD * steps)


class _CodeForm(base.BaseAuthenticateForm):
    """A code of the app, or a recovery code; each is taken once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(
            _("验证码"), _("验证器应用里的六位数字，或一个恢复码。恢复码用过一次就作废。")
        )

    def clean_code(self) -> str:
        """Raises ValidationError: wrong, used, or too many attempts (with when to try again)."""
        attempt = Attempt(context.request, self.user.pk)
        code = self.cleaned_data["code"]
        for authenticator in self._authenticators():
            wrapped = authenticator.wrap()
            right = (
                totp_auth.validate_totp_code(wrapped_secret(authenticator), code)
                and is_fresh(self.user.pk, code)
                if authenticator.type == Authenticator.Type.TOTP
                else wrapped.validate_code(code)
            )
            if right:
                authenticator.user = self.user
                self.authenticator = authenticator
                attempt.succeeded()
                return code
        for authenticator in self._authenticators()[:1]:
            self._emit_authentication_failed(authenticator)
        raise get_adapter().validation_error("incorrect_code")

    def _authenticators(self) -> list[Authenticator]:
        return list(
            Authenticator.objects.filter(user=self.user)
            .exclude(type=Authenticator.Type.WEBAUTHN)
            .order_by("-type")
        )


def wrapped_secret(authenticator: Authenticator) -> str:
    """The secret of an authenticator app, opened."""
    return get_adapter().decrypt(authenticator.data["secret"])


class SecondStepForm(_CodeForm, base.AuthenticateForm):
    """The second step of a sign-in."""


class ConfirmForm(_CodeForm, base.ReauthenticateForm):
    """A signed-in person confirms that it is he."""


class ActivateAppForm(totp.ActivateTOTPForm):
    """Set up an authenticator app: the first code proves that it counts like we do.

    The secret waits in the session, sealed, until the code is right.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["code"] = code_field(_("应用显示的六位数字"), "")
        self.secret = self._waiting() or self._begin()

    def _waiting(self) -> str:
        token = context.request.session.get(totp_auth.SECRET_SESSION_KEY, "")
        try:
            return unseal(token) if self.is_bound else ""
        except SealBroken:
            return ""

    def _begin(self) -> str:
        secret = totp_auth.generate_totp_secret()
        context.request.session[totp_auth.SECRET_SESSION_KEY] = seal(secret)
        return secret

    def clean_code(self) -> str:
        """Raises ValidationError: wrong code, or too many attempts."""
        validate_can_add_authenticator(self.user)
        attempt = Attempt(context.request, self.user.pk)
        code = self.cleaned_data["code"]
        if not totp_auth.validate_totp_code(self.secret, code) or not is_fresh(self.user.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        attempt.succeeded()
        return code


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """Register a passkey; by default one that signs in without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("passwordless", True)
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].help_text = _("以后在列表里认出它，例如“我的手机”。")
        self.fields["name"].max_length = MAX_NAME
        self.fields["name"].widget.attrs["maxlength"] = MAX_NAME
        self.fields["passwordless"].label = _("可以不用密码直接登录")
        self.fields["passwordless"].help_text = _(
            "用指纹、面容或设备密码确认。老式安全密钥不支持时取消勾选，它就只作第二步。"
        )

    def clean_name(self) -> str:
        return super().clean_name()[:MAX_NAME]

    def clean(self) -> dict[str, Any]:
        return _strictly(super().clean)


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    """Rename a passkey."""

    name = forms.CharField(label=_("名称"), max_length=MAX_NAME)


class _Credential:
    def clean_credential(self) -> Authenticator:
        return _strictly(super().clean_credential)  # type: ignore[misc]


class SecondStepPasskeyForm(_Credential, webauthn.AuthenticateWebAuthnForm):
    """The second step of a sign-in, with a passkey."""


class ConfirmPasskeyForm(_Credential, webauthn.ReauthenticateWebAuthnForm):
    """A signed-in person confirms with a passkey that it is he."""


class SignInPasskeyForm(_Credential, webauthn.LoginWebAuthnForm):
    """Sign in with nothing but a passkey."""


def _strictly(read: Any) -> Any:
    """Read a credential; whatever is malformed is as wrong as a wrong signature."""
    try:
        return read()
    except MALFORMED as error:
        raise get_adapter().validation_error("incorrect_code") from error
