"""Pages of the door: read a ticket, the list for no network, bring readings in. Thin.

A scanner types the code into the form; the camera of a telephone opens the ticket's own address. A
GET never lets anybody in.
"""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, NotAllowed
from artmarket.core.spreadsheets import csv_bytes

from ..booking import terms
from ..booking.forms import CodeForm, ReadingsForm, readings_of, show_on
from ..booking.wording import programme_title
from ..engine.tickets import TicketError
from ..models import Booking, Session
from ..selectors import booking_desk as selectors
from ..services import check_in, exporting
from ..services.tickets import read
from .booking_desk import private_file


@require_safe
@signed_in
def doors(request: HttpRequest) -> HttpResponse:
    """The sessions of these days at whose doors this person works."""
    user: Any = request.user
    if not selectors.is_bureau(user) and not selectors.door_programmes(user).exists():
        raise NotAllowed()
    context = {"sessions": selectors.door_sessions(user, now=db_now())}
    return render(request, "cms/booking/doors.html", context)


def _session(request: HttpRequest, pk: int) -> Session:
    rows = Session.objects.select_related("programme__organiser", "programme__place", "room")
    session = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("cms.work_at_door", session.programme):
        raise NotAllowed()
    return session


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the tickets of a session, one after the other."""
    session = _session(request, pk)
    answer, form = None, CodeForm()
    if request.method == "POST":
        sent = CodeForm(request.POST)
        if not sent.is_valid():
            return _door_page(request, session, sent, status=422)
        answer = check_in.read_ticket(actor=request.user, session_id=pk, **sent.cleaned_data)  # type: ignore[arg-type]
    return _door_page(request, session, form, answer=answer)


def _door_page(
    request: HttpRequest, session: Session, form: CodeForm, status: int = 200, **more: Any
) -> HttpResponse:
    expected, came = selectors.door_counts(session)
    context = {
        "session": session,
        "title": programme_title(session.programme),
        "form": form,
        "upload": ReadingsForm(),
        "expected": expected,
        "came": came,
        "opens_at": terms.check_in_from(session),
        "now": db_now(),
        **more,
    }
    return render(request, "cms/booking/door.html", context, status=status)


@require_safe
@signed_in
def door_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may come in, to print or to keep on a device."""
    _session(request, pk)
    session, found = exporting.door_list(actor=request.user, session_id=pk)  # type: ignore[arg-type]
    context = {
        "session": session,
        "tickets": found,
        "title": programme_title(session.programme),
    }
    return render(request, "cms/booking/door_list.html", context)


@require_safe
@signed_in
def door_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file, whose third column takes the times and which is brought in again."""
    _session(request, pk)
    session, found = exporting.door_list(actor=request.user, session_id=pk)  # type: ignore[arg-type]
    day = timezone.localtime(session.starts_at)
    name = f"door-{session.pk}-{day:%Y%m%d-%H%M}.csv"
    content = csv_bytes(exporting.door_cells(found))
    return private_file(content, name=name, content_type="text/csv; charset=utf-8")


@require_http_methods(["POST"])
@signed_in
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in readings that were made offline; again and again, nobody counts twice."""
    session = _session(request, pk)
    form = ReadingsForm(request.POST, request.FILES)
    merged: check_in.Merged | None = None
    wrong: list[int] = []
    if form.is_valid():
        try:
            readings, wrong = readings_of(form.cleaned_data["file"], session)
            merged = check_in.merge(actor=request.user, session_id=pk, readings=readings)  # type: ignore[arg-type]
        except DomainError as error:
            show_on(form, error)
    status = 422 if form.errors else 200
    more = {"upload": form, "merged": merged, "wrong": wrong}
    return _door_page(request, session, CodeForm(), status=status, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ticket_link(request: HttpRequest, code: str) -> HttpResponse:
    """A ticket's own address: its visitor is led to his booking; the door sees what it is, and
    reads it."""
    user: Any = request.user
    booking = _booking_of(code)
    may_read = booking is not None and user.has_perm("cms.work_at_door", booking.programme)
    if booking is None or not may_read:
        if booking is not None and booking.user_id == user.pk:
            return redirect("cms:booking", booking.uuid)
        if booking is None and (selectors.is_bureau(user)):
            answer = check_in.look(actor=user, code=code)
            nothing = {"answer": answer}
            return render(request, "cms/booking/ticket.html", nothing, status=404)
        raise Http404
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = check_in.read_ticket(
            actor=user, session_id=booking.session_id, code=code,
            reading=form.cleaned_data["reading"],
        )  # fmt: skip
        is_read = True
    else:
        answer, is_read = check_in.look(actor=user, code=code), False
    context = {
        "answer": answer,
        "is_read": is_read,
        "code": code,
        "reading": uuid4(),
        "booking": booking,
        "title": programme_title(booking.programme),
    }
    return render(request, "cms/booking/ticket.html", context)


def _booking_of(code: str) -> Booking | None:
    try:
        uuid, _number = read(code)
    except TicketError:
        return None
    rows = Booking.objects.select_related("programme__organiser", "session")
    return rows.filter(uuid=uuid).first()
