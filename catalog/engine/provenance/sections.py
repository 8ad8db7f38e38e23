"""What stands behind a provenance paragraph: notes, authorities, citations.

`Notes:` and `Citations:` hold lines of `[key]. text`; `Authorities:` lines of `name: address`, or
`no record found`. Rules: registry rules, section 3.
"""

import re
from dataclasses import dataclass
from typing import Final

from catalog.engine.provenance.values import Authority, Entry

_HEADING: Final = re.compile(
    r"^[ \t]*(notes?|authorit(?:y|ies)|citations?|references?)[ \t]*:"
    r"|(?<=\s)((?-i:NOTES?)):?(?=\s*(?:\[\d|\d{1,2}\.))",
    re.IGNORECASE | re.MULTILINE,
)
_KEY: Final = re.compile(
    r"^[ \t]*(?:\[([1-9]\d*|[A-Za-z]{1,2})\]\.?|(\d{1,3})\.)[ \t]*", re.MULTILINE
)
_NO_RECORD: Final = re.compile(r"no record found\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sections:
    """The three lists; empty where a section is missing."""

    notes: tuple[Entry, ...] = ()
    citations: tuple[Entry, ...] = ()
    authorities: tuple[Authority, ...] = ()


def find_sections(text: str) -> int:
    """Where the first section begins, or the length of the text."""
    match = _HEADING.search(text)
    return match.start() if match else len(text)


def read_sections(text: str, begin: int) -> Sections:
    """The sections of a text whose first heading stands at `begin`."""
    notes: list[Entry] = []
    citations: list[Entry] = []
    authorities: list[Authority] = []
    headings = list(_HEADING.finditer(text, begin))
    ends = [*(match.start() for match in headings), len(text)][1:]
    for match, end in zip(headings, ends, strict=True):
        body = text[match.end() : end]
        kind = (match[1] or match[2]).lower()
        if kind.startswith("note"):
            notes += read_entries(body)
        elif kind.startswith("auth"):
            authorities += read_authorities(body) or ()
        else:
            citations += read_entries(body)
    return Sections(tuple(notes), tuple(citations), tuple(authorities))


def read_entries(text: str) -> tuple[Entry, ...]:
    """Lines of `[key]. text`; a text runs on to the next key. Empty when there is no key."""
    keys = list(_KEY.finditer(text))
    ends = [*(match.start() for match in keys), len(text)][1:]
    return tuple(
        Entry(match[1] or match[2], text[match.end() : end].strip())
        for match, end in zip(keys, ends, strict=True)
    )


def read_authorities(text: str) -> tuple[Authority, ...] | None:
    """Lines of `name: address`; None when a line is something else."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, address = line.strip().partition(":")
        address = address.strip()
        if not colon or not name.strip() or not address:
            return None
        if not _NO_RECORD.fullmatch(address) and not re.fullmatch(r"[a-z]+://\S+|\S+:\S+", address):
            return None
        found.append(Authority(name.strip(), None if _NO_RECORD.fullmatch(address) else address))
    return tuple(found)
