"""Faults of input, each with where it is, a code for programs and words for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

Fault = dict[str, str]


def faults_of(fields: Mapping[str, Any]) -> list[Fault]:
    """The faults that a service names by field."""
    return [{"field": n, "code": "invalid", "message": str(w)} for n, w in fields.items()]


def fault(error: Mapping[str, Any]) -> Fault:
    """One fault that pydantic found in a request: a JSON pointer in the body, else a name."""
    place = [str(part) for part in error.get("loc", ())]
    where = place[0] if place else ""
    field = pointer(place[2:]) if where == "body" else ".".join(place[1:]) or where
    return {"field": field, "code": str(error.get("type", "invalid")), "message": words_of(error)}


def fault_in_row(error: Mapping[str, Any]) -> Fault:
    """One fault that pydantic found in one row of a list; the place counts from the row."""
    place = [str(part) for part in error.get("loc", ())]
    return {"field": pointer(place), "code": str(error["type"]), "message": words_of(error)}


def pointer(place: list[str]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in place) or "/"


def words_of(error: Mapping[str, Any]) -> str:
    """The fault in the reader's language; the library's own words where we have none."""
    kind, context = str(error.get("type", "")), error.get("ctx") or {}
    known = {
        "missing": _("必填。"),
        "extra_forbidden": _("没有这个字段或参数。"),
        "string_type": _("应当是文字。"),
        "int_type": _("应当是整数。"),
        "int_parsing": _("应当是整数。"),
        "bool_type": _("应当是true或false。"),
        "bool_parsing": _("应当是true或false。"),
        "list_type": _("应当是列表。"),
        "dict_type": _("应当是对象。"),
        "model_attributes_type": _("应当是对象。"),
        "model_type": _("应当是对象。"),
        "string_pattern_mismatch": _("写法不对。"),
    }
    if kind in known:
        return known[kind]
    if kind in {"literal_error", "enum"}:
        return _("只能是：%(expected)s。") % {"expected": context.get("expected", "")}
    if kind in {"string_too_long", "too_long"}:
        return _("最多%(limit)s。") % {"limit": context.get("max_length", "")}
    if kind in {"string_too_short", "too_short"}:
        return _("至少%(limit)s。") % {"limit": context.get("min_length", "")}
    if kind in {"less_than_equal", "greater_than_equal"}:
        return _("超出范围。")
    return str(error.get("msg", _("不对。")))
