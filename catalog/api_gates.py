"""The gates of a work for whoever speaks for it; what matched, for registrars only."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.core.errors import NotAllowed
from artmarket.core.rest.paging import Id, page_of
from artmarket.core.rest.schemas import Input, Output
from artmarket.core.rest.scopes import Needs, Scope, reader_of

from . import gate_pages
from .api_schemas import PageQuery
from .models import StolenHit, Work
from .services import stolen

router = Router()
OWN, REVIEW = ["own works"], ["review"]
reading = Needs(Scope.READ)
reviewing = Needs(Scope.REGISTRY_REVIEW)


class GateOut(Output):
    """One gate: what it says, by which rule and version, and what to do next."""

    gate: str
    name: str
    outcome: str
    code: str
    rule: str
    version: int
    words: str
    next: str
    is_advisory: bool
    is_cleared: bool


class ActOut(Output):
    act: str
    outcome: str
    gates: list[GateOut]


class GatesOut(Output):
    work: int
    acts: list[ActOut]


class HitOut(Output):
    """A work that matched an entry, by what, and what a registrar made of it."""

    id: int
    work: int
    list: str
    entry: str
    title: str
    maker: str
    number: str
    title_percent: int
    by_picture: bool
    state: str
    reason: str
    found_at: datetime


class HitsPage(Output):
    items: list[HitOut]
    next: str | None


class HitsQuery(PageQuery):
    state: Literal["open", "same", "other"] = Field("open", description=N_("结论"))


class VerdictIn(Input):
    state: Literal["same", "other"] = Field(description=N_("结论"))
    reason: str = Field(max_length=500, description=N_("依据"))


@router.get(
    "/works/{work_id}/gates",
    response=GatesOut,
    auth=reading,
    tags=OWN,
    summary=N_("一件作品在出售、质押之前的关口"),
)
def read_gates(request: HttpRequest, work_id: Id) -> dict[str, Any]:
    """For its owner, the registry and the relics authority; a match is only "under review"."""
    work = get_object_or_404(Work, pk=work_id, state__in=gate_pages.SHOWN)
    if not reader_of(request).has_perm("catalog.see_gates", work):
        raise Http404
    return {"work": work.pk, "acts": gate_pages.gates_for_api(work)}


@router.get(
    "/stolen-hits",
    response=HitsPage,
    auth=reviewing,
    tags=REVIEW,
    summary=N_("与失窃名录相符的作品"),
)
def list_hits(
    request: HttpRequest, response: HttpResponse, asked: Query[HitsQuery]
) -> dict[str, Any]:
    _require_registrar(request)
    rows = gate_pages.hits_for(request.user).filter(state=asked.state)
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [_hit(hit) for hit in found],
    )  # fmt: skip


@router.post(
    "/stolen-hits/{hit_id}",
    response=HitOut,
    auth=reviewing,
    tags=REVIEW,
    summary=N_("判断是不是失窃的那一件"),
)
def judge_hit(request: HttpRequest, hit_id: Id, given: VerdictIn) -> dict[str, Any]:
    _require_registrar(request)
    get_object_or_404(gate_pages.hits_for(request.user), pk=hit_id)
    stolen.judge_hit(
        actor=request.user,  # type: ignore[arg-type]
        hit_id=hit_id, state=given.state, reason=given.reason,
    )  # fmt: skip
    return _hit(gate_pages.hits_for(request.user).get(pk=hit_id))


def _require_registrar(request: HttpRequest) -> None:
    if not request.user.has_perm("catalog.review_desk"):
        raise NotAllowed(rule=stolen.STAFF_RULE)


def _hit(hit: StolenHit) -> dict[str, Any]:
    return {
        "id": hit.pk, "work": hit.work_id, "list": hit.entry.list.name, "entry": hit.entry.number,
        "title": hit.entry.title, "maker": hit.entry.maker, "number": hit.number,
        "title_percent": hit.title_percent, "by_picture": hit.by_picture, "state": hit.state,
        "reason": hit.reason, "found_at": hit.found_at,
    }  # fmt: skip
