"""The gates that stand before an act upon a work: certify, sell, list, pledge, lend, export.

Each gate returns pass, review or block with a reason code and the rule that says so; what is not
known blocks. A review that the competent office has cleared passes until the facts it was cleared
for change. Values and versions of rules are passed in. Registry rules, section 9.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Act = Literal["certify", "sell", "list", "pledge", "lend", "export"]
Outcome = Literal["pass", "review", "block"]
Office = Literal["registrar", "bureau"]

ACTS: Final[tuple[str, ...]] = ("certify", "sell", "list", "pledge", "lend", "export")
GATES: Final[tuple[str, ...]] = (
    "object_id", "relic", "stolen", "pictures", "source", "title", "destroyed", "species",
    "red_list", "provenance",
)  # fmt: skip
ADVISORY: Final = frozenset({"red_list", "provenance"})
"""Gates that ask for research and never close an act."""

_RANK: Final[Mapping[str, int]] = {"pass": 0, "review": 1, "block": 2}
_COLUMN: Final[Mapping[str, str]] = {
    "sell": "offer", "list": "offer", "pledge": "pledge", "export": "foreign_buyer",
}  # fmt: skip
_POINTS: Final[Mapping[str, str]] = {
    "certify": "catalog.objectid_threshold_certify",
    "sell": "catalog.objectid_threshold_sell",
    "list": "catalog.objectid_threshold_sell",
    "pledge": "catalog.objectid_threshold_pledge",
}
_RANKED: Final = ("precious", "no_export")
RULES: Final[tuple[str, ...]] = (
    *dict.fromkeys(_POINTS.values()),
    "catalog.relic_status_rights", "catalog.relic_status_unknown_blocks",
    "catalog.relic_not_tradable", "catalog.relic_export_permit",
    "catalog.relic_no_export_not_to_foreigners", "catalog.stolen_compared",
    "catalog.duplicate_pictures_review", "catalog.relic_source_kinds", "catalog.title_two_checks",
    "catalog.gates_of_acts", "catalog.protected_species_permit", "catalog.red_list_hint",
    "catalog.provenance_windows",
)  # fmt: skip
"""Every rule that a gate may cite."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Values of the rule book: gates by act, points by rule, rights by status, lawful sources,
    and the version in force of every rule cited."""

    acts: Mapping[str, Sequence[str]]
    points: Mapping[str, int]
    rights: Mapping[str, Mapping[str, str]]
    lawful_sources: frozenset[str]
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a work. The defaults are what nobody knows, and do not pass.

    `stolen_*`, `pairs_*` hold keys of what a person judges; `permits` the kinds in force;
    `relic_basis` what the status rests on; `species` codes found in the materials; `flags` open
    questions of the provenance; `holders` the number of holders of title.
    """

    score: int = 0
    stolen_compared: bool = False
    stolen_open: tuple[int, ...] = ()
    stolen_same: tuple[int, ...] = ()
    pairs_open: tuple[int, ...] = ()
    pairs_same: tuple[int, ...] = ()
    pairs_stolen: tuple[int, ...] = ()
    relic_status: str = "unknown"
    relic_basis: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    materials_known: bool = False
    species: tuple[str, ...] = ()
    red_list: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    source_kind: str = "unknown"
    holders: int = 0
    title_waiting: bool = False
    is_destroyed: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one gate says of one act; `facts` are what it rests on and `digest` binds them."""

    act: str
    gate: str
    outcome: Outcome
    code: str
    rule: str
    version: int
    facts: tuple[str, ...] = ()
    office: Office | None = None
    is_cleared: bool = False

    @property
    def is_advisory(self) -> bool:
        return self.gate in ADVISORY

    @property
    def closes(self) -> bool:
        """Whether it keeps the act from being done."""
        return self.outcome != "pass" and not self.is_advisory

    @property
    def digest(self) -> str:
        """SHA-256 of everything a clearance is given for, in hexadecimal."""
        said = [self.act, self.gate, self.code, self.rule, self.version, list(self.facts)]
        text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def judge(
    act: str, facts: Facts, rules: Rules, *, cleared: Collection[str] = frozenset()
) -> tuple[Result, ...]:
    """What every gate before an act says, in the order of the rule book.

    Args:
        act: one of ACTS.
        facts: what is known of the work.
        rules: values of the rule book.
        cleared: digests of clearances given for this work.
    Raises:
        ValueError: the rule book names no gates for the act, or a gate that does not exist.
    """
    if act not in rules.acts:
        raise ValueError(f"no gates are laid down for {act}")
    results = []
    for gate in rules.acts[act]:
        if gate not in _JUDGES:
            raise ValueError(f"no such gate: {gate}")
        result = _JUDGES[gate](act, facts, rules)
        if result.outcome == "review" and result.office and result.digest in cleared:
            result = replace(result, outcome="pass", is_cleared=True)
        results.append(result)
    return tuple(results)


def combined(results: Collection[Result]) -> Outcome:
    """The worst that a gate which may close says; advisory gates never count."""
    worst: Outcome = "pass"
    for result in results:
        if result.closes and _RANK[result.outcome] > _RANK[worst]:
            worst = result.outcome
    return worst


def _say(
    act: str, gate: str, outcome: Outcome, code: str, rule: str, rules: Rules,
    facts: tuple[str, ...] = (), office: Office | None = None,
) -> Result:  # fmt: skip
    return Result(act, gate, outcome, code, rule, rules.versions[rule], facts, office)


def _keys(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(number) for number in sorted(numbers))


def _object_id(act: str, facts: Facts, rules: Rules) -> Result:
    rule = _POINTS.get(act, "catalog.objectid_threshold_certify")
    done = (str(facts.score), str(rules.points[rule]))
    if facts.score < rules.points[rule]:
        return _say(act, "object_id", "block", "incomplete", rule, rules, done)
    return _say(act, "object_id", "pass", "complete", rule, rules, done)


def _stolen(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.stolen_compared"
    if facts.stolen_same:
        known = _keys(facts.stolen_same)
        return _say(act, "stolen", "block", "stolen_same", rule, rules, known)
    if not facts.stolen_compared:
        return _say(act, "stolen", "block", "stolen_not_compared", rule, rules)
    if facts.stolen_open:
        known = _keys(facts.stolen_open)
        return _say(act, "stolen", "review", "stolen_match", rule, rules, known)
    return _say(act, "stolen", "pass", "no_match", rule, rules)


def _pictures(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.duplicate_pictures_review"
    if facts.pairs_open:
        known = _keys(facts.pairs_open)
        return _say(act, "pictures", "review", "pictures_alike", rule, rules, known)
    for code, pairs in (
        ("registered_twice", facts.pairs_same), ("picture_of_another", facts.pairs_stolen),
    ):  # fmt: skip
        if pairs:
            return _say(act, "pictures", "review", code, rule, rules, _keys(pairs), "registrar")
    return _say(act, "pictures", "pass", "no_pair", rule, rules)


def _source(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.relic_source_kinds"
    kind = (facts.source_kind,)
    if facts.source_kind == "own_work" or facts.source_kind in rules.lawful_sources:
        return _say(act, "source", "pass", "lawful", rule, rules, kind)
    return _say(act, "source", "block", "source_unknown", rule, rules, kind)


def _title(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.title_two_checks"
    if facts.title_waiting:
        return _say(act, "title", "block", "title_waiting", rule, rules)
    if not facts.holders:
        return _say(act, "title", "block", "no_holder", rule, rules)
    return _say(act, "title", "pass", "clear", rule, rules)


def _destroyed(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.gates_of_acts"
    if facts.is_destroyed:
        return _say(act, "destroyed", "block", "destroyed", rule, rules)
    return _say(act, "destroyed", "pass", "exists", rule, rules)


def _relic(act: str, facts: Facts, rules: Rules) -> Result:
    status = facts.relic_status
    known = (status, *facts.relic_basis)
    if status not in rules.rights or status == "unknown":
        rule = "catalog.relic_status_unknown_blocks"
        return _say(act, "relic", "block", "relic_status_unknown", rule, rules, known)
    # An act that the table does not speak of needs the status to be known, and no more.
    right = rules.rights[status].get(_COLUMN[act], "blocked") if act in _COLUMN else "yes"
    rule = _relic_rule(act, status)
    if right == "yes":
        return _say(act, "relic", "pass", "relic_free", rule, rules, known)
    if right == "export_permit":
        if "export" in facts.permits:
            return _say(act, "relic", "pass", "export_permit_held", rule, rules, known)
        return _say(act, "relic", "block", "export_permit_missing", rule, rules, known)
    if right in ("no", "blocked"):
        return _say(act, "relic", "block", "relic_barred", rule, rules, known)
    code = "relic_review"
    if act in ("sell", "list") and status in _RANKED:
        code = "relic_not_tradable"
    return _say(act, "relic", "review", code, rule, rules, (*known, right), "bureau")


def _relic_rule(act: str, status: str) -> str:
    if act == "export":
        if status == "no_export":
            return "catalog.relic_no_export_not_to_foreigners"
        return "catalog.relic_export_permit"
    if act in ("sell", "list") and status in _RANKED:
        return "catalog.relic_not_tradable"
    return "catalog.relic_status_rights"


def _species(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.protected_species_permit"
    if not facts.materials_known:
        return _say(act, "species", "block", "materials_unknown", rule, rules)
    if not facts.species:
        return _say(act, "species", "pass", "no_species", rule, rules)
    if "species" in facts.permits:
        return _say(act, "species", "pass", "species_permit_held", rule, rules, facts.species)
    return _say(act, "species", "block", "species_permit_missing", rule, rules, facts.species)


def _red_list(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.red_list_hint"
    if facts.red_list:
        return _say(act, "red_list", "review", "red_list", rule, rules, facts.red_list)
    return _say(act, "red_list", "pass", "not_on_red_list", rule, rules)


def _provenance(act: str, facts: Facts, rules: Rules) -> Result:
    rule = "catalog.provenance_windows"
    if facts.flags:
        return _say(act, "provenance", "review", "provenance_gaps", rule, rules, facts.flags)
    return _say(act, "provenance", "pass", "no_gap", rule, rules)


_JUDGES: Final = {
    "object_id": _object_id, "stolen": _stolen, "pictures": _pictures, "source": _source,
    "title": _title, "destroyed": _destroyed, "relic": _relic, "species": _species,
    "red_list": _red_list, "provenance": _provenance,
}  # fmt: skip
