"""Rows of JSON files: lines, a list, one object, or a page of an ActivityStreams collection.

Streams: at any moment one row is in memory. A row that can't be read is passed on with its
problem, and the next is read; only where no next row can be found does the file end in an error.
"""

import json
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from .draft import FileRefused, Problem, Raw
from .limits import LINE_BYTES, ROW_BYTES
from .survey import Survey

_ITEMS: Final = re.compile(r'"(?:orderedItems|items)"\s*:\s*\[')


def read_json(found: Survey) -> Iterator[Raw]:
    """The rows of a JSON file, numbered from 1: by line, or by place in the list."""
    if found.encoding in ("utf-8", "utf-8-sig"):
        with found.open() as stream:
            first = stream.readline(LINE_BYTES).removeprefix(b"\xef\xbb\xbf")
            if _is_object(first):
                yield from _lines(chain([first], _long_lines(stream)))
                return
    with found.open() as stream:
        yield from _elements(TextIOWrapper(stream, found.encoding, errors="strict"))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        # A first line that is broken in itself still tells lines from a spread-out object.
        return line.startswith(b"{") and len(line.strip()) > 1 and line.rstrip().endswith(b"}")


def _long_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines; None for one above the limit, which is skipped without being held."""
    while line := stream.readline(LINE_BYTES):
        if len(line) == LINE_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(LINE_BYTES)
            yield None
        else:
            yield line


def _lines(lines: Iterator[bytes | None]) -> Iterator[Raw]:
    for number, line in enumerate(lines, 1):
        if line is None or len(line) > ROW_BYTES:
            yield Raw(number, problem=too_large(len(line or b"") or LINE_BYTES))
        elif line.strip():
            yield Raw(number, line)


def too_large(size: int) -> Problem:
    """The problem of a row above the limit."""
    return Problem(
        "row_too_large",
        _("这一行有%(size)d kB，超过上限%(limit)d kB。")
        % {"size": size >> 10, "limit": ROW_BYTES >> 10},
    )


def refuse_constant(name: str) -> Any:
    """NaN and Infinity are no JSON and no fact about a work."""
    raise ValueError(f"{name} is not JSON")


def _elements(stream: TextIOWrapper) -> Iterator[Raw]:
    """Elements of the list at the start, of `items`, or the one object itself."""
    try:
        buffer = stream.read(1 << 16).lstrip("\ufeff").lstrip()
        if buffer.startswith("["):
            yield from _list(stream, buffer[1:])
        elif items := _ITEMS.search(buffer):
            yield from _list(stream, buffer[items.end() :])
        else:
            yield _single(stream, buffer)
    except UnicodeDecodeError as error:
        raise FileRefused("encoding", _("文件的编码读不懂：%(why)s") % {"why": error}) from None


def _single(stream: TextIOWrapper, buffer: str) -> Raw:
    text = buffer + stream.read(ROW_BYTES)
    if len(text) > ROW_BYTES:
        return Raw(1, problem=too_large(len(text)))
    try:
        return Raw(1, json.loads(text, parse_constant=refuse_constant))
    except (ValueError, RecursionError) as error:
        raise FileRefused("json_broken", _("不是JSON：%(why)s") % {"why": error}) from None


def _list(stream: TextIOWrapper, buffer: str) -> Iterator[Raw]:
    decoder = json.JSONDecoder(parse_constant=refuse_constant)
    number, piece = 0, 1 << 16
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            value, end = decoder.raw_decode(buffer)
        except (ValueError, RecursionError) as error:
            more = stream.read(piece)
            if not more or len(buffer) > LINE_BYTES:
                raise FileRefused(
                    "json_broken",
                    _("第%(n)d条读不出来，后面的也读不到了：%(why)s")
                    % {"n": number + 1, "why": error},
                ) from None
            buffer, piece = buffer + more, piece * 2
            continue
        number, piece = number + 1, 1 << 16
        yield Raw(number, value) if end <= ROW_BYTES else Raw(number, problem=too_large(end))
        buffer = buffer[end:]
