"""The arithmetic of the books: one line moves one amount from one account to another.

Pure. A line debits one account and credits another by the same amount, so that an entry balances
by construction, in every currency by itself. Amounts are whole numbers of the smallest unit.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import rfc8785

Side = Literal["debit", "credit"]
MAX_MINOR: Final = 10**15


class BadLine(ValueError):
    """A line that no book would take; a mistake of the program, not of a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` of `currency` from the account `credit` to the account `debit` (their keys)."""

    debit: int
    credit: int
    currency: str
    amount: int
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says, without who wrote it and when.

    `booked_on` is an ISO date, `corrects` the key of the entry that it takes back.
    """

    key: str
    kind: str
    memo: str
    booked_on: str
    subject_kind: str
    subject_id: str
    corrects: str
    lines: tuple[Line, ...]

    def digest(self) -> str:
        """SHA-256 of the content as canonical JSON (RFC 8785), in hexadecimal.

        Amounts stand as text: the numbers of JSON end at 2**53.
        """
        lines: Any = [
            [line.debit, line.credit, line.currency, str(line.amount), line.memo]
            for line in self.lines
        ]
        told: Any = {
            "booked_on": self.booked_on,
            "corrects": self.corrects,
            "key": self.key,
            "kind": self.kind,
            "lines": lines,
            "memo": self.memo,
            "subject": [self.subject_kind, self.subject_id],
        }
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def check(lines: Sequence[Line]) -> None:
    """Raises `BadLine` unless there is a line and each moves something from one to another."""
    if not lines:
        raise BadLine("an entry needs a line")
    for line in lines:
        if isinstance(line.amount, bool) or not isinstance(line.amount, int):
            raise BadLine("an amount is a whole number of the smallest unit")
        if not 0 < line.amount <= MAX_MINOR:
            raise BadLine("an amount is above zero and below what money can be")
        if line.debit == line.credit:
            raise BadLine("a line moves from one account to another")


def changes(lines: Iterable[Line], sides: Mapping[int, Side]) -> dict[int, int]:
    """By how much each account's balance changes, in the direction of its normal side.

    `sides` names the normal side of every account of the lines.
    """
    found: dict[int, int] = {}
    for line in lines:
        for account, side in ((line.debit, "debit"), (line.credit, "credit")):
            sign = 1 if sides[account] == side else -1
            found[account] = found.get(account, 0) + sign * line.amount
    return found


def reversed_lines(lines: Iterable[Line], memo: str = "") -> tuple[Line, ...]:
    """The lines that take these back, in their order."""
    return tuple(Line(x.credit, x.debit, x.currency, x.amount, memo or x.memo) for x in lines)
