"""Mail to the owner of an account when its security changed, in his language, after commit.

The task keeps words only, no secret and no link that signs in; it may run twice.
"""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from .devices import device_words, short_address
from .models import User

SIGNED_IN = "account/email/signed_in"
FACTORS_RESET = "account/email/factors_reset"


def tell(
    user: User,
    template: str,
    *,
    address: str = "",
    user_agent: str = "",
    email: str = "",
    words: dict[str, str] | None = None,
) -> None:
    """Queue a mail about this account.

    Arguments: `template` the prefix of `_subject.txt` and `_message.txt`, `address` and
    `user_agent` of the browser that did it, `email` where to (the primary address by default),
    `words` further texts for the template.
    """
    to = email or EmailAddress.objects.get_primary_email(user) or user.email
    send_notice.enqueue(
        user_id=user.pk,
        email=to,
        template=template,
        at=timezone.now().isoformat(),
        address=short_address(address),
        user_agent=user_agent[:200],
        words=words or {},
    )


@task()
def send_notice(
    user_id: int,
    email: str,
    template: str,
    at: str,
    address: str,
    user_agent: str,
    words: dict[str, Any],
) -> str:
    """Write to the owner; an account that is gone gets nothing."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return "gone"
    with translation.override(user.language):
        page = settings.SITE_URL.rstrip("/") + reverse("mfa_index")
        context = words | {
            "user": user,
            "timestamp": datetime.fromisoformat(at),
            "ip": address,
            "user_agent": device_words(user_agent) if user_agent else "",
            "security_url": page,
            "site_name": settings.SITE_NAME,
        }
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        send_mail(subject, render_to_string(f"{template}_message.txt", context), None, [email])
    return "sent"
