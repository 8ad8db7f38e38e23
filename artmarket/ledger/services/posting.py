"""Write an entry of the books, or take one back.

Both run inside the caller's transaction, which holds its own locks already; accounts are locked
last, in the order of their keys. Who may move money is the caller's question. An entry is made once
for its key; nothing is ever changed or deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, read_moment
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import appended, event_of
from artmarket.core.locks import busy_on_timeout
from artmarket.core.statements import Insert, Update, write

from ..engine.double_entry import BadLine, Content, Line, changes, check, reversed_lines
from ..locks import lock_accounts
from ..models import Account, Entry, Transfer
from ..months import month_after

MAX_MEMO = 300
MAX_LINE_MEMO = 200
CORRECTION = "correction"
_LOOK = (
    "SELECT (SELECT id FROM ledger_entry WHERE key = %s), (SELECT max(month) FROM ledger_period), "
)
_LOOKS = {
    "postgresql": _LOOK
    + "clock_timestamp(), nextval(pg_get_serial_sequence('ledger_entry', 'id'))",
    "sqlite": _LOOK + "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'), NULL",
}


class Insufficient(DomainError):
    """An account would fall below its floor."""

    code = "insufficient"
    message = _("账户余额不足，这笔款不能转出。")
    hint = _("请核对金额；钱到账后再试。")


class KeyReused(DomainError):
    """The key stands for another entry already."""

    code = "key_reused"
    message = _("同一个编号已经记过另一笔账。")
    hint = _("请核对是否重复办理；同一笔款只记一次。")


class PeriodClosed(DomainError):
    """The day lies in a month that is closed."""

    code = "period_closed"
    message = _("这一天所在的月份已经结账，不能再记账。")
    hint = _("更正请记在还没有结账的月份。")


@dataclass(frozen=True)
class Leg:
    """`amount_minor` (smallest unit) from the account `credit` to the account `debit`."""

    debit: Account
    credit: Account
    amount_minor: int
    memo: str = ""


def post(
    *,
    actor: User | None,
    key: str,
    kind: str,
    legs: Sequence[Leg],
    subject: Model | None = None,
    memo: str = "",
    booked_on: date | None = None,
) -> Entry:
    """Write one entry, and move its amounts, in the caller's transaction.

    The same key with the same content gives the entry that stands; `booked_on` is today in
    Shanghai unless it is said. Raises `KeyReused`, `Insufficient`, `PeriodClosed`, `Invalid` (a
    day to come), `Busy`, `BadLine` (a mistake of the program).
    """
    return _write(
        actor=actor, key=key, kind=kind, lines=_lines(legs), memo=memo, booked_on=booked_on,
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
    )  # fmt: skip


def reverse(*, actor: User | None, entry_id: int, key: str, reason: str) -> Entry:
    """Take an entry back by a new one, booked today, in the caller's transaction.

    An entry is taken back once. Raises `WrongState` (no such entry, taken back already),
    `Invalid` (no reason), and what `post` raises.
    """
    wrong = Entry.objects.filter(pk=entry_id).first()
    if wrong is None:
        raise WrongState(_("没有这笔分录。"))
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明冲正的理由。")})
    return _write(
        actor=actor, key=key, kind=CORRECTION, lines=reversed_lines(lines_of(wrong)),
        memo=reason.strip(), booked_on=None, subject_kind=wrong.subject_kind,
        subject_id=wrong.subject_id, corrects=wrong,
    )  # fmt: skip


def lines_of(entry: Entry) -> tuple[Line, ...]:
    """What an entry moved, in the order of its lines; one query unless prefetched."""
    rows = sorted(entry.transfers.all(), key=lambda row: row.pk)
    return tuple(
        Line(row.debit_id, row.credit_id, row.currency, row.amount_minor, row.memo) for row in rows
    )


def content_of(entry: Entry, lines: tuple[Line, ...], corrects: str) -> Content:
    """What an entry says, for its digest; `corrects` is the key of the one it takes back."""
    return Content(
        key=entry.key, kind=entry.kind, memo=entry.memo, booked_on=entry.booked_on.isoformat(),
        subject_kind=entry.subject_kind, subject_id=entry.subject_id, corrects=corrects,
        lines=lines,
    )  # fmt: skip


def _lines(legs: Sequence[Leg]) -> tuple[Line, ...]:
    for leg in legs:
        if leg.debit.currency != leg.credit.currency:
            raise BadLine("a line has one currency")
    return tuple(
        Line(leg.debit.pk, leg.credit.pk, leg.debit.currency, leg.amount_minor,
             leg.memo[:MAX_LINE_MEMO])
        for leg in legs
    )  # fmt: skip


def _write(
    *,
    actor: User | None,
    key: str,
    kind: str,
    lines: tuple[Line, ...],
    memo: str,
    booked_on: date | None,
    subject_kind: str,
    subject_id: str,
    corrects: Entry | None = None,
) -> Entry:
    """Lock, look, check, write; see `post` and `reverse`."""
    check(lines)
    accounts = lock_accounts(pks={pk for x in lines for pk in (x.debit, x.credit)})
    standing, open_from, now, new_key = _look(key)
    today = now.astimezone(SHANGHAI).date()
    entry = Entry(
        pk=new_key, key=key, kind=kind, memo=memo[:MAX_MEMO], booked_on=booked_on or today,
        actor=actor if actor and actor.pk else None, subject_kind=subject_kind,
        subject_id=subject_id, corrects=corrects,
    )  # fmt: skip
    if standing is not None:
        return _same(Entry.objects.get(pk=standing), entry, lines, booked_on)
    if open_from is not None and entry.booked_on < open_from:
        raise PeriodClosed(day=entry.booked_on.isoformat())
    if entry.booked_on > today:
        raise Invalid(_("记账日不能晚于今天。"), code="day_to_come")
    if corrects is not None and Entry.objects.filter(corrects=corrects).exists():
        raise WrongState(_("这笔分录已经冲正过。"))
    moved = _moved(accounts, lines)
    entry.digest = content_of(entry, lines, corrects.key if corrects else "").digest()
    _append(entry, lines, moved, actor)
    return entry


def _look(key: str) -> tuple[int | None, date | None, datetime, int | None]:
    """The entry that stands under this key, the first open day, the time, and a key: one query.

    The key is for the row of a new entry, where the engine has sequences.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS[connection.vendor], [key])
        standing, month, now, new_key = cursor.fetchone()
    if isinstance(month, str):
        month = date.fromisoformat(month)
    return standing, month_after(month) if month else None, read_moment(now), new_key


def _same(standing: Entry, wanted: Entry, lines: tuple[Line, ...], booked_on: date | None) -> Entry:
    """The entry that stands, if it says the same; a day that was not said is not compared."""
    if booked_on is None:
        wanted.booked_on = standing.booked_on
    corrects = wanted.corrects.key if wanted.corrects else ""
    if content_of(wanted, lines, corrects).digest() != standing.digest:
        raise KeyReused(key=wanted.key)
    return standing


def _moved(accounts: dict[int, Account], lines: tuple[Line, ...]) -> list[Account]:
    """The accounts with their new balances, those that changed; raises `Insufficient`."""
    moved = []
    for pk, change in changes(lines, {pk: row.side for pk, row in accounts.items()}).items():
        row = accounts[pk]
        row.balance_minor += change
        if change < 0 and row.floor_minor is not None and row.balance_minor < row.floor_minor:
            raise Insufficient(
                account=pk, purpose=row.purpose, currency=row.currency,
                missing=row.floor_minor - row.balance_minor,
            )  # fmt: skip
        if change:
            moved.append(row)
    return sorted(moved, key=lambda row: row.pk)


def _append(
    entry: Entry, lines: tuple[Line, ...], moved: list[Account], actor: User | None
) -> None:
    """The entry, its lines, the balances and the event, in one message to the database.

    Whoever posts the same content locks the same accounts, and finds what stands. A conflict here
    therefore is another content under the same key, posted at the same moment.
    """
    try:
        with busy_on_timeout():
            if entry.pk is None:
                write(Insert([entry]))
                _write_rows(entry, lines, moved, actor)
            else:
                _write_rows(entry, lines, moved, actor, Insert([entry]))
    except IntegrityError as error:
        if "ledger_entry_key" in str(error):
            raise KeyReused(key=entry.key) from error
        raise


def _write_rows(
    entry: Entry,
    lines: tuple[Line, ...],
    moved: list[Account],
    actor: User | None,
    *first: Insert,
) -> None:
    """What follows the entry, which has its key; `first` is written before it."""
    transfers = [
        Transfer(
            entry=entry, debit_id=x.debit, credit_id=x.credit, currency=x.currency,
            amount_minor=x.amount, memo=x.memo,
        )
        for x in lines
    ]  # fmt: skip
    event = event_of(
        actor=actor, action="ledger.posted", subject=entry,
        after={str(row.pk): row.balance_minor for row in moved}, key=entry.key, kind=entry.kind,
        booked_on=entry.booked_on, corrects=entry.corrects_id,
    )  # fmt: skip
    balances = [Update(row, ["balance_minor"]) for row in moved]
    write(*first, Insert(transfers), *balances, appended([event]))
