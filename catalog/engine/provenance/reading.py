"""A provenance text as a whole: paragraphs, documents with notes, single parts.

Every passage keeps its exact slice; what does not parse stays as words with the place where
reading stopped. Rules: registry rules, section 3.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalog.engine.provenance.cutting import Cut, cut
from catalog.engine.provenance.english import read_event
from catalog.engine.provenance.parts import Unread
from catalog.engine.provenance.periods import is_time
from catalog.engine.provenance.sections import find_sections, read_sections
from catalog.engine.provenance.values import Event, Party, Passage, Provenance

_EDITORIAL: Final = re.compile(
    r"(?i:under review(?: by .{1,40})?|updated(?: (?:and|by|on)(?: .{1,80})?)?|see .{1,300})"
    r"|[A-Z]{3},? (?:\d{1,2}/\d{1,2}/\d{2,4}|[A-Z][a-z]+ \d{1,2}, \d{4})"
)
_LABEL: Final = re.compile(
    r"\s*(?:Provenance|PROVENANCE|Source|[Ee]x[- ][Cc]oll(?:ections?|\.)?):\s*"
)
_LONE_TIME: Final = re.compile(
    r"[\s.;,]*;\s*(?=(?:\d[^;]{0,40}|n\.?d|no date|(?:on )?[^;]{3,14}\d{2}[^;]{0,20})$)",
    re.IGNORECASE,
)
_UNDER_REVIEW: Final = re.compile(
    r"\s+(?=(?:[Uu]pdated and )?[Uu]nder (?:on-going )?review by \S{1,40}\s*$)"
)


def read_paragraph(text: str) -> Provenance:
    """The events of an English paragraph without notes.

    Args:
        text: the curator's text, any length.
    Returns:
        The reading; `reading.text` is the text again. Never raises for any text.
    """
    return Provenance(tuple(_passages(text, 0, len(text))))


def read_document(text: str) -> Provenance:
    """A paragraph followed by `Notes:`, `Authorities:` and `Citations:`, each may be missing."""
    begin = find_sections(text)
    passages = list(_passages(text, 0, begin))
    if begin < len(text):
        passages.append(Passage(text[begin:], begin, "sections"))
    sections = read_sections(text, begin)
    addresses = {entry.name: entry.uri for entry in sections.authorities if entry.uri}
    return Provenance(
        tuple(_with_address(passage, addresses) for passage in passages),
        notes=sections.notes,
        citations=sections.citations,
        authorities=sections.authorities,
    )


def _passages(text: str, start: int, end: int) -> Iterator[Passage]:
    previous: Party | None = None
    for piece in _joined(text, list(_pieces(text, start, end))):
        if (label := _LABEL.match(text, piece.start, piece.end)) and label.end() < piece.end:
            yield Passage(label[0], piece.start, "label")
            piece = Cut(label.end(), piece.end, piece.mark)
        words = text[piece.start : piece.end]
        body = words[: len(words) - len(piece.mark)].strip() if piece.mark else words.strip()
        if not body.strip(" .;"):
            yield Passage(words, piece.start, "space")
            continue
        if piece.mark != ";" and _EDITORIAL.fullmatch(body):
            yield Passage(words, piece.start, "remark")
            continue
        passage = _read(words, body, piece, previous)
        if passage.event is not None and passage.event.party is not None:
            previous = passage.event.party
        elif passage.failed_at is not None:
            previous = None
        yield passage


def _read(words: str, body: str, piece: Cut, previous: Party | None) -> Passage:
    direct = piece.mark == ";"
    try:
        event = replace(read_event(_LONE_TIME.sub(", ", body), previous), direct=direct)
    except Unread as failure:
        found = words.find(failure.words.split(" ")[0]) if failure.words else 0
        return Passage(
            words,
            piece.start,
            "event",
            Event(unparsed=body, direct=direct),
            failed_at=piece.start + max(found, 0),
            why=failure.why,
        )
    return Passage(words, piece.start, "event", event)


def _pieces(text: str, start: int, end: int) -> Iterator[Cut]:
    for piece in cut(text, start, end):
        tail = _UNDER_REVIEW.search(
            text, max(piece.start, piece.end - 80), piece.end - len(piece.mark)
        )
        if tail:
            yield Cut(piece.start, tail.start(), "")
            yield Cut(tail.start(), piece.end, piece.mark)
        else:
            yield piece


def _joined(text: str, pieces: list[Cut]) -> Iterator[Cut]:
    """Pieces with a lone date joined to the one before: the mark between is no change of hands."""
    held: Cut | None = None
    for piece in pieces:
        body = text[piece.start : piece.end].strip(" \n.;")
        lone = (
            len(body) < 40
            and is_time(body)
            and (body[:1].isdigit() or body[:2] in {"nd", "n.", "no"})
        )
        if held is not None and lone and held.mark == ";" and not _has_time(text, held):
            held = Cut(held.start, piece.end, piece.mark)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _has_time(text: str, piece: Cut) -> bool:
    return bool(re.search(r"\d{4}", text[piece.start : piece.end]))


def _with_address(passage: Passage, addresses: dict[str, str]) -> Passage:
    event = passage.event
    if event is None or not addresses:
        return passage
    return replace(
        passage,
        event=replace(
            event,
            party=_party_with_address(event.party, addresses),
            buyer_agent=_party_with_address(event.buyer_agent, addresses),
            seller_agent=_party_with_address(event.seller_agent, addresses),
            previous=_party_with_address(event.previous, addresses),
        ),
    )


def _party_with_address(party: Party | None, addresses: dict[str, str]) -> Party | None:
    if party is None:
        return None
    kin = party.kin
    if kin is not None:
        of = _party_with_address(kin.of, addresses)
        kin = replace(kin, of=of) if of else kin
    return replace(party, kin=kin, uri=addresses.get(party.name))
