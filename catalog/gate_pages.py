"""What the pages and the API show of the gates of a work, for its owner and for the offices."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook

from . import gate_words
from .engine.gates import ACTS, Result, combined
from .enums import Act, WorkState
from .models import StolenHit, Work
from .services import gates

SHOWN: Final = (WorkState.DRAFT, WorkState.RETURNED, WorkState.SUBMITTED, WorkState.REGISTERED)
_PILLS: Final = {
    "pass": ("ok", _("通过")),
    "review": ("warn", _("待审")),
    "block": ("live", _("不通过")),
    "advice": ("info", _("提示")),
    "cleared": ("ok", _("已放行")),
}
_ACT_PILLS: Final = {
    "pass": ("ok", _("可以")), "review": ("warn", _("待审")), "block": ("live", _("不可以")),
}  # fmt: skip


def sees_hits(user: Any, work: Work) -> bool:
    """Registrars who did not list the work themselves read what matched."""
    return bool(user.has_perm("catalog.review_work", work))


def gate_table(work: Work, user: Any) -> dict[str, Any]:
    """Every act with its standing, and every gate with its words, rule and what to do next.

    Gates that say the same of several acts are one row. Closed gates come first.
    """
    found = gates.all_gates(work)
    is_staff = sees_hits(user, work)
    acts = [
        {"act": act, "label": Act(act).label, "pill": _ACT_PILLS[_heard(found[act], is_staff)]}
        for act in ACTS
    ]
    rows: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for act in ACTS:
        for result in found[act]:
            row = rows.setdefault(
                (result.gate, result.code, result.is_cleared), _row(result, is_staff)
            )
            row["acts"].append(Act(act).label)
            row["clear"] += _clearing(act, result, work, user)
    order = {"block": 0, "review": 1, "advice": 2, "cleared": 3, "pass": 4}
    shown = sorted(rows.values(), key=lambda row: order[row["shown"]])
    for row in shown:
        row["link"] = _link(row, work, user)
    return {
        "acts": acts,
        "rows": [row for row in shown if row["shown"] != "pass"],
        "passed": [row for row in shown if row["shown"] == "pass"],
    }


def gates_for_api(work: Work) -> list[dict[str, Any]]:
    """By act: whether it is open, and every gate as its owner may read it."""
    return [
        {
            "act": act,
            "outcome": _heard(results, is_staff=False),
            "gates": [gate_words.told(result) for result in results],
        }
        for act, results in gates.all_gates(work).items()
    ]


def hits_for(user: Any) -> Any:
    """What matched in lists in use, with everything that a page shows; for registrars only.

    A work that the registrar listed himself is another's to look at.
    """
    rows = StolenHit.objects.filter(entry__list__ended_at__isnull=True)
    rows = rows.exclude(work__created_by=user.pk)
    return rows.select_related("entry__list", "entry__picture", "work", "judged_by", "likeness")


def _heard(results: tuple[Result, ...], is_staff: bool) -> str:
    """The outcome of an act; a match with a register is a review to everybody but registrars."""
    worst = combined(results)
    if worst != "block" or is_staff:
        return worst
    blocks = [r for r in results if r.outcome == "block"]
    return "review" if all(r.code in gate_words.HIDDEN for r in blocks) else "block"


def _row(result: Result, is_staff: bool) -> dict[str, Any]:
    row = gate_words.told(result, is_staff=is_staff)
    shown = row["outcome"]
    if result.is_advisory and shown != "pass":
        shown = "advice"
    elif result.is_cleared:
        shown = "cleared"
    kind, label = _PILLS[shown]
    cited = rulebook.cite(result.rule)
    return row | {
        "shown": shown, "kind": kind, "label": label, "cited": cited, "acts": [], "clear": [],
    }  # fmt: skip


def _clearing(act: str, result: Result, work: Work, user: Any) -> list[dict[str, str]]:
    """What this person may clear: the act and the digest of the facts that he sees."""
    if result.outcome != "review" or not gates.may_clear(user, work, result):
        return []
    return [{"act": act, "label": str(Act(act).label), "digest": result.digest}]


def _link(row: dict[str, Any], work: Work, user: Any) -> dict[str, Any] | None:
    """Where this reader does what has to be done next, if he does it."""
    code = row["code"]
    if row["shown"] == "pass":
        return None
    if code == "relic_status_unknown" and user.has_perm("catalog.decide_relic"):
        return _to("catalog:decide_relic", work.pk, _("认定文物状态"))
    if not user.has_perm("catalog.review_desk"):
        return None
    if code == "stolen_match":
        return _to("catalog:gates", work.pk, _("看相符的条目"), "#hits")
    if code == "pictures_alike":
        return _to("catalog:alike", None, _("看相似图片"))
    if code == "title_waiting":
        return _to("catalog:review", work.pk, _("复核权属变更"), "#title")
    if code in ("species_permit_missing", "export_permit_missing"):
        return _to("catalog:gates", work.pk, _("记录许可"), "#permits")
    if code in ("incomplete", "source_unknown", "materials_unknown") and work.number:
        return _to("catalog:correct_work", work.pk, _("更正资料"))
    return None


def _to(name: str, pk: int | None, label: Any, anchor: str = "") -> dict[str, Any]:
    return {"url": reverse(name, args=[] if pk is None else [pk]) + anchor, "label": label}
