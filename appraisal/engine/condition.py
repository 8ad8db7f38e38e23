"""What an examination finds on a work, and what changed between two of them.

A finding is matched with one of the other report by kind and by the part of the picture that both
cover; what has no partner is new or gone. Comparing the other way round swaps new and gone and
nothing else. Words, and the order of severities, are the caller's. Pure. Registry rules, section 8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from appraisal.engine.regions import Region, overlap, read_selector, selector

COMPARED: Final = ("severity", "extent", "note", "note_en")
NEARLY_ALL: Final = 0.9
ANNOTATION_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_MEMBERS: Final = frozenset(
    {"number", "kind", "severity", "extent", "age", "note", "note_en", "picture", "view", "region"}
)

Spread = Literal["same", "larger", "smaller", "moved"]


class NotAFinding(ValueError):
    """JSON that does not hold exactly what a finding has."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a report.

    `number` is what is drawn beside it; `picture` names the photograph and `view` what that shows;
    without `region` the finding is about the whole thing, and both are empty.
    """

    number: int
    kind: str
    severity: str
    extent: str
    age: str
    note: str = ""
    note_en: str = ""
    picture: str = ""
    view: str = ""
    region: Region | None = None

    def __post_init__(self) -> None:
        if (self.region is None) != (not self.picture):
            raise NotAFinding("a region is on a picture, and only a region is")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `step` is how far it went towards the worse end of its scale."""

    field: str
    before: str
    after: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """The same finding in both reports; `spread` says how its region went."""

    before: Finding
    after: Finding
    spread: Spread
    differences: tuple[Difference, ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.spread != "same" or bool(self.differences)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports side by side: what is in both, only in the later, only in the earlier."""

    matches: tuple[Match, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]

    @property
    def changed(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if match.is_changed)

    @property
    def unchanged(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if not match.is_changed)

    @property
    def is_same(self) -> bool:
        return not (self.changed or self.new or self.gone)


# ------------------------------------------------------------------ JSON


def finding_json(finding: Finding) -> dict[str, Any]:
    """The finding as it stands in a report's canonical text."""
    return {
        "number": finding.number, "kind": finding.kind, "severity": finding.severity,
        "extent": finding.extent, "age": finding.age, "note": finding.note,
        "note_en": finding.note_en, "picture": finding.picture, "view": finding.view,
        "region": selector(finding.region) if finding.region else None,
    }  # fmt: skip


def read_finding(value: object) -> Finding:
    """The finding of a report's text. Raises `NotAFinding`, `RegionProblem`."""
    if not isinstance(value, Mapping) or value.keys() != _MEMBERS:
        raise NotAFinding("not the members of a finding")
    words = {name: value[name] for name in _MEMBERS - {"number", "region"}}
    number = value["number"]
    if not all(isinstance(word, str) for word in words.values()):
        raise NotAFinding("the words of a finding are text")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise NotAFinding("findings are numbered from one")
    region = value["region"]
    return Finding(number, region=None if region is None else read_selector(region), **words)


def annotation(
    finding: Finding,
    *,
    address: str,
    source: str,
    labels: Sequence[tuple[str, str]],
    concepts: Sequence[str] = (),
) -> dict[str, Any]:
    """The finding as a W3C Web Annotation.

    Args:
        address: the annotation's own; source: of the picture, or of the work without a region.
        labels: (language, words) of the kind with its severity and extent.
        concepts: addresses of the kind in a thesaurus.
    """
    bodies: list[dict[str, Any]] = [
        {"type": "TextualBody", "purpose": "tagging", "language": language, "value": words}
        for language, words in labels
    ]
    bodies += [
        {"type": "SpecificResource", "purpose": "classifying", "source": concept}
        for concept in concepts
    ]
    bodies += [
        {"type": "TextualBody", "purpose": "describing", "language": language, "value": words}
        for language, words in (("zh", finding.note), ("en", finding.note_en))
        if words
    ]
    target: Any = source
    if finding.region:
        target = {
            "type": "SpecificResource",
            "source": source,
            "selector": selector(finding.region),
        }
    return {
        "id": address, "type": "Annotation", "motivation": "describing", "body": bodies,
        "target": target,
    }  # fmt: skip


# ------------------------------------------------------------------ comparison


def compare(
    before: Sequence[Finding],
    after: Sequence[Finding],
    *,
    least_overlap: int,
    scales: Mapping[str, Sequence[str]] | None = None,
) -> Comparison:
    """What an earlier and a later report have in common, and what not.

    Args:
        least_overlap: per cent of the smaller region that both must cover to be the same finding.
        scales: for "severity" and "extent", the values from least to worst.
    """
    pairs = []
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            likeness = _likeness(one, other, least_overlap)
            if likeness is not None:
                # Ties go by what both say, so that the other way round has the same winners.
                texts = sorted((_text(one), _text(other)))
                pairs.append(((*(-part for part in likeness), *texts), i, j))
    pairs.sort()
    left, right = set(range(len(before))), set(range(len(after)))
    matches = []
    for _key, i, j in pairs:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            matches.append(_match(before[i], after[j], scales or {}))
    matches.sort(key=lambda match: (match.after.number, match.before.number))
    return Comparison(
        tuple(matches),
        tuple(after[j] for j in sorted(right)),
        tuple(before[i] for i in sorted(left)),
    )


def _likeness(
    one: Finding, other: Finding, least_overlap: int
) -> tuple[float, float, float] | None:
    """How alike two findings are (the more the better); None when they can't be the same."""
    if one.kind != other.kind:
        return None
    alike = float(sum(getattr(one, name) == getattr(other, name) for name in (*COMPARED, "age")))
    if one.region is None or other.region is None:
        return (1.0, 1.0, alike) if one.region is other.region else None
    if one.picture != other.picture and (not one.view or one.view != other.view):
        return None
    joint, of_smaller = overlap(one.region, other.region)
    if of_smaller * 100 < least_overlap or of_smaller == 0:
        return None
    return round(joint, 6), round(of_smaller, 6), alike


def _match(one: Finding, other: Finding, scales: Mapping[str, Sequence[str]]) -> Match:
    differences = []
    for name in COMPARED:
        was, now = getattr(one, name), getattr(other, name)
        if was != now:
            scale = list(scales.get(name, ()))
            step = scale.index(now) - scale.index(was) if {was, now} <= set(scale) else 0
            differences.append(Difference(name, was, now, step))
    return Match(one, other, _spread(one.region, other.region), tuple(differences))


def _spread(one: Region | None, other: Region | None) -> Spread:
    if one is None or other is None:
        return "same"
    joint, of_smaller = overlap(one, other)
    if joint >= NEARLY_ALL:
        return "same"
    if of_smaller >= NEARLY_ALL:
        return "larger" if other.double_area > one.double_area else "smaller"
    return "moved"


def _text(finding: Finding) -> str:
    values = finding_json(finding)
    del values["number"]
    return repr(sorted(values.items()))
