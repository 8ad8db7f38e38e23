"""Files of an export: streamed, capped, safe to open in a spreadsheet.

CSV and JSON-LD are written piece by piece; XLSX row by row into a file on disk. A file that does
not hold everything says so in itself.
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from artmarket.core.spreadsheets import safe_cell
from catalog.models import TitleShare, Work
from catalog.permissions import is_staff
from catalog.search import SearchQuery, matching_ids
from catalog.selectors import works_for_page

from .fields import Audience, audiences_of, columns_for, visible
from .linked_art import CONTEXT, linked_art

CAP: Final = 50_000
BATCH: Final = 200


def found_works(query: SearchQuery, reader: Any, cap: int = CAP) -> Iterator[Work]:
    """The works of a search in its order, at most `cap` + 1 of them (one more tells of the cut).

    A search finds public works only, whoever asks; the permission is asked again for each.
    """
    ids = islice(matching_ids(query, batch=BATCH), cap + 1)
    while batch := list(islice(ids, BATCH)):
        shares = Prefetch("title_shares", TitleShare.objects.select_related("party"))
        works = works_for_page().prefetch_related(shares).in_bulk(batch)
        for pk in batch:
            work = works.get(pk)
            if work is not None and reader.has_perm("catalog.view_work", work):
                yield work


def note(cap: int) -> str:
    """What a file that was cut says at its end."""
    return _("只导出了前%(cap)d件；请缩小检索范围，分几次导出。") % {"cap": cap}


def table_rows(works: Iterable[Work], reader: Any, cap: int) -> Iterator[Sequence[str]]:
    """The heading and a row for each work; a note when there were more than `cap`."""
    widest = _widest(reader)
    columns = columns_for(widest)
    audience_of = audiences_of(reader)
    yield columns
    for n, work in enumerate(works):
        if n == cap:
            yield [f"# {note(cap)}", *([""] * (len(columns) - 1))]
            return
        row = visible(work, audience_of(work))
        yield [safe_cell(row[name]) for name in columns]


def _widest(reader: Any) -> Audience:
    """The most that this reader may see of any work: an owner's columns for whoever signed in."""
    if not reader.is_authenticated:
        return Audience.PUBLIC
    return Audience.STAFF if is_staff(reader) else Audience.OWNER


class _Echo:
    """A file that hands each line on."""

    def write(self, line: str) -> str:
        return line


def csv_pieces(
    works: Iterable[Work], reader: Any, *, cap: int = CAP, with_bom: bool = True
) -> Iterator[bytes]:
    """A CSV file in pieces; the byte order mark is what makes Excel read Chinese."""
    if with_bom:
        yield b"\xef\xbb\xbf"
    writer = csv.writer(_Echo())
    for row in table_rows(works, reader, cap):
        yield writer.writerow(row).encode()


def xlsx_file(works: Iterable[Work], reader: Any, *, cap: int = CAP) -> IO[bytes]:
    """An XLSX file on disk, at its start, written row by row. Every cell is text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("works")
    for row in table_rows(works, reader, cap):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def jsonld_pieces(works: Iterable[Work], reader: Any, *, cap: int = CAP) -> Iterator[bytes]:
    """A page of an ActivityStreams collection whose items are objects of Linked Art."""
    head = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollectionPage"}
    yield json.dumps(head)[:-1].encode() + b', "orderedItems": ['
    cut = ""
    audience_of = audiences_of(reader)
    for n, work in enumerate(works):
        if n == cap:
            cut = note(cap)
            break
        text = json.dumps(linked_art(work, audience_of(work)), ensure_ascii=False)
        yield (b",\n" if n else b"\n") + text.encode()
    tail: dict[str, Any] = {"summary": cut} if cut else {}
    yield (
        b"\n]"
        + (b", " + json.dumps(tail, ensure_ascii=False)[1:-1].encode() if tail else b"")
        + b"}\n"
    )


__all__ = ["CAP", "CONTEXT", "csv_pieces", "found_works", "jsonld_pieces", "xlsx_file"]
