"""Identity numbers by their own checksums: GB 11643 for citizens, GB 32100 for enterprises.

Pure: no Django, no clock. A sound number proves nothing about who shows it; a reviewer decides.
The county of a citizen's number is not judged: numbers were issued years after birth, under the
codes of that later day, and codes come and go.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

DocumentKind = Literal["id_card", "passport", "hk_macau", "taiwan", "residence"]

_PROVINCES: Final = frozenset(
    map(
        str,
        (
            *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46),
            *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91),
        ),
    )
)
_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "passport": re.compile(r"[A-Z0-9]{5,20}"),
    "hk_macau": re.compile(r"[HM]\d{8}(\d{2})?"),
    "taiwan": re.compile(r"\d{8}(\d{2})?"),
    "residence": re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]"),
}
DOCUMENT_KINDS: Final = ("id_card", *_FORMS)
_OLDEST: Final = 130


class NumberProblem(ValueError):
    """Why a number can't be right; `code` is length, characters, checksum, date or region."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number in its normal form, and the day of birth that a citizen's number tells."""

    text: str
    born: date | None = None

    def age(self, on: date) -> int | None:
        """Full years on a day; None where the number doesn't tell the birth."""
        if self.born is None:
            return None
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


def read_id_number(text: str, *, today: date) -> IdNumber:
    """A citizen's number of 18 characters (GB 11643-1999).

    Args:
        text: as typed; spaces and hyphens are ignored, `x` is `X`.
        today: the day to which the birth is compared.
    Raises:
        NumberProblem: length, characters, checksum, date (none, in the future, or beyond
            130 years), region (no such province).
    """
    number = _compact(text)
    if len(number) != 18:
        raise NumberProblem("length")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise NumberProblem("characters")
    if number[-1] != ric.calc_check_digit(number):
        raise NumberProblem("checksum")
    if number[:2] not in _PROVINCES:
        raise NumberProblem("region")
    try:
        born = ric.get_birth_date(number)
    except ValidationError as error:
        raise NumberProblem("date") from error
    if not 0 <= today.year - born.year <= _OLDEST or born > today:
        raise NumberProblem("date")
    return IdNumber(number, born)


def read_document_number(kind: str, text: str, *, today: date) -> IdNumber:
    """The number of a person's paper; other papers than the citizen's card are judged by form.

    Raises NumberProblem as `read_id_number`; KeyError for an unknown kind.
    """
    if kind == "id_card":
        return read_id_number(text, today=today)
    number = _compact(text)
    if not _FORMS[kind].fullmatch(number):
        raise NumberProblem("characters")
    return IdNumber(number)


def read_credit_code(text: str) -> str:
    """A unified social credit code of 18 characters (GB 32100-2015).

    Raises NumberProblem: length, characters (I, O, S, V and Z never occur), checksum.
    """
    number = _compact(text)
    try:
        return str(uscc.validate(number))
    except InvalidLength as error:
        raise NumberProblem("length") from error
    except InvalidChecksum as error:
        raise NumberProblem("checksum") from error
    except (InvalidFormat, InvalidComponent, ValidationError) as error:
        raise NumberProblem("characters") from error


def masked(number: str) -> str:
    """The first three and the last two characters; less of a short number."""
    keep = (3, 2) if len(number) >= 12 else (1, 1)
    if len(number) <= sum(keep):
        return "*" * len(number)
    return number[: keep[0]] + "*" * (len(number) - sum(keep)) + number[-keep[1] :]


def _compact(text: str) -> str:
    """Without spaces and hyphens, in ASCII capitals; full-width characters are made plain."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return re.sub(r"[\s\-\u2010-\u2015]", "", plain).upper()
