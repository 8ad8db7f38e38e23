"""Rules as the public page shows them: values in words, versions with their days, sureness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from artmarket import rulebook
from artmarket.core.punctuation import clauses, labelled, listed
from artmarket.rulebook.book import Rule, RuleVersion, Topic, Words

SURENESS_WORDS: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "A": (gettext_lazy("已核原文"), gettext_lazy("读过法律或规范的原文。")),
    "B": (gettext_lazy("二手资料"), gettext_lazy("依据二手资料或较早的文本，原文未读全。")),
    "C": (gettext_lazy("待核"), gettext_lazy("凭一般了解写下，使用前须与原文核对；经营者可以改。")),
    "M": (gettext_lazy("实测"), gettext_lazy("由本平台测量得出。")),
    "project": (
        gettext_lazy("平台自定"),
        gettext_lazy("不是法律规定，由本平台决定；经营者可以改。"),
    ),
}
SURENESS_KIND: Final = {"A": "ok", "B": "info", "C": "warn", "M": "info", "project": "neutral"}
_UNITS: Final = {
    "px": ngettext_lazy("%(n)s像素", "%(n)s像素", "count"),
    "frame": ngettext_lazy("%(n)s帧", "%(n)s帧", "count"),
    "page": ngettext_lazy("%(n)s页", "%(n)s页", "count"),
    "times": ngettext_lazy("%(n)s次", "%(n)s次", "count"),
    "fold": ngettext_lazy("%(n)s倍", "%(n)s倍", "count"),
    "permille": ngettext_lazy("千分之%(n)s", "千分之%(n)s", "count"),
    "percent": ngettext_lazy("百分之%(n)s", "百分之%(n)s", "count"),
    "point": ngettext_lazy("%(n)s分", "%(n)s分", "count"),
    "char": ngettext_lazy("%(n)s个字", "%(n)s个字", "count"),
    "item": ngettext_lazy("%(n)s项", "%(n)s项", "count"),
    "person": ngettext_lazy("%(n)s人", "%(n)s人", "count"),
    "year": ngettext_lazy("%(n)s年", "%(n)s年", "count"),
    "second": ngettext_lazy("%(n)s秒", "%(n)s秒", "count"),
    "hour": ngettext_lazy("%(n)s小时", "%(n)s小时", "count"),
    "day": ngettext_lazy("%(n)s天", "%(n)s天", "count"),
    "working_day": ngettext_lazy("%(n)s个工作日", "%(n)s个工作日", "count"),
    "trading_day": ngettext_lazy("%(n)s个交易日", "%(n)s个交易日", "count"),
}
_CURRENCIES: Final = {"cny": "¥", "eur": "€"}
UNITS: Final = frozenset(_UNITS) | frozenset(_CURRENCIES) | {"", "B", "calendar_year"}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as words: one text, or items of a list, or rows of label and words."""

    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownVersion:
    number: int
    value: ShownValue
    book_value: ShownValue | None
    valid_from: date
    valid_until: date | None
    standing: str
    source: str
    article: str
    note: str
    sureness: str
    sureness_words: str | Promise
    sureness_kind: str

    @property
    def place(self) -> str:
        """Source and article as one."""
        return rulebook.in_place(self.source, self.article)


@dataclass(frozen=True, slots=True)
class ShownRule:
    id: str
    title: str
    url: str
    versions: tuple[ShownVersion, ...]


@dataclass(frozen=True, slots=True)
class ShownTopic:
    key: str
    title: str
    rules: tuple[ShownRule, ...]


def topics(query: str, today: date) -> list[ShownTopic]:
    """The topics with the rules that hold every word of the query, newest version first."""
    words = query.casefold().split()
    shown = [_topic(topic, words, today) for topic in rulebook.book().topics]
    return [topic for topic in shown if topic.rules]


def shown_rule(rule: Rule, today: date) -> ShownRule:
    """A rule with all its versions, newest first."""
    return ShownRule(
        id=rule.id,
        title=rulebook.in_language(rule.title),
        url=reverse("rulebook:rule", args=[rule.id]),
        versions=tuple(_version(rule, version, today) for version in reversed(rule.versions)),
    )


def sureness_legend() -> list[tuple[str | Promise, str | Promise, str]]:
    """Each degree of sureness: its name, what it means, the kind of its pill."""
    return [(*words, SURENESS_KIND[key]) for key, words in SURENESS_WORDS.items()]


def shown_value(value: Any, rule: Rule) -> ShownValue:
    """A value in the reader's language, its codes named by the rule's labels."""
    if isinstance(value, tuple):
        return ShownValue(items=tuple(_text(item, rule) for item in value))
    if isinstance(value, Mapping):
        rows = tuple((_label(key, rule), _text(item, rule)) for key, item in value.items())
        return ShownValue(rows=rows)
    return ShownValue(text=_text(value, rule))


def _topic(topic: Topic, words: list[str], today: date) -> ShownTopic:
    rules = (rule for rule in topic.rules if _holds(topic, rule, words))
    return ShownTopic(
        topic.key,
        rulebook.in_language(topic.title),
        tuple(shown_rule(rule, today) for rule in rules),
    )


def _holds(topic: Topic, rule: Rule, words: list[str]) -> bool:
    pairs: list[Words] = [topic.title, rule.title, *rule.labels.values()]
    for version in rule.versions:
        pairs += [version.source, version.article, version.note]
    text = " ".join([rule.id, *(f"{pair.zh} {pair.en}" for pair in pairs)]).casefold()
    return all(word in text for word in words)


def _version(rule: Rule, version: RuleVersion, today: date) -> ShownVersion:
    version = rulebook.overridden(rule, version)
    name, meaning = SURENESS_WORDS[version.sureness]
    return ShownVersion(
        number=version.number,
        value=shown_value(version.value, rule),
        book_value=shown_value(version.book_value, rule) if version.overridden else None,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        standing=_standing(version, today),
        source=rulebook.in_language(version.source),
        article=rulebook.in_language(version.article),
        note=rulebook.in_language(version.note),
        sureness=str(name),
        sureness_words=meaning,
        sureness_kind=SURENESS_KIND[version.sureness],
    )


def _standing(version: RuleVersion, today: date) -> str:
    if version.in_force(today):
        return "current"
    return "future" if today < version.valid_from else "past"


def _text(value: Any, rule: Rule) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return _number(value, rule.unit)
    if isinstance(value, Decimal):
        return f"{_CURRENCIES.get(rule.unit, '')}{value:,}"
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, tuple):
        return listed(_text(item, rule) for item in value)
    if isinstance(value, Mapping):
        parts = [labelled(_label(k, rule), _text(v, rule)) for k, v in value.items()]
        return clauses(parts)
    return _label(value, rule)


def _number(value: int, unit: str) -> str:
    if unit == "calendar_year":
        return _("%(year)s年") % {"year": value}
    if unit == "B":
        size, name = (value // 1024**2, "MiB") if value % 1024**2 == 0 else (value, "B")
        return f"{size:,} {name}"
    if unit in _UNITS:
        return str(_UNITS[unit] % {"count": value, "n": f"{value:,}"})
    return f"{value:,}"


def _label(code: str, rule: Rule) -> str:
    words = rule.labels.get(code)
    return rulebook.in_language(words) if words else code
