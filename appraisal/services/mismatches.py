"""A reader reports that a thing and its certificate do not match: an event for the registrars.

Anybody may, also without an account; what is typed is kept as typed, and changes nothing by itself.
"""

from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.models import Certificate
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, Text, WrongState
from artmarket.core.events import record_event
from artmarket.core.models import Event

REPORTED: Final = "certificate.mismatch_reported"
MOST_WORDS: Final = 500
KINDS: Final[dict[str, str | Promise]] = {
    "object": _("实物和登记的图片不一样"),
    "paper": _("纸上写的和这里不一样"),
    "code": _("二维码或编号用在别的东西上"),
    "tag": _("封签或芯片损坏、被换"),
    "other": _("其他"),
}


@transaction.atomic(durable=True)
def report_mismatch(
    *, actor: User | AnonymousUser, certificate_id: int, what: str, words: str
) -> Event:
    """Keep a report about a certificate.

    Args:
        what: a key of `KINDS`. words: what the reader saw, at most 500 characters.
    Raises: `WrongState` (there is no such certificate), `Invalid`.
    """
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate is None:
        raise WrongState()
    errors: dict[str, Text] = {}
    if what not in KINDS:
        errors["what"] = _("请选一项：哪里不符。")
    seen = words.replace("\0", "").strip()
    if not seen or len(seen) > MOST_WORDS:
        errors["words"] = _("请写明你看到了什么，不超过500字。")
    if errors:
        raise Invalid(fields=errors)
    return record_event(
        actor=actor, action=REPORTED, subject=certificate,
        number=certificate.number, what=what, words=seen,
    )  # fmt: skip
