"""Mails about checks, licences and erasure; each may run twice and says the same."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from .models import IdentityCheck, Licence, Organisation, User


@task()
def mail_check(check_id: int) -> str:
    """Tell the applicant what became of his check."""
    check = IdentityCheck.objects.select_related("user", "organisation").filter(pk=check_id).first()
    if check is None:
        return "gone"
    path: tuple[str, ...] = ("accounts:identity",)
    if check.organisation:
        path = ("accounts:organisation_identity", check.organisation.slug)
    return _tell(
        readers_of(check.holder),
        lambda: _("身份核验：%(state)s") % {"state": check.get_state_display()},
        "accounts/mail/check.txt",
        {"check": check},
        path,
    )


@task()
def mail_licence(licence_id: int) -> str:
    """Tell the holder what became of his licence."""
    licence = Licence.objects.select_related("user", "organisation").filter(pk=licence_id).first()
    if licence is None:
        return "gone"
    return _tell(
        readers_of(licence.holder),
        lambda: (
            _("许可与备案：%(kind)s，%(state)s")
            % {"kind": licence.get_kind_display(), "state": licence.get_state_display()}
        ),
        "accounts/mail/licence.txt",
        {"licence": licence},
        ("accounts:licences",),
    )


@task()
def mail_ending(check_id: int | None = None, licence_id: int | None = None) -> str:
    """Tell a holder, once for each term, that his check or licence ends soon."""
    model: Any = IdentityCheck if check_id else Licence
    row = model.objects.filter(pk=check_id or licence_id, notified_at__isnull=True).first()
    if row is None or row.valid_until is None:
        return "already told"
    path: tuple[str, ...] = ("accounts:licences",)
    if check_id:
        path = ("accounts:identity",)
        if row.organisation:
            path = ("accounts:organisation_identity", row.organisation.slug)

    def what() -> str:
        return _("身份核验") if check_id else str(row.get_kind_display())

    told = _tell(
        readers_of(row.holder),
        lambda: _("%(what)s快到期了") % {"what": what()},
        "accounts/mail/ending.txt",
        {"what": what, "day": row.valid_until},
        path,
    )
    model.objects.filter(pk=row.pk).update(notified_at=Now())
    return told


def readers_of(holder: User | Organisation) -> list[User]:
    """Who reads mail for this holder: the person, or the administrators of the organisation."""
    if isinstance(holder, Organisation):
        admins = holder.memberships.admins().filter(user__is_active=True)
        return [m.user for m in admins.select_related("user").order_by("pk")]
    return [holder] if holder.is_active else []


def _tell(
    readers: Iterable[User],
    subject: Any,
    template: str,
    context: dict[str, Any],
    path: tuple[str, ...],
) -> str:
    count = 0
    for reader in readers:
        with translation.override(reader.language):
            page = settings.SITE_URL.rstrip("/") + reverse(path[0], args=path[1:])
            words = render_to_string(
                template, context | {"url": page, "site_name": settings.SITE_NAME}
            )
            send_mail(subject(), words, None, [reader.email])
        count += 1
    return f"told {count}"
