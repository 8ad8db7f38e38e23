"""Measures that support an enterprise: recorded as they were decided, then published."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from ..bureau_locks import lock_enterprise
from ..models import SupportMeasure
from .enterprises import in_words, require_bureau


@transaction.atomic(durable=True)
def record_support(
    *, actor: User, enterprise_id: int, measure: str, document: str, decided_on: date,
    amount_minor: int | None = None, measure_en: str = "",
) -> SupportMeasure:  # fmt: skip
    """Record a decided measure; amounts in fen, None where it is no money.

    Raises `NotAllowed`, `Invalid` (no words, no document, a day after today, no amount).
    """
    enterprise = lock_enterprise(pk=enterprise_id)
    require_bureau(actor)
    if decided_on > db_today():
        raise Invalid(fields={"decided_on": _("不能晚于今天。")})
    if amount_minor is not None and not 0 < amount_minor <= MAX_MINOR:
        raise Invalid(fields={"amount_minor": _("金额要大于零；没有金额就不填。")})
    row = SupportMeasure.objects.create(
        enterprise=enterprise, measure=in_words(measure, "measure", most=160),
        measure_en=" ".join(measure_en.split())[:240], amount_minor=amount_minor,
        document=in_words(document, "document", most=120), decided_on=decided_on,
        recorded_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, action="cms.support_recorded", subject=row,
        after={"measure": row.measure, "amount": amount_minor, "document": row.document},
        enterprise=enterprise.pk,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def publish_support(*, actor: User, support_id: int) -> SupportMeasure:
    """Let the public read a measure; it stays readable. Raises `NotAllowed`, `WrongState`."""
    require_bureau(actor)
    row = SupportMeasure.objects.filter(pk=support_id).first()
    if row is None:
        raise WrongState()
    lock_enterprise(pk=row.enterprise_id)
    row.refresh_from_db()
    if row.published_at is not None:
        raise WrongState(_("这项措施已经公布。"))
    row.published_at, row.published_by = db_now(), actor
    row.save(update_fields=["published_at", "published_by"])
    record_event(
        actor=actor, action="cms.support_published", subject=row, enterprise=row.enterprise_id
    )
    return row
