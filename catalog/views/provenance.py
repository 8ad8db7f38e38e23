"""Provenance: written with a look at how it is read, shown by choice, downloaded as text."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket import rulebook
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog import selectors
from catalog.enums import EDITABLE_BY_OWNER
from catalog.models import Work
from catalog.provenance import provenance_of, public_provenance, shown
from catalog.provenance_forms import ProvenanceForm, ShownForm
from catalog.provenance_rows import LONGEST_RULE, labelled_parts, periods_of, read_text
from catalog.services import provenance

from .artist_desk import _show_on
from .public import _by_number, _require_view

MOST_PREVIEWED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the provenance; `check` shows how it is read and saves nothing."""
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    may = _may(request, work)
    form = _form(request, work) if may["write"] else None
    reading: dict[str, Any] = {}
    if request.method == "POST":
        if form is None:
            raise Http404
        if "check" in request.POST:
            reading = _reading(work, request.POST.get("text", ""))
            if request.htmx:  # type: ignore[attr-defined]
                return render(request, "catalog/desk/provenance_reading.html", reading)
            form.errors.clear()
        elif form.is_valid() and _saved(request, work, form):
            return redirect("catalog:edit_provenance", pk)
    return _page(request, work, may, form=form, **reading)


def _page(
    request: HttpRequest, work: Work, may: dict[str, bool], *, form: Any, **more: Any
) -> HttpResponse:
    """The page with both forms; one that was refused keeps what was typed."""
    told = provenance_of(work, request.user, private=True, most=MOST_PREVIEWED, with_public=True)
    choice = more.pop("choice", None) or ShownForm(initial={"number": told.number})
    ticked = choice.positions()
    context = {
        "work": work,
        "form": form,
        "may": may,
        "provenance": told,
        "choice": choice,
        "ticked": ticked if choice.is_bound else [p.position for p in told.periods if p.is_shown],
        **more,
    }
    bad = any(part is not None and part.errors for part in (form, choice))
    return render(request, "catalog/desk/provenance.html", context, status=422 if bad else 200)


@require_POST
@signed_in
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner says which periods everybody may read."""
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    if not request.user.has_perm("catalog.view_private", work):
        raise Http404
    may = _may(request, work)
    if not may["show"]:
        raise NotAllowed(rule=provenance.HIDDEN_RULE)
    choice = ShownForm(request.POST)
    if choice.is_valid() and _chosen(request, work, choice):
        return redirect(reverse("catalog:edit_provenance", args=[pk]) + "#shown")
    form = _form(request, work, bound=False) if may["write"] else None
    return _page(request, work, may, form=form, choice=choice)


def _chosen(request: HttpRequest, work: Work, choice: ShownForm) -> bool:
    """Whether the choice was saved; a refusal stands where he ticked, or is told above."""
    try:
        provenance.choose_shown(
            actor=request.user,
            work_id=work.pk,
            shown=choice.positions(),
            number=choice.cleaned_data["number"],
            reason=choice.cleaned_data["reason"],
            has_consent=choice.cleaned_data["consent"],
        )
    except Invalid as error:
        _show_on(choice, error)
        return False
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, " ".join(filter(None, (str(error), str(error.hint)))))
    else:
        messages.success(request, _("公开范围已保存。"))
    return True


@require_safe
def work_text(request: HttpRequest, number: str) -> HttpResponse:
    """The provenance of a registered work as plain text."""
    work = _by_number(number)
    if isinstance(work, HttpResponse):
        return work
    return _text(request, work)


@require_safe
def record_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The provenance of a reference record as plain text."""
    return _text(request, get_object_or_404(selectors.works_for_page(), pk=pk))


def _text(request: HttpRequest, work: Work) -> HttpResponse:
    _require_view(request, work)
    private = request.user.has_perm("catalog.view_private", work)
    text = work.provenance_text if private else public_provenance(work)
    if not text:
        raise Http404(_("没有可以公开的来源与流传。"))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _may(request: HttpRequest, work: Work) -> dict[str, bool]:
    """What this person may do here; the page does not exist for who may do nothing."""
    user = request.user
    may = {
        "write": user.has_perm("catalog.change_draft", work)
        or user.has_perm("catalog.edit_registered", work),
        "show": user.has_perm("catalog.show_provenance", work),
        "is_draft": work.state in EDITABLE_BY_OWNER,
        "is_lister": work.created_by_id == user.pk,
    }
    if not may["write"] and not may["show"]:
        raise Http404
    return may


def _form(request: HttpRequest, work: Work, *, bound: bool = True) -> ProvenanceForm:
    initial = {"text": work.provenance_text, "version": work.version}
    return ProvenanceForm(
        (request.POST or None) if bound else None,
        initial=initial,
        work=work,
        needs_reason=work.state not in EDITABLE_BY_OWNER,
    )


def _saved(request: HttpRequest, work: Work, form: ProvenanceForm) -> bool:
    data = form.cleaned_data
    try:
        written = provenance.set_provenance(
            actor=request.user,
            work_id=work.pk,
            text=data["text"],
            source=data["source"],
            reason=data.get("reason", ""),
            version=data["version"],
        )
    except DomainError as error:
        _show_on(form, error)
        return False
    words = _("来源与流传已保存。") if written.is_new else _("没有改动，什么也没写。")
    messages.success(request, words)
    return True


def _reading(work: Work, typed: str) -> dict[str, Any]:
    """How a text is read, without saving it: periods, gaps, and what goes into other parts."""
    text = typed.replace("\r\n", "\n").replace("\x00", "")
    longest = rulebook.get(LONGEST_RULE)
    if len(text) > longest:
        return {"checked": True, "too_long": len(text), "longest": longest}
    reading = read_text(text)
    rows = periods_of(reading)
    return {
        "checked": True,
        "reading": shown(work, text, rows, full=True, most=MOST_PREVIEWED, with_public=True),
        "parts": labelled_parts(reading),
        "is_empty": not text.strip(),
    }
