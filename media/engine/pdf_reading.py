"""Read a PDF's structure as a process of its own, and say in JSON what it holds.

Run as `python -I pdf_reading.py FILE`. A hostile file can make any reader loop, swell or crash;
here it has a second process, its own memory and time, and no right to write. Knows neither Django
nor the rest of the house. Reads structure only: no page is drawn, no stream but qpdf's own opened.
Source: ISO 32000-2, 12.6.4 (actions), 7.11.4 (embedded files), 12.7.8 (XFA).
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES, CPU_SECONDS, OBJECTS = 1 << 29, 5, 500_000
_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "Launch",
    "/SubmitForm": "SubmitForm",
    "/ImportData": "ImportData",
    "/GoToE": "GoToE",
    "/GoToR": "GoToR",
    "/Rendition": "Rendition",
    "/Movie": "Movie",
    "/Sound": "Sound",
    "/RichMediaExecute": "RichMedia",
}
_MOVING = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_WEB = ("http:", "https:", "mailto:", "tel:", "#", "/")


def limit() -> None:
    """Bound this process before a single byte of the file is read."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(path: str) -> dict[str, Any]:
    """`{"pages": n}`, or `{"refused": encrypted|active|embedded|damaged, "what": …}`."""
    import pikepdf

    try:
        with pikepdf.open(path, attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                return {"refused": "encrypted", "what": "Encrypt"}
            if len(pdf.objects) > OBJECTS:
                return {"refused": "damaged", "what": "objects"}
            found = next(_findings(pdf), None)
            if found:
                return {"refused": found[0], "what": found[1]}
            return {"pages": len(pdf.pages)}
    except pikepdf.PasswordError:
        return {"refused": "encrypted", "what": "password"}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        return {"refused": "damaged", "what": str(error)[:200]}


def _findings(pdf: Any) -> Iterator[tuple[str, str]]:
    """What may not be in it; every indirect object once, and the trailer, which is none."""
    import pikepdf

    roots = [pdf.trailer, *pdf.objects]
    for root in roots:
        stack = [root]
        while stack:
            value = stack.pop()
            if isinstance(value, pikepdf.Stream):
                value = value.stream_dict
            if isinstance(value, pikepdf.Dictionary):
                entries = dict(value.items())
                yield from _of_dictionary(entries)
                inner = list(entries.values())
            elif isinstance(value, pikepdf.Array):
                inner = list(value)
            else:
                continue
            stack += [v for v in inner if isinstance(v, pikepdf.Object) and not v.is_indirect]


def _of_dictionary(entries: dict[str, Any]) -> Iterator[tuple[str, str]]:
    action, subtype, kind = (str(entries.get(key, "")) for key in ("/S", "/Subtype", "/Type"))
    if "/JS" in entries:
        yield "active", "JavaScript"
    if action in _ACTIONS:
        yield "active", _ACTIONS[action]
    if "/XFA" in entries:
        yield "active", "XFA"
    if subtype in _MOVING and kind in ("", "/Annot"):
        yield "active", subtype.lstrip("/")
    if "/EF" in entries or "/EmbeddedFiles" in entries or kind == "/EmbeddedFile":
        yield "embedded", "EmbeddedFile"
    if subtype == "/FileAttachment":
        yield "embedded", "FileAttachment"
    address = str(entries.get("/URI", "")).strip().lower()
    if action == "/URI" and ":" in address and not address.startswith(_WEB):
        yield "active", "URI"


if __name__ == "__main__":
    limit()
    print(json.dumps(read(sys.argv[1])))
