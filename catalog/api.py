"""The catalogue's routes: works, makers, terms, and what listers and registrars do to works.

Thin: each parses, calls the selector or service that the pages call, and answers.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status
from pydantic import ValidationError

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.core.rest.conditions import Changed, require_match, tag_of
from artmarket.core.rest.faults import Fault, fault_in_row, faults_of
from artmarket.core.rest.paging import Id, link_next, page_of
from artmarket.core.rest.scopes import Needs, Scope, reader_of
from media.models import Image
from media.selectors import picture_sources

from . import api_schemas as shapes
from . import representation, selectors
from .engine.numbers import NumberError, check_number
from .engine.terms import AAT_NOTICE
from .enums import PUBLIC_STATES
from .models import Artist, Attribution, Term, TitleShare, Work, WorkPhoto
from .search import SearchQuery, search
from .search.names import find_artists
from .search.query import read_cursor, write_cursor
from .services import drafts, registration
from .services.description import Description, InscriptionInput, Measure
from .services.photographs import take_photo

BULK_RULE = "api.bulk_rows"
TEXTS = (
    "title", "title_en", "form", "date_text", "subject", "medium_text", "features",
    "features_none_reason", "description", "description_en", "place_made", "source_kind",
    "source_note",
)  # fmt: skip
PARTS = ("types", "materials", "techniques", "no_inscriptions", "unknown")
PRECONDITION = {"x-precondition": True}

router = Router()
WORKS, ARTISTS, TERMS, OWN, REVIEW = ["works"], ["artists"], ["terms"], ["own works"], ["review"]
writing = Needs(Scope.WORKS_WRITE)
reviewing = Needs(Scope.REGISTRY_REVIEW)


# ------------------------------------------------------------------ reading


@router.get("/works", response=shapes.WorksPage, tags=WORKS, summary=N_("检索公开的作品"))
def find_works(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.WorksQuery]
) -> dict[str, Any]:
    query = _query(asked)
    page = search(query, page_size=asked.limit)
    found = selectors.works_for_cards().public().in_bulk(page.work_ids)
    following = page.next and page.next.cursor
    return {
        "items": [representation.summary(found[pk]) for pk in page.work_ids if pk in found],
        "total": {"n": page.total.n, "is_capped": page.total.is_capped},
        "next": link_next(
            request, response, {"after": write_cursor(following)} if following else None
        ),
    }


@router.get("/works/{work_id}", response=shapes.WorkOut, tags=WORKS, summary=N_("一件作品"))
def read_work(request: HttpRequest, response: HttpResponse, work_id: Id) -> dict[str, Any]:
    work = _visible(request, pk=work_id)
    return _tagged(response, representation.represent(work, reader_of(request)))


@router.get("/numbers/{number}", response=shapes.WorkOut, tags=WORKS, summary=N_("按登记号查作品"))
def read_number(request: HttpRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    try:
        checked = check_number(number)
    except NumberError as error:
        raise Http404 from error
    work = _visible(request, number=checked)
    return _tagged(response, representation.represent(work, reader_of(request)))


@router.get(
    "/works/{work_id}/events",
    response=shapes.ChangesPage,
    tags=WORKS,
    summary=N_("一件作品的变更历史"),
)
def read_history(
    request: HttpRequest, response: HttpResponse, work_id: Id, asked: Query[shapes.PageQuery]
) -> dict[str, Any]:
    work = _visible(request, pk=work_id)
    is_private = reader_of(request).has_perm("catalog.view_private", work)
    events = Event.objects.about(work).prefetch_related("actor")
    if not is_private:
        events = events.filter(action__in=selectors.PUBLIC_ACTIONS)

    def show(rows: Any) -> list[dict[str, Any]]:
        told = (selectors.change_for(e, work, is_private=is_private) for e in rows)
        return [representation.change(c) for c in told if c]

    return page_of(request, response, events, after=asked.after, limit=asked.limit, show=show)


@router.get("/artists", response=shapes.ArtistsPage, tags=ARTISTS, summary=N_("作者"))
def find_makers(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.ArtistsQuery]
) -> dict[str, Any]:
    """Makers with a public work; with `q` the best matches on one page."""
    if asked.q.strip():
        hits = find_artists(asked.q, asked.limit)
        return {"items": [representation.artist_summary(h.artist) for h in hits], "next": None}
    return page_of(
        request, response, _public_artists(), after=asked.after, limit=asked.limit,
        show=lambda rows: [representation.artist_summary(a) for a in rows], newest_first=False,
    )  # fmt: skip


@router.get("/artists/{artist_id}", response=shapes.ArtistOut, tags=ARTISTS, summary=N_("一位作者"))
def read_artist(request: HttpRequest, artist_id: Id) -> dict[str, Any]:
    found = _public_artists().prefetch_related("names", "identifiers")
    return representation.represent_artist(get_object_or_404(found, pk=artist_id))


@router.get("/terms", response=shapes.TermsPage, tags=TERMS, summary=N_("词表"))
def list_terms(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.TermsQuery]
) -> dict[str, Any]:
    rows = Term.objects.order_by("pk")
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.after:
        rows = rows.filter(pk__gt=asked.after)
    found = list(rows[: asked.limit + 1])
    shown = found[: asked.limit]
    following = {"after": shown[-1].pk} if len(found) > asked.limit else None
    return {
        "items": [_term(t) for t in shown],
        "next": link_next(request, response, following),
        "notice": str(AAT_NOTICE),
    }


@router.get("/terms/{term_id}", response=shapes.TermOut, tags=TERMS, summary=N_("一个术语"))
def read_term(request: HttpRequest, term_id: str) -> dict[str, Any]:
    return _term(get_object_or_404(Term, pk=term_id[:20]))


# ------------------------------------------------------------------ a lister's own works


@router.get(
    "/own/works",
    response=shapes.OwnWorksPage,
    auth=Needs(Scope.READ),
    tags=OWN,
    summary=N_("自己登记的作品"),
)
def list_own(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.OwnWorksQuery]
) -> dict[str, Any]:
    rows = selectors.works_for_cards().desk_of(request.user)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [representation.own_summary(w) for w in found],
    )  # fmt: skip


@router.post(
    "/works", response={201: shapes.WorkOut}, auth=writing, tags=OWN, summary=N_("起草一件作品")
)
def create_work(request: HttpRequest, response: HttpResponse, given: shapes.NewWork) -> Status:
    work = drafts.create_draft(
        actor=_actor(request), description=_description(given), maker=_maker(given)
    )
    response["Location"] = f"{request.path}/{work.pk}"
    return Status(201, _shown(request, response, work.pk))


@router.patch(
    "/works/{work_id}",
    response=shapes.WorkOut,
    auth=writing,
    tags=OWN,
    summary=N_("修改草稿或被退回的作品"),
    openapi_extra=PRECONDITION,
)
def change_work(
    request: HttpRequest, response: HttpResponse, work_id: Id, given: shapes.WorkIn
) -> dict[str, Any]:
    seen = _own(request, work_id)
    _require_seen(request, seen)
    try:
        drafts.update_draft(
            actor=_actor(request), work_id=work_id, description=_description(given),
            maker=_maker(given), version=seen.version,
        )  # fmt: skip
    except WrongState as error:
        raise Changed() if error.code == "stale" else error from error
    return _shown(request, response, work_id)


@router.delete(
    "/works/{work_id}",
    response={204: None},
    auth=writing,
    tags=OWN,
    summary=N_("放弃草稿"),
    openapi_extra=PRECONDITION,
)
def discard_work(request: HttpRequest, work_id: Id) -> Status:
    _require_seen(request, _own(request, work_id))
    drafts.discard_draft(actor=_actor(request), work_id=work_id)
    return Status(204, None)


@router.post(
    "/bulk/works", response=shapes.BulkOut, auth=writing, tags=OWN, summary=N_("批量起草作品")
)
def create_works(request: HttpRequest, given: shapes.BulkIn) -> dict[str, Any]:
    """Each row is a draft of its own: stored whole, or refused with all its errors."""
    limit = rulebook.get(BULK_RULE)
    if len(given.works) > limit:
        raise Invalid(
            fields={"works": _("一次最多%(limit)d件。") % {"limit": limit}}, rule=BULK_RULE
        )
    actor = _actor(request)
    rows = [_row(actor, number, raw) for number, raw in enumerate(given.works)]
    created = sum(row["id"] is not None for row in rows)
    return {"created": created, "refused": len(rows) - created, "rows": rows}


@router.post(
    "/works/{work_id}/pictures",
    response={201: shapes.PictureOut},
    auth=writing,
    tags=OWN,
    summary=N_("上传一张照片"),
)
def add_picture(
    request: HttpRequest,
    response: HttpResponse,
    work_id: Id,
    given: Form[shapes.PictureIn],
    file: File[UploadedFile],
) -> Status:
    """JPEG, PNG, WebP, TIFF… as the rule book says; `state` turns ready when it is drawn."""
    work = _own(request, work_id)
    actor = _actor(request)
    photo = take_photo(
        actor=actor, work_id=work.pk, file=file, name=file.name or "", **given.dict()
    )
    response["Location"] = f"{request.path}/{photo.pk}"
    return Status(201, _picture(photo, photo.image))


@router.patch(
    "/works/{work_id}/pictures/{picture_id}",
    response=shapes.PictureOut,
    auth=writing,
    tags=OWN,
    summary=N_("说明照片拍的是什么"),
)
def change_picture(
    request: HttpRequest, work_id: Id, picture_id: Id, given: shapes.PictureChange
) -> dict[str, Any]:
    _own_picture(request, work_id, picture_id)
    photo = drafts.update_photo(actor=_actor(request), photo_id=picture_id, **given.dict())
    return _picture(photo, photo.image)


@router.delete(
    "/works/{work_id}/pictures/{picture_id}",
    response={204: None},
    auth=writing,
    tags=OWN,
    summary=N_("移除照片"),
)
def remove_picture(request: HttpRequest, work_id: Id, picture_id: Id) -> Status:
    _own_picture(request, work_id, picture_id)
    drafts.remove_photo(actor=_actor(request), photo_id=picture_id)
    return Status(204, None)


@router.post(
    "/works/{work_id}/submit",
    response=shapes.WorkOut,
    auth=writing,
    tags=OWN,
    summary=N_("提交登记"),
)
def submit_work(request: HttpRequest, response: HttpResponse, work_id: Id) -> dict[str, Any]:
    _own(request, work_id)
    registration.submit_work(actor=_actor(request), work_id=work_id)
    return _shown(request, response, work_id)


@router.post(
    "/works/{work_id}/take-back",
    response=shapes.WorkOut,
    auth=writing,
    tags=OWN,
    summary=N_("撤回提交"),
)
def take_back_work(request: HttpRequest, response: HttpResponse, work_id: Id) -> dict[str, Any]:
    _own(request, work_id)
    registration.take_back(actor=_actor(request), work_id=work_id)
    return _shown(request, response, work_id)


# ------------------------------------------------------------------ a registrar's review


@router.get(
    "/reviews",
    response=shapes.OwnWorksPage,
    auth=reviewing,
    tags=REVIEW,
    summary=N_("等待审核的作品，先来在前"),
)
def list_reviews(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.PageQuery]
) -> dict[str, Any]:
    _require(request, "catalog.review_desk")
    return page_of(
        request, response, selectors.review_queue(), after=asked.after, limit=asked.limit,
        show=lambda found: [representation.own_summary(w) for w in found], newest_first=False,
    )  # fmt: skip


@router.post(
    "/works/{work_id}/register",
    response=shapes.WorkOut,
    auth=reviewing,
    tags=REVIEW,
    summary=N_("登记入册，发放登记号"),
)
def register_work(request: HttpRequest, response: HttpResponse, work_id: Id) -> dict[str, Any]:
    _require(request, "catalog.review_desk")
    get_object_or_404(Work, pk=work_id)
    registration.register_work(actor=_actor(request), work_id=work_id)
    return _shown(request, response, work_id)


@router.post(
    "/works/{work_id}/return",
    response=shapes.WorkOut,
    auth=reviewing,
    tags=REVIEW,
    summary=N_("退回修改"),
)
def return_work(
    request: HttpRequest, response: HttpResponse, work_id: Id, given: shapes.ReturnIn
) -> dict[str, Any]:
    _require(request, "catalog.review_desk")
    get_object_or_404(Work, pk=work_id)
    remarks = [(remark.category, remark.text) for remark in given.remarks]
    registration.return_work(actor=_actor(request), work_id=work_id, remarks=remarks)
    return _shown(request, response, work_id)


# ------------------------------------------------------------------ parsing and showing


def _query(asked: shapes.WorksQuery) -> SearchQuery:
    params = QueryDict(mutable=True)
    for name, value in asked.dict(exclude={"limit"}, exclude_none=True).items():
        params.setlist(name, value if isinstance(value, list) else [value])
    query = SearchQuery.read(params)
    if asked.after and query.cursor != read_cursor(asked.after):
        raise Invalid(fields={"after": _("这个游标不属于这次检索，请从第一页开始。")})
    return query


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the operation needs a token
    return request.user


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise NotAllowed()


def _whole() -> Any:
    shares = Prefetch("title_shares", TitleShare.objects.select_related("party"))
    return selectors.works_for_page().prefetch_related(shares)


def _visible(request: HttpRequest, **key: Any) -> Work:
    """The work, if this reader may see it; otherwise it does not exist."""
    work = get_object_or_404(_whole(), **key)
    if not reader_of(request).has_perm("catalog.view_work", work):
        raise Http404
    return work


def _own(request: HttpRequest, work_id: int) -> Work:
    """The caller's own work; another's does not exist for him, unless he may read it anyway."""
    work = get_object_or_404(_whole(), pk=work_id)
    user = request.user
    if work.created_by_id != user.pk and not user.has_perm("catalog.view_work", work):
        raise Http404
    return work


def _own_picture(request: HttpRequest, work_id: int, picture_id: int) -> None:
    _own(request, work_id)
    get_object_or_404(WorkPhoto, pk=picture_id, work_id=work_id)


def _shown(request: HttpRequest, response: HttpResponse, work_id: int) -> dict[str, Any]:
    """The work as whoever wrote it may read it, with the tag for his next change."""
    return _tagged(response, representation.represent(_whole().get(pk=work_id), request.user))


def _require_seen(request: HttpRequest, work: Work) -> None:
    """The caller has seen the work as it stands. Raises PreconditionNeeded, Changed."""
    require_match(request, _tag(representation.represent(work, request.user)))


def _tag(body: dict[str, Any]) -> str:
    """The entity tag of a work as somebody reads it."""
    return tag_of(json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True).encode())


def _tagged(response: HttpResponse, body: dict[str, Any]) -> dict[str, Any]:
    response["ETag"] = _tag(body)
    return body


def _description(given: shapes.WorkIn) -> Description:
    """What was sent, and only that."""
    sent = given.model_fields_set
    values: dict[str, Any] = {name: getattr(given, name) for name in PARTS if name in sent}
    if "measures" in sent:
        values["measures"] = [Measure(**m.dict()) for m in given.measures]
    if "inscriptions" in sent:
        values["inscriptions"] = [InscriptionInput(**i.dict()) for i in given.inscriptions]
    texts = {name: getattr(given, name) for name in TEXTS if name in sent}
    return Description(texts=texts, **values)


def _maker(given: shapes.WorkIn) -> drafts.MakerInput | None:
    return drafts.MakerInput(**given.maker.dict()) if given.maker else None


def _row(actor: User, number: int, raw: dict[str, Any]) -> dict[str, Any]:
    """One row of a bulk upload: its draft, or all that is wrong with it."""
    faults: list[Fault] = []
    try:
        given = shapes.NewWork.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        faults = [fault_in_row(e) for e in found]
        bad = {str(e["loc"][0]) for e in found if e["loc"]}
        sound = {k: v for k, v in raw.items() if k not in bad}
        given = shapes.NewWork.model_validate({"title": "-"} | sound)
    description, maker = _description(given), _maker(given)
    if faults:  # what the schema could not see is looked for as well
        more = drafts.faults_of_draft(actor=actor, description=description, maker=maker)
        return {"row": number, "id": None, "errors": faults + faults_of(more)}
    try:
        work = drafts.create_draft(actor=actor, description=description, maker=maker)
    except Invalid as error:
        return {"row": number, "id": None, "errors": faults_of(error.fields)}
    return {"row": number, "id": work.pk, "errors": []}


def _picture(photo: WorkPhoto, image: Image) -> dict[str, Any]:
    return representation.picture(photo, image, picture_sources(image))


def _term(term: Term) -> dict[str, Any]:
    return {
        "id": term.pk, "en": term.en, "zh": term.zh, "category": term.category, "uri": term.uri,
    }  # fmt: skip


def _public_artists() -> Any:
    public = Attribution.objects.filter(
        artist=OuterRef("pk"), work__is_public=True, work__state__in=PUBLIC_STATES
    )
    return Artist.objects.filter(Exists(public))
