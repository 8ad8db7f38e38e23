"""Registrar's corrections of registered works and of artist records."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid
from catalog import selectors
from catalog.enums import NameKind, WorkState
from catalog.forms import (
    ArtistForm,
    AttributionForm,
    InscriptionFormSet,
    PartForm,
    ReasonForm,
    WorkDescriptionForm,
)
from catalog.models import Artist, Work
from catalog.services import artists, corrections, editions, registration

from .artist_desk import _show_on
from .registrar_desk import registrar_required


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the description of a registered work, with a reason."""
    work = get_object_or_404(selectors.works_for_page().filter(state=WorkState.REGISTERED), pk=pk)
    form = WorkDescriptionForm(request.POST or None, initial=WorkDescriptionForm.initial_of(work))
    reason = ReasonForm(request.POST or None)
    rows = [
        {"ref": i.ref, "kind": i.kind, "text": i.text, "is_unreadable": i.is_unreadable,
         "style": i.style, "place": i.place}
        for i in work.inscriptions.all()
    ]  # fmt: skip
    inscriptions = InscriptionFormSet(request.POST or None, prefix="inscriptions", initial=rows)
    posted = request.method == "POST"
    if posted and all([form.is_valid(), reason.is_valid(), inscriptions.is_valid()]):
        try:
            corrections.correct_work(
                actor=request.user,
                work_id=pk,
                description=form.description_value([v for f in inscriptions if (v := f.value())]),
                reason=reason.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("更正已记录在变更历史中。"))
            return redirect("catalog:review", pk)
    context: dict[str, Any] = {
        "work": work,
        "form": form,
        "reason": reason,
        "inscriptions": inscriptions,
    }
    bad = posted and (form.errors or reason.errors or inscriptions.total_error_count())
    return render(request, "catalog/desk/correct.html", context, status=422 if bad else 200)


@require_POST
@registrar_required
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge this entry into another one by its number."""
    number = "".join(request.POST.get("into", "").upper().split()).replace("-", "")
    target = Work.objects.filter(number=number, state=WorkState.REGISTERED).first()
    if target is None:
        messages.error(request, _("没有找到要并入的登记号。"))
        return redirect("catalog:review", pk)
    try:
        registration.merge_works(
            actor=request.user,
            duplicate_id=pk,
            into_id=target.pk,
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
        return redirect("catalog:review", pk)
    return redirect(target)


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def edit_artist(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit an artist's record."""
    artist = get_object_or_404(Artist.objects.prefetch_related("names", "identifiers"), pk=pk)
    initial = {name: getattr(artist, name) for name in artists.FIELDS}
    initial["names"] = "\n".join(f"{n.text}|{n.kind}|{n.language}" for n in artist.names.all())
    initial["identifiers"] = "\n".join(str(i) for i in artist.identifiers.all())
    form = ArtistForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            artists.save_artist(
                actor=request.user,
                artist=artist,
                names=_names(data.pop("names")),
                identifiers=_identifiers(data.pop("identifiers")),
                fields=data,
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("作者记录已保存。"))
            return redirect(artist)
    context = {"artist": artist, "form": form}
    return render(
        request, "catalog/desk/edit_artist.html", context, status=422 if form.errors else 200
    )


def _names(text: str) -> list[tuple[str, str, str]]:
    rows = []
    for line in text.splitlines():
        parts = [p.strip() for p in line.replace("｜", "|").split("|")]
        if parts[0]:
            kind = (
                parts[1] if len(parts) > 1 and parts[1] in NameKind.values else NameKind.NAME.value
            )
            rows.append((parts[0][:300], kind, parts[2][:20] if len(parts) > 2 else ""))
    return rows


def _identifiers(text: str) -> list[tuple[str, str]]:
    rows = []
    for line in text.splitlines():
        scheme, _sep, value = line.replace("：", ":").partition(":")
        if scheme.strip() and value.strip():
            rows.append((scheme.strip()[:40], value.strip()[:200]))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def attribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an opinion on who made the work."""
    work = get_object_or_404(selectors.works_for_page().filter(state=WorkState.REGISTERED), pk=pk)
    form = AttributionForm(request.POST or None, work=work)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        artist = Artist.objects.filter(pk=data.pop("artist")).first()
        if artist is None:
            form.add_error("artist", _("没有这个编号的作者记录。"))
        else:
            try:
                corrections.add_attribution(actor=request.user, work_id=pk, artist=artist, **data)
            except DomainError as error:
                _show_on(form, error)
    if request.method == "POST" and not form.errors:
        messages.success(request, _("归属意见已记录。"))
        return redirect("catalog:review", pk)
    return _small_form(request, work, form, _("新增归属意见"))


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a part or a citation."""
    work = get_object_or_404(selectors.works_for_page().filter(state=WorkState.REGISTERED), pk=pk)
    form = PartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            corrections.add_part_or_citation(actor=request.user, work_id=pk, **form.cleaned_data)
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("已补充。"))
            return redirect("catalog:review", pk)
    return _small_form(request, work, form, _("补充部件或著录"))


@require_POST
@registrar_required
def destroyed(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the thing no longer exists; the entry stays."""
    try:
        editions.mark_destroyed(
            actor=request.user, work_id=pk, reason=request.POST.get("reason", "")
        )
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
    return redirect("catalog:review", pk)


@require_POST
@registrar_required
def verify_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that an account belongs to the living artist of this record."""
    artist = get_object_or_404(Artist, pk=pk)
    email = request.POST.get("email", "").strip()
    account = User.objects.filter(email__iexact=email, is_active=True).first()
    if account is None:
        messages.error(request, _("没有这个账户。"))
    else:
        try:
            artists.verify_artist_account(actor=request.user, artist=artist, account=account)
            messages.success(request, _("作者账户已核实。"))
        except DomainError as error:
            messages.error(request, str(error))
    return redirect("catalog:edit_artist", pk)


def _small_form(request: HttpRequest, work: Work, form: Any, title: str) -> HttpResponse:
    context = {"work": work, "form": form, "title": title}
    status = 422 if form.errors else 200
    return render(request, "catalog/desk/small_form.html", context, status=status)
