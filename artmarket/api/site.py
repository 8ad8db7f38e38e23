"""`/api/v1/`: the apps' routers behind the gate, and the schema that describes them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, path, re_path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from appraisal import api as appraisal_api
from appraisal import api_issued as issued_api
from artmarket.core.rest import routers
from auctions import api as auctions_api
from auctions.listings import api as listings_api
from auctions.pledges import api as pledges_api
from catalog import api as catalog_api
from catalog import api_gates as gates_api
from catalog import api_log

from . import api as own_api
from . import errors
from .errors import BadRequest
from .gate import Served, gated, not_found, with_head
from .schema import Schema

PREFIX = "/api/v1"
_NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")  # as json.dumps writes the character, not a text of it
DESCRIPTION = N_(
    "作品登记册的接口。公开内容不用令牌就能读；写入用“我的账户”里做的访问令牌。"
    "出错的答复都是application/problem+json。"
)


class StrictParser(Parser):
    """JSON without what no database keeps: NUL, half surrogate pairs, NaN."""

    def parse_body(self, request: HttpRequest) -> Any:
        raw = request.body
        try:
            parsed = json.loads(raw, parse_constant=_refuse_constant)
            if b"\\u" in raw:
                text = json.dumps(parsed, ensure_ascii=False)
                text.encode()
                if _NUL.search(text):
                    raise ValueError("NUL")
        except (ValueError, RecursionError) as error:
            raise BadRequest(_("正文不是能保存的JSON。"), code="bad_json") from error
        return parsed


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class Renderer(JSONRenderer):
    """JSON with Chinese as it is written."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Artmarket",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="v1",
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
    renderer=Renderer(),
)
errors.register(api)
for router in (
    catalog_api.router, listings_api.router, auctions_api.router, pledges_api.router,
    appraisal_api.router,
    issued_api.router, api_log.router, gates_api.router,
    own_api.router, own_api.caller, own_api.webhooks, *routers.registered(),
):  # fmt: skip
    api.add_router("", router)


def urls() -> list[URLPattern]:
    """Every route behind the gate, and a gate for everything else below the prefix."""
    return [*_gated(), re_path(r"^(?P<path>.*)$", gated(not_found, {}), name="nowhere")]


def _gated() -> Iterator[URLPattern]:
    patterns, _app, _namespace = api.urls
    served = _served()
    for pattern in patterns:
        route = str(pattern.pattern)
        if route in served:  # all but the library's own root
            yield path(route, gated(pattern.callback, served[route]), name=pattern.name)


def _served() -> dict[str, Served]:
    """For each route its methods, and for each method the parameters that it knows."""
    reading = Schema(api, "")
    found: dict[str, dict[str, frozenset[str]]] = {}
    for bound in api._get_bound_routers():
        for route, view in bound.path_operations.items():
            methods = found.setdefault(route.lstrip("/").replace("{", "<").replace("}", ">"), {})
            for operation in view.operations:
                named = reading.operation_parameters(operation)
                known = frozenset(p["name"] for p in named if p["in"] == "query")
                methods.update(dict.fromkeys(operation.methods, known))
    return {route: with_head(methods) for route, methods in found.items()}


def schema() -> dict[str, Any]:
    """The OpenAPI description in the reader's language."""
    return _schema(get_language() or settings.LANGUAGE_CODE)


@cache
def _schema(_language: str) -> dict[str, Any]:
    written = Schema(api, PREFIX.lstrip("/")).finished()
    written["servers"] = [{"url": settings.SITE_URL.rstrip("/")}]
    return written
