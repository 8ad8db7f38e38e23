"""Tags: the registrar's rooms, and the page that a chip or a label leads to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appraisal.enums import TagState, TapResult
from appraisal.models import Tag, TagBinding
from appraisal.services import tags
from appraisal.tags.forms import AttachForm, LabelsForm, TagForm
from appraisal.tags.labels import labels_pdf
from appraisal.tags.reads import bindings_of, blank_labels, broken_tags, tag_of_address
from appraisal.views.posting import attempt, words_of
from artmarket.core.errors import DomainError, Invalid
from catalog.engine.numbers import format_number
from catalog.enums import WorkState
from catalog.models import Work
from catalog.views.registrar_desk import registrar_required
from media.selectors import picture_sources
from media.services.pictures import discard_image, receive_image

PER_PAGE = 48
TAP_KINDS = {TapResult.BELIEVED: "ok", TapResult.REPLAYED: "warn"}


@require_GET
@never_cache
def tag(request: HttpRequest, token: str) -> HttpResponse:
    """What hangs on this thing; a chip's own words in the address are judged once."""
    found = tag_of_address(token)
    if found is None:
        raise Http404(_("没有这枚标签。"))
    result = _judged(request, found)
    if result is TapResult.BROKEN:
        found.refresh_from_db(fields=["state", "ended_at"])
    work = next((row.work for row in found.on), None)
    shown = work if work and request.user.has_perm("catalog.view_work", work) else None
    photo = shown.photos.select_related("image").first() if shown else None
    context = {
        "tag": found,
        "work": shown,
        "number": format_number(shown.number) if shown and shown.number else "",
        "picture": picture_sources(photo.image) if photo else None,
        "is_bound": found.state == TagState.BOUND,
        "is_hidden": work is not None and shown is None,
        "result": result,
        "result_kind": TAP_KINDS.get(result, "warn") if result else "",
    }
    return render(request, "appraisal/tags/tag.html", context)


def _judged(request: HttpRequest, found: Tag) -> TapResult | None:
    """The reading of a chip that signs, where the address holds one."""
    code = request.GET.get("c", "")
    if not code or not found.signs:
        return None
    words = tags.TapWords(
        code=code, sealed=request.GET.get("e", ""), number=request.GET.get("n", ""),
        counter=request.GET.get("r", ""), loop=request.GET.get("l", ""),
    )  # fmt: skip
    return tags.read_chip(token=found.token, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def desk(request: HttpRequest) -> HttpResponse:
    """Broken tags to look at, labels to make and print, tags to add."""
    form = TagForm(request.POST or None)
    if request.method == "POST" and attempt(
        request,
        _("标签已登记，可以绑定了。"),
        lambda: tags.add_tag(actor=request.user, tag=form.tag()),
        form,
    ):
        return redirect("appraisal:tag_desk")
    page = Paginator(blank_labels(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "labels_form": LabelsForm(), "page": page, "broken": broken_tags()}
    status = 422 if form.errors else 200
    return render(request, "appraisal/tags/desk.html", context, status=status)


@require_POST
@registrar_required
def make_labels(request: HttpRequest) -> HttpResponse:
    """So many new labels; leads to the sheets to print."""
    form = LabelsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写要做几枚。"))
        return redirect("appraisal:tag_desk")
    try:
        made = tags.make_labels(actor=request.user, count=form.cleaned_data["count"])
    except Invalid as error:
        messages.error(request, words_of(error))
        return redirect("appraisal:tag_desk")
    return redirect("appraisal:labels", made[0].pk, len(made))


@require_GET
@registrar_required
def labels(request: HttpRequest, first: int, count: int) -> HttpResponse:
    """The sheets of labels made together; printing twice gives the same."""
    rows = list(Tag.objects.filter(pk__gte=first, kind="seal").order_by("pk")[:count])
    if not rows:
        raise Http404
    start = request.GET.get("start", "1")
    content = labels_pdf(rows, start=int(start) if start.isdecimal() and len(start) < 4 else 1)
    headers = {"Content-Disposition": f'inline; filename="labels-{first}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def of_work(request: HttpRequest, pk: int) -> HttpResponse:
    """What is bound to a work, and the form to attach another."""
    work = get_object_or_404(Work, pk=pk, state=WorkState.REGISTERED)
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and attempt(
        request,
        _("已记下，等另一位登记员对着实物确认。"),
        lambda: _attach(request, work, form),
        form,
    ):
        return redirect("appraisal:work_tags", pk)
    context = {
        "work": work,
        "form": form,
        "bindings": bindings_of(work),
        "allowed": request.user.has_perm("appraisal.bind_tag", work),
        "broken": TagState.BROKEN,
    }
    status = 422 if form.errors else 200
    return render(request, "appraisal/tags/work.html", context, status=status)


@require_POST
@registrar_required
def decide(request: HttpRequest, pk: int, binding: int) -> HttpResponse:
    """Confirm a binding, take the tag off, or say that it is broken."""
    row = get_object_or_404(TagBinding, pk=binding, work_id=pk)
    reason = request.POST.get("reason", "")
    steps = {
        "confirm": lambda: tags.confirm_binding(actor=request.user, binding_id=row.pk),
        "broken": lambda: tags.report_broken(actor=request.user, tag_id=row.tag_id, reason=reason),
        "off": lambda: tags.take_off(actor=request.user, binding_id=row.pk, reason=reason),
    }
    step = steps.get(request.POST.get("do", ""))
    if step is not None:
        attempt(request, _("已记下。"), step)
    return redirect("appraisal:work_tags", pk)


def _attach(request: HttpRequest, work: Work, form: AttachForm) -> TagBinding:
    upload = form.cleaned_data["photograph"]
    picture = receive_image(actor=request.user, file=upload, name=upload.name)
    try:
        return tags.attach_tag(
            actor=request.user,
            work_id=work.pk,
            tag_id=form.cleaned_data["number"].pk,
            place=form.cleaned_data["place"],
            photograph=picture,
        )
    except DomainError:
        discard_image(actor=request.user, image_id=picture.pk)
        raise
