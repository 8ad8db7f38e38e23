"""What a registrar says of two pictures found alike, and which pictures are still to be compared.

The comparing itself is in `comparing`, which only the worker imports. Rule: registry rules §10.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..enums import ImageState, Verdict
from ..models import Fingerprint, Image, Likeness
from ..permissions import can_judge_likeness


@transaction.atomic(durable=True)
def judge_likeness(*, actor: Any, likeness_id: int, verdict: str, note: str = "") -> Likeness:
    """Keep what a registrar says of a pair. Raises NotAllowed, Invalid, WrongState when judged."""
    if not can_judge_likeness(actor):
        raise NotAllowed()
    if verdict not in Verdict.values or verdict == Verdict.OPEN:
        raise Invalid(fields={"verdict": _("请选择一个结论。")})
    rows = Likeness.objects.filter(pk=likeness_id, verdict=Verdict.OPEN)
    now = db_now()
    if not rows.update(verdict=verdict, note=note.strip()[:500], judged_by=actor, judged_at=now):
        raise WrongState()
    pair = Likeness.objects.get(pk=likeness_id)
    record_event(
        actor=actor,
        action="likeness.judged",
        subject=pair,
        before={"verdict": ""},
        after={"verdict": verdict, "note": pair.note},
        images=[pair.first_id, pair.second_id],
    )
    return pair


def uncompared(limit: int) -> list[int]:
    """Drawn pictures without a fingerprint of the present version, oldest first."""
    rows = Image.objects.filter(state=ImageState.READY, derivatives__isnull=False)
    known = Fingerprint.objects.filter(version=Fingerprint.VERSION).values("image")
    return list(
        rows.exclude(pk__in=known).distinct().order_by("pk").values_list("pk", flat=True)[:limit]
    )
