"""The rule book read from its TOML files: topics, rules, dated versions.

Pure: no Django, no clock. Reading is strict; everything that is wrong in any file is reported at
once, so that a mistake is found at the start and not by a buyer. The form of the files is
described in docs/rulebook.md.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from artmarket.rulebook.values import TYPES, ValueProblem, read_value

SURENESS: Final = ("A", "B", "C", "M", "project")
OVERRIDABLE: Final = frozenset({"C", "project"})

_ID: Final = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
_FILE_KEYS: Final = frozenset({"topic", "order", "title_zh", "title_en", "rule"})
_RULE_KEYS: Final = frozenset(
    {"id", "title_zh", "title_en", "type", "unit", "min", "max", "labels", "version"}
)
_VERSION_TEXTS: Final = ("source_zh", "source_en", "article_zh", "article_en", "note_zh", "note_en")
_VERSION_KEYS: Final = frozenset(
    {"value", "valid_from", "valid_until", "sureness", *_VERSION_TEXTS}
)


class BookError(ValueError):
    """The files are not a rule book; `problems` are sentences with file and rule."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; an empty pair means that nothing is said."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One value of a rule and the days on which it is in force, both ends included.

    `valid_until` None means without end. `overridden` says that the operator's setting stands
    in place of the value of the book, which is then kept in `book_value`.
    """

    rule_id: str
    number: int
    value: Any
    valid_from: date
    valid_until: date | None
    source: Words
    article: Words
    sureness: str
    note: Words
    overridden: bool = False
    book_value: Any = None

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its versions, oldest first. `labels` names codes that stand in its value."""

    id: str
    topic: str
    title: Words
    type: str
    unit: str
    minimum: Decimal | None
    maximum: Decimal | None
    labels: Mapping[str, Words]
    versions: tuple[RuleVersion, ...]

    def on(self, day: date) -> RuleVersion | None:
        """The version in force on a day, or None: a gap is never bridged."""
        return next((v for v in self.versions if v.in_force(day)), None)

    def within_bounds(self, value: Any) -> bool:
        """Whether a number lies between the least and the greatest sensible value."""
        if self.type not in {"int", "decimal"}:
            return True
        low, high = self.minimum, self.maximum
        return (low is None or value >= low) and (high is None or value <= high)


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    order: int
    title: Words
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All topics in order, and every rule by its id."""

    topics: tuple[Topic, ...]
    rules: Mapping[str, Rule]


def read_book(folder: Path) -> Book:
    """Read every *.toml of a folder. Raises BookError with all problems found."""
    problems: list[str] = []
    topics: list[Topic] = []
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        problems.append(f"{folder.name}: no rule files")
    for path in paths:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(f"{path.name}: {error}")
            continue
        topics.append(_topic(document, _Reporter(path.name, problems)))
    rules: dict[str, Rule] = {}
    for rule in (rule for topic in topics for rule in topic.rules):
        if rule.id in rules:
            problems.append(f"{rule.id}: stands twice")
        rules[rule.id] = rule
    if problems:
        raise BookError(problems)
    return Book(tuple(sorted(topics, key=lambda t: (t.order, t.key))), MappingProxyType(rules))


class _Reporter:
    """Collects problems under a place (file, then rule, then version)."""

    def __init__(self, place: str, problems: list[str]) -> None:
        self.place, self.problems = place, problems

    def say(self, words: str) -> None:
        self.problems.append(f"{self.place}: {words}")

    def at(self, place: str) -> "_Reporter":
        return _Reporter(f"{self.place} {place}", self.problems)

    def text(self, table: Mapping[str, Any], key: str, *, needed: bool = True) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            self.say(f"{key} is missing or not a text")
            return ""
        return value

    def words(self, table: Mapping[str, Any], stem: str, *, needed: bool = True) -> Words:
        zh = self.text(table, f"{stem}_zh", needed=needed)
        en = self.text(table, f"{stem}_en", needed=needed or bool(zh))
        if en and not zh:
            self.say(f"{stem}_en without {stem}_zh")
        return Words(zh, en)

    def known(self, table: Mapping[str, Any], keys: frozenset[str]) -> None:
        for key in sorted(table.keys() - keys):
            self.say(f"unknown key {key}")


def _topic(document: dict[str, Any], report: _Reporter) -> Topic:
    report.known(document, _FILE_KEYS)
    key = report.text(document, "topic")
    order = document.get("order")
    if not isinstance(order, int):
        report.say("order is missing or not a whole number")
        order = 0
    tables = document.get("rule")
    if not isinstance(tables, list) or not tables:
        report.say("no rules")
        tables = []
    rules = [_rule(table, key, report) for table in tables if isinstance(table, dict)]
    return Topic(key, order, report.words(document, "title"), tuple(rules))


def _rule(table: dict[str, Any], topic: str, report: _Reporter) -> Rule:
    rule_id = report.text(table, "id")
    report = report.at(rule_id or "(rule without id)")
    report.known(table, _RULE_KEYS)
    if not _ID.fullmatch(rule_id):
        report.say("id is not of the form topic.name")
    kind = table.get("type")
    if kind not in TYPES:
        report.say(f"type is none of {', '.join(TYPES)}")
        kind = "text"
    tables = table.get("version")
    if not isinstance(tables, list) or not tables:
        report.say("no versions")
        tables = []
    versions = [_version(t, rule_id, kind, report) for t in tables if isinstance(t, dict)]
    ordered = sorted((v for v in versions if v), key=lambda v: v.valid_from)
    rule = Rule(
        id=rule_id,
        topic=topic,
        title=report.words(table, "title"),
        type=kind,
        unit=report.text(table, "unit", needed=False),
        minimum=_bound(table, "min", report),
        maximum=_bound(table, "max", report),
        labels=_labels(table.get("labels", {}), report),
        versions=tuple(_numbered(ordered)),
    )
    _check_versions(rule, report)
    return rule


def _version(
    table: dict[str, Any], rule_id: str, kind: str, report: _Reporter
) -> RuleVersion | None:
    start, end = table.get("valid_from"), table.get("valid_until")
    report = report.at(f"({start})")
    report.known(table, _VERSION_KEYS)
    if not isinstance(start, date) or not _is_day(start) or not (end is None or _is_day(end)):
        report.say("valid_from or valid_until is not a date")
        return None
    if end is not None and end < start:
        report.say("valid_until lies before valid_from")
    if table.get("sureness") not in SURENESS:
        report.say(f"sureness is none of {', '.join(SURENESS)}")
    try:
        value = read_value(table.get("value"), kind)
    except ValueProblem as problem:
        report.say(f"value is {problem}")
        return None
    return RuleVersion(
        rule_id=rule_id,
        number=0,
        value=value,
        valid_from=start,
        valid_until=end,
        source=report.words(table, "source"),
        article=report.words(table, "article", needed=False),
        sureness=str(table.get("sureness")),
        note=report.words(table, "note", needed=False),
    )


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _numbered(versions: list[RuleVersion]) -> Iterator[RuleVersion]:
    for number, version in enumerate(versions, start=1):
        yield replace(version, number=number)


def _check_versions(rule: Rule, report: _Reporter) -> None:
    for earlier, later in zip(rule.versions, rule.versions[1:], strict=False):
        if earlier.valid_until is None or earlier.valid_until >= later.valid_from:
            report.say(f"versions of {earlier.valid_from} and {later.valid_from} overlap")
    for version in rule.versions:
        if not rule.within_bounds(version.value):
            report.say(f"value {version.value} lies outside min and max")


def _bound(table: Mapping[str, Any], key: str, report: _Reporter) -> Decimal | None:
    raw = table.get(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int):
        report.say(f"{key} is not a whole number")
        return None
    return Decimal(raw)


def _labels(raw: object, report: _Reporter) -> Mapping[str, Words]:
    labels: dict[str, Words] = {}
    for code, pair in raw.items() if isinstance(raw, dict) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(t, str) for t in pair):
            labels[code] = Words(*pair)
        else:
            report.say(f"label of {code} is not a pair of texts")
    return MappingProxyType(labels)
