"""What was lent, charged, paid back and sent on each month, set against the books.

The figures are those of the postings of loans; beside them stands what the lender's own accounts
moved by the same months. Both are equal, or the report says by how much not.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from artmarket.accounts.models import Party
from artmarket.core.money import Money
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Transfer

from ..enums import Part, PostingKind
from ..models import Lender, LoanPosting
from .asof import Period
from .tables import Column, Table

CLAIMS: Final = (Purpose.LOAN_BOOK, Purpose.RECEIVABLE)
REMITTED: Final = "payout:loan:"
Key = tuple[str, date]


def statement(lender: Lender, period: Period) -> list[Table]:
    """By currency: a row a month, from the first day to the last."""
    posted = _posted(lender, period)
    claims, sent = _claims(lender, period), _remitted(lender, period)
    currencies = sorted({currency for currency, _month in {*posted, *claims, *sent}})
    return [_table(one, posted, claims, sent) for one in currencies or ["CNY"]]


def _table(
    currency: str, posted: Mapping[Key, Mapping[tuple[str, str], int]],
    claims: Mapping[Key, int], sent: Mapping[Key, int],
) -> Table:  # fmt: skip
    columns = (
        Column(_("月份"), width=12), Column(_("放款"), "money", 13),
        Column(_("计收"), "money", 12), Column(_("还本金"), "money", 13),
        Column(_("还利息等"), "money", 12), Column(_("转付贷款人"), "money", 13),
        Column(_("债权增减（账簿）"), "money", 15), Column(_("与账簿差额"), "money", 10),
    )  # fmt: skip
    months = sorted({month for key, month in {*posted, *claims, *sent} if key == currency})
    rows = [
        (date_format(month, "YEAR_MONTH_FORMAT"), *_month((currency, month), posted, claims, sent))
        for month in months
    ]
    if rows:
        sums = [sum(row[n].minor for row in rows) for n in range(1, len(columns))]
        rows.append((_("合计"), *(Money(one, currency) for one in sums)))
    return Table(_("按月（%(currency)s）") % {"currency": currency}, columns, tuple(rows),
                 _("计收的是利息、罚息和费用；债权增减应当等于放款加计收减还款。"))  # fmt: skip


def _month(
    key: Key, posted: Mapping[Key, Mapping[tuple[str, str], int]],
    claims: Mapping[Key, int], sent: Mapping[Key, int],
) -> tuple[Any, ...]:  # fmt: skip
    found, principal = posted.get(key, {}), Part.PRINCIPAL.value

    def total(kind: PostingKind, of_principal: bool) -> int:
        return sum(
            amount for (said, part), amount in found.items()
            if said == kind and (part == principal) == of_principal
        )  # fmt: skip

    lent, charged = total(PostingKind.CHARGED, True), total(PostingKind.CHARGED, False)
    back, paid = total(PostingKind.PAID, True), total(PostingKind.PAID, False)
    booked = claims.get(key, 0)
    amounts = (
        lent, charged, back, paid, sent.get(key, 0), booked, lent + charged - back - paid - booked,
    )  # fmt: skip
    return tuple(Money(one, key[0]) for one in amounts)


def _between(period: Period, of: str = "") -> dict[str, Any]:
    """Entries booked within the days and posted by the day of knowledge."""
    return {
        f"{of}booked_on__gte": period.since, f"{of}booked_on__lte": period.on,
        f"{of}posted_at__lt": period.cutoff,
    }  # fmt: skip


def _posted(lender: Lender, period: Period) -> dict[Key, dict[tuple[str, str], int]]:
    """What the postings of loans say. One query."""
    rows = (
        LoanPosting.objects.filter(
            loan__lender__organisation=lender.organisation_id, **_between(period, "entry__")
        )
        .order_by()
        .annotate(month=TruncMonth("entry__booked_on"))
        .values_list("loan__currency", "month", "kind", "part")
        .annotate(sum=Sum("amount_minor"))
    )
    found: dict[Key, dict[tuple[str, str], int]] = defaultdict(dict)
    for currency, month, kind, part, amount in rows:
        found[currency, month][kind, part] = amount
    return found


def _claims(lender: Lender, period: Period) -> dict[Key, int]:
    """What the accounts of claims on borrowers moved, by the books. Two queries."""
    found: dict[Key, int] = defaultdict(int)
    for side, sign in (("debit", 1), ("credit", -1)):
        rows = _monthly(
            period, **{f"{side}__party__in": _party(lender), f"{side}__purpose__in": CLAIMS}
        )
        for currency, month, amount in rows:
            found[currency, month] += sign * amount
    return found


def _remitted(lender: Lender, period: Period) -> dict[Key, int]:
    """What left the lender's money for loans, less what the bank sent back. Two queries."""
    found: dict[Key, int] = defaultdict(int)
    own = {"party__in": _party(lender), "purpose": Purpose.PAYABLE}
    for side, sign in (("debit", 1), ("credit", -1)):
        asked = {f"{side}__{name}": value for name, value in own.items()}
        rows = _monthly(period, entry__key__startswith=REMITTED, **asked)
        for currency, month, amount in rows:
            found[currency, month] += sign * amount
    return found


def _monthly(period: Period, **asked: Any) -> Any:
    rows = Transfer.objects.filter(**_between(period, "entry__"), **asked).order_by()
    return (
        rows.annotate(month=TruncMonth("entry__booked_on"))
        .values_list("currency", "month")
        .annotate(sum=Sum("amount_minor"))
    )


def _party(lender: Lender) -> Any:
    return Party.objects.filter(organisation=lender.organisation_id)
