"""What is known of a work for the gates, gathered in a bounded number of queries.

Reads only. The rules are in engine.gates, what is done about a closed gate in services.gates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, prefetch_related_objects

from artmarket import rulebook
from artmarket.core.clock import db_today
from artmarket.rulebook import rule_of
from catalog.engine import gates as engine
from catalog.engine.provenance import (
    find_gaps,
    is_chinese_text,
    read_document,
    read_record,
)
from catalog.enums import HitState, RelicStatus, SourceKind, TermUse, WorkState
from catalog.material_words import found_in, split_words
from catalog.models import StolenCheck, StolenHit, TitleEvent, TitleShare, Work, WorkPermit
from catalog.provenance_rows import windows_for
from catalog.services import matching
from media.enums import Verdict
from media.models import Likeness

_SPECIES: Final = "catalog.protected_species_terms"
_NOT_MEANT: Final = "catalog.protected_species_not_meant"
_RED_LIST: Final = "catalog.red_list_hint"


def rules_in_force() -> engine.Rules:
    """The values and versions of every rule that a gate may cite, as they are today."""
    found = {rule: rulebook.find(rule) for rule in engine.RULES}
    return engine.Rules(
        acts=found["catalog.gates_of_acts"].value,
        points={r: v.value for r, v in found.items() if r.startswith("catalog.objectid_")},
        rights=found["catalog.relic_status_rights"].value,
        lawful_sources=frozenset(found["catalog.relic_source_kinds"].value),
        versions={rule: version.number for rule, version in found.items()},
    )


def facts_of(work: Work) -> engine.Facts:
    """Everything that the gates ask of a work."""
    prefetch_related_objects(
        [work], "work_terms__term", "parts", "photos", "inscriptions",
        "attributions__artist__names",
    )  # fmt: skip
    stolen = _stolen(work)
    pairs = _pairs(work)
    materials = [t for t in work.work_terms.all() if t.use == TermUse.MATERIAL]
    shares = TitleShare.objects.filter(work=work, to_event__isnull=True)
    return engine.Facts(
        score=work.objectid_score,
        stolen_compared=stolen.compared,
        stolen_open=stolen.open,
        stolen_same=stolen.same,
        pairs_open=pairs.get("open", ()),
        pairs_same=pairs.get("same", ()),
        pairs_stolen=pairs.get("stolen", ()),
        relic_status=work.relic_status,
        relic_basis=_relic_basis(work),
        permits=_permits(work),
        materials_known=bool(materials or work.medium_text.strip()),
        species=species_in(work),
        red_list=_red_list(work),
        flags=provenance_flags(work),
        source_kind=work.source_kind,
        holders=shares.count(),
        title_waiting=TitleEvent.objects.filter(work=work, checked_at__isnull=True).exists(),
        is_destroyed=work.is_destroyed,
    )


def _relic_basis(work: Work) -> tuple[str, ...]:
    """What a decision on the status rested on: the day of it, and the years of the work."""
    decided: Any = work.relic_decided_at
    return (
        decided.isoformat() if decided else "",
        "" if work.year_from is None else str(work.year_from),
        "" if work.year_to is None else str(work.year_to),
    )


@dataclass(frozen=True, slots=True)
class _Stolen:
    compared: bool
    open: tuple[int, ...] = ()
    same: tuple[int, ...] = ()


def _stolen(work: Work) -> _Stolen:
    """Whether the comparison is up to date, and the hits that nobody has put aside."""
    changes = matching.changes_so_far()
    if not changes:
        return _Stolen(compared=True)
    rows = StolenHit.objects.filter(work=work, entry__list__ended_at__isnull=True)
    hits = list(rows.values_list("pk", "state"))
    return _Stolen(
        compared=is_compared(work, changes) and matching.pictures_are_compared(work),
        open=tuple(sorted(pk for pk, state in hits if state == HitState.OPEN)),
        same=tuple(sorted(pk for pk, state in hits if state == HitState.SAME)),
    )


def is_compared(work: Work, changes: int) -> bool:
    """Whether the work, as it stands, was compared with the registers as they stand."""
    check = StolenCheck.objects.filter(work=work).first()
    if check is None or check.upto < changes:
        return False
    pairs = matching.entry_pairs([work.pk]).get(work.pk, [])
    return check.digest == matching.words_of(work, pairs).digest


def _pairs(work: Work) -> dict[str, tuple[int, ...]]:
    """Pairs of this work's pictures with other pictures, by what a person says of them."""
    mine = {photo.image_id for photo in work.photos.all()}
    if not mine:
        return {}
    rows = Likeness.objects.filter(
        Q(first__in=mine) | Q(second__in=mine),
        first__stolen_entry=None, second__stolen_entry=None,
        verdict__in=(Verdict.OPEN, Verdict.SAME_WORK, Verdict.STOLEN_PICTURE),
    )  # fmt: skip
    columns = (
        "pk", "verdict", "first_id", "second_id",
        "first__work_photo__work__state", "second__work_photo__work__state",
    )  # fmt: skip
    found: dict[str, list[int]] = {"open": [], "same": [], "stolen": []}
    for pk, verdict, first, second, *states in rows.values_list(*columns):
        if first in mine and second in mine:
            continue
        other = states[1] if first in mine else states[0]
        if verdict == Verdict.OPEN:
            found["open"].append(pk)
        elif verdict == Verdict.STOLEN_PICTURE:
            found["stolen"].append(pk)
        elif other in (WorkState.SUBMITTED, WorkState.REGISTERED):
            found["same"].append(pk)
    return {name: tuple(sorted(pks)) for name, pks in found.items()}


def _permits(work: Work) -> tuple[str, ...]:
    """The kinds of permits in force on this day by the database's clock."""
    today = db_today()
    rows = WorkPermit.objects.filter(work=work, ended_at__isnull=True, valid_from__lte=today)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
    return tuple(sorted(set(rows.values_list("kind", flat=True))))


def species_in(work: Work) -> tuple[str, ...]:
    """Codes of the rule book's protected species that the materials name, in its order."""
    value: Mapping[str, int] = rulebook.get(_SPECIES)
    terms = [t.term for t in work.work_terms.all() if t.use == TermUse.MATERIAL]
    ids = {str(term.pk) for term in terms}
    by_term = {code for code, term in value.items() if term and str(term) in ids}
    texts = [work.medium_text, work.features, *(part.description for part in work.parts.all())]
    texts += [words for term in terms for words in (term.zh, term.en)]
    by_words = found_in(texts, _words(_SPECIES, value), not_meant=_not_meant())
    return tuple(code for code in value if code in by_term or code in by_words)


def _red_list(work: Work) -> tuple[str, ...]:
    """Categories of the Red List that an old work may fall under; none once it is no relic."""
    if work.relic_status == RelicStatus.NOT_RELIC:
        return ()
    if work.year_to is not None and work.year_to > rulebook.get("catalog.relic_year_1911"):
        return ()
    texts = [work.title, work.title_en, work.medium_text, work.subject]
    texts += [words for t in work.work_terms.all() for words in (t.term.zh, t.term.en)]
    return found_in(texts, _words(_RED_LIST, rulebook.get(_RED_LIST)))


def _words(rule_id: str, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The words of each code: the labels of the rule in both languages, cut at their commas."""
    labels = rule_of(rule_id).labels
    return {code: split_words(labels[code].zh) + split_words(labels[code].en) for code in codes}


def _not_meant() -> list[str]:
    words = _words(_NOT_MEANT, rulebook.get(_NOT_MEANT))
    return [word for known in words.values() for word in known]


def provenance_flags(work: Work) -> tuple[str, ...]:
    """Open questions of the provenance, as window:reason; none for what its lister made himself."""
    if work.source_kind == SourceKind.OWN_WORK:
        return ()
    text = work.provenance_text
    reading = read_record(text) if is_chinese_text(text) else read_document(text)
    flags = find_gaps(reading.events, windows_for(work))
    return tuple(dict.fromkeys(f"{flag.window or ''}:{flag.reason}" for flag in flags))
