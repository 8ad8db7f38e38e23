"""Pages of those who register: the form, one's own bookings, one of them with its tickets. Thin.

An address that needs a sign-in keeps what was typed: the form comes back filled in.
"""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from artmarket.core.square_codes import png_code, svg_code
from artmarket.ledger.gateways import offered
from artmarket.ledger.services.payments import start_payment
from artmarket.ledger.wording import gateway_words

from ..booking import citations, terms
from ..booking.forms import BookingForm, PlacesForm, show_on
from ..booking.refusals import TooMany
from ..booking.wording import programme_title
from ..enums import BookingState, ProgrammeState
from ..models import Booking, Programme, Session
from ..selectors import bookings as selectors
from ..selectors.waiting import line_of
from ..services import bookings as services
from ..services.tickets import code_of

KEPT: Final = "cms.kept_booking"
_KEEPS: Final = (
    "session", "ticket_type", "places", "name", "phone", "need", "meets_age", "key",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form of a programme; a refusal comes back with all that was typed."""
    rows = Programme.objects.exclude(state=ProgrammeState.DRAFT).select_related("place", "room")
    programme = get_object_or_404(rows, uuid=uuid)
    if not request.user.is_authenticated:
        return _to_sign_in(request, programme)
    now = db_now()
    if request.method == "POST":
        return _book(request, programme, now)
    form, kept = None, request.session.pop(KEPT, None)
    chosen = request.GET.get("session", "")
    panel = selectors.panel_for(programme, request.user, now=now, session=chosen)
    if kept and kept.get("programme") == str(programme.uuid) and panel.form:
        form = BookingForm(
            programme=programme, dates=panel.rows, types=panel.types, reader=request.user,
            initial=kept["values"],
        )  # fmt: skip
        messages.info(request, _("你填过的内容还在，请核对后提交。"))
        panel = selectors.panel_for(programme, request.user, now=now, form=form)
    return _book_page(request, panel)


def _to_sign_in(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Keep what was typed (not the consent, which is given again) until after the sign-in."""
    if request.method == "POST":
        values = {name: request.POST[name][:300] for name in _KEEPS if name in request.POST}
        request.session[KEPT] = {"programme": str(programme.uuid), "values": values}
        messages.warning(request, _("登录已过期，报名还没有提交。登录后填过的内容都在。"))
        return redirect_to_login(reverse("cms:book", args=[programme.uuid]))
    return redirect_to_login(request.get_full_path())


def _book(request: HttpRequest, programme: Programme, now: Any) -> HttpResponse:
    user: Any = request.user
    standing = Booking.objects.filter(user=user, key=request.POST.get("key", "")).first()
    if standing is not None:  # a double click, or the back button
        return redirect("cms:booking", standing.uuid)
    panel = selectors.panel_for(programme, user, now=now)
    form = BookingForm(
        request.POST, programme=programme, dates=panel.rows, types=panel.types, reader=user
    )
    if form.is_valid():
        session = get_object_or_404(
            Session, programme=programme, uuid=form.cleaned_data["session"]
        )  # fmt: skip
        try:
            made = services.book(
                actor=user, session_id=session.pk, language=get_language() or "zh-hans",
                **form.given(),
            )  # fmt: skip
        except TooMany as error:
            messages.warning(request, str(error))
            return redirect("cms:booking", error.data["booking"])
        except DomainError as error:
            show_on(form, error)
        else:
            return redirect("cms:booking", made.uuid)
    panel = selectors.panel_for(programme, user, now=db_now(), form=form)
    return _book_page(request, panel, status=422)


def _book_page(request: HttpRequest, panel: selectors.Panel, status: int = 200) -> HttpResponse:
    context = {
        "panel": panel,
        "title": programme_title(panel.programme),
        "page_url": selectors.page_url(panel.programme),
    }
    return render(request, "cms/booking/book.html", context, status=status)


@require_safe
@signed_in
def own_bookings(request: HttpRequest) -> HttpResponse:
    """All bookings of a person."""
    coming, over = selectors.own_lists(request.user)  # type: ignore[arg-type]
    context = {"coming": coming, "over": over, "room": "bookings"}
    return render(request, "cms/booking/own.html", context)


def _own(request: HttpRequest, uuid: UUID) -> Booking:
    """One's own booking; anybody else's does not exist for him."""
    return get_object_or_404(selectors.bookings_of(request.user), uuid=uuid)  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def booking(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One booking: its tickets, its place in the line, what can be done with it, what was told."""
    found = _own(request, uuid)
    form = PlacesForm(initial={"places": found.places})
    if request.method == "POST":
        if request.POST.get("do") == "change":
            form = PlacesForm(request.POST)
        answer = _act(request, found, form)
        if answer is not None:
            return answer
        found = _own(request, uuid)
    context = _context(found) | {"form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "cms/booking/booking.html", context, status=status)


def _act(request: HttpRequest, found: Booking, form: PlacesForm) -> HttpResponse | None:
    """What the visitor does; None where it was refused and the page says why."""
    user: Any = request.user
    do = request.POST.get("do", "")
    try:
        if do == "cancel":
            services.cancel(actor=user, booking_id=found.pk)
            messages.success(request, _("报名已取消。"))
        elif do == "accept":
            services.accept_offer(actor=user, booking_id=found.pk)
        elif do == "pay":
            return _pay(request, found)
        elif do == "change":
            if not form.is_valid():
                return None
            services.change_places(
                actor=user, booking_id=found.pk, places=form.cleaned_data["places"]
            )  # fmt: skip
            messages.success(request, _("人数已改。"))
        else:
            raise Http404
    except DomainError as error:
        if do == "change":
            show_on(form, error)
        else:
            messages.error(request, " ".join(filter(None, (str(error), str(error.hint)))))
        return None
    return redirect("cms:booking", found.uuid)


def _pay(request: HttpRequest, found: Booking) -> HttpResponse:
    """Ask by this way, open the gateway's page, and on to the payment's own page."""
    user: Any = request.user
    payment = services.pay(
        actor=user, booking_id=found.pk, gateway=request.POST.get("gateway", "")
    )  # fmt: skip
    try:
        start_payment(payment_id=payment.pk)
    except DomainError as error:  # its page says how it stands, and tries again
        messages.error(request, str(error))
    return redirect("payments:payment", payment.reference)


def _context(found: Booking) -> dict[str, Any]:
    now = db_now()
    programme, session, state = found.programme, found.session, found.state
    place = None
    if state == BookingState.WAITING:
        place = line_of(programme, now=now).place_of(found)
    in_time = terms.may_leave(programme, session, now)
    has_begun = session.starts_at <= now
    tickets = list(found.tickets.all()) if state == BookingState.CONFIRMED else []
    may_cancel = in_time if state == BookingState.CONFIRMED else found.is_live and not has_begun
    is_changeable = state in (BookingState.CONFIRMED, BookingState.ASKED, BookingState.WAITING)
    is_free = not terms.is_paid(found) or state == BookingState.WAITING
    came = any(ticket.checked_in_at for ticket in tickets)
    return {
        "booking": found,
        "title": programme_title(programme),
        "kind": selectors.state_kind(found),
        "place": place,
        "tickets": tickets,
        "may_cancel": may_cancel and not came,
        "may_change": is_changeable and is_free and in_time and not came,
        "is_offered": state == BookingState.OFFERED,
        "is_to_pay": state == BookingState.TO_PAY,
        "ways": [(name, gateway_words(name)) for name in offered(found.currency)],
        "cut_off": terms.cut_off(programme, session),
        "refund_rule": citations.REFUND if terms.is_paid(found) else "",
        "history": selectors.history_of(found),
        "page_url": selectors.page_url(programme),
        "room": "bookings",
    }


@require_safe
@signed_in
def ticket_svg(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The QR code of one ticket, for the page."""
    return _code(request, uuid, number, "svg")


@require_safe
@signed_in
def ticket_png(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The same as a picture, to keep."""
    return _code(request, uuid, number, "png")


def _code(request: HttpRequest, uuid: UUID, number: int, kind: str) -> HttpResponse:
    found = _own(request, uuid)
    exists = found.tickets.filter(number=number).exists()
    if found.state != BookingState.CONFIRMED or not exists:
        raise Http404
    address = request.build_absolute_uri(
        reverse("cms:ticket_link", args=[code_of(found, number)])
    )  # fmt: skip
    name = f"ticket-{str(found.uuid)[:8]}-{number}.{kind}"
    content, content_type = (
        (svg_code(address), "image/svg+xml") if kind == "svg" else (png_code(address), "image/png")
    )
    way = "inline" if kind == "svg" else "attachment"
    headers = {
        "Content-Disposition": f'{way}; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
