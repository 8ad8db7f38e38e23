"""Appraisers: a registrar says what an expert may judge, after the paper; and when that ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.models import Appraiser
from artmarket import rulebook
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import require_licence
from artmarket.accounts.locks import lock_users
from artmarket.accounts.models import Organisation, User
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event

from .steps import reason_words, too_long

FIELDS = ("name", "name_en", "institution", "categories", "periods", "is_senior")


@dataclass(frozen=True, slots=True)
class Qualification:
    """What an expert may judge: fields of `appraisal.categories`, spans of years (none: all)."""

    name: str
    categories: tuple[str, ...]
    periods: tuple[tuple[int, int], ...] = ()
    is_senior: bool = False
    name_en: str = ""
    institution: Organisation | None = None


@transaction.atomic(durable=True)
def confirm_appraiser(*, actor: User, user: User, given: Qualification) -> Appraiser:
    """A registrar confirms, or writes anew, what a licensed person may judge.

    Raises `NotAllowed` (nobody confirms himself), `NotLicensed`, `Invalid` (all fields at once).
    """
    lock_users(pks=[user.pk])
    if not actor.has_perm("appraisal.confirm_appraiser") or actor.pk == user.pk:
        raise NotAllowed()
    require_licence(user, LicenceKind.APPRAISER, rule=citations.LICENCE)
    _check(given)
    values: dict[str, Any] = {
        "name": given.name.strip(), "name_en": given.name_en.strip(),
        "institution": given.institution, "is_senior": given.is_senior,
        "categories": sorted(set(given.categories)),
        "periods": sorted([first, last] for first, last in set(given.periods)),
        "confirmed_by": actor, "confirmed_at": Now(), "ended_at": None,
    }  # fmt: skip
    row, _made = Appraiser.objects.update_or_create(user=user, defaults=values)
    row.refresh_from_db()
    record_event(
        actor=actor, action="appraiser.confirmed", subject=row,
        after={"categories": row.categories, "periods": row.periods, "is_senior": row.is_senior},
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def end_appraiser(*, actor: User, appraiser_id: int, reason: str) -> Appraiser:
    """A registrar ends it: he is named to no further panel. Raises `NotAllowed`, `WrongState`,
    `Invalid`."""
    user_id = Appraiser.objects.filter(pk=appraiser_id).values_list("user_id", flat=True).first()
    if user_id is None:
        raise WrongState()
    lock_users(pks=[user_id])
    if not actor.has_perm("appraisal.confirm_appraiser") or actor.pk == user_id:
        raise NotAllowed()
    row = Appraiser.objects.get(pk=appraiser_id)
    if row.ended_at is not None:
        raise WrongState()
    words = reason_words(reason)
    row.ended_at = Now()
    row.save(update_fields=["ended_at"])
    row.refresh_from_db()
    record_event(actor=actor, action="appraiser.ended", subject=row, reason=words)
    return row


def _check(given: Qualification) -> None:
    errors: dict[str, Text] = {}
    if not 0 < len(given.name.strip()) <= 80:
        errors["name"] = _("署名要有1到80个字。")
    if len(given.name_en.strip()) > 80:
        errors["name_en"] = too_long(80)
    if not given.categories or not set(given.categories) <= set(_known()):
        errors["categories"] = _("请从列表中选择。")
    if any(last < first for first, last in given.periods):
        errors["periods"] = _("年代的起止颠倒了。")
    if errors:
        raise Invalid(fields=errors, rule=citations.QUALIFIED)


def _known() -> Iterable[str]:
    return tuple(rulebook.get(citations.CATEGORIES))
