"""The registrar's desk of stolen works: lists, their entries, imports, and what matched."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.core.errors import DomainError, Invalid
from catalog import gate_pages
from catalog.enums import HitState
from catalog.gate_forms import StolenEntryForm, StolenFileForm, StolenListForm
from catalog.importing.draft import FileRefused
from catalog.importing.stolen import COLUMNS, Reading, import_file, read_file
from catalog.models import StolenEntry, StolenHit, StolenList
from catalog.services import stolen
from catalog.services.stolen import EntryInput
from media import files
from media.limits import limits_for
from media.models import Image
from media.selectors import picture_sources, with_pictures
from media.uploads import counted, dropped

from .artist_desk import _show_on
from .registrar_desk import registrar_required

PER_PAGE = 50
HITS_PER_PAGE = 10
PROBLEMS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def desk(request: HttpRequest) -> HttpResponse:
    """The lists with their figures, and a form that begins one."""
    form = StolenListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = stolen.create_list(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("名录已建立，可以导入条目。"))
            return redirect("catalog:stolen_list", made.pk)
    context = {
        "lists": StolenList.objects.annotate(count=Count("entries")).order_by("ended_at", "-pk"),
        "waiting": _waiting(request),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "catalog/desk/stolen.html", context, status=status)


def _waiting(request: HttpRequest) -> int:
    return gate_pages.hits_for(request.user).filter(state=HitState.OPEN).count()


@require_safe
@registrar_required
def show_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: where it comes from, its entries, an import, one more entry."""
    return _list_page(request, _chosen(pk))


def _chosen(pk: int) -> StolenList:
    return get_object_or_404(StolenList, pk=pk)


def _list_page(
    request: HttpRequest, chosen: StolenList, *, status: int = 200, **more: Any
) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    entries = StolenEntry.objects.filter(list=chosen).select_related("picture")
    if asked:
        words = Q(number__icontains=asked) | Q(title__icontains=asked) | Q(maker__icontains=asked)
        entries = entries.filter(words | Q(numbers__icontains=asked))
    context = {
        "list": chosen,
        "asked": asked,
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("page")),
        "changes": chosen.changes.select_related("by")[:5],
        "file_form": StolenFileForm(prefix="f"),
        "entry_form": StolenEntryForm(prefix="e"),
        "columns": COLUMNS.items(),
        "waiting": _waiting(request),
    }
    return render(request, "catalog/desk/stolen_list.html", context | more, status=status)


@counted
@require_POST
@registrar_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Import a file, or only try it: then everything wrong is shown and nothing is written."""
    chosen = _chosen(pk)
    form = StolenFileForm(request.POST, request.FILES, prefix="f")
    for _name, refusal in dropped(request):
        form.add_error("file", str(refusal))
    if not form.is_valid():
        return _list_page(request, chosen, status=422, file_form=form)
    is_trial = "try" in request.POST
    try:
        reading = _read(request, chosen, form, is_trial=is_trial)
    except FileRefused as refused:
        form.add_error("file", refused.message)
    except DomainError as error:
        _show_on(form, error)
    if form.errors:
        return _list_page(request, chosen, status=422, file_form=form)
    if reading.written is not None and not reading.problems:
        done = reading.written
        messages.success(
            request,
            _("新增%(created)d条，更新%(updated)d条，未变%(unchanged)d条；几分钟内自动比对。")
            % {"created": done.created, "updated": done.updated, "unchanged": done.unchanged},
        )
        return redirect("catalog:stolen_list", pk)
    shown = {"reading": reading, "problems": reading.problems[:PROBLEMS_SHOWN]}
    return _list_page(request, chosen, is_trial=is_trial, **shown)


def _read(
    request: HttpRequest, chosen: StolenList, form: StolenFileForm, *, is_trial: bool
) -> Reading:
    file, mapping = form.cleaned_data["file"], form.cleaned_data["columns"]
    with files.spooled(file, max_bytes=limits_for(request.user).max_bytes) as path:
        if is_trial:
            return read_file(path, mapping=mapping)
        return import_file(
            path, actor=request.user, list_id=chosen.pk, list_name=chosen.name, mapping=mapping,
            name=file.name,
        )  # fmt: skip


@require_POST
@registrar_required
def add_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one entry, or write one anew under its number."""
    chosen = _chosen(pk)
    form = StolenEntryForm(request.POST, prefix="e")
    if form.is_valid():
        try:
            stolen.write_entries(
                actor=request.user, list_id=pk, entries=[EntryInput(**form.cleaned_data)]
            )
        except DomainError as error:
            _show_on(form, error)
    if form.errors:
        return _list_page(request, chosen, status=422, entry_form=form)
    messages.success(request, _("条目已保存；几分钟内自动比对。"))
    return redirect("catalog:stolen_list", pk)


@counted
@require_POST
@registrar_required
def add_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the picture of one entry."""
    entry = get_object_or_404(StolenEntry, pk=pk)
    file = request.FILES.get("picture")
    for _name, refusal in dropped(request):
        messages.error(request, str(refusal))
    if file is not None:
        try:
            stolen.add_picture(actor=request.user, entry_id=pk, file=file, name=file.name or "")
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("图片已保存；处理好之后自动比对。"))
    return redirect("catalog:stolen_list", entry.list_id)


@require_POST
@registrar_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a list out of use."""
    try:
        stolen.end_list(actor=request.user, list_id=pk, reason=request.POST.get("reason", ""))
    except Invalid as error:
        messages.error(request, str(next(iter(error.fields.values()), error)))
        return redirect("catalog:stolen_list", pk)
    messages.success(request, _("名录已停用。"))
    return redirect("catalog:stolen")


@require_safe
@registrar_required
def queue(request: HttpRequest) -> HttpResponse:
    """What matched and waits, or what was judged: entry and work side by side."""
    state = request.GET.get("state", HitState.OPEN)
    state = state if state in HitState.values else HitState.OPEN
    rows = gate_pages.hits_for(request.user).filter(state=state).order_by("-pk")
    page = Paginator(rows, HITS_PER_PAGE).get_page(request.GET.get("page"))
    chips = [
        {"label": s.label, "url": f"?state={s}", "current": s == state, "count": ""}
        for s in HitState
    ]
    context = {"page": page, "hits": shown_hits(page), "chips": chips, "waiting": _waiting(request)}
    return render(request, "catalog/desk/stolen_hits.html", context)


@require_POST
@registrar_required
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the registrar says of one match."""
    hit = get_object_or_404(StolenHit, pk=pk)
    try:
        said = stolen.judge_hit(
            actor=request.user,
            hit_id=hit.pk,
            state=request.POST.get("state", ""),
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
    else:
        messages.success(request, _("已记下：%(state)s。") % {"state": said.get_state_display()})
    return redirect("catalog:stolen_hits")


def shown_hits(hits: Any) -> list[dict[str, Any]]:
    """Hits with both pictures: of the entry, and of the work (the one found alike, or its first).

    Two queries for the pictures of any number of hits.
    """
    rows = list(hits)
    images: dict[int, Image] = {}
    works = {hit.work_id for hit in rows}
    wanted = {hit.entry.picture_id for hit in rows if hit.entry.picture_id}
    condition = Q(work_photo__work__in=works) | Q(pk__in=wanted)
    found = Image.objects.filter(condition).select_related("work_photo")
    for image in found.prefetch_related(with_pictures()) if rows else []:
        images[image.pk] = image
    return [
        {
            "hit": hit,
            "theirs": picture_sources(images[hit.entry.picture_id])
            if hit.entry.picture_id in images
            else None,
            "mine": _picture_of(hit, images),
        }
        for hit in rows
    ]


def _picture_of(hit: StolenHit, images: dict[int, Image]) -> Any:
    photos = [
        image
        for image in images.values()
        if getattr(image, "work_photo", None) and image.work_photo.work_id == hit.work_id
    ]
    alike = {hit.likeness.first_id, hit.likeness.second_id} if hit.likeness else set()
    photos.sort(key=lambda i: (i.pk not in alike, i.work_photo.position, i.work_photo.pk))
    return picture_sources(photos[0]) if photos else None
