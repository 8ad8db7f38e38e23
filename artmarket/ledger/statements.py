"""A statement of one account over some days, as CSV and as PDF.

It shows the account's own lines and balances; whose money stood on the other side is never told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError
from artmarket.core.money import Money
from artmarket.core.punctuation import joined
from artmarket.core.sheets import SMALL, Sheets
from artmarket.core.spreadsheets import csv_bytes

from .models import Account
from .selectors.accounts import StatementLine, balance_at, lines, with_balances
from .wording import kind_words, memo_words

MOST_ON_PAPER: Final = 2_000
MOST_ROWS: Final = 100_000


class TooLong(DomainError):
    """More lines than a reader of a page waits for."""

    code = "statement_too_long"
    status = 422
    message = gettext_lazy("这段时间的账目太多，不能一次做成文件。")
    hint = gettext_lazy("请选短一些的时间，分几次下载；CSV可以更长。")


@dataclass(frozen=True, slots=True)
class Statement:
    """An account from the first to the last of these days (None: from its beginning, to now)."""

    account: Account
    since: date | None
    until: date | None
    opening: Money
    lines: tuple[StatementLine, ...]
    printed_at: datetime

    @property
    def closing(self) -> Money:
        """The balance at the end."""
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def came_in(self) -> Money:
        """The sum of what raised the balance."""
        return self._sum(line.change.minor for line in self.lines if line.change.minor > 0)

    @property
    def went_out(self) -> Money:
        """The sum of what lowered it."""
        return self._sum(-line.change.minor for line in self.lines if line.change.minor < 0)

    def _sum(self, amounts: Iterator[int]) -> Money:
        return Money(sum(amounts), self.account.currency)

    @property
    def file_name(self) -> str:
        """The name of its file, without the ending."""
        days = "-".join(f"{day:%Y%m%d}" for day in (self.since, self.until) if day)
        return "-".join(filter(None, ("statement", str(self.account.pk), days)))


def statement_of(
    account: Account,
    *,
    since: date | None = None,
    until: date | None = None,
    most: int = MOST_ROWS,
) -> Statement:
    """Gather a statement; three queries. Raises `TooLong` beyond `most` lines."""
    opening = balance_at(account, since) if since else 0
    rows = list(lines(account, since=since, until=until)[: most + 1])
    if len(rows) > most:
        raise TooLong(most=most)
    return Statement(
        account, since, until, Money(opening, account.currency),
        tuple(with_balances(account, rows, opening=opening)), db_now(),
    )  # fmt: skip


def csv_of(statement: Statement) -> bytes:
    """One row for each line, oldest first, after a row with the opening balance."""
    return csv_bytes(_csv_rows(statement))


def _csv_rows(statement: Statement) -> Iterator[list[str | Decimal]]:
    currency = statement.account.currency
    yield [_("记账日"), _("业务"), _("摘要"), _("编号"), _("发生额"), _("余额"), _("币种")]
    yield ["", _("期初余额"), "", "", "", statement.opening.amount, currency]
    for line in statement.lines:
        yield [
            line.entry.booked_on.isoformat(), kind_words(line.entry.kind), memo_of(line),
            line.entry.key, line.change.amount, line.balance.amount, currency,
        ]  # fmt: skip


def memo_of(line: StatementLine) -> str:
    """What its entry says, and what the line says besides."""
    said = (line.entry.memo, memo_words(line.transfer.memo))
    return joined(dict.fromkeys(filter(None, said)))


def pdf_of(statement: Statement) -> bytes:
    """The statement on paper."""
    account = statement.account
    title = _("对账单：%(purpose)s") % {"purpose": account.get_purpose_display()}
    sheets = Sheets(
        title=title, foot=f"{title} · {account.pk}", pages=_("第{n}页，共{all}页"),
        language="en" if get_language() == "en" else "zh-CN",
    )  # fmt: skip
    sheets.set_creation_date(statement.printed_at)
    sheets.heading(title, size=20)
    sheets.grid((), _facts(statement), (24, 76))
    sheets.heading(_("账目"))
    if statement.lines:
        sheets.grid(
            (_("记账日"), _("业务"), _("摘要"), _("发生额"), _("余额")),
            [
                (
                    line.entry.booked_on.isoformat(), kind_words(line.entry.kind), memo_of(line),
                    str(line.change), str(line.balance),
                )
                for line in statement.lines
            ],
            (15, 15, 36, 17, 17),
            right=(3, 4),
        )  # fmt: skip
    else:
        sheets.text_line(_("这段时间没有账目。"))
    sheets.ln(2)
    sheets.text_line(
        _("金额为正是转入，为负是转出。有疑问请联系平台。"), size=SMALL, grey=True
    )  # fmt: skip
    return bytes(sheets.output())


def _facts(statement: Statement) -> list[tuple[str, str]]:
    account = statement.account
    since = statement.since.isoformat() if statement.since else _("开户时")
    until = statement.until.isoformat() if statement.until else _("打印时")
    printed = statement.printed_at.astimezone(SHANGHAI)
    return [
        (_("户名"), account.holder),
        (_("账户"), f"{account.get_purpose_display()} · {account.currency} · {account.pk}"),
        (_("时间"), _("%(since)s至%(until)s") % {"since": since, "until": until}),
        (_("期初余额"), str(statement.opening)),
        (_("转入"), str(statement.came_in)),
        (_("转出"), str(statement.went_out)),
        (_("期末余额"), str(statement.closing)),
        (_("打印时间"), f"{printed:%Y-%m-%d %H:%M}"),
    ]
