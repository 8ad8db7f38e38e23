"""The customer's pawns, the pawnshop's desk, and one pawn for both. Thin: parse, call, render."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.accounts.permissions import parties_of
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError
from artmarket.ledger.models import Payment
from artmarket.ledger.views.files import PDF, file_response
from catalog.models import Work

from .. import pawn_papers
from ..enums import LenderClass
from ..forms import pawn as forms
from ..models import Lender, Pawn, PawnRequest, PawnTicket
from ..pawn_enums import DisposalState, PawnState, RequestState
from ..pawn_standing import charges_to_renew, owed_on, running
from ..services import pawn_tickets
from ..services.pawn_ground import losses_of, tickets_of
from .lender_rooms import lender_rooms
from .pawn_acts import acts_for

PER_PAGE = 30
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _attempt(request: HttpRequest, form: Any, call: Any, said: str) -> Any:
    """What the service gave, or None after its refusal was put on the form."""
    if not form.is_valid():
        return None
    try:
        made = call(form.cleaned_data)
    except DomainError as error:
        words = [*(str(text) for text in getattr(error, "fields", {}).values())]
        form.add_error(None, words or [str(error)])
        form.refusal = error
        return None
    messages.success(request, said)
    return made or True


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _shops() -> Any:
    return Lender.objects.live().filter(kind=LenderClass.PAWNSHOP, pawn_terms__isnull=False)


@get_or_post
@never_cache
@signed_in
def pawns(request: HttpRequest) -> HttpResponse:
    """The customer's pawns and requests; ask a pawnshop."""
    parties = parties_of(request.user)
    works = Work.objects.filter(
        title_shares__party__in=parties, title_shares__to_event__isnull=True
    )
    form = forms.AskForm(request.POST or None, lenders=_shops().distinct(), works=works.distinct())
    if request.method == "POST":
        made = _attempt(
            request, form,
            lambda given: pawn_tickets.ask_pawn(
                actor=request.user, lender_id=given["lender"].pk, work_id=given["work"].pk,  # type: ignore[arg-type]
                amount_minor=given["amount"], months=given["months"],
            ),
            _("申请已提交。"),
        )  # fmt: skip
        if made:
            return redirect("pledges:pawns")
    rows = Pawn.objects.filter(pawner__in=parties).select_related("work", "lender__organisation")
    context = {
        "page": _page(request, rows.prefetch_related("tickets")), "form": form,
        "requests": PawnRequest.objects.filter(
            pawner__in=parties, state=RequestState.OPEN
        ).select_related("work", "lender__organisation"),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "pledges/pawn/pawns.html", context, status=status)


@get_or_post
@never_cache
@signed_in
def pawn(request: HttpRequest, pk: int) -> HttpResponse:
    """One pawn: its tickets, what is owed at each date, its thing, and what the reader may do."""
    row = _seen(request, pk)
    acts = acts_for(request.user, row)
    done = request.POST.get("do", "")
    shown = []
    for act in acts:
        is_this = request.method == "POST" and act.name == done
        data = request.POST if is_this else None
        form = act.form(data, initial={"key": secrets.token_hex(8)}, prefix=act.name)
        if is_this:
            if not act.form.base_fields:
                form.cleaned_data = {}
            made = _attempt(
                request, form, lambda given, act=act: act.call(request.user, given), _("已办理。")
            )
            if isinstance(made, Payment):
                return redirect("payments:payment", made.reference)
            if made:
                return redirect("pledges:pawn", pk)
        shown.append((act, form))
    status = 422 if any(form.errors for _act, form in shown) else 200
    if request.method == "POST" and status == 200:
        raise Http404
    context = _told(row) | {"acts": shown}
    return render(request, "pledges/pawn/pawn.html", context, status=status)


def _seen(request: HttpRequest, pk: int) -> Pawn:
    """A pawn that the reader may see; to others it does not exist."""
    rows = Pawn.objects.select_related("lender__organisation", "pawner", "work")
    row: Pawn = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("pledges.see_loan", row):
        raise Http404
    return row


def _told(row: Pawn) -> dict[str, Any]:
    """What the page says of a pawn."""
    tickets, losses, today = tickets_of(row), losses_of(row), db_today()
    live = running(tickets)
    amounts = []
    renew = None
    if live is not None and live.redeem_until is not None and row.state == PawnState.ACTIVE:
        wanted = (today, today + timedelta(days=7), live.matures_on, live.redeem_until)
        days = sorted({day for day in wanted if day and today <= day <= live.redeem_until})
        amounts = [(day, row.money(owed_on(row, tickets, losses, on=day).total)) for day in days]
        renew = row.money(charges_to_renew(row, tickets, losses).total)
    return {
        "row": row, "tickets": tickets, "live": live, "losses": losses, "amounts": amounts,
        "renew": renew, "today": today,
        "appraised": row.money(row.appraised_minor), "principal": row.money(row.principal_minor),
        "owed": row.money(row.owed_minor) if row.owed_minor and not amounts else "",
        "hold": row.holds.filter(lifted_at__isnull=True).first(),
        "disposal": row.disposals.exclude(state=DisposalState.REFUSED).first(),
        "steps": row.steps.select_related("by").order_by("number"),
    }  # fmt: skip


@get_or_post
@never_cache
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """The pawnshop's desk: requests, pawns with their due dates, its rates."""
    shops = _own_shops(request)
    shop = shops[0]
    form = forms.TermsForm(request.POST or None)
    if request.method == "POST":
        made = _attempt(
            request, form,
            lambda given: pawn_tickets.set_terms(
                actor=request.user, lender_id=shop.pk,  # type: ignore[arg-type]
                **(given | {"lost_fee_minor": given["lost_fee_minor"] or 0}),
            ),
            _("新的条件已公布。"),
        )  # fmt: skip
        if made:
            return redirect("pledges:pawn_desk")
    rows = Pawn.objects.filter(lender__in=shops).select_related("work", "pawner")
    chosen = request.GET.get("state", "")
    if chosen in PawnState.values:
        rows = rows.filter(state=chosen)
    asked = PawnRequest.objects.filter(lender__in=shops, state=RequestState.OPEN)
    context = {
        "rooms": lender_rooms(request, shop),
        "shop": shop, "form": form, "chosen": chosen, "states": PawnState.choices,
        "page": _page(request, rows.prefetch_related("tickets").order_by(F("pk").desc())),
        "requests": asked.select_related("work", "pawner"), "today": db_today(),
        "terms": shop.pawn_terms.last(),
        "runs": request.user.has_perm("pledges.run_lender", shop),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "pledges/pawn/desk.html", context, status=status)


def _own_shops(request: HttpRequest) -> list[Lender]:
    rows = Lender.objects.live().filter(kind=LenderClass.PAWNSHOP).select_related("organisation")
    found = [row for row in rows if request.user.has_perm("pledges.work_for_lender", row)]
    if not found:
        raise Http404
    return found


@get_or_post
@never_cache
@signed_in
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Draw a ticket, on a request (`request`) or on a work by its number."""
    shop = _own_shops(request)[0]
    if not request.user.has_perm("pledges.run_lender", shop):
        raise Http404
    asked = PawnRequest.objects.filter(
        pk=_number(request.GET.get("request")), lender=shop, state=RequestState.OPEN
    ).first()
    initial = (
        {"work": asked.work.number, "amount": asked.amount_minor, "months": asked.months}
        if asked else {}
    )  # fmt: skip
    form = forms.DrawForm(request.POST or None, initial=initial)
    if request.method == "POST":

        def draw(given: dict[str, Any]) -> PawnTicket:
            work = get_object_or_404(Work, number=given["work"])
            return pawn_tickets.draw_pawn(
                actor=request.user, lender_id=shop.pk, work_id=work.pk, thing=form.thing(),  # type: ignore[arg-type]
                principal_minor=given["amount"], months=given["months"],
                request_id=asked.pk if asked else None,
                contribution_minor=given["contribution"],
            )  # fmt: skip

        made = _attempt(request, form, draw, _("当票已开，等双方签署。"))
        if made:
            return redirect("pledges:pawn", made.pawn_id)
    status = 422 if form.errors else 200
    return render(
        request, "pledges/pawn/new.html", {"form": form, "asked": asked, "shop": shop},
        status=status,
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_safe
@signed_in
def ticket_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A ticket on paper."""
    ticket = get_object_or_404(PawnTicket.objects.select_related("pawn"), pk=pk)
    _seen(request, ticket.pawn_id)
    content = pawn_papers.ticket_file(ticket)
    return file_response(content, name=f"pawn-{ticket.number}.pdf", content_type=PDF)


@require_safe
@signed_in
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What a disposal brought and paid, on paper."""
    row = _seen(request, pk)
    disposal = row.disposals.filter(state=DisposalState.DONE).first()
    if disposal is None:
        raise Http404
    content = pawn_papers.statement_file(disposal)
    return file_response(content, name=f"pawn-statement-{row.pk}.pdf", content_type=PDF)
