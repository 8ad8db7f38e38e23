"""What a certificate says, in labels and words: for the page, the paper, and an uploaded file.

Reads documents of any kind, also hostile ones: whatever has not the form of ours is left out.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.punctuation import joined
from catalog.engine.dimensions import Dimension, format_dimensions, measure

from .words import KINDS, PANEL_RESULTS

TAGS: Final = {"nfc": "NFC", "rfid": "RFID"}
_DECIMAL: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?", re.ASCII)


def subject_of(document: Any) -> Mapping[str, Any]:
    """The part about the work; empty where there is none."""
    subject = document.get("credentialSubject") if isinstance(document, Mapping) else None
    return subject if isinstance(subject, Mapping) else {}


def text(value: Any) -> str:
    """A text or a figure; everything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:1000]


def statement_words(document: Any) -> str:
    """The statement in the reader's language, else in the first that it has."""
    statement = subject_of(document).get("statement")
    if not isinstance(statement, list):
        return text(statement)
    parts = [part for part in statement if isinstance(part, Mapping)]
    wanted = "en" if get_language() == "en" else "zh"
    own = [part for part in parts if text(part.get("@language")).startswith(wanted)]
    return text((own or parts or [{}])[0].get("@value"))


def size_words(document: Any) -> str:
    """The measures, height first, in centimetres; as written where they are of another kind."""
    known: list[Dimension] = []
    others: list[str] = []
    measures = subject_of(document).get("dimensions")
    for entry in measures if isinstance(measures, list) else []:
        if not isinstance(entry, Mapping):
            continue
        name, value, unit = (text(entry.get(key)) for key in ("type", "value", "unit"))
        try:
            known.append(
                measure("", name, Decimal(value if _DECIMAL.fullmatch(value) else 0), unit)
            )
        except ValueError:
            others.append(f"{name} {value} {unit}".strip())
    return joined(filter(None, [format_dimensions(known, get_language() or "zh"), *others]))


def panel_words(document: Any) -> str:
    """How many experts, how many dissented, and the result."""
    panel = subject_of(document).get("panel")
    if not isinstance(panel, Mapping):
        return ""
    return _("专家%(experts)s人，同意%(agreeing)s人，异议%(dissenting)s人：%(result)s") % {
        "experts": text(panel.get("experts")),
        "agreeing": text(panel.get("agreeing")),
        "dissenting": text(panel.get("dissenting")),
        "result": PANEL_RESULTS.get(text(panel.get("result")), ""),
    }


def confirmation_words(document: Any) -> str:
    """Which author confirmed on which day."""
    confirmation = subject_of(document).get("confirmation")
    if not isinstance(confirmation, Mapping):
        return ""
    day = text(confirmation.get("day"))
    with suppress(ValueError):
        day = date_format(date.fromisoformat(day), "DATE_FORMAT")
    return _("%(author)s，%(day)s到场确认") % {
        "author": text(confirmation.get("author")), "day": day,
    }  # fmt: skip


def tag_words(document: Any) -> str:
    """The mark on the thing."""
    tag = subject_of(document).get("tag")
    if not isinstance(tag, Mapping):
        return ""
    names = {**TAGS, "seal": _("封签"), "surface": _("表面显微特征")}
    kind = text(tag.get("kind"))
    return f"{names.get(kind, kind)} {text(tag.get('value'))}"


def edition_words(document: Any) -> str:
    """Which impression, of how many."""
    edition = subject_of(document).get("edition")
    if not isinstance(edition, Mapping):
        return ""
    size = text(edition.get("size"))
    return text(edition.get("number")) + (f" / {size}" if size else "")


def stated(document: Any) -> list[tuple[str, str]]:
    """Label and words of everything that the certificate says; empty things are left out."""
    subject = subject_of(document)
    kind = text(subject.get("certificateKind"))
    rows = [
        (_("种类"), str(KINDS.get(kind, kind))),
        (_("题名"), text(subject.get("title"))),
        *facts(document),
        (_("证明"), statement_words(document)),
    ]
    return [(name, words) for name, words in rows if words]


def facts(document: Any) -> list[tuple[str, str]]:
    """Label and words of the work and of the grounds, without kind, title and statement."""
    rows = [
        (_("登记号"), text(subject_of(document).get("registryNumber"))),
        (_("尺寸"), size_words(document)),
        (_("版次"), edition_words(document)),
        (_("标识"), tag_words(document)),
        (_("专家组"), panel_words(document)),
        (_("作者确认"), confirmation_words(document)),
    ]
    return [(name, words) for name, words in rows if words]
