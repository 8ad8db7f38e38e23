"""The words of a source turned into values: dates, sizes, terms, makers.

Memory of earlier answers makes long files quick: museums repeat their phrases. What can't be
read stays text and is a warning, never a guess. Rules: registry rules, sections 1 and 2.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.engine import terms
from catalog.engine.dates import edtf_bounds, is_undated, read_date
from catalog.engine.dimensions import DimensionReading, read_dimensions
from catalog.enums import InscriptionKind
from catalog.models import Work

from .draft import Maker, Problem, WorkDraft

MISSING: Final = frozenset({"", "null", "none", "n/a", "nan"})
TYPE, MATERIAL, TECHNIQUE = "work-type", "material", "technique"


def said(value: Any) -> str:
    """The text of a value, or "" where the source says nothing ("NULL" included)."""
    if value is None:
        return ""
    text = str(value).strip()
    return "" if text.lower() in MISSING else text


def one_line(value: Any) -> str:
    """The same without line breaks and doubled spaces."""
    return " ".join(said(value).split())


# ------------------------------------------------------------------ fields of a work

_LENGTHS: Final = {
    f.name: f.max_length for f in Work._meta.concrete_fields if getattr(f, "max_length", None)
}


def put(draft: WorkDraft, name: str, text: str) -> None:
    """Set a text field; what is too long is cut, said so, and stays whole on the source record."""
    limit = _LENGTHS.get(name)
    if limit and len(text) > limit:
        draft.warnings.append(
            Problem(
                "text_cut",
                _("%(field)s有%(n)d个字符，只显示前%(limit)d个；全文留在源记录里。")
                % {
                    "field": Work._meta.get_field(name).verbose_name,
                    "n": len(text),
                    "limit": limit,
                },
                name,
            )
        )
        text = text[: limit - 1] + "…"
    draft.values[name] = text


def put_date(
    draft: WorkDraft, words: str, not_before: int | None = None, not_after: int | None = None
) -> None:
    """Set the date: the words as written, EDTF, and the years; the columns' years as a fallback."""
    put(draft, "date_text", words)
    edtf, first, last = _date(words, not_before, not_after)
    if not edtf and words and not is_undated(words):
        draft.warnings.append(
            Problem(
                "date_unread", _("年代“%(words)s”没有读懂，按原文保留。") % {"words": words[:80]}
            )
        )
    if first is None and last is None:
        first, last = not_before, not_after
    draft.values.update(date_edtf=edtf, year_from=first, year_to=last)


@lru_cache(maxsize=50_000)
def _date(words: str, first: int | None, last: int | None) -> tuple[str, int | None, int | None]:
    context = {k: v for k, v in (("not_before", first), ("not_after", last)) if v is not None}
    reading = read_date(words, context or None) if words else None
    if reading is None or not reading.edtf or len(reading.edtf) > 60:
        return "", None, None
    bounds = edtf_bounds(reading.edtf)
    if bounds is None:
        return reading.edtf, reading.year_from, reading.year_to
    return reading.edtf, bounds.year_from, bounds.year_to


def put_sizes(draft: WorkDraft, text: str, unit: str | None = None) -> None:
    """Read the measurements of a text that names the height first.

    Line breaks and double spaces part the parts of a work: give the text as it stands.
    """
    put(draft, "dimensions_text", text)
    if not text:
        return
    reading = _sizes(text, unit)
    draft.dimensions = tuple(d for d in reading.dimensions if _is_sound(d.value))
    if not draft.dimensions:
        draft.warnings.append(
            Problem(
                "size_unread", _("尺寸“%(words)s”没有读懂，按原文保留。") % {"words": text[:80]}
            )
        )


def _is_sound(value: Any) -> bool:
    return 0 < value < 10_000_000


@lru_cache(maxsize=20_000)
def _sizes(text: str, unit: str | None) -> DimensionReading:
    return read_dimensions(text, default_unit=unit)


@lru_cache(maxsize=20_000)
def _matched(text: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    found: dict[str, list[str]] = {TYPE: [], MATERIAL: [], TECHNIQUE: []}
    for term_id in terms.match_terms(text):
        term = terms.get(term_id)
        if term is not None:
            found[term.category].append(term_id)
    return tuple(found[TYPE]), tuple(found[MATERIAL]), tuple(found[TECHNIQUE])


def put_terms(draft: WorkDraft, *texts: str) -> None:
    """Propose types, materials and techniques for classification and medium, in this order."""
    found = [_matched(text) for text in texts if text]
    draft.types, draft.materials, draft.techniques = (
        tuple(dict.fromkeys(term for reading in found for term in reading[i])) for i in range(3)
    )


def year(value: Any) -> int | None:
    """A year, or None for what is empty or no number; 0 stands for unknown in these files."""
    text = said(value)
    if re.fullmatch(r"-?\d{1,4}", text):
        return int(text) or None
    return None


# ------------------------------------------------------------------ makers

_SCALE: Final = {t.en: t.id for t in terms.attribution_scale() if t.id != "300404264"} | {
    "school": "300404284",
    "copy after": "300404286",
    "imitator of": "300404288",
    "in the style of": "300404285",
    "in the manner of": "300404288",
    "possibly": "300404272",
    "probably": "300404271",
    "attr. to": "300404269",
    "归于": "300404269",
    "传": "300404269",
    "仿": "300404286",
    "摹": "300404287",
}
_PREFIX: Final = re.compile(
    rf"(?i)\s*({'|'.join(map(re.escape, sorted(_SCALE, key=len, reverse=True)))})[\s:：]+(?=\S)"
)
# Who brought a work out did not make it: such a person stands under his role, not as an author.
NOT_MAKERS: Final = frozenset({"publisher", "publishers", "retailer", "editor", "sitter", "patron"})


def opinion(name: str, role: str = "") -> tuple[str, str, str]:
    """(name, term of the scale, role) from a maker as written and his role.

    "Follower of Rembrandt" → ("Rembrandt", the term of followers, ""). A bare name is autograph.
    """
    plain = role.strip().lower()
    if plain in _SCALE:
        return name, _SCALE[plain], ""
    if plain in NOT_MAKERS:
        return name, plain[:16], role[:60]
    match = _PREFIX.match(name)
    if match:
        return name[match.end() :].strip(), _SCALE[match[1].lower()], role[:60]
    return name, "autograph", role[:60]


def life_year(value: Any) -> tuple[str, int | None]:
    """(EDTF, year) of a birth or death; 1 January stands for the whole year."""
    match = re.match(r"\s*(\d{4})(-\d\d-\d\d)?", said(value))
    if not match:
        return "", None
    day = match[2] or ""
    edtf = match[1] if day in ("", "-01-01") else match[1] + day
    bounds = edtf_bounds(edtf)
    return (edtf, bounds.year_from) if bounds else ("", None)


def make_maker(
    *, name: str, key: str = "", role: str = "", as_written: str = "", **known: Any
) -> Maker | None:
    """A maker; None for an empty name. Without an id of the source the exact name is the key."""
    bare, term, kept_role = opinion(one_line(name), one_line(role))
    if not bare:
        return None
    bare = bare[:300]
    return Maker(
        key=(key or f"name:{bare}")[:200],
        name=bare,
        as_written=(as_written or one_line(f"{role} {name}" if not kept_role else name))[:300],
        term=term,
        role=kept_role,
        **known,
    )


def put_makers(draft: WorkDraft, makers: Iterable[Maker | None]) -> None:
    """Keep each maker once for each opinion."""
    kept = {(m.key, m.term, m.role): m for m in makers if m is not None}
    draft.makers = list(kept.values())


# ------------------------------------------------------------------ inscriptions

_MARKED: Final = re.compile(r"\[([A-Z][A-Za-z ,/]+)\]\s*(?:([A-Z][^:;\[\]]{2,118}):\s)?")
_KINDS: Final = {"signature": InscriptionKind.SIGNATURE, "inscription": InscriptionKind.INSCRIPTION}


def read_inscriptions(text: str) -> list[dict[str, Any]]:
    """ "[Signature] Lower right: A Miller; [Number] …" as rows; other texts as one row."""
    marks = list(_MARKED.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        return [_inscription(0, InscriptionKind.INSCRIPTION, "", text)] if text else []
    rows = []
    for i, mark in enumerate(marks[:99]):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        kind = _KINDS.get(mark[1].strip().lower(), InscriptionKind.MARK)
        words = text[mark.end() : end].strip().rstrip(";").strip()
        rows.append(_inscription(i, kind, (mark[2] or "").strip(), words or mark[0].strip()))
    return rows


def _inscription(i: int, kind: str, place: str, text: str) -> dict[str, Any]:
    return {"ref": f"i{i + 1}", "kind": str(kind), "place": place, "text": text, "position": i}
