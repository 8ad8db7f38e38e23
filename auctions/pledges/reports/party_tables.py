"""Who is tied to the lender, and whose payments a person had to look into.

Ties are memberships of the platform's organisations and relations that were declared or entered.
银监发〔2017〕16号; 反洗钱法; pledge rules §10.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from artmarket.accounts.models import Membership, Party
from artmarket.core.money import Money
from artmarket.ledger.models import DueDiligence
from artmarket.rulebook import cite
from auctions.models import Relation

from ..models import Lender
from .asof import Period
from .book import Lent, book_of
from .labels import DIMENSION
from .tables import Cell, Column, Table

Roles = dict[tuple[str, str], tuple[set[int], set[int], set[str]]]
"""(role, name) → (people, organisations, contracts)."""
APPRAISER: Final = "appraiser"


def related(lender: Lender, period: Period) -> list[Table]:
    """Borrowers, custodians and appraisers of open loans that are tied to the lender."""
    book = [row for row in book_of(lender, period) if row.is_open]
    roles = _roles(book)
    members = _members(lender, roles, period)
    own = members[lender.organisation_id]
    rows: list[tuple[Cell, ...]] = []
    for (role, name), (people, organisations, contracts) in sorted(roles.items()):
        theirs = people.union(*(members[one] for one in organisations))
        ties = []
        if lender.organisation_id in organisations:
            ties.append(_("就是贷款人"))
        elif organisations and theirs & own:
            ties.append(_("与贷款人有共同的成员"))
        if people & own:
            ties.append(_("是贷款人的成员"))
        rows += [(str(DIMENSION[role]), name, tie, _contracts(contracts)) for tie in ties]
    rows += _declared(lender, roles, period)
    columns = (
        Column(_("身份"), width=16), Column(_("名称"), width=28), Column(_("关系"), width=28),
        Column(_("合同号"), width=28),
    )  # fmt: skip
    note = _("按平台上的单位成员和申报的关联关系；平台不知道的关系不在内。")
    return [Table(_("关联方"), columns, tuple(rows), note)]


def _contracts(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers))


def _roles(book: Iterable[Lent]) -> Roles:
    found: Roles = defaultdict(lambda: (set(), set(), set()))

    def add(
        role: str, name: str, number: str, person: int | None, organisation: int | None
    ) -> None:
        people, organisations, contracts = found[role, name]
        contracts.add(number)
        people |= {person} if person else set()
        organisations |= {organisation} if organisation else set()

    for row in book:
        number, borrower = row.loan.number, row.loan.borrower
        add("borrower", borrower.name, number, borrower.user_id, borrower.organisation_id)
        for pledge in row.pledges:
            if pledge.kept:
                house = pledge.kept.holding.custodian.organisation
                add("custodian", house.name, number, None, house.pk)
            for one in pledge.appraisals:
                expert = one.appraiser
                add(APPRAISER, expert.name, number, expert.user_id, None)
                if expert.institution:
                    add(APPRAISER, expert.institution.name, number, None, expert.institution_id)
    return found


def _members(lender: Lender, roles: Roles, period: Period) -> dict[int, set[int]]:
    """The people of each organisation in question on the day. One query."""
    organisations = {lender.organisation_id}.union(*(one for _p, one, _c in roles.values()))
    rows = Membership.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=period.ends),
        organisation__in=organisations, since__lt=period.cutoff,
    )  # fmt: skip
    found: dict[int, set[int]] = defaultdict(set)
    for organisation, user in rows.values_list("organisation", "user"):
        found[organisation].add(user)
    return found


def _declared(lender: Lender, roles: Roles, period: Period) -> list[tuple[Cell, ...]]:
    """Relations to the lender that were declared or entered. One query."""
    rows = Relation.objects.filter(
        Q(house=lender.organisation_id) | Q(other__organisation=lender.organisation_id),
        Q(ended_at__isnull=True) | Q(ended_at__gte=period.ends), at__lt=period.cutoff,
    ).select_related("party")  # fmt: skip
    found: list[tuple[Cell, ...]] = []
    for relation in rows.order_by("pk"):
        for (role, name), (people, organisations, contracts) in sorted(roles.items()):
            party = relation.party
            if party.user_id in people or party.organisation_id in organisations:
                said = _("申报：%(kind)s") if relation.is_declared else _("登记：%(kind)s")
                tie = said % {"kind": relation.get_kind_display()}
                found.append((str(DIMENSION[role]), name, tie, _contracts(contracts)))
    return found


# ------------------------------------------------------------------ anti-money-laundering


def diligence(lender: Lender, period: Period) -> list[Table]:
    """Days on which payments of a borrower reached a limit, and what was found of them."""
    borrowers = Party.objects.filter(
        loans__lender__organisation=lender.organisation_id, loans__started_on__lte=period.on
    )
    rows = DueDiligence.objects.filter(
        party__in=borrowers.values("pk"), day__gte=period.since, day__lte=period.on
    ).select_related("party")
    columns = (
        Column(_("付款人"), width=16), Column(_("日期"), "day", 14), Column(_("事由"), width=18),
        Column(_("当日合计"), "money", 15), Column(_("依据"), width=19),
        Column(_("结论"), width=18),
    )  # fmt: skip
    found = tuple(
        (row.party.name, row.day, str(row.get_kind_display()), Money(row.sum_minor, row.currency),
         cite(row.rule, on=row.day).title, _conclusion(row, period))
        for row in rows.order_by("day", "pk")
    )  # fmt: skip
    return [Table(
        _("反洗钱登记"), columns, found, _("借款人在平台的付款达到当日限额的，由平台逐笔核查。")
    )]  # fmt: skip


def _conclusion(row: DueDiligence, period: Period) -> str:
    is_done = row.done_at is not None and row.done_at < period.cutoff
    return row.note if is_done else _("核查中")
