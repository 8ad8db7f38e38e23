"""Signing in as a person does, codes of an authenticator app, and the mail that waits."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from artmarket.accounts.notices import send_notice
from tests.factories import PASSWORD, TOTP_SECRET


def sign_in(client, email: str, password: str = PASSWORD, **more):
    """Send the first step of a sign-in."""
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def second_step(client, code: str):
    """Send the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def confirm(client, password: str = PASSWORD) -> None:
    """Confirm with the password that it is still the same person."""
    answer = client.post(reverse("account_reauthenticate"), {"password": password})
    assert answer.status_code == 302


def code_of(secret: str = TOTP_SECRET, steps: int = 0) -> str:
    """What an authenticator app shows now, or some steps of thirty seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def send_waiting() -> list[mail.EmailMessage]:
    """Do the waiting tasks that write notices; the mails they sent, oldest first."""
    before = len(mail.outbox)
    waiting = DBTaskResult.objects.filter(task_path=send_notice.module_path, status="READY")
    for row in waiting.order_by("enqueued_at"):
        send_notice.call(**row.args_kwargs["kwargs"])
    waiting.delete()
    return mail.outbox[before:]
