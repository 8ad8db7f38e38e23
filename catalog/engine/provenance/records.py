"""A Chinese field that may hold several labelled parts, and its events.

来源 opens the provenance, 题识 an inscription, 钤印 the seals, 著录 the literature, 展览 the shows;
a text without a label is provenance. Every passage keeps its exact slice.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalog.engine.provenance.chinese import read_chinese_event
from catalog.engine.provenance.labelled import (
    LABELS,
    read_exhibitions,
    read_inscription,
    read_literature,
    read_seals,
)
from catalog.engine.provenance.parts import Unread
from catalog.engine.provenance.values import (
    Citation,
    Event,
    Exhibition,
    Inscription,
    Party,
    Passage,
    Provenance,
    Seal,
)

_LABEL: Final = re.compile(rf"(?:^|(?<=[。；;\s）)]))({'|'.join(LABELS)})\s*[：:]\s*")
_OPENERS: Final = {"（": "）", "(": ")", "《": "》", "“": "”"}
_LONGEST_BRACKET: Final = 200
_CHINESE: Final = re.compile(r"[㐀-鿿]")


def is_chinese_text(text: str) -> bool:
    """Whether more Chinese characters than Latin letters stand in the text."""
    return len(_CHINESE.findall(text)) > len(re.findall(r"[A-Za-z]", text)) / 3


def read_record(text: str) -> Provenance:
    """The labelled parts of a Chinese field.

    Args:
        text: the curator's text, any length.
    Returns:
        The reading; `reading.text` is the text again. Never raises for any text.
    """
    labels = list(_LABEL.finditer(text))
    first = labels[0].start() if labels else len(text)
    passages = list(_passages(text, 0, first))
    seals: list[Seal] = []
    inscriptions: list[Inscription] = []
    literature: list[Citation] = []
    exhibitions: list[Exhibition] = []
    ends = [*(match.start() for match in labels), len(text)][1:]
    for match, end in zip(labels, ends, strict=True):
        label, kind, body = match[1], LABELS[match[1]], text[match.end() : end]
        passages.append(Passage(match[0], match.start(), "label"))
        if kind == "events":
            passages += _passages(text, match.end(), end)
            continue
        if body:
            passages.append(Passage(body, match.end(), "sections"))
        if kind == "seals":
            seals += read_seals(label, body)
        elif kind == "literature":
            literature += read_literature(body)
        elif kind == "exhibitions":
            exhibitions += read_exhibitions(body)
        elif inscription := read_inscription(label, body):
            inscriptions.append(inscription)
    return Provenance(
        tuple(passages),
        seals=tuple(seals),
        inscriptions=tuple(inscriptions),
        literature=tuple(literature),
        exhibitions=tuple(exhibitions),
    )


def _passages(text: str, start: int, end: int) -> Iterator[Passage]:
    previous: Party | None = None
    for begin, stop, mark in _cut(text, start, end):
        words = text[begin:stop]
        body = words[: len(words) - len(mark)].strip()
        if not body:
            yield Passage(words, begin, "space")
            continue
        direct = mark in {"；", ";"}
        try:
            event = replace(read_chinese_event(body, previous), direct=direct)
        except Unread as failure:
            found = words.find(failure.words) if failure.words else 0
            yield Passage(
                words,
                begin,
                "event",
                Event(unparsed=body, direct=direct),
                failed_at=begin + max(found, 0),
                why=failure.why,
            )
            previous = None
            continue
        previous = event.party or previous
        yield Passage(words, begin, "event", event)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Pieces with their closing mark; nothing inside brackets divides."""
    begin, position = start, start
    while position < end:
        character = text[position]
        if closer := _OPENERS.get(character):
            closed = text.find(closer, position, min(end, position + _LONGEST_BRACKET))
            position = closed + 1 if closed >= 0 else position + 1
            continue
        if character in "；;。":
            yield begin, position + 1, character
            begin = position + 1
        position += 1
    if begin < end:
        yield begin, end, ""
