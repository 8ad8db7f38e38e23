"""Read provenance text from standard input and print its structure; nothing is stored.

One paragraph a line, or with --document the whole input as one text with its notes. Chinese and
English are told apart by their characters. What is not read is shown with the place and the reason.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.engine.provenance import (
    Event,
    Passage,
    Provenance,
    as_structure,
    is_chinese_text,
    read_document,
    read_record,
)


class Command(BaseCommand):
    """Exit 0 when the input was UTF-8, whatever was read of it; 2 otherwise."""

    help = (
        "Reads provenance paragraphs from standard input, one a line, and prints their structure."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON line a paragraph")
        parser.add_argument(
            "--document", action="store_true", help="the whole input is one text with its notes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        read = unread = 0
        for line, text in _texts(_input(), whole=options["document"]):
            reading = read_record(text) if is_chinese_text(text) else read_document(text)
            read += reading.is_read
            unread += not reading.is_read
            shown = _as_json(line, reading) if options["json"] else _for_people(line, reading)
            self.stdout.write(shown)
        self.stderr.write(f"{read + unread} paragraphs: {read} read in full, {unread} in part")


def _input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"the input is not UTF-8 (byte {error.start})", returncode=2) from None


def _texts(text: str, *, whole: bool) -> Iterator[tuple[int, str]]:
    if whole:
        yield 1, text
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.removesuffix("\r")


def _as_json(line: int, reading: Provenance) -> str:
    out = {name: value for name, value in as_structure(reading).items() if name != "passages"}
    out |= {
        "line": line,
        "read": reading.is_read,
        "events": as_structure(reading.events),
        "passages": [_passage(passage) for passage in reading.passages],
    }
    return json.dumps(out, ensure_ascii=False)


def _passage(passage: Passage) -> dict[str, Any]:
    out: dict[str, Any] = {
        "start": passage.start,
        "slice": passage.slice,
        "kind": passage.kind,
    }
    if passage.failed_at is not None:
        out |= {"failed_at": passage.failed_at, "why": passage.why}
    return out


def _for_people(line: int, reading: Provenance) -> str:
    lines = [f"{line}: {'read' if reading.is_read else 'read in part'}"]
    for passage in reading.passages:
        if passage.event is None:
            continue
        if passage.event.unparsed is not None:
            place = (passage.failed_at or 0) - passage.start
            rest = " ".join(passage.slice[max(place, 0) :].split())
            lines.append(f"  ? {passage.event.unparsed}")
            lines.append(f"      {passage.why}: {rest[:60]}")
        else:
            lines.append(f"  {_sentence(passage.event)}")
    return "\n".join(lines)


def _sentence(event: Event) -> str:
    stated = as_structure(event)
    mark = ";" if stated.pop("direct") else "."
    if stated.get("certain"):
        stated.pop("certain")
    return f"{mark} {json.dumps(stated, ensure_ascii=False)}"
