"""The artist's desk: list, begin, complete, preview, submit, follow."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket import rulebook
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.middleware import problem
from artmarket.core.models import Event
from artmarket.core.punctuation import clauses, labelled
from catalog import gate_pages, pages, selectors
from catalog.completeness import assess_work, missing_words
from catalog.enums import EDITABLE_BY_OWNER, ON_DESK, WorkState
from catalog.forms import (
    InscriptionFormSet,
    NewWorkForm,
    OwnArtistForm,
    PhotoForm,
    WorkDescriptionForm,
)
from catalog.models import Artist, Work
from catalog.services import artists, drafts, registration
from catalog.services.description import Description
from catalog.services.photographs import take_photo
from media.engine.refusals import NoFile
from media.limits import limits_for
from media.uploads import counted, dropped

MAX_FILES = 10
HISTORY = 50


def lister_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those who may list works."""

    @wraps(view)
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("catalog.list_works"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


def own_work(request: HttpRequest, pk: int) -> Work:
    """One of the person's own works with all its parts; any other does not exist for him."""
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    if work.created_by_id != request.user.pk or work.state not in ON_DESK:
        raise Http404
    return work


@require_safe
@lister_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the artist, what waits for others, all works by completeness."""
    state = request.GET.get("state", "")
    state = state if state in ON_DESK else ""
    works = selectors.works_for_cards().desk_of(request.user).order_by("-updated_at")
    counts = selectors.desk_counts(request.user)
    shown = works.filter(state=state) if state else works
    returned = works.filter(state=WorkState.RETURNED).prefetch_related("remarks")
    context = {
        "counts": counts,
        "state": state,
        "chips": _chips(counts, state),
        "rows": [pages.card(w) for w in shown[:200]],
        "returned": returned,
        "drafts": works.filter(state=WorkState.DRAFT)[:3],
        "waiting": works.filter(state=WorkState.SUBMITTED)[:5],
        "needed": rulebook.get(registration.REGISTER_RULE),
    }
    return render(request, "catalog/desk/artist.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@lister_required
def own_record(request: HttpRequest) -> HttpResponse:
    """The artist's record in his own words, and what was changed in it, by whom and when."""
    if not request.user.has_perm("catalog.describe_self"):
        raise NotAllowed()
    known = Artist.objects.filter(account=request.user).first()
    initial = OwnArtistForm.initial_of(known) if known else {}
    form = OwnArtistForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            artists.describe_self(
                actor=request.user, names=said.pop("names"), seen=said.pop("seen"), fields=said
            )
        except DomainError as error:
            _show_on(form, error)
            # Whoever has read what stands there now may save over it.
            form.data = form.data.copy()
            form.data["seen"] = initial.get("seen", "")
        else:
            messages.success(request, _("作者记录已保存。"))
            return redirect("catalog:own_record")
    context = {
        "artist": known,
        "form": form,
        "current": initial,
        "changes": Event.objects.about(known).select_related("actor")[:HISTORY] if known else [],
    }
    status = 422 if form.errors else 200
    return render(request, "catalog/desk/own_record.html", context, status=status)


def _chips(counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    address = reverse("catalog:artist_desk")
    total = sum(counts[s] for s in ON_DESK)
    chips = [{"label": _("全部"), "url": address, "count": total, "current": not state}]
    return chips + [
        {"label": s.label, "url": f"{address}?state={s}", "count": counts[s], "current": state == s}
        for s in ON_DESK
        if counts[s]
    ]


@counted
@require_http_methods(["GET", "HEAD", "POST"])
@lister_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin with a picture and a title.

    The page's script begins with the title alone and then sends the pictures one by one: it gets
    the addresses for that as JSON.
    """
    form = NewWorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = drafts.create_draft(
            actor=request.user,
            description=Description(texts={"title": form.cleaned_data["title"]}),
            maker=drafts.MakerInput(is_self=request.user.has_role("artist")),
        )
        messages.success(request, _("草稿已保存。下面列出还缺什么。"))
        if _wants_json(request):
            each, next_ = (
                reverse(f"catalog:{n}", args=[work.pk]) for n in ("add_photos", "edit_work")
            )
            return JsonResponse({"each": each, "next": next_}, status=201)
        _receive_pictures(request, work)
        return redirect("catalog:edit_work", work.pk)
    if form.errors and _wants_json(request):
        fields = {name: " ".join(words) for name, words in form.errors.items()}
        return _refused(Invalid(fields=fields))
    status = 422 if form.errors else 200
    context = {"form": form, "max_bytes": limits_for(request.user).max_bytes}
    return render(request, "catalog/desk/new_work.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@lister_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete a draft or a returned submission."""
    work = own_work(request, pk)
    if work.state not in EDITABLE_BY_OWNER:
        return redirect("catalog:own_work", pk)
    form = WorkDescriptionForm(request.POST or None, initial=WorkDescriptionForm.initial_of(work))
    inscriptions = InscriptionFormSet(
        request.POST or None,
        prefix="inscriptions",
        initial=[
            {
                "ref": i.ref, "kind": i.kind, "text": i.text, "is_unreadable": i.is_unreadable,
                "style": i.style, "place": i.place,
            }
            for i in work.inscriptions.all()
        ],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and inscriptions.is_valid():
        try:
            saved = drafts.update_draft(
                actor=request.user,
                work_id=pk,
                description=form.description_value([v for f in inscriptions if (v := f.value())]),
                maker=form.maker_value(),
                version=form.cleaned_data["version"],
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            return _after_save(request, saved)
    bad = (
        bool(form.errors or inscriptions.total_error_count()) if request.method == "POST" else False
    )
    context = _edit_context(work, form, inscriptions)
    context["max_bytes"] = limits_for(request.user).max_bytes
    return render(request, "catalog/desk/edit_work.html", context, status=422 if bad else 200)


def _after_save(request: HttpRequest, work: Work) -> HttpResponse:
    messages.success(request, _("已保存。"))
    if "preview" in request.POST:
        return redirect("catalog:own_work", work.pk)
    return redirect("catalog:edit_work", work.pk)


def _edit_context(work: Work, form: WorkDescriptionForm, inscriptions: Any) -> dict[str, Any]:
    assessment = assess_work(work)
    needed = rulebook.get(registration.REGISTER_RULE)
    return {
        "work": work,
        "form": form,
        "inscriptions": inscriptions,
        "photos": [_photo_row(work, photo) for photo in work.photos.all()],
        "score": assessment.score,
        "needed": needed,
        "missing": [
            (labelled(m["name"], clauses(m["reasons"])), f"#{_anchor(m['category'])}")
            for m in missing_words(assessment)
        ],
        "remarks": work.remarks.select_related("by") if work.state == WorkState.RETURNED else [],
    }


def _anchor(category: str) -> str:
    return {
        "photographs": "s-photos", "type": "s-kind", "materials": "s-materials",
        "measurements": "s-size", "inscriptions": "s-inscriptions", "features": "s-features",
        "title": "s-basic", "subject": "s-basic", "date": "s-basic", "maker": "s-maker",
    }[category]  # fmt: skip


def _photo_row(work: Work, photo: Any) -> dict[str, Any]:
    initial = {
        "view": photo.view,
        "shows": photo.shows,
        "has_scale": photo.has_scale,
        "alt": photo.alt,
    }
    return {
        "photo": photo,
        "sources": pages.picture_sources(photo.image),
        "form": PhotoForm(work=work, initial=initial, prefix=f"p{photo.pk}"),
    }


def _show_on(form: Any, error: DomainError) -> None:
    """Put a service's refusal where the person typed; nothing typed is lost."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _refused(error: DomainError) -> JsonResponse:
    return JsonResponse(
        problem(error), status=error.status, content_type="application/problem+json"
    )


def _receive_pictures(request: HttpRequest, work: Work) -> None:
    """Take each uploaded file on its own: a bad one is reported, the good ones stay."""
    files = request.FILES.getlist("pictures")
    refused = dropped(request)
    if len(files) > MAX_FILES:
        messages.error(
            request, _("一次最多上传%(limit)d张，其余的请再传一次。") % {"limit": MAX_FILES}
        )
    for upload in files[:MAX_FILES]:
        try:
            take_photo(actor=request.user, work_id=work.pk, file=upload, name=upload.name)
        except DomainError as error:
            refused.append((upload.name, error))
    for name, error in refused:
        messages.error(request, labelled(name, f"{error} {error.hint}".strip()))


@counted
@require_POST
@lister_required
def add_photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload further pictures; the page's script sends one at a time and gets JSON."""
    work = own_work(request, pk)
    if _wants_json(request):
        return _one_photo(request, work)
    if not request.FILES.getlist("pictures") and not dropped(request):
        messages.error(request, _("没有选择照片。"))
    _receive_pictures(request, work)
    return redirect(reverse("catalog:edit_work", args=[pk]) + "#s-photos")


def _one_photo(request: HttpRequest, work: Work) -> JsonResponse:
    upload = request.FILES.get("pictures")
    try:
        if upload is None:
            raise next((refusal for _name, refusal in dropped(request)), NoFile())
        photo = take_photo(actor=request.user, work_id=work.pk, file=upload, name=upload.name or "")
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"photo": photo.pk}, status=201)


@require_POST
@lister_required
def change_photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Say what a picture shows, or take it off."""
    work = own_work(request, pk)
    if "remove" in request.POST:
        drafts.remove_photo(actor=request.user, photo_id=photo)
    else:
        form = PhotoForm(request.POST, work=work, prefix=f"p{photo}")
        if form.is_valid():
            drafts.update_photo(actor=request.user, photo_id=photo, **form.cleaned_data)
            messages.success(request, _("照片说明已保存。"))
        else:
            messages.error(request, _("照片说明没有保存，请从列表中选择。"))
    return redirect(reverse("catalog:edit_work", args=[pk]) + "#s-photos")


@require_safe
@lister_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The work as the reader will see it, with what can be done next."""
    work = own_work(request, pk)
    context = pages.work_page(work, request)
    context["preview"] = True
    context["problems"] = _problems(work)
    context["editable"] = work.state in EDITABLE_BY_OWNER
    context["may_hide"] = request.user.has_perm("catalog.set_visibility", work)
    context["owner_actions"] = pages.gathered(pages.owner_actions, work, request)
    if work.state not in EDITABLE_BY_OWNER and request.user.has_perm("catalog.see_gates", work):
        context["gates"] = gate_pages.gate_table(work, request.user)
    return render(request, "catalog/desk/own_work.html", context)


def _problems(work: Work) -> list[str]:
    if work.state not in EDITABLE_BY_OWNER:
        return []
    try:
        registration.check_ready(work)
    except Invalid as error:
        return [str(words) for words in error.fields.values()]
    return []


@require_POST
@lister_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to the registrars."""
    own_work(request, pk)
    try:
        registration.submit_work(actor=request.user, work_id=pk)
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
        return redirect("catalog:own_work", pk)
    messages.success(request, _("已提交，等登记员审核。结果会出现在工作台。"))
    return redirect("catalog:own_work", pk)


@require_POST
@lister_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submission back."""
    own_work(request, pk)
    registration.take_back(actor=request.user, work_id=pk)
    messages.success(request, _("已撤回，可以继续修改。"))
    return redirect("catalog:edit_work", pk)


@require_POST
@lister_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft away."""
    own_work(request, pk)
    drafts.discard_draft(actor=request.user, work_id=pk)
    messages.success(request, _("草稿已放弃。"))
    return redirect("catalog:artist_desk")


@require_POST
@lister_required
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a registered work to the public, or keep it back."""
    own_work(request, pk)
    registration.set_visibility(
        actor=request.user, work_id=pk, is_public=request.POST.get("is_public") == "1"
    )
    return redirect("catalog:own_work", pk)
