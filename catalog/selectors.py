"""Reads that pages, exports and the admin share. Nothing here writes.

`works_for_page` fixes what one work page costs; tests pin the number of queries.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.models import Event
from artmarket.core.punctuation import clauses
from media.enums import Verdict
from media.models import Likeness
from media.selectors import with_pictures

from .engine import terms
from .engine.dates import describe_date
from .engine.dimensions import Dimension as PureDimension
from .engine.dimensions import format_dimensions, primary
from .enums import (
    AttributionStatus,
    CitationKind,
    InscriptionKind,
    Living,
    PartKind,
    PhotoView,
    SealStyle,
    TermUse,
    WorkState,
)
from .importing.profiles import MUSEUMS
from .models import Artist, Attribution, Encumbrance, Work, WorkTerm
from .models.works import WorkQuerySet
from .permissions import PRIVATE_FIELDS, is_staff

# One-to-one relations of an encumbrance that upper floors show with it; joined, not asked again.
encumbrance_joins: list[str] = []
_HAN = re.compile(r"[\u3400-\u9fff]")


def _live_encumbrances() -> Prefetch:
    rows = Encumbrance.objects.live()
    if encumbrance_joins:
        rows = rows.select_related(*encumbrance_joins)
    return Prefetch("encumbrances", queryset=rows, to_attr="live_encumbrances")


def works_for_page() -> WorkQuerySet:
    """Works with everything that one work page shows, in a fixed number of queries."""
    return Work.objects.select_related(
        "edition__concept", "created_by", "source_record", "merged_into"
    ).prefetch_related(
        "work_terms__term",
        "dimensions",
        "inscriptions",
        "parts",
        "citations",
        "photos__image__derivatives",
        "photos__image__pyramid",
        Prefetch("attributions", queryset=Attribution.objects.select_related("artist")),
        _live_encumbrances(),
    )


def works_for_cards() -> WorkQuerySet:
    """Works with what a card shows: first picture, makers, state of encumbrance."""
    return Work.objects.prefetch_related(
        "photos__image__derivatives",
        "dimensions",
        Prefetch("work_terms", queryset=WorkTerm.objects.select_related("term")),
        Prefetch(
            "attributions",
            queryset=Attribution.objects.filter(status=AttributionStatus.CURRENT).select_related(
                "artist"
            ),
        ),
        _live_encumbrances(),
    )


def date_words(work: Work) -> str:
    """The date as people read it; the words as written when nothing was derived."""
    return describe_date(work.date_edtf, get_language() or "zh") or work.date_text


def dimension_words(work: Work) -> str:
    """The size of the work itself (not of its frame), height first, in centimetres."""
    rows = [
        PureDimension(d.part, d.dimension, d.value, d.unit, d.mm) for d in work.dimensions.all()
    ]
    if not rows:
        return work.dimensions_text
    return format_dimensions(primary(rows), get_language() or "zh") or work.dimensions_text


def medium_words(work: Work) -> str:
    """Materials and techniques: the words as written, or the terms.

    Who reads English is given the terms instead of words written in Chinese, where there are any.
    """
    english = get_language() == "en"
    if work.medium_text and not (english and _HAN.search(work.medium_text)):
        return work.medium_text
    terms_used = [
        str(t.term) for t in work.work_terms.all() if t.use in (TermUse.MATERIAL, TermUse.TECHNIQUE)
    ]
    return (", " if english else "、").join(terms_used) or work.medium_text


def source_name(work: Work) -> str:
    """The museum of a reference record; its short name as kept where we know no other."""
    record = getattr(work, "source_record", None)
    if record is None:
        return ""
    museum = MUSEUMS.get(record.source)
    return museum.by if museum else record.source


def type_words(work: Work) -> str:
    """The kinds of object, broad first."""
    separator = ", " if get_language() == "en" else "、"
    return separator.join(str(t.term) for t in work.work_terms.all() if t.use == TermUse.TYPE)


def makers(work: Work) -> list[Attribution]:
    """Current opinions on the maker."""
    return [a for a in work.attributions.all() if a.status == AttributionStatus.CURRENT]


def maker_words(work: Work) -> str:
    """The makers' names on one line."""
    return " / ".join(a.artist.display_name for a in makers(work))


def desk_counts(user: User) -> dict[str, int]:
    """The artist desk's figures, in one query."""
    states = {
        row["state"]: row["n"]
        for row in Work.objects.desk_of(user).values("state").annotate(n=Count("pk")).order_by()
    }
    return {state: states.get(state, 0) for state in WorkState.values}


def review_queue() -> WorkQuerySet:
    """Submissions, oldest first."""
    return (
        works_for_cards()
        .filter(state=WorkState.SUBMITTED)
        .select_related("created_by")
        .order_by("submitted_at", "pk")
    )


def life_words(artist: Artist) -> str:
    """Life dates as people read them: 1864–1957; born 1959 for the living."""
    language = get_language() or "zh"
    birth = describe_date(artist.birth_edtf, language)
    death = describe_date(artist.death_edtf, language)
    if birth and death:
        return f"{birth}–{death}"
    if birth:
        return str(_("%(year)s生") % {"year": birth})
    if death:
        return str(_("卒于%(year)s") % {"year": death})
    return "" if artist.living != Living.YES else str(artist.get_living_display())


# ------------------------------------------------------------------ history

ACTIONS = {
    "work.registered": _("登记入册，发放登记号"),
    "work.corrected": _("更正"),
    "work.attributed": _("新增归属意见"),
    "work.completed": _("补充部件或著录"),
    "work.edition_placed": _("归入版本"),
    "work.relic_decided": _("认定文物状态"),
    "work.visibility": _("改变公开范围"),
    "work.merged": _("并入另一条登记"),
    "work.absorbed": _("并入了另一条登记"),
    "work.destroyed": _("登记为已销毁"),
    "gate.cleared": _("放行一个关口"),
    "permit.recorded": _("记录许可"),
    "permit.ended": _("停用许可"),
    "encumbrance.taken": _("设立权利限制"),
    "encumbrance.released": _("解除权利限制"),
    "title.moved": _("权属变更，经两人复核"),
    "title.dropped": _("撤销未复核的权属变更"),
    "work.drafted": _("开始起草"),
    "work.draft_changed": _("修改草稿"),
    "work.photo_added": _("添加照片"),
    "work.photo_changed": _("修改照片说明"),
    "work.photo_removed": _("移除照片"),
    "work.submitted": _("提交登记"),
    "work.taken_back": _("撤回提交"),
    "work.returned": _("退回修改"),
    "work.discarded": _("放弃草稿"),
    "work.imported": _("由馆藏公开资料导入"),
    "work.import_updated": _("随馆藏公开资料更新"),
    "work.provenance_read": _("把来源与流传读成各段"),
    "work.provenance_shown": _("选择公开流传记录的哪几段"),
}
# What the public reads; drafting and the talk between lister and registrar stay private.
PUBLIC_ACTIONS = {
    "work.registered",
    "work.corrected",
    "work.attributed",
    "work.completed",
    "work.edition_placed",
    "work.relic_decided",
    "work.visibility",
    "work.merged",
    "work.absorbed",
    "work.destroyed",
    "work.import_updated",
    "work.provenance_read",
    "encumbrance.taken",
    "encumbrance.released",
    "title.moved",
}


def register_action(action: str, words: Any, *, public: bool = False) -> None:
    """Name an action of an upper floor in the history of works; `public`: everybody reads it."""
    ACTIONS[action] = words
    if public:
        PUBLIC_ACTIONS.add(action)


# Kinds and parties of locks and titles are for those who may see private data.
PRIVATE_VALUES = ("encumbrance.taken", "encumbrance.released", "title.moved", "title.dropped")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a work's history."""

    at: Any
    who: str
    words: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    reason: str = ""
    event_id: int = 0
    action: str = ""


def change_for(event: Event, work: Work, *, is_private: bool) -> Change | None:
    """One event of a work as the public, or whoever may see its private data, reads it."""
    if not is_private and event.action not in PUBLIC_ACTIONS:
        return None
    hidden = frozenset() if is_private or work.is_open_data else PRIVATE_FIELDS
    return _change(event, is_private, hidden)


def history_of(work: Work, reader: Any) -> list[Change]:
    """What happened to the work, newest first, as far as this reader may know."""
    events: Iterable[Event] = Event.objects.about(work).select_related("actor")
    private = bool(
        reader and reader.is_authenticated and reader.has_perm("catalog.view_private", work)
    )
    if not private:
        events = [e for e in events if e.action in PUBLIC_ACTIONS]
    hidden = frozenset() if private or work.is_open_data else PRIVATE_FIELDS
    return [_change(event, private, hidden) for event in events]


def _change(event: Event, private: bool, hidden: frozenset[str]) -> Change:
    """One event as this reader may know it; `hidden` fields go, and the reason with them."""
    keys = {*event.before, *event.after}
    hide = not private and event.action in PRIVATE_VALUES
    rows = [] if hide else _rows(event, keys - hidden)
    who = event.actor.display_name if event.actor else str(_("平台"))
    if event.actor and not private and not is_staff(event.actor):
        who = str(_("登记人"))
    return Change(
        at=event.at,
        who=who,
        words=str(ACTIONS.get(event.action, event.action)),
        rows=rows,
        reason="" if hide or keys & hidden else event.data.get("reason", ""),
        event_id=event.pk,
        action=event.action,
    )


def _rows(event: Event, keys: set[str]) -> list[tuple[str, str, str]]:
    return [
        (_field_name(key), _value_words(key, event.before), _value_words(key, event.after))
        for key in sorted(keys)
    ]


def _field_name(key: str) -> str:
    if key in FIELD_WORDS:
        return str(FIELD_WORDS[key])
    try:
        field: Any = Work._meta.get_field(key)
    except FieldDoesNotExist:
        return key
    return str(getattr(field, "verbose_name", key))  # a relation seen from the other side has none


FIELD_WORDS = {
    "terms_type": _("类别"),
    "terms_material": _("材料"),
    "terms_technique": _("技法"),
    "dimensions": _("尺寸"),
    "inscriptions": _("款识与钤印"),
    "attributions": _("归属意见"),
    "photos": _("照片"),
    "parts": _("部件"),
    "citations": _("著录与展览"),
    "kind": _("限制"),
    "into": _("并入"),
    "from": _("来自"),
    "score": _("完整度"),
    "photo": _("照片"),
    "version": _("第几次保存"),
    "parties": _("权利人"),
    "periods_shown": _("公开的各段"),
}


def _value_words(key: str, values: dict[str, Any]) -> str:
    """One value of a snapshot, with the codes that snapshots keep put into words."""
    value = values.get(key)
    known = _CODES.get(key) or _labels_of(key)
    if isinstance(value, str) and value in known:
        return str(known[value])
    if isinstance(value, list) and key.startswith("terms_"):
        language = get_language() or "zh"
        return clauses(terms.label(str(v), language) for v in value)
    if isinstance(value, list) and known:
        return clauses(
            " ".join(str(known.get(word, word)) for word in str(v).split(" ")) for v in value
        )
    return _plain_words(value)


_CODES: dict[str, dict[str, Any]] = {
    "parts": dict(PartKind.choices),
    "citations": dict(CitationKind.choices),
    "photos": dict(PhotoView.choices) | {"scale": _("有标尺")},
    "inscriptions": dict(InscriptionKind.choices)
    | dict(SealStyle.choices)
    | {"unreadable": _("不能辨读")},
}


def _labels_of(key: str) -> dict[str, Any]:
    """The labels of a field with fixed choices; nothing for any other."""
    try:
        field: Any = Work._meta.get_field(key)
    except FieldDoesNotExist:
        return {}
    return dict(getattr(field, "choices", None) or ())


def _plain_words(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return clauses(_plain_words(v) for v in value)
    if isinstance(value, dict):
        return clauses(f"{k}: {v}" for k, v in value.items())
    return str(value)


def alike_pairs() -> QuerySet[Likeness]:
    """Pairs of pictures found alike that nobody has judged, newest first.

    Two pictures of one work are no question: its lister took both. The picture of a stolen work is
    judged in its own queue, with what is known of the theft.
    """
    one, other = F("first__work_photo__work"), F("second__work_photo__work")
    pairs = Likeness.objects.filter(verdict=Verdict.OPEN).annotate(one=one, other=other)
    pairs = pairs.filter(Q(one=None) | Q(other=None) | ~Q(one=F("other")))
    pairs = pairs.filter(first__stolen_entry=None, second__stolen_entry=None)
    wanted = [
        f"{side}__{name}"
        for side in ("first", "second")
        for name in ("uploaded_by", "work_photo__work")
    ]
    derivatives = (with_pictures("first"), with_pictures("second"))
    return pairs.select_related(*wanted).prefetch_related(*derivatives).order_by("-is_exact", "-pk")
