"""The rule book: every limit of the domain as dated data, with source, article and sureness.

`get` gives the value in force on a day, `find` the version, `cite` what a refusal shows. A day
without a version is an error, never the nearest version. Engineering limits are settings.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import today
from artmarket.core.errors import DomainError
from artmarket.rulebook.book import OVERRIDABLE, Book, Rule, RuleVersion, Words, read_book
from artmarket.rulebook.values import ValueProblem, read_value, same_shape

__all__ = [
    "Citation",
    "RuleNotInForce",
    "UnknownRule",
    "book",
    "cite",
    "find",
    "get",
    "in_language",
    "override_problems",
]

DATA_DIR = Path(__file__).parent / "data"


class UnknownRule(LookupError):
    """No rule has this id: a mistake of the program, not of its user."""


class RuleNotInForce(DomainError):
    """No version of the rule is in force on that day, so nothing can be decided by it."""

    code = "rule_not_in_force"
    message = _("规则书里没有当天有效的版本，这一步不能办理。")
    hint = _("请联系平台管理员补录规则。")


@dataclass(frozen=True, slots=True)
class Citation:
    """A rule as a refusal or a page cites it, in the reader's language."""

    rule_id: str
    title: str
    source: str
    article: str
    version: int
    valid_from: date
    url: str

    @property
    def place(self) -> str:
        """Source and article as one: 《文物保护法》第六十八条, in English with a comma."""
        return in_place(self.source, self.article)


@cache
def book() -> Book:
    """The whole book, read once a process. Raises `book.BookError` when a file is wrong."""
    return read_book(DATA_DIR)


def get(rule_id: str, *, on: date | None = None) -> Any:
    """The value of a rule in force on a day (today in Shanghai when not given).

    Returns int, Decimal, date, bool, str, tuple or read-only mapping, by the rule's type.
    Raises UnknownRule, RuleNotInForce.
    """
    return find(rule_id, on=on).value


def find(rule_id: str, *, on: date | None = None) -> RuleVersion:
    """The version in force on a day, with the operator's override where one is allowed.

    Raises UnknownRule, RuleNotInForce; ImproperlyConfigured when the override is of another type.
    """
    rule = rule_of(rule_id)
    day = on or today()
    version = rule.on(day)
    if version is None:
        raise RuleNotInForce(rule=rule_id, day=day.isoformat())
    return overridden(rule, version)


def rule_of(rule_id: str) -> Rule:
    """The rule with all its versions. Raises UnknownRule."""
    try:
        return book().rules[rule_id]
    except KeyError:
        raise UnknownRule(rule_id) from None


def overridden(rule: Rule, version: RuleVersion) -> RuleVersion:
    """The version with the value of `settings.RULE_OVERRIDES` in it, if it may be overridden."""
    if rule.id not in settings.RULE_OVERRIDES or version.sureness not in OVERRIDABLE:
        return version
    try:
        value = _override(rule, version)
    except ValueProblem as problem:
        raise ImproperlyConfigured(f"RULE_OVERRIDES: {rule.id} {problem}") from problem
    return replace(version, value=value, overridden=True, book_value=version.value)


def cite(rule_id: str, *, on: date | None = None) -> Citation:
    """What a page or refusal says of a rule: title, source, article, version, address."""
    rule, version = rule_of(rule_id), find(rule_id, on=on)
    return Citation(
        rule_id=rule_id,
        title=in_language(rule.title),
        source=in_language(version.source),
        article=in_language(version.article),
        version=version.number,
        valid_from=version.valid_from,
        url=reverse("rulebook:rule", args=[rule_id]),
    )


def in_language(words: Words) -> str:
    """The half of a pair that the reader reads."""
    return words.en if (get_language() or "").startswith("en") else words.zh


def in_place(source: str, article: str) -> str:
    """A source with its article, joined as the reader's language does."""
    separator = ", " if (get_language() or "").startswith("en") else ""
    return separator.join(filter(None, (source, article)))


def override_problems() -> list[str]:
    """Everything that is wrong in `settings.RULE_OVERRIDES`, as sentences."""
    overrides = settings.RULE_OVERRIDES
    if not isinstance(overrides, dict):
        return ["RULE_OVERRIDES is not a JSON object"]
    problems = []
    for rule_id in overrides:
        rule = book().rules.get(rule_id)
        open_versions = [v for v in rule.versions if v.sureness in OVERRIDABLE] if rule else []
        if rule is None:
            problems.append(f"RULE_OVERRIDES: no rule is called {rule_id}")
        elif not open_versions:
            problems.append(f"RULE_OVERRIDES: {rule_id} is not marked C or project")
        else:
            problems += _problems_of(rule, open_versions)
    return problems


def _problems_of(rule: Rule, versions: list[RuleVersion]) -> list[str]:
    problems = []
    for version in versions:
        try:
            _override(rule, version)
        except ValueProblem as problem:
            problems.append(f"RULE_OVERRIDES: {rule.id} {problem}")
    return problems


def _override(rule: Rule, version: RuleVersion) -> Any:
    value = read_value(settings.RULE_OVERRIDES[rule.id], rule.type)
    if not same_shape(value, version.value):
        raise ValueProblem("has another shape than the value of the book")
    if not rule.within_bounds(value):
        raise ValueProblem("lies outside the least and greatest sensible value")
    return value
