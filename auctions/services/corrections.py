"""The text of a lot: free in a draft, a dated correction (勘误) after the announcement.

Condition, estimate and marks of interest are text; opening price and reserve do not change any
more once they were announced. Auction rules §10, §12; 拍卖法 18, 27.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from .. import citations
from ..enums import LIVE_LOTS, LotEventKind, LotMark, LotState
from ..locks import lock_lot
from ..models import Lot, LotCorrection
from .aftermath import note, require

MAX_TEXT = 4000
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class LotText:
    """What a catalogue says of a lot besides its prices; amounts in the smallest unit."""

    condition: str = ""
    estimate_low_minor: int | None = None
    estimate_high_minor: int | None = None
    symbols: str = ""


@transaction.atomic(durable=True)
def correct_lot(
    *, actor: User, lot_id: int, text: LotText, reason: str = ""
) -> LotCorrection | None:
    """Change the text of a lot; None where it was still a draft, or nothing changed.

    Raises `NotAllowed`, `WrongState` (over), `Invalid` (estimate, no reason).
    """
    lot = lock_lot(pk=lot_id)
    require(actor, "auctions.manage_sale", lot)
    now = db_now()
    if lot.state != LotState.DRAFT and not _is_running(lot, now):
        raise WrongState(_("这件拍品已经结束，文字不能再改。"), rule=citations.CORRECTION)
    before, after = _changes(lot, text)
    if not after:
        return None
    _check(lot, text)
    if lot.state != LotState.DRAFT and not reason.strip():
        raise Invalid(
            fields={"reason": _("公告以后只能勘误，请写明理由。")}, rule=citations.CORRECTION
        )
    for name, value in after.items():
        setattr(lot, name, value)
    if lot.state == LotState.DRAFT:
        lot.save(update_fields=list(after))
        record_event(
            actor=actor, action="lot.changed", subject=lot, before=before, after=after,
            sale=lot.sale_id,
        )  # fmt: skip
        return None
    made = LotCorrection.objects.create(
        lot=lot, number=lot.sequence + 1, before=before, after=after,
        reason=reason.strip()[:MAX_REASON], by=actor, at=now,
    )  # fmt: skip
    note(lot, LotEventKind.CORRECTED, now, actor)
    lot.save(update_fields=[*after, "sequence"])
    record_event(
        actor=actor, action="lot.corrected", subject=lot, before=before,
        after=after | {"sequence": lot.sequence}, reason=made.reason, sale=lot.sale_id,
    )  # fmt: skip
    return made


def _is_running(lot: Lot, now: datetime) -> bool:
    return lot.state in LIVE_LOTS and lot.ends_at is not None and now < lot.ends_at


def _changes(lot: Lot, text: LotText) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they are and as they will be."""
    wanted = asdict(text) | {"condition": text.condition.strip()[:MAX_TEXT]}
    wanted["symbols"] = "".join(mark for mark in LotMark if mark in text.symbols)
    changed = [name for name, value in wanted.items() if getattr(lot, name) != value]
    return {n: getattr(lot, n) for n in changed}, {n: wanted[n] for n in changed}


def _check(lot: Lot, text: LotText) -> None:
    low, high = text.estimate_low_minor, text.estimate_high_minor
    is_half = (low is None) != (high is None)
    if is_half or (low is not None and high is not None and not 0 < low <= high <= MAX_MINOR):
        words = _("估价的下限和上限要一起填写，下限不高于上限。")
        raise Invalid(fields={"estimate": words})
    if high is not None and lot.reserve_minor is not None and high < lot.reserve_minor:
        raise Invalid(fields={"estimate": _("保留价不高于估价上限。")})
