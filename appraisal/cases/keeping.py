"""What cases announce at start: who opens their files, what is kept of a person, the duties.

A case file is kept for `retention.case_files_years` from the end of the case, and nothing of it is
deleted before; an open case is ended first.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold
from artmarket.core import demo, duties
from artmarket.core.clock import db_today
from catalog import log_words
from media import permissions as media_permissions

from .. import citations
from ..certificates.citations import KEPT
from ..demo import cases as demo_cases
from ..models import AppraisalCase, AuthorConfirmation, Opinion, Valuation
from ..services.deadlines import note_overdue_cases
from ..services.inspections import EVIDENCE, PAPER, clear_untied
from .evidence_access import may_read_paper, may_see_evidence_image


def announce() -> None:
    """Register all of it; called once at start."""
    media_permissions.register(may_see_evidence_image)
    media_permissions.register_purpose(EVIDENCE, readers=may_read_paper)
    media_permissions.register_purpose(PAPER, readers=may_read_paper)
    personal_data.register("appraisal", _("鉴定"), copy=copy, holds=holds)
    for kind, words in {
        "appraisal.signed": _("签署鉴定结果"),
        "appraisal.revoked": _("撤销鉴定结果"),
        "appraisal.superseded": _("鉴定结果被取代"),
    }.items():
        log_words.name_kind(kind, words)
    duties.register("appraisal-deadlines", 3600, note_overdue_cases)
    duties.register("appraisal-files", 86_400, clear_untied)
    demo.register("cases", 46, demo_cases.load, is_loaded=demo_cases.cases_are_loaded)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Cases commissioned, opinions and valuations given, works confirmed as one's own."""
    for case in AppraisalCase.objects.filter(client=user).select_related("work").order_by("pk"):
        yield {
            "case": case.number,
            "work": case.work.number,
            "stage": case.stage,
            "question": case.question,
            "fee_minor": case.fee_minor,
            "opened_at": case.opened_at,
            "closed_at": case.closed_at,
        }
    opinions = Opinion.objects.filter(seat__expert__user=user).select_related("seat__case")
    for opinion in opinions.order_by("pk"):
        yield {
            "opinion_in": opinion.seat.case.number,
            "term": opinion.term,
            "confidence": opinion.confidence,
            "reasons": opinion.reasons,
            "submitted_at": opinion.submitted_at,
        }
    values = Valuation.objects.filter(appraiser__user=user).select_related("work")
    for value in values.order_by("pk"):
        yield {
            "valuation_of": value.work.number,
            "point_minor": value.point,
            "currency": value.currency,
            "base_date": value.base_date,
        }
    confirmed = AuthorConfirmation.objects.filter(author=user).select_related("work", "artist")
    for row in confirmed.order_by("pk"):
        yield {
            "confirmed_as_own": row.work.number,
            "as_artist": row.artist.name,
            "place": row.place,
            "confirmed_at": row.confirmed_at,
            "witnessed_at": row.witnessed_at,
            "recording_sha256": row.recording_sha256,
            "recording_place": row.recording_place,
            "withdrawn_at": row.withdrawn_at,
            "withdraw_reason": row.withdraw_reason,
        }


def holds(user: User) -> Iterable[Hold]:
    """An open case stands against an erasure; a closed one is kept until its day.

    What an author confirmed is the ground of certificates and is kept as they are.
    """
    cases = AppraisalCase.objects.filter(Q(client=user) | Q(seats__expert__user=user)).distinct()
    if cases.open().exists():
        yield Hold(_("你有没有结束的鉴定案卷。"), citations.KEEP_YEARS, blocks=True)
    days = [day for day in cases.values_list("keep_until", flat=True) if day is not None]
    if days and max(days) >= db_today():
        yield Hold(_("鉴定案卷"), citations.KEEP_YEARS, until=max(days), keeps_name=True)
    if AuthorConfirmation.objects.filter(author=user).exists():
        yield Hold(_("你到场确认作品的记录"), KEPT)
