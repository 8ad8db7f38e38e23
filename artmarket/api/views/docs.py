"""The description of the API: for people a page without any script, for programs OpenAPI JSON."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from artmarket import rulebook
from artmarket.api import site
from artmarket.api.gate import language_of
from artmarket.core.rest.conditions import names, tag_of
from artmarket.core.rest.scopes import Scope

TAGS = (
    "works", "artists", "terms", "offers", "sales", "certificates", "events", "token", "own works",
    "loans", "review", "webhooks", "public log", "content",
)  # fmt: skip
"""The order of the groups; one that is not named here comes last."""


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation, read from the schema itself."""
    described = site.schema()
    operations = [
        _operation(path, method, found, described)
        for path, methods in described["paths"].items()
        for method, found in methods.items()
    ]
    tags = dict.fromkeys((*TAGS, *(operation["tag"] for operation in operations)))
    context = {
        "groups": [(tag, [o for o in operations if o["tag"] == tag]) for tag in tags],
        "base": settings.SITE_URL.rstrip("/") + site.PREFIX,
        "scopes": Scope.choices,
        "limits": rulebook.get("api.requests_per_minute"),
        "hours": rulebook.get("api.idempotency_hours"),
    }
    return render(request, "api/docs.html", context)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The schema as OpenAPI 3.1 JSON, in the language asked for."""
    with translation.override(language_of(request)):
        body = json.dumps(site.schema(), ensure_ascii=False, indent=1).encode()
    tag = tag_of(body)
    if names(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Accept-Language"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _operation(
    path: str, method: str, found: dict[str, Any], described: dict[str, Any]
) -> dict[str, Any]:
    body = next(iter(found.get("requestBody", {}).get("content", {}).items()), None)
    return {
        "id": found["operationId"],
        "tag": found["tags"][0],
        "method": method.upper(),
        "path": path.removeprefix(site.PREFIX),
        "summary": found["summary"],
        "description": found.get("description", ""),
        "scope": found.get("x-scope", ""),
        "parameters": [p for p in found["parameters"] if p["in"] != "header"],
        "body_type": body[0] if body else "",
        "fields": _fields(body[1]["schema"], described) if body else [],
        "statuses": sorted(str(s) for s in found["responses"]),
    }


def _fields(schema: dict[str, Any], described: dict[str, Any]) -> list[dict[str, Any]]:
    """The members of a body, one level deep."""
    shape = _resolved(schema, described)
    needed = set(shape.get("required", ()))
    return [
        {
            "name": name,
            "kind": _kind(member, described),
            "description": member.get("description", ""),
            "is_needed": name in needed,
        }
        for name, member in shape.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return described["components"]["schemas"][name] if name else schema


def _kind(member: dict[str, Any], described: dict[str, Any]) -> str:
    member = _resolved(member, described)
    if options := member.get("enum"):
        return " | ".join(str(o) or '""' for o in options)
    if members := member.get("anyOf"):
        return " | ".join(_kind(m, described) for m in members)
    if member.get("type") == "array":
        return f"[{_kind(member.get('items', {}), described)}]"
    return str(member.get("type", "object"))
