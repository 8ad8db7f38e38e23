"""The words of condition reports, as the rule book has them: codes, labels, scales."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from artmarket import rulebook
from catalog.engine import terms

KINDS: Final = "condition.kinds"
SEVERITIES: Final = "condition.severities"
EXTENTS: Final = "condition.extents"
AGES: Final = "condition.ages"
GRADES: Final = "condition.grades"
REQUIRED: Final = "condition.required_at"
SIGNATURES: Final = "condition.handover_signatures"
IMMUTABLE: Final = "condition.immutable"
VALID: Final = "condition.valid_days"
MOST: Final = "condition.most_findings"
SAME_PLACE: Final = "condition.same_place"

FIELDS: Final[Mapping[str, str]] = {
    "kind": KINDS, "severity": SEVERITIES, "extent": EXTENTS, "age": AGES, "grade": GRADES,
}  # fmt: skip


def codes(rule_id: str) -> tuple[str, ...]:
    """The codes in force, in their order."""
    return tuple(rulebook.get(rule_id))


def words(rule_id: str, code: str) -> str:
    """A code in the reader's language; codes of closed reports may have left the list."""
    label = rulebook.rule_of(rule_id).labels.get(code)
    return rulebook.in_language(label) if label else code


def words_in(rule_id: str, code: str, language: Literal["zh", "en"]) -> str:
    """A code in this language."""
    label = rulebook.rule_of(rule_id).labels.get(code)
    return str(getattr(label, language)) if label else code


def choices(rule_id: str) -> list[tuple[str, str]]:
    """(code, words) for a form."""
    return [(code, words(rule_id, code)) for code in codes(rule_id)]


def concepts(kind: str) -> list[str]:
    """Addresses of a kind of finding in the Art & Architecture Thesaurus; often none."""
    number = rulebook.get("condition.concepts").get(kind)
    return [terms.uri(number)] if number and terms.get(number) else []


def scales() -> dict[str, Sequence[str]]:
    """Severities and extents from least to worst."""
    return {"severity": codes(SEVERITIES), "extent": codes(EXTENTS)}
