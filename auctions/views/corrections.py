"""A correction of a lot in words: what it said before, and what it says now."""

from typing import Any

from django.utils.translation import gettext as _

from artmarket.core.money import Money

from .. import wording
from ..models import LotCorrection, Sale


def correction_words(row: LotCorrection, sale: Sale) -> dict[str, Any]:
    """The moment, the reason, and (field, before, after) of each field that changed."""
    fields = []
    if "condition" in row.after:
        fields.append((_("品相"), row.before["condition"], row.after["condition"]))
    ends = {
        "estimate_low_minor": _("估价下限"),
        "estimate_high_minor": _("估价上限"),
    }
    for name, label in ends.items():
        if name in row.after:
            fields.append((label, _sum(row.before[name], sale), _sum(row.after[name], sale)))
    if "symbols" in row.after:
        fields.append((_("标记"), row.before["symbols"], row.after["symbols"]))
    return {
        "at": row.at, "moment": wording.moment(row.at), "reason": row.reason, "fields": fields,
    }  # fmt: skip


def _sum(minor: int | None, sale: Sale) -> str:
    return "" if minor is None else Money(minor, sale.currency).words()
