"""What later modules ask before they let somebody act: is he identified, is he licensed today.

Both read the day of the database, so that what ran out at midnight stops its holder at the next
action. A refusal cites the rule under which it was asked and says what to do.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError

from .enums import CheckState, LicenceKind, LicenceState
from .models import IdentityCheck, Licence, Organisation, User, link_of

Holder = User | Organisation


class NotIdentified(DomainError):
    """The person or the organisation has no identity check in force."""

    code = "not_identified"
    status = 403
    message = _("要先核验身份。")
    hint = _("请在“我的账户”里提交证件，登记员核验后再继续。")


class NotLicensed(DomainError):
    """No licence of the kind is in force today for this scope."""

    code = "not_licensed"
    status = 403
    message = _("没有有效的许可或备案。")
    hint = _("请在“许可与备案”里提交证件，或更换已到期的。")


def identity_of(holder: Holder, *, on: date | None = None) -> IdentityCheck | None:
    """The check in force on a day (today), or None; one query and the clock's."""
    on = on or db_today()
    return IdentityCheck.objects.filter(
        **link_of(holder), state=CheckState.APPROVED, valid_until__gte=on
    ).first()


def licence_of(
    holder: Holder, kind: str, *, scope: str = "", on: date | None = None
) -> Licence | None:
    """The licence of a kind in force on a day for a scope, or None.

    A licence with an empty scope covers everything of its kind.
    """
    found = _in_force(kind, on or db_today()).filter(**link_of(holder))
    return next((x for x in found if not scope or not x.scope or scope in x.scope), None)


def licences_of(people: Collection[int], kind: str) -> dict[int, Licence]:
    """What `licence_of` gives today for each of these people, by their keys; two queries."""
    found: dict[int, Licence] = {}
    for row in _in_force(kind, db_today()).filter(user__in=people):
        if row.user_id is not None:
            found.setdefault(row.user_id, row)
    return found


def _in_force(kind: str, on: date) -> QuerySet[Licence]:
    return Licence.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        kind=kind, state=LicenceState.APPROVED, valid_from__lte=on,
    )  # fmt: skip


def require_identity(holder: Holder, *, rule: str) -> IdentityCheck:
    """The check in force. Raises `NotIdentified` citing `rule`."""
    check = identity_of(holder)
    if check is None:
        raise NotIdentified(rule=rule, url=reverse("accounts:identity"))
    return check


def require_licence(holder: Holder, kind: str, *, rule: str, scope: str = "") -> Licence:
    """The licence in force. Raises `NotLicensed` citing `rule`, with the kind it asks for."""
    licence = licence_of(holder, kind, scope=scope)
    if licence is not None:
        return licence
    name = LicenceKind(kind).label
    last = (
        Licence.objects.filter(
            **link_of(holder), kind=kind, state=LicenceState.APPROVED, valid_until__lt=db_today()
        )
        .order_by("-valid_until")
        .first()
    )
    if last:
        message = _("%(kind)s已于%(date)s到期。") % {"kind": name, "date": last.valid_until}
    else:
        message = _("没有有效的%(kind)s。") % {"kind": name}
    raise NotLicensed(message, rule=rule, kind=kind, url=reverse("accounts:licences"))
