"""The platform's own words: found in the source, kept in the English catalogue, compiled.

Chinese is the source language, so every message id is Chinese and only English has a catalogue.
Works without GNU gettext (a newcomer's machine may not have it): Babel reads Python, Django's
own `templatize` reads templates. Never guesses a translation: what is new is empty.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from tokenize import TokenError
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDERS = ("artmarket", "catalog", "cms", "media", "appraisal", "auctions")
SKIPPED = frozenset({"tests", "migrations", "locale", "static", "var", "__pycache__", ".venv"})
TEMPLATES = frozenset({".html", ".txt"})
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "N_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# {name} of the platform. Message ids are collected by `make messages`; only msgstr is written here.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}
# A line up to its comment; a `#` inside a string is none.
CODE = re.compile(r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^#'"])*""")
NAMES = {"en": "English", "zh_Hans": "Chinese for words of libraries"}

Key = tuple[str | None, str | tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the source says and the catalogue does not, and the other way round."""

    missing: tuple[Key, ...]
    obsolete: tuple[Key, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.obsolete)


def source_files(root: Path) -> Iterator[Path]:
    """Every Python file and template of the platform under `root`, in order of name."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if SKIPPED.isdisjoint(parts) and (path.suffix == ".py" or _is_template(path)):
                yield path


def collect(root: Path) -> Catalog:
    """All messages of the source under `root`, without translations.

    Raises ValueError naming the file that cannot be read.
    """
    found = Catalog(locale="en", header_comment="")
    for path in source_files(root):
        place = path.relative_to(root).as_posix()
        try:
            for _line, message, _comments, context in _messages(path):
                found.add(message, locations=[(place, 1)], context=context)
        except (SyntaxError, TokenError, UnicodeDecodeError) as error:
            raise ValueError(f"{place}: {error}") from error
    return found


def read(path: Path) -> Catalog:
    """A catalogue of translations; an absent file is an empty one."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def merged(found: Catalog, known: Catalog) -> Catalog:
    """The messages found, with the translations known. Nothing obsolete, nothing fuzzy."""
    result = Catalog(locale="en")
    for message in _entries(found):
        old = known.get(message.id, context=message.context)
        plural = not isinstance(message.id, str)
        string: Any = ("", "") if plural else ""
        if old is not None and not old.fuzzy and isinstance(old.string, str) is not plural:
            string = old.string
        places = sorted({(place, 1) for place, _line in message.locations})
        result.add(message.id, string, locations=places, context=message.context)
    return result


def compare(found: Catalog, known: Catalog) -> Difference:
    """The difference between source and catalogue, by id and context."""
    here, there = {_key(m) for m in _entries(found)}, {_key(m) for m in _entries(known)}
    return Difference(tuple(sorted(here - there, key=str)), tuple(sorted(there - here, key=str)))


def untranslated(catalog: Catalog) -> tuple[Key, ...]:
    """Messages of a catalogue with an empty or fuzzy translation."""
    return tuple(_key(m) for m in _entries(catalog) if m.fuzzy or not _complete(m))


def write(catalog: Catalog, path: Path) -> bool:
    """Write a catalogue; True when the file changed. File names only, no line numbers."""
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    code = path.parent.parent.name
    text = HEADER.format(code=code, name=NAMES[code], plurals=PLURALS[code])
    text += body.getvalue().decode().lstrip("\n")
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile each catalogue of a locale folder whose .mo is missing or older; returns those.

    Several processes may do it at once: each writes a file of its own and renames it.
    """
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        own = target.with_suffix(f".{os.getpid()}.tmp")
        with own.open("wb") as file:
            write_mo(file, read(source))
        own.replace(target)
        compiled.append(target)
    return compiled


def _is_template(path: Path) -> bool:
    return path.suffix in TEMPLATES and "templates" in path.parts


def _messages(path: Path) -> Iterable[tuple]:
    if path.suffix == ".py":
        source = path.read_bytes()
    else:
        source = _calls(path.read_text(encoding="utf-8"), path.name).encode()
    return extract("python", BytesIO(source), keywords=KEYWORDS, options={"encoding": "utf-8"})


def _calls(template: str, name: str) -> str:
    """The gettext calls of a template, one a line, for the reader of Python.

    `templatize` keeps the layout of the template, whose indentation is no Python.
    """
    from django.utils.translation.template import templatize

    lines = StringIO(templatize(template, name))
    code = (CODE.match(line) for line in lines)
    return " ".join(found.group().strip() for found in code if found)


def _entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> Key:
    key: Key = (message.context, message.id)  # type: ignore[assignment]
    return key


def _complete(message: Message) -> bool:
    if isinstance(message.string, str):
        return bool(message.string.strip())
    strings = message.string or ()
    return len(strings) == 2 and all(s.strip() for s in strings)
