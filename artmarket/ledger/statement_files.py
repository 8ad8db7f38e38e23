"""Read a bank's account statement: CSV with columns by configuration, or camt.053 (ISO 20022).

Reading only: nothing is stored and nothing decided. XML with a document type or entities is
refused, amounts are exact or refused, and a file with one bad line is refused as a whole, so that
half a statement is never taken for all of it.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from babel.numbers import get_currency_precision, list_currencies
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Invalid

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_CELL: Final = 20_000  # characters
DATES: Final = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("记账日期", "交易日期", "日期", "date", "booking date"),
    "amount": ("金额", "交易金额", "amount"),
    "credit": ("收入金额", "贷方金额", "收入", "credit"),
    "debit": ("支出金额", "借方金额", "支出", "debit"),
    "counterparty": ("对方户名", "对方名称", "付款人", "counterparty", "name"),
    "text": ("附言", "摘要", "用途", "text", "purpose"),
    "reference": ("流水号", "交易流水号", "凭证号", "reference"),
    "currency": ("币种", "currency"),
    "account": ("账号", "本方账号", "account"),
}
BOOKED: Final = "BOOK"


class BadStatement(Invalid):
    """The file is none, or one of its lines cannot be read."""

    code = "bad_statement"
    message = _("对账单读不出来，一行也没有导入。")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `amount_minor` in the smallest unit, what came in is positive.

    `digest` names it for ever: by the bank's own reference where there is one, else by all that
    it says and its place among lines that say the same.
    """

    account: str
    reference: str
    booked_on: date
    currency: str
    amount_minor: int
    counterparty: str
    text: str
    digest: str = ""


def read_statement(
    raw: bytes, *, columns: Mapping[str, str] | None = None, currency: str = "CNY"
) -> list[Line]:
    """The lines of a file, each with its digest. Raises `BadStatement` with the line's number.

    `columns` says which heading holds what, beside the common ones (`COLUMNS`).
    """
    if len(raw) > MAX_BYTES:
        raise BadStatement(_("文件太大，请按月分开导出。"))
    if b"\x00" in raw:  # no text: a spreadsheet, a picture, or UTF-16
        raise BadStatement()
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    lines = _camt(start) if start.startswith(b"<") else _csv(raw, columns or {}, currency)
    return list(_with_digests(lines))


def _with_digests(lines: Iterable[Line]) -> Iterator[Line]:
    seen: Counter[str] = Counter()
    for line in lines:
        same = [line.account, line.currency, line.booked_on.isoformat(), str(line.amount_minor)]
        if line.reference:
            same.append(f"reference {line.reference}")
        else:
            same += [line.counterparty, line.text]
        said = "\x1f".join(same)
        seen[said] += 1
        place = "" if line.reference else f"\x1f{seen[said]}"
        digest = hashlib.sha256((said + place).encode()).hexdigest()
        yield Line(
            line.account, line.reference, line.booked_on, line.currency, line.amount_minor,
            line.counterparty, line.text, digest,
        )  # fmt: skip


# ------------------------------------------------------------------------- CSV


def _csv(raw: bytes, columns: Mapping[str, str], currency: str) -> Iterator[Line]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BadStatement() from error
    places: dict[str, int] = {}
    for number, row in enumerate(_rows(text), 1):
        cells = [cell.strip() for cell in row]
        if not places:
            places = _places(cells, columns)  # banks print words of their own above the head
            continue
        if any(cells):
            line = _csv_line(cells, places, currency, number)
            if line.amount_minor:
                yield line
    if not places:
        raise BadStatement(_("没有找到表头：至少要有日期和金额两列。"))


def _rows(text: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)):
            if max(map(len, row), default=0) > MAX_CELL:  # a cell without an end
                raise BadStatement()
            yield row
    except csv.Error as error:
        raise BadStatement() from error


def _delimiter(text: str) -> str:
    head = text[:2000]
    return max(",;\t", key=head.count)


def _places(cells: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Which cell holds what, if this row is the head; else nothing."""
    known = [cell.lower() for cell in cells]
    places = {}
    for name, common in COLUMNS.items():
        for heading in (columns.get(name, ""), *common):
            if heading and heading.lower() in known:
                places[name] = known.index(heading.lower())
                break
    is_head = "date" in places and ("amount" in places or "credit" in places)
    return places if is_head else {}


def _csv_line(cells: list[str], places: dict[str, int], currency: str, number: int) -> Line:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    code = _currency(cell("currency") or currency, number)
    if "amount" in places and cell("amount"):
        amount = _minor(cell("amount"), code, number)
    else:
        amount = _minor(cell("credit") or "0", code, number) - abs(
            _minor(cell("debit") or "0", code, number)
        )
    return Line(
        account=cell("account")[:64], reference=cell("reference")[:100],
        booked_on=_day(cell("date"), number), currency=code, amount_minor=amount,
        counterparty=cell("counterparty")[:160], text=cell("text")[:500],
    )  # fmt: skip


def _currency(text: str, number: int) -> str:
    code = {"人民币": "CNY", "RMB": "CNY"}.get(text.upper(), text.upper())
    if code not in list_currencies():
        raise _bad(number)
    return code


def _minor(text: str, currency: str, number: int) -> int:
    cleaned = text.translate({ord(c): None for c in ",，¥￥+ \u00a0'"})
    try:
        value = Decimal(cleaned)
        minor = value.scaleb(get_currency_precision(currency))
    except ArithmeticError as error:  # not a figure, or one like 1e999999
        raise _bad(number) from error
    if not value.is_finite():
        raise _bad(number)
    if minor != minor.to_integral_value() or abs(minor) > 10**15:
        raise _bad(number)
    return int(minor)


def _day(text: str, number: int) -> date:
    day = text.split("T")[0].split(" ")[0]
    for form in DATES:
        try:
            return datetime.strptime(day, form).date()
        except ValueError:
            continue
    raise _bad(number)


def _bad(number: int) -> BadStatement:
    return BadStatement(_("第%(n)d行读不出来，一行也没有导入。") % {"n": number}, line=number)


# ----------------------------------------------------------------------- camt.053


def _camt(raw: bytes) -> Iterator[Line]:
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadStatement() from error
    statements = list(_all(root, "Stmt"))
    if not statements:
        raise BadStatement(_("这不是camt.053对账单。"))
    number = 0
    for statement in statements:
        account = _text(statement, "Acct", "Id", "IBAN") or _text(
            statement, "Acct", "Id", "Othr", "Id"
        )
        for entry in _children(statement, "Ntry"):
            number += 1
            status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
            if status in ("", BOOKED):
                yield from _entry(entry, account, number)


def _entry(entry: Element, account: str, number: int) -> Iterator[Line]:
    """One line; or those of a batch, when their amounts add up to that of the entry."""
    whole = _camt_line(entry, entry, account, number)
    details = [
        each for group in _children(entry, "NtryDtls") for each in _children(group, "TxDtls")
    ]
    if len(details) < 2:
        yield _camt_line(entry, details[0] if details else entry, account, number, whole)
        return
    parts = [_camt_line(entry, each, account, number, whole) for each in details]
    if sum(part.amount_minor for part in parts) != whole.amount_minor:
        raise _bad(number)
    for place, part in enumerate(parts):
        reference = part.reference
        if reference and reference == whole.reference:
            reference = f"{reference}/{place + 1}"
        yield Line(
            part.account, reference, part.booked_on, part.currency, part.amount_minor,
            part.counterparty, part.text,
        )  # fmt: skip


def _camt_line(
    entry: Element, details: Element, account: str, number: int, whole: Line | None = None
) -> Line:
    direction = _text(details, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise _bad(number)
    amount = _child(details, "Amt")
    if amount is None:
        amount = _path(details, "AmtDtls", "TxAmt", "Amt")
    if amount is None:
        amount = _child(entry, "Amt")
    if amount is None:
        raise _bad(number)
    currency = _currency(amount.get("Ccy", ""), number)
    minor = _minor(amount.text or "", currency, number)
    other = "Dbtr" if direction == "CRDT" else "Cdtr"
    words = [
        *(each.text or "" for each in _all(details, "Ustrd")),
        *(each.text or "" for each in _all(details, "Ref")),
        _text(details, "Refs", "EndToEndId"),
        _text(entry, "AddtlNtryInf"),
    ]
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")
    return Line(
        account=account[:64],
        reference=(
            _text(details, "Refs", "AcctSvcrRef")
            or _text(entry, "AcctSvcrRef")
            or _text(entry, "NtryRef")
        )[:100],
        booked_on=_day(day, number),
        currency=currency,
        amount_minor=minor if direction == "CRDT" else -minor,
        counterparty=(
            _text(details, "RltdPties", other, "Nm")
            or _text(details, "RltdPties", other, "Pty", "Nm")
        )[:160],
        text=" ".join(filter(None, (word.strip() for word in words)))[:500],
    )


def _name(element: Element) -> str:
    """The name without its namespace: banks use many versions of the schema."""
    return element.tag.rpartition("}")[2]


def _children(element: Element, name: str) -> list[Element]:
    return [each for each in element if _name(each) == name]


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in element if _name(each) == name), None)


def _path(element: Element, *names: str) -> Element | None:
    found: Element | None = element
    for name in names:
        if found is None:
            return None
        found = _child(found, name)
    return found


def _text(element: Element, *names: str) -> str:
    found = _path(element, *names)
    return (found.text or "").strip() if found is not None else ""


def _all(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if _name(each) == name)
