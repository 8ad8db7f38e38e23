"""Write what describes a work. Used inside other services' transactions; opens none of its own.

The caller holds the work's lock, has checked the permission, and records the event.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.errors import Invalid, WrongState
from catalog.completeness import assess_work
from catalog.engine.dates import read_date
from catalog.engine.dimensions import from_columns
from catalog.engine.relic import RelicLimits, screen
from catalog.enums import AttributionStatus, InscriptionKind, Living, SealStyle, TermUse
from catalog.models import Dimension, Inscription, Term, Work, WorkTerm

TEXT_FIELDS = (
    "form", "title", "title_en", "subject", "description", "description_en", "medium_text",
    "features", "features_none_reason", "date_text", "dimensions_text", "place_made", "credit",
    "provenance_text", "source_kind", "source_note",
)  # fmt: skip
_REF = re.compile(r"[-\w]{1,20}", re.ASCII)
UNKNOWN_ALLOWED = ("materials", "title", "subject", "date", "maker")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement as a person gives it: name, decimal text, unit, part of the object."""

    dimension: str
    value: str
    unit: str = "cm"
    part: str = ""


@dataclass(frozen=True, slots=True)
class InscriptionInput:
    """One signature, inscription or seal as a person gives it."""

    kind: str
    text: str = ""
    is_unreadable: bool = False
    style: str = ""
    place: str = ""
    ref: str = ""
    date_text: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What to write; None leaves a part as it is, an empty list empties it.

    `texts` maps field names of TEXT_FIELDS to text; `unknown` maps an Object ID category to the
    reason why it is not known.
    """

    texts: dict[str, str] = field(default_factory=dict)
    types: Sequence[str] | None = None
    materials: Sequence[str] | None = None
    techniques: Sequence[str] | None = None
    measures: Sequence[Measure] | None = None
    inscriptions: Sequence[InscriptionInput] | None = None
    no_inscriptions: bool | None = None
    unknown: dict[str, str] | None = None


def check_version(work: Work, version: int | None) -> None:
    """Two tabs can't overwrite each other: the version the form was opened with must stand."""
    if version is not None and version != work.version:
        raise WrongState(
            _("这件作品在别处刚被改过，你的修改没有保存。"),
            code="stale",
            hint=_("请另开一页看看最新内容，再把你的修改补上。"),
        )


def write_description(work: Work, description: Description) -> None:
    """Write fields and parts, derive dates, bounds, relic proposal and score, bump the version.

    Raises `Invalid` with words per field; nothing is written then (the caller's transaction
    rolls back).
    """
    errors: dict[str, Any] = {}
    _write_texts(work, description, errors)
    _write_terms(work, description, errors)
    _write_measures(work, description.measures, errors)
    _write_inscriptions(work, description, errors)
    if errors:
        raise Invalid(fields=errors)
    _derive_date(work)
    work.version += 1
    work.updated_at = Now()
    work.save()
    refresh_score(work)


def refresh_score(work: Work) -> None:
    """Store the completeness, and what the relic screen proposes, as they now are."""
    work.objectid_score = assess_work(work).score
    _propose_relic(work)
    work.save(update_fields=["objectid_score", "relic_proposed"])
    work.refresh_from_db()


def _write_texts(work: Work, description: Description, errors: dict[str, Any]) -> None:
    for name, text in description.texts.items():
        if name not in TEXT_FIELDS:
            raise ValueError(f"not a text field of a work: {name}")
        model_field: Any = Work._meta.get_field(name)
        cleaned = text.replace("\x00", "")
        limit = getattr(model_field, "max_length", None)
        if name == "provenance_text":  # the curator's text is kept byte for byte
            limit = rulebook.get("catalog.provenance_longest")
        else:
            cleaned = cleaned.strip()
        if limit and len(cleaned) > limit:
            errors[name] = _("最多%(limit)d个字，现在有%(length)d个。") % {
                "limit": limit,
                "length": len(cleaned),
            }
        elif model_field.choices and cleaned not in dict(model_field.choices):
            errors[name] = _("请从列表中选择。")
        else:
            setattr(work, name, cleaned)
    if description.no_inscriptions is not None:
        work.no_inscriptions = description.no_inscriptions
    if description.unknown is not None:
        work.unknown_reasons = {
            key: reason.strip()[:300]
            for key, reason in description.unknown.items()
            if key in UNKNOWN_ALLOWED and reason.strip()
        }


def _write_terms(work: Work, description: Description, errors: dict[str, Any]) -> None:
    wanted = {
        TermUse.TYPE: description.types,
        TermUse.MATERIAL: description.materials,
        TermUse.TECHNIQUE: description.techniques,
    }
    for use, ids in wanted.items():
        if ids is None:
            continue
        ids = list(dict.fromkeys(ids))
        category = "work-type" if use == TermUse.TYPE else use.value
        known = set(Term.objects.filter(pk__in=ids, category=category).values_list("pk", flat=True))
        if len(known) != len(ids):
            errors[use.value] = _("请从词表中选择。")
            continue
        work.work_terms.filter(use=use).delete()
        WorkTerm.objects.bulk_create(
            WorkTerm(work=work, term_id=pk, use=use, position=i) for i, pk in enumerate(ids)
        )


def _write_measures(work: Work, measures: Sequence[Measure] | None, errors: dict[str, Any]) -> None:
    if measures is None:
        return
    rows = []
    for position, measure in enumerate(measures):
        try:
            value = Decimal(measure.value.strip())
        except InvalidOperation:
            errors[measure.dimension] = _("请填写数字，例如68.5。")
            continue
        if not value.is_finite() or not 0 < value < 1_000_000 or value != round(value, 4):
            errors[measure.dimension] = _("请填写大于零的数，最多四位小数。")
            continue
        read = from_columns({measure.dimension: value}, measure.unit)
        if not read:
            errors[measure.dimension] = _("单位用毫米、厘米、米或英寸。")
            continue
        rows.append(
            Dimension(
                work=work,
                part=measure.part,
                dimension=measure.dimension,
                value=value,
                unit=measure.unit,
                mm=read[0].mm,
                position=position,
            )
        )
    if errors:
        return
    work.dimensions.all().delete()
    Dimension.objects.bulk_create(rows)


def _write_inscriptions(work: Work, description: Description, errors: dict[str, Any]) -> None:
    if description.inscriptions is None:
        return
    if description.inscriptions and description.no_inscriptions:
        errors["no_inscriptions"] = _("已经填写了款识，就不能再选“没有”。")
        return
    if fault := _fault_of(description.inscriptions):
        errors["inscriptions"] = fault
        return
    taken = {i.ref for i in description.inscriptions if i.ref}
    rows = []
    for position, given in enumerate(description.inscriptions):
        ref = given.ref or _free_ref(given.kind, taken)
        taken.add(ref)
        rows.append(
            Inscription(
                work=work,
                ref=ref,
                kind=given.kind,
                style=given.style,
                place=given.place[:120],
                text=given.text.strip(),
                is_unreadable=given.is_unreadable,
                date_text=given.date_text[:120],
                reader=given.reader[:120],
                position=position,
            )
        )
    work.inscriptions.all().delete()
    Inscription.objects.bulk_create(rows)


def _fault_of(inscriptions: Sequence[InscriptionInput]) -> Any:
    """What is wrong with the list, or nothing: kinds and styles of the lists, one ref each."""
    refs = [i.ref for i in inscriptions if i.ref]
    if len(refs) != len(set(refs)) or not all(_REF.fullmatch(ref) for ref in refs):
        return _("款识的代号只用字母、数字、连字符和下划线，最多20个，不能重复。")
    for given in inscriptions:
        if given.kind not in InscriptionKind.values or given.style not in ("", *SealStyle.values):
            return _("款识的种类和印文请从列表中选择。")
        words = (given.text, given.place, given.date_text, given.reader)
        if any("\x00" in text for text in words):
            return _("款识里有不能保存的字符。")
    return None


def _free_ref(kind: str, taken: set[str]) -> str:
    stem = "seal" if "seal" in kind else "sign" if kind == "signature" else "text"
    return next(ref for i in range(1, 1000) if (ref := f"{stem}-{i}") not in taken)


def _derive_date(work: Work) -> None:
    reading = read_date(work.date_text) if work.date_text else None
    work.date_edtf = (reading.edtf or "") if reading else ""
    work.year_from = reading.year_from if reading and reading.edtf else None
    work.year_to = reading.year_to if reading and reading.edtf else None


def _propose_relic(work: Work) -> None:
    limits = RelicLimits(
        no_export_until=rulebook.get("catalog.relic_year_1911"),
        relic_until=rulebook.get("catalog.relic_year_1949"),
        minority_until=rulebook.get("catalog.relic_year_minority_1966"),
    )
    proposal = screen(
        year_from=work.year_from,
        year_to=work.year_to,
        # The list of deceased masters is not at hand; a living maker cannot stand on it.
        maker_deceased_listed=False if _maker_lives(work) else None,
        ethnic_minority=None,
        limits=limits,
    )
    work.relic_proposed = proposal.proposed


def _maker_lives(work: Work) -> bool:
    return work.attributions.filter(
        status=AttributionStatus.CURRENT, artist__living=Living.YES
    ).exists()
