"""The registrar's desk: the queue, one review, and what is done to registered works."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket import rulebook
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog import gate_pages, pages, selectors
from catalog.completeness import CATEGORY_NAMES, assess_work
from catalog.enums import WorkState
from catalog.forms import EncumbranceForm, ReasonForm, RelicForm, ReturnForm, TitleForm
from catalog.models import ImportRun, TitleEvent, Work
from catalog.services import corrections, encumbrances, registration, title
from catalog.services.holders import holder_from

from .artist_desk import _show_on

GATED = (WorkState.SUBMITTED, WorkState.REGISTERED)


def registrar_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for registrars."""

    @wraps(view)
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("catalog.review_desk"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@registrar_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: submissions by age, title changes to check; then the latest registrations."""
    queue = selectors.review_queue()
    recent = selectors.works_for_cards().filter(state=WorkState.REGISTERED)
    context = {
        "queue": [pages.card(w) for w in queue[:100]],
        "waiting": queue.count(),
        "own": queue.filter(created_by=request.user).count(),
        "titles": TitleEvent.objects.filter(checked_at__isnull=True).select_related(
            "work", "recorded_by"
        ),
        "recent": [pages.card(w) for w in recent.order_by("-registered_at")[:12]],
        "registered": recent.count(),
        "runs": ImportRun.objects.order_by("-pk")[:5],
    }
    return render(request, "catalog/desk/registrar.html", context)


@require_safe
@registrar_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission, or one registered work with everything that can be done to it."""
    return _review_page(request, pk)


def _review_page(request: HttpRequest, pk: int, status: int = 200, **forms: Any) -> HttpResponse:
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    context = pages.work_page(work, request)
    context.update(
        categories=_categories(work),
        registrar_actions=pages.gathered(pages.registrar_actions, work, request),
        needed=rulebook.get(registration.REGISTER_RULE),
        gates=gate_pages.gate_table(work, request.user) if work.state in GATED else None,
        can_decide=request.user.has_perm("catalog.review_work", work),
        remarks=work.remarks.select_related("by"),
        changes=selectors.history_of(work, request.user)[:30],
        pending_title=work.title_events.filter(checked_at__isnull=True).first(),
        forms={
            "return": ReturnForm(),
            "encumbrance": EncumbranceForm(prefix="e"),
            "title": TitleForm(prefix="t"),
            "relic": RelicForm(prefix="r", initial={"status": work.relic_proposed}),
            "reason": ReasonForm(prefix="c"),
        }
        | forms,
    )
    return render(request, "catalog/desk/review.html", context, status=status)


def _categories(work: Work) -> list[dict[str, Any]]:
    assessment = assess_work(work)
    missing = {m["category"]: m["reasons"] for m in pages.missing_words(assessment)}
    return [
        {"key": key, "name": name, "reasons": missing.get(key, []), "ok": key not in missing}
        for key, name in CATEGORY_NAMES.items()
    ]


@require_POST
@registrar_required
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register the submission: it gets its number."""
    try:
        work = registration.register_work(actor=request.user, work_id=pk)
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
        return redirect("catalog:review", pk)
    messages.success(
        request, _("已登记，登记号%(number)s。") % {"number": pages.format_number(work.number)}
    )
    return redirect(work)


@require_POST
@registrar_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the submission back with remarks, by category or in general."""
    remarks = [(key, request.POST.get(f"remark_{key}", "")) for key in CATEGORY_NAMES]
    remarks.append(("", request.POST.get("remarks", "")))
    form = ReturnForm(request.POST)
    try:
        registration.return_work(actor=request.user, work_id=pk, remarks=remarks)
    except Invalid as error:
        form.full_clean()
        _show_on(form, error)
        return _review_page(request, pk, status=422, **{"return": form})
    messages.success(request, _("已退回作者修改。"))
    return redirect("catalog:registrar_desk")


@require_POST
@registrar_required
def encumber(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay an exclusive encumbrance on the work."""
    form = EncumbranceForm(request.POST, prefix="e")
    if form.is_valid():
        try:
            encumbrances.take_encumbrance(actor=request.user, work_id=pk, **form.cleaned_data)
        except DomainError as error:
            _show_on(form, error)
    if form.errors:
        return _review_page(request, pk, status=422, encumbrance=form)
    return redirect(reverse("catalog:review", args=[pk]) + "#lock")


@require_POST
@registrar_required
def release(request: HttpRequest, pk: int, encumbrance: int) -> HttpResponse:
    """Release it again, with the reason."""
    encumbrances.release_encumbrance(
        actor=request.user, encumbrance_id=encumbrance, reason=request.POST.get("reason", "")
    )
    return redirect(reverse("catalog:review", args=[pk]) + "#lock")


@require_POST
@registrar_required
def record_title(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a change of title; a second registrar has to check it."""
    form = TitleForm(request.POST, prefix="t")
    if form.is_valid():
        data = form.cleaned_data
        try:
            party = holder_from(
                actor=request.user, email=data["holder_email"], name=data["holder_name"]
            )
            title.record_title_event(
                actor=request.user, work_id=pk, basis=data["basis"], shares=[title.Share(party)],
                happened_on=data["happened_on"], documents=data["documents"], note=data["note"],
            )  # fmt: skip
        except DomainError as error:
            _show_on(form, error)
    if form.errors:
        return _review_page(request, pk, status=422, title=form)
    messages.success(request, _("权属变更已记录，等另一位登记员复核。"))
    return redirect(reverse("catalog:review", args=[pk]) + "#title")


@require_POST
@registrar_required
def check_title(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """Confirm, or drop, a change of title that a colleague recorded."""
    if "drop" in request.POST:
        title.drop_title_event(
            actor=request.user, event_id=event, reason=request.POST.get("reason", "")
        )
    else:
        title.check_title_event(actor=request.user, event_id=event)
    return redirect(reverse("catalog:review", args=[pk]) + "#title")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def relic(request: HttpRequest, pk: int) -> HttpResponse:
    """The bureau decides the relic status; the screen only proposes."""
    if not request.user.has_perm("catalog.decide_relic"):
        raise NotAllowed()
    work = get_object_or_404(
        selectors.works_for_page().filter(state__in=(WorkState.SUBMITTED, WorkState.REGISTERED)),
        pk=pk,
    )
    form = RelicForm(request.POST or None, initial={"status": work.relic_proposed})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.decide_relic_status(actor=request.user, work_id=pk, **form.cleaned_data)
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("文物状态已认定。"))
            return redirect("catalog:bureau_desk")
    context = {"work": work, "form": form, "page": pages.work_page(work, request)}
    return render(request, "catalog/desk/relic.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def bureau(request: HttpRequest) -> HttpResponse:
    """Works whose relic status waits for the bureau."""
    if not request.user.has_perm("catalog.decide_relic"):
        raise NotAllowed()
    waiting = (
        selectors.works_for_cards()
        .filter(state__in=(WorkState.SUBMITTED, WorkState.REGISTERED), relic_status="unknown")
        .order_by("pk")
    )
    decided = (
        selectors.works_for_cards()
        .filter(relic_decided_by__isnull=False)
        .order_by("-relic_decided_at")
    )
    context = {
        "waiting": [pages.card(w) for w in waiting[:100]],
        "count": waiting.count(),
        "decided": [pages.card(w) for w in decided[:20]],
    }
    return render(request, "catalog/desk/bureau.html", context)
