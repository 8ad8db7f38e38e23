"""The bureau's desk of bookings: by session, with the waiting list and its reasons; files. Thin."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.spreadsheets import csv_bytes
from auctions.pledges.reports.files import XLSX, xlsx_of

from ..booking.wording import programme_title
from ..models import Booking, Programme, Session
from ..selectors import booking_desk as selectors
from ..services import bookings, exporting, waiting


def _programme(request: HttpRequest, pk: int) -> Programme:
    if not request.user.has_perm("cms.handle_bookings"):
        raise NotAllowed()
    return get_object_or_404(Programme.objects.select_related("place", "organiser"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def programme_bookings(request: HttpRequest, pk: int) -> HttpResponse:
    """The bookings of a programme's session; approve, refuse, promote, cancel."""
    programme = _programme(request, pk)
    status = 200
    if request.method == "POST":
        if _act(request, programme):
            return redirect(request.get_full_path())
        status = 422
    now = db_now()
    sessions = list(selectors.sessions_with_counts(programme))
    session = _chosen(request, sessions, now)
    context = {
        "programme": programme,
        "title": programme_title(programme),
        "sessions": sessions,
        "session": session,
        "rows": selectors.desk_rows(programme, session, now=now) if session else [],
        "quotas": session.quotas.all() if session else [],
        "now": now,
    }
    return render(request, "cms/booking/desk.html", context, status=status)


def _chosen(request: HttpRequest, sessions: list[Session], now: Any) -> Session | None:
    """The session that is asked for, else the next one, else the last."""
    asked = request.GET.get("session", "")
    by_key = {str(row.pk): row for row in sessions}
    coming = [row for row in sessions if row.ends_at > now]
    return by_key.get(asked) or next(iter(coming), sessions[-1] if sessions else None)


def _act(request: HttpRequest, programme: Programme) -> bool:
    """Do what a button says; whether it was done."""
    user: Any = request.user
    asked = request.POST.get("booking", "")
    pk = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    booking = get_object_or_404(Booking, pk=pk, programme=programme)
    reason, do = request.POST.get("reason", ""), request.POST.get("do", "")
    try:
        if do == "approve":
            bookings.decide(actor=user, booking_id=booking.pk, approve=True)
        elif do == "refuse":
            bookings.decide(actor=user, booking_id=booking.pk, approve=False, reason=reason)
        elif do == "promote":
            waiting.promote_by_hand(actor=user, booking_id=booking.pk)
        elif do == "cancel":
            bookings.cancel(actor=user, booking_id=booking.pk, reason=reason)
        else:
            raise Http404
    except DomainError as error:
        fields = error.fields.values() if isinstance(error, Invalid) else ()
        said = [str(words) for words in fields] or [str(error), str(error.hint)]
        messages.error(request, " ".join(filter(None, said)))
        return False
    messages.success(request, _("已办理，已通知报名的人。"))
    return True


@require_safe
@signed_in
def bookings_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """All bookings of a programme as XLSX or CSV."""
    programme = _programme(request, pk)
    table = exporting.bookings_table(actor=request.user, programme_id=pk)  # type: ignore[arg-type]
    name = f"{_('报名')}-{programme.pk}.{kind}"
    if kind == "xlsx":
        facts = [(_("活动"), programme_title(programme))]
        content, content_type = xlsx_of([table], title=_("报名"), facts=facts), XLSX
    else:
        head = [column.label for column in table.columns]
        content = csv_bytes([head, *table.printed()])
        content_type = "text/csv; charset=utf-8"
    return private_file(content, name=name, content_type=content_type)


def private_file(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file with people's names: kept by nobody between us and its reader."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
