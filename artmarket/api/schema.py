"""The OpenAPI 3.1 description: the library's, with what the gate does added to each operation.

Words are written in Chinese beside the shapes and put into the reader's language here.
"""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic.json_schema import models_json_schema

from artmarket.core.rest.scopes import Needs

from .errors import MEDIA_TYPE, WORDS
from .shapes import Problem

WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TRANSLATED: Final = ("summary", "description")
REASONS: Final = {
    400: WORDS[400], 401: WORDS[401], 403: WORDS[403], 404: WORDS[404],
    409: N_("状态不允许，或同一个Idempotency-Key的请求正在处理。"),
    412: N_("If-Match不是现在的ETag。"), 413: WORDS[413],
    422: N_("输入不合要求；errors列出全部错误。"),
    428: N_("缺If-Match。"), 429: WORDS[429], 503: N_("有人正在处理同一条记录，请稍候再试。"),
}  # fmt: skip
HEADERS: Final = {
    "ETag": N_("内容的标记；下次带If-None-Match来问，没变就答304"),
    "Link": N_('下一页的地址，rel="next"'),
    "RateLimit": N_("这一分钟还剩几次"),
    "Retry-After": N_("几秒后再来"),
    "Location": N_("新东西的地址"),
    "Idempotency-Replayed": N_("true：这是上次的答复"),
}
ACCEPT_LANGUAGE: Final = {
    "in": "header", "name": "Accept-Language", "required": False,
    "schema": {"type": "string"}, "example": "en",
    "description": N_("答复的语言，默认中文"),
}  # fmt: skip
IDEMPOTENCY: Final = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": N_("同一个键重发同一个请求，只办一次，得到同一个答复"),
    "example": "5f0c1f6e-6a55-4c55-9d0e-1a2b3c4d5e6f",
}  # fmt: skip
IF_MATCH: Final = {
    "in": "header", "name": "If-Match", "required": True,
    "schema": {"type": "string", "minLength": 2, "pattern": "^\"[!#-~]+\"$"},
    "description": N_("读到时的ETag，原样放进来"),
    "example": '"0d3c54b1c5a9e6f7a8b9c0d1e2f30415"',
}  # fmt: skip


class Schema(OpenAPISchema):
    """The library's schema of our API, completed."""

    def finished(self) -> dict[str, Any]:
        """The schema as plain data, translated."""
        _map, problem = models_json_schema(
            [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
        )
        components = dict(self["components"])
        components["schemas"] = dict(sorted({**components["schemas"], **problem["$defs"]}.items()))
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "bearerFormat": "amk_…"}
        }
        whole: dict[str, Any] = {**self, "components": components}
        return _translated(whole)

    def operation_security(self, operation: Operation) -> list[dict[str, Any]]:
        """A token where one is needed; where it is not, it may be sent all the same."""
        return [{"token": []}] if _scope(operation) else [{}, {"token": []}]

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        found = super().operation_details(operation)
        is_write = bool(WRITES & set(operation.methods))
        has_condition = found.pop("x-precondition", False)
        further = found.pop("x-refusals", [])
        found["parameters"] = [_parameter(p) for p in found["parameters"]] + [ACCEPT_LANGUAGE]
        if is_write:
            found["parameters"] += [IDEMPOTENCY]
        if has_condition:
            found["parameters"] += [IF_MATCH]
        if scope := _scope(operation):
            found["x-scope"] = scope
        _describe_headers(found, is_write=is_write)
        usual = _refusals(found, operation, is_write=is_write, has_condition=has_condition)
        for status in sorted({*usual, *further}):
            found["responses"][status] = _refusal(status)
        return found


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    """The parameter with one example of its own, as OpenAPI wants it."""
    examples = found.pop("examples", None)
    return {**found, "example": examples[0]} if examples else found


def _scope(operation: Operation) -> str:
    needs = next((a for a in operation.auth_callbacks or () if isinstance(a, Needs)), None)
    return str(needs.scope) if needs else ""


def _refusals(
    found: dict[str, Any], operation: Operation, *, is_write: bool, has_condition: bool
) -> list[int]:
    statuses = [400, 401, 422, 429]
    if _scope(operation):
        statuses += [403]
    if any(p["in"] == "path" for p in found["parameters"]):
        statuses += [404]
    if is_write:
        statuses += [409, 413, 503]
    if has_condition:
        statuses += [412, 428]
    return statuses


def _refusal(status: int) -> dict[str, Any]:
    names = ["RateLimit"] + ["Retry-After"] * (status in (429, 503))
    return {
        "description": str(REASONS[status]),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "headers": {name: _header(name) for name in names},
    }


def _describe_headers(found: dict[str, Any], *, is_write: bool) -> None:
    for status, answer in found["responses"].items():
        names = ["RateLimit"]
        if not is_write:
            names.append("ETag")
        if any(p["name"] == "after" for p in found["parameters"]):
            names.append("Link")
        if status == 201:
            names.append("Location")
        if is_write:
            names.append("Idempotency-Replayed")
        answer["headers"] = {name: _header(name) for name in names}


def _header(name: str) -> dict[str, Any]:
    return {"description": HEADERS[name], "schema": {"type": "string"}, "required": False}


def _translated(value: Any) -> Any:
    """A copy with every summary and description in the reader's language."""
    if isinstance(value, dict):
        return {key: _translated_member(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(item) for item in value]
    return value


def _translated_member(key: str, item: Any) -> Any:
    is_words = key in TRANSLATED and isinstance(item, str) and item
    return _(item) if is_words else _translated(item)
