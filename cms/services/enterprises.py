"""The bureau keeps the register of enterprises: add, change, contact by consent, retire.

An enterprise never vanishes: one that left keeps its record, its place on past key lists and what
supported it. What a contact person gave goes at once when the consent does, and no event holds it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.engine import NumberProblem, read_credit_code
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.services.identity import NUMBER_WORDS
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import diff, record_event, snapshot

from .. import bureau_citations as citations
from ..bureau_locks import lock_enterprise, lock_key_list
from ..enterprise_enums import CultureEdition, EnterpriseState, ProposalState, Trade
from ..models import Enterprise, KeyEnterprise, KeyListProposal
from ..models.enterprises import CONTACT

_ECONOMY: Final = re.compile(r"[A-T]\d{2,4}")
_CULTURE: Final = re.compile(r"\d{2,4}")
MAX_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class EnterpriseInput:
    """What the register says of an enterprise; `revenue_minor` in fen, of `figures_year`."""

    code: str
    name: str
    economy_class: str
    culture_class: str
    stage: str
    since: date
    name_en: str = ""
    trade: str = Trade.OTHER
    economy_name: str = ""
    culture_edition: str = CultureEdition.E2018
    culture_name: str = ""
    products: str = ""
    products_en: str = ""
    capacity: str = ""
    capacity_en: str = ""
    address: str = ""
    website: str = ""
    staff: int | None = None
    revenue_minor: int | None = None
    figures_year: int | None = None
    organisation: Organisation | None = None


FIELDS: Final = tuple(EnterpriseInput.__dataclass_fields__)


def require_bureau(actor: User) -> None:
    """Raises `NotAllowed`."""
    if not actor.has_perm("cms.manage_enterprises"):
        raise NotAllowed()


def in_words(text: str, field: str = "reason", *, most: int = MAX_REASON) -> str:
    """A text that has words, in one line. Raises `Invalid` (none, or too many)."""
    words = " ".join(text.split())
    if not words:
        raise Invalid(fields={field: _("请填写这一项。")})
    if len(words) > most:
        raise Invalid(fields={field: _("不超过%(n)d个字。") % {"n": most}})
    return words


@transaction.atomic(durable=True)
def add_enterprise(*, actor: User, given: EnterpriseInput) -> Enterprise:
    """Put an enterprise in the register.

    Raises `NotAllowed`, `Invalid` (the code's check digit, a class, figures without their year, a
    code or organisation that stands already).
    """
    require_bureau(actor)
    enterprise = Enterprise(created_by=actor, **_values(given))
    _check(enterprise)
    try:
        with transaction.atomic():
            enterprise.save()
    except IntegrityError as error:  # somebody was faster with the same code
        raise Invalid(fields={"code": _("名录里已经有这个代码。")}) from error
    record_event(
        actor=actor, action="cms.enterprise_added", subject=enterprise,
        after=_shown(enterprise),
    )  # fmt: skip
    return enterprise


@transaction.atomic(durable=True)
def change_enterprise(*, actor: User, enterprise_id: int, given: EnterpriseInput) -> Enterprise:
    """Change what the register says; the same again leaves no event.

    Raises as `add_enterprise`, and `WrongState` where the enterprise left.
    """
    enterprise = lock_enterprise(pk=enterprise_id)
    require_bureau(actor)
    _require_active(enterprise)
    before = _shown(enterprise)
    for field, value in _values(given).items():
        setattr(enterprise, field, value)
    _check(enterprise)
    old, new = diff(before, _shown(enterprise))
    if not new:
        return enterprise
    try:
        with transaction.atomic():
            enterprise.save(update_fields=sorted(new))
    except IntegrityError as error:
        raise Invalid(fields={"code": _("名录里已经有这个代码。")}) from error
    record_event(
        actor=actor, action="cms.enterprise_changed", subject=enterprise, before=old, after=new
    )
    return enterprise


@transaction.atomic(durable=True)
def set_contact(
    *, actor: User, enterprise_id: int, consent_on: date, name: str = "", phone: str = "",
    email: str = "",
) -> Enterprise:  # fmt: skip
    """Store a contact person who consented to be shown, with the day of the consent.

    Raises `NotAllowed`, `WrongState`, `Invalid` (nothing given, a consent of tomorrow).
    """
    enterprise = lock_enterprise(pk=enterprise_id)
    require_bureau(actor)
    _require_active(enterprise)
    if consent_on > db_today():
        raise Invalid(fields={"consent_on": _("不能晚于今天。")}, rule=citations.CONSENT)
    enterprise.contact_name = " ".join(name.split())
    enterprise.contact_phone = " ".join(phone.split())
    enterprise.contact_email = email.strip()
    enterprise.contact_consent_on = consent_on
    if not enterprise.has_contact:
        raise Invalid(fields={"name": _("请填写这一项。")})
    _check(enterprise, names={"contact_phone": "phone", "contact_email": "email"})
    enterprise.save(update_fields=[*CONTACT, "contact_consent_on"])
    record_event(actor=actor, action="cms.contact_given", subject=enterprise, consent_on=consent_on)
    return enterprise


@transaction.atomic(durable=True)
def remove_contact(*, actor: User, enterprise_id: int) -> Enterprise:
    """The consent is withdrawn: what was stored goes. Removing nothing changes nothing.

    Raises `NotAllowed`.
    """
    enterprise = lock_enterprise(pk=enterprise_id)
    require_bureau(actor)
    if enterprise.contact_consent_on is None:
        return enterprise
    _forget_contact(enterprise)
    enterprise.save(update_fields=[*CONTACT, "contact_consent_on"])
    record_event(actor=actor, action="cms.contact_removed", subject=enterprise)
    return enterprise


@transaction.atomic(durable=True)
def retire_enterprise(*, actor: User, enterprise_id: int, left_on: date, reason: str) -> Enterprise:
    """An enterprise leaves the register from a day on; its record stays, its contact goes.

    Raises `NotAllowed`, `WrongState` (left already, on the key list on that day or later, a change
    of the list waits), `Invalid`.
    """
    lock_key_list()  # nobody comes on the list while its enterprise leaves
    enterprise = lock_enterprise(pk=enterprise_id)
    require_bureau(actor)
    _require_active(enterprise)
    words = in_words(reason)
    if left_on < enterprise.since or left_on > db_today():
        raise Invalid(fields={"left_on": _("要在入册日期和今天之间。")})
    waiting = KeyListProposal.objects.filter(enterprise=enterprise, state=ProposalState.OPEN)
    listed = KeyEnterprise.objects.filter(enterprise=enterprise, is_void=False).filter(
        Q(until_day__isnull=True) | Q(until_day__gte=left_on)
    )
    if waiting.exists() or listed.exists():
        raise WrongState(
            _("这家企业在重点企业名单上，或有变更等待确认。"), code="on_the_key_list",
            hint=_("请先移出名单，再办理退出。"), rule=citations.TWO_PERSONS,
        )  # fmt: skip
    enterprise.state, enterprise.left_on = EnterpriseState.LEFT, left_on
    enterprise.left_reason = words
    _forget_contact(enterprise)
    enterprise.save(
        update_fields=["state", "left_on", "left_reason", *CONTACT, "contact_consent_on"]
    )
    record_event(
        actor=actor, action="cms.enterprise_left", subject=enterprise,
        before={"state": EnterpriseState.ACTIVE},
        after={"state": EnterpriseState.LEFT, "left_on": left_on, "left_reason": words},
    )  # fmt: skip
    return enterprise


def _values(given: EnterpriseInput) -> dict[str, Any]:
    """What is written, with the code and the classes in their normal form."""
    values = {field: getattr(given, field) for field in FIELDS}
    for field, value in values.items():
        if isinstance(value, str):
            values[field] = " ".join(value.split())
    values["economy_class"] = values["economy_class"].upper()
    try:
        values["code"] = read_credit_code(given.code)
    except NumberProblem as problem:
        words: Text = NUMBER_WORDS[problem.code]
        raise Invalid(fields={"code": words}, code="bad_credit_code") from problem
    return values


def _check(enterprise: Enterprise, *, names: dict[str, str] | None = None) -> None:
    """Raises `Invalid` with words beside each field."""
    fields: dict[str, Text] = {}
    try:
        enterprise.full_clean(exclude=["created_by"], validate_constraints=False)
    except ValidationError as error:
        known = names or {}
        fields = {known.get(n, n): words[0] for n, words in error.message_dict.items()}
    if not _ECONOMY.fullmatch(enterprise.economy_class):
        fields["economy_class"] = _("写门类字母和二到四位数字，例如C2431。")
    if not _CULTURE.fullmatch(enterprise.culture_class):
        fields["culture_class"] = _("写二到四位数字，例如0711。")
    measured = enterprise.staff is not None or enterprise.revenue_minor is not None
    if measured and enterprise.figures_year is None:
        fields["figures_year"] = _("填了人数或收入，就要写是哪一年的。")
    if enterprise.since > db_today():
        fields["since"] = _("不能晚于今天。")
    if fields:
        raise Invalid(fields=fields)


def _require_active(enterprise: Enterprise) -> None:
    if not enterprise.is_active:
        raise WrongState(_("这家企业已经退出名录。"))


def _forget_contact(enterprise: Enterprise) -> None:
    for name in CONTACT:
        setattr(enterprise, name, "")
    enterprise.contact_consent_on = None


def _shown(enterprise: Enterprise) -> dict[str, Any]:
    """What an event may hold: no contact."""
    return snapshot(enterprise, FIELDS)


def as_input(enterprise: Enterprise) -> EnterpriseInput:
    """What the register says now, to be changed in part."""
    return EnterpriseInput(**{field: getattr(enterprise, field) for field in FIELDS})
