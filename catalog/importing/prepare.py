"""From a row as read to a row ready to be written, without a database.

Runs in worker processes beside the one that writes, because reading words costs more than writing
them. Every reason against a row is gathered; a row is never half prepared.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.engine.object_id import assess
from catalog.search.backends import get_backend
from catalog.search.documents import Entry, WorkDocument, build_entry

from .draft import Prepared, Problem, Raw, RowRefused, WorkDraft
from .linked_art import unwrap
from .mapping import ColumnMapping
from .profiles import MUSEUMS, Profile
from .rows import refuse_constant

_NO_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8)
def profile_of(name: str, mapping: "FrozenMapping | None") -> Profile:
    """The profile of that name, under a mapping where it needs one."""
    return MUSEUMS[name] if mapping is None else mapping.value.profile(name)


class FrozenMapping:
    """A mapping that can be a key and travel to a worker."""

    def __init__(self, value: ColumnMapping) -> None:
        self.value = value
        self.digest = value.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrozenMapping) and other.digest == self.digest


def salt_of(name: str, mapping: FrozenMapping | None) -> str:
    """What besides the row decides how it is read."""
    return mapping.digest if mapping else f"{name}/{MUSEUMS[name].version}"


def prepare_rows(name: str, mapping: FrozenMapping | None, rows: Iterable[Raw]) -> list[Prepared]:
    """Judge rows under a profile, in their order."""
    profile, salt = profile_of(name, mapping), salt_of(name, mapping)
    texts = get_backend().texts
    return [_prepare(profile, salt, raw, texts) for raw in rows]


def _prepare(
    profile: Profile, salt: str, raw: Raw, texts: Callable[[Entry], tuple[str, ...]]
) -> Prepared:
    done = Prepared(raw.number)
    if raw.problem:
        done.problems.append(raw.problem)
        return done
    try:
        row, dirt = _parsed(raw.payload)
        done.source_id = _guess_id(row)
        draft = profile.read(row)
        draft.warnings.extend(dirt)
        canonical = json.dumps(
            row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
    except RowRefused as refusal:
        done.problems = refusal.problems
        return done
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        words = _("这一行的形式与来源的其余部分不同：%(why)s") % {
            "why": f"{type(error).__name__} {error}"
        }
        done.problems.append(Problem("unreadable_row", words[:500]))
        return done
    draft.values["objectid_score"] = assess(_record(draft)).score
    done.draft, done.source_id, done.raw = draft, draft.source_id, canonical
    done.digest = hashlib.sha256(f"{salt}\n{canonical}".encode()).hexdigest()
    entry = done.entry = build_entry(_document(draft))
    # Written here, beside the process that stores; the pieces themselves need not travel.
    entry.text, entry.head, entry.body = texts(entry), [], []
    return done


def _parsed(payload: Any) -> tuple[Mapping[str, Any], list[Problem]]:
    """The row as a mapping without characters that no database keeps."""
    dirty = True
    if isinstance(payload, bytes):
        dirty = b"\\u0000" in payload or b"\\ud" in payload.lower()
        try:
            payload = json.loads(payload.decode("utf-8"), parse_constant=refuse_constant)
        except UnicodeDecodeError as error:
            raise RowRefused(
                Problem("encoding", _("这一行不是UTF-8：%(why)s") % {"why": error})
            ) from None
        except (ValueError, RecursionError) as error:
            raise RowRefused(
                Problem("json_broken", _("这一行不是JSON：%(why)s") % {"why": error})
            ) from None
    if not isinstance(payload, Mapping):
        kind = type(payload).__name__
        raise RowRefused(
            Problem("not_an_object", _("这一行不是对象，而是%(kind)s。") % {"kind": kind})
        )
    if not dirty:
        return payload, []
    cleaned = _clean(payload)
    if cleaned == payload:
        return payload, []
    return cleaned, [Problem("characters_removed", _("有数据库存不了的字符（NUL等），已经去掉。"))]


def _clean(value: Any, depth: int = 0) -> Any:
    if depth > 100:
        raise RowRefused(Problem("too_deep", _("这一行嵌套超过100层。")))
    if isinstance(value, str):
        if value.isascii():
            return value.replace("\x00", "")
        return "".join(c for c in value if c != "\x00" and not "\ud800" <= c <= "\udfff")
    if isinstance(value, Mapping):
        return {_clean(str(k), depth): _clean(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_clean(v, depth + 1) for v in value]
    return value


def _guess_id(row: Mapping[str, Any]) -> str:
    thing = unwrap(row)
    if not isinstance(thing, Mapping):
        return ""
    return str(thing.get("id") or thing.get("ObjectID") or thing.get("source_id") or "")[:200]


def _record(draft: WorkDraft) -> dict[str, Any]:
    """The draft in the form of the Object ID engine; see catalog.completeness for stored works."""
    values = draft.values
    record: dict[str, Any] = {
        "form": values.get("form"),
        "photos": [],
        "type": list(draft.types),
        "materials": {"materials": list(draft.materials), "techniques": list(draft.techniques)}
        if draft.materials or draft.techniques
        else {},
        "measurements": [
            {"dimension": d.dimension, "value": d.value, "unit": d.unit} for d in draft.dimensions
        ],
        "inscriptions": [
            {"ref": i["ref"], "kind": i["kind"], **({"text": i["text"]} if i.get("text") else {})}
            for i in draft.inscriptions
        ],
        "features": values.get("features"),
        "title": values.get("title"),
        "subject": values.get("subject"),
        "date": values.get("date_edtf"),
        "maker": {"name": draft.makers[0].name, "attribution": draft.makers[0].term}
        if draft.makers
        else {},
    }
    return {key: value for key, value in record.items() if value not in ("", [], {}, None)}


def _document(draft: WorkDraft) -> WorkDocument:
    """What of the draft is searched; its keys and its makers' ids are added when it is written."""
    values = draft.values
    fields = ("medium_text", "subject", "place_made", "date_text", "description", "description_en")
    makers = [n for m in draft.makers for n in (m.name, *m.other_names, m.as_written) if n]
    return WorkDocument(
        work_id=0,
        ordered_at=_NO_MOMENT,
        titles=(values.get("title", ""), values.get("title_en", "")),
        makers=list(dict.fromkeys(makers)),
        words=(
            *(values.get(name, "") for name in (*fields, "features", "credit")),
            *(i.get("text", "") for i in draft.inscriptions),
            draft.source_id,
        ),
        types=draft.types,
        materials=(*draft.materials, *draft.techniques),
        year_from=values.get("year_from"),
        year_to=values.get("year_to"),
        is_museum=True,
    )
