"""Reads of the register of enterprises and of the key list, which pages, files and tests share.

The list is always read from the log of its changes, so that "as it was known then" and "as it is
known now" are one question with another moment. `key_list` takes two queries, `directory` one a
page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from artmarket import rulebook
from auctions.pledges.reports.tables import Cell, Column, Table

from .. import bureau_citations as citations
from ..engine.key_list import Entry, on_day
from ..engine.scale import size_of
from ..enterprise_enums import ProposalState, Scale
from ..models import Enterprise, KeyListChange, KeyListProposal


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the list as its changes tell it; document and year are those of its beginning."""

    entry_id: int
    enterprise_id: int
    from_day: date
    until_day: date | None
    document: str
    rule_year: int

    @property
    def entry(self) -> Entry:
        """The same for the engine."""
        return Entry(self.enterprise_id, self.from_day, self.until_day)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A line of the list on a day."""

    enterprise: Enterprise
    known: Known


@dataclass(frozen=True, slots=True)
class KeyDay:
    """The list on a day; `size` is how many places the rule of that day gives (None: none did)."""

    day: date
    rows: tuple[KeyRow, ...]
    size: int | None

    @property
    def missing(self) -> int:
        """How many places are free."""
        return max((self.size or 0) - len(self.rows), 0)


def key_entries(*, known_at: datetime | None = None) -> list[Known]:
    """All entries of the list as the changes before `known_at` (None: all) leave them. One query.

    What was recorded at that very moment was not known yet.
    """
    changes = KeyListChange.objects.all()
    if known_at is not None:
        changes = changes.filter(at__lt=known_at)
    standing: dict[int, Known] = {}
    for row in changes.order_by("number").only(
        "entry_id", "enterprise_id", "from_day", "until_day", "is_void", "document", "rule_year"
    ):
        first = standing.get(row.entry_id)
        standing[row.entry_id] = Known(
            row.entry_id, row.enterprise_id, row.from_day, row.until_day,
            first.document if first else row.document,
            first.rule_year if first else row.rule_year,
        )  # fmt: skip
        if row.is_void:
            del standing[row.entry_id]
    return list(standing.values())


def key_list(on: date, *, known_at: datetime | None = None) -> KeyDay:
    """The list on a day, as it was known then or is known now; by name. Two queries."""
    known = key_entries(known_at=known_at)
    keys = on_day([row.entry for row in known], on)
    enterprises = Enterprise.objects.in_bulk(keys)
    rows = [
        KeyRow(enterprises[row.enterprise_id], row)
        for row in known
        if row.entry.key in enterprises and on_day([row.entry], on)
    ]
    rows.sort(key=lambda row: (row.enterprise.name, row.enterprise.pk))
    return KeyDay(on, tuple(rows), _places(on))


def _places(on: date) -> int | None:
    try:
        return int(rulebook.get(citations.KEY_SIZE, on=on))
    except rulebook.RuleNotInForce:
        return None


def key_table(found: KeyDay) -> Table:
    """The list as a table, for its page and its files."""
    columns = (
        Column(_("序号"), "figure", 6), Column(_("企业名称"), width=24),
        Column(_("统一社会信用代码"), width=18), Column(_("产业链环节"), width=12),
        Column(_("列入日期"), "day", 12), Column(_("最后一天"), "day", 12),
        Column(_("文号"), width=20), Column(_("规则年度"), "text", 8),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            number, row.enterprise.display_name, row.enterprise.code,
            str(row.enterprise.get_stage_display()), row.known.from_day,
            row.known.until_day or _("未定"), row.known.document, str(row.known.rule_year),
        )
        for number, row in enumerate(found.rows, 1)
    ]  # fmt: skip
    return Table(_("重点企业"), columns, tuple(rows))


def directory(
    *, q: str = "", stage: str = "", culture_class: str = "", on: date | None = None,
    with_left: bool = False,
) -> QuerySet[Enterprise]:  # fmt: skip
    """Enterprises by name.

    `q` stands in a name, the products or is the code; `culture_class` is the beginning of a class;
    `on`: only those on the key list of that day (one query more); those that left only where asked
    for, or where the day asks for them.
    """
    rows = Enterprise.objects.all()
    if on is None and not with_left:
        rows = rows.active()
    if q:
        rows = rows.filter(
            Q(name__icontains=q) | Q(name_en__icontains=q) | Q(products__icontains=q)
            | Q(products_en__icontains=q) | Q(code__iexact=q)
        )  # fmt: skip
    if stage:
        rows = rows.filter(stage=stage)
    if culture_class:
        rows = rows.filter(culture_class__startswith=culture_class)
    if on is not None:
        rows = rows.filter(pk__in=on_day([row.entry for row in key_entries()], on))
    return rows.order_by("name", "pk")


def culture_classes() -> list[tuple[str, str]]:
    """The classes that occur, by code, with a name where one is given. One query."""
    rows = Enterprise.objects.active().values_list("culture_class", "culture_name")
    found: dict[str, str] = {}
    for code, name in rows.order_by("culture_class", "culture_name").distinct():
        found[code] = found.get(code) or name
    return sorted(found.items())


def entries_of(enterprise: Enterprise) -> list[Known]:
    """When the enterprise is on the list, by today's knowledge. One query."""
    return sorted(
        (row for row in key_entries() if row.enterprise_id == enterprise.pk),
        key=lambda row: row.from_day,
    )


def scale_of(enterprise: Enterprise, *, on: date) -> Scale | None:
    """How large it is by the rule of a day; None where a measure is missing."""
    size = size_of(
        rulebook.get(citations.SCALE, on=on), enterprise.trade, staff=enterprise.staff,
        revenue=enterprise.revenue_minor,
    )  # fmt: skip
    return Scale(size) if size else None


def open_proposals() -> QuerySet[KeyListProposal]:
    """Changes that wait for a second person, the oldest first."""
    rows = KeyListProposal.objects.filter(state=ProposalState.OPEN)
    return rows.select_related("enterprise", "entry", "proposed_by").order_by("pk")


def change_log() -> QuerySet[KeyListChange]:
    """The log of the list, the newest first."""
    rows = KeyListChange.objects.select_related("enterprise", "proposed_by", "confirmed_by")
    return rows.order_by("-number")


def difference(
    earlier: Iterable[KeyRow], later: Iterable[KeyRow]
) -> tuple[Sequence[Enterprise], Sequence[Enterprise]]:
    """Who came and who went between two lists."""
    before = {row.enterprise.pk: row.enterprise for row in earlier}
    after = {row.enterprise.pk: row.enterprise for row in later}
    came = [row for pk, row in after.items() if pk not in before]
    gone = [row for pk, row in before.items() if pk not in after]
    return came, gone
