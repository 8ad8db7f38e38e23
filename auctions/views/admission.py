"""The desk of one registration besides its approval: high-value lots, relations. Thin."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError

from ..desk_forms import EndRelationForm, RelationForm
from ..enums import HighValueState
from ..models import Paddle
from ..selectors.bars import barred_lots
from ..selectors.registration import relations_of
from ..services import paddles, relations
from .house import get_or_post, show_on


def _paddle(request: HttpRequest, pk: int) -> Paddle:
    rows = Paddle.objects.select_related("sale__house", "party", "user")
    paddle = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.decide_paddle", paddle):
        raise Http404
    return paddle


@require_POST
@signed_in
def decide_high_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a paddle in to the high-value lots, or not."""
    paddle = _paddle(request, pk)
    asked = request.POST.get("state", "")
    state = HighValueState.APPROVED if asked == "approved" else HighValueState.REFUSED
    paddles.decide_high_value(actor=request.user, paddle_id=pk, state=state)  # type: ignore[arg-type]
    messages.success(request, _("已记下，登记人会看到。"))
    return redirect("auctions:house_paddle", paddle.pk)


@get_or_post
@signed_in
def paddle_relations(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a bidder is close to: what is on record, one more, one that ends."""
    paddle = _paddle(request, pk)
    rows = list(relations_of(paddle))
    live = [row for row in rows if row.ended_at is None and row.party_id == paddle.party_id]
    do = request.POST.get("do")
    form = RelationForm(request.POST if do == "enter" else None, prefix="enter")
    end_form = EndRelationForm(request.POST if do == "end" else None, relations=live, prefix="end")
    chosen = {"enter": form, "end": end_form}.get(do or "")
    if chosen is not None and chosen.is_valid():
        try:
            _done(request, paddle, chosen)
        except DomainError as error:
            show_on(chosen, error)
        else:
            messages.success(request, _("已记下。"))
            return redirect("auctions:house_relations", pk)
    context = {
        "paddle": paddle,
        "sale": paddle.sale,
        "rows": rows,
        "form": form,
        "end_form": end_form if live else None,
        "barred": barred_lots(paddle),
    }
    wrong = request.method == "POST"
    return render(request, "auctions/house/relations.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, paddle: Paddle, form: RelationForm | EndRelationForm) -> None:
    actor: Any = request.user
    if isinstance(form, RelationForm):
        relations.enter_relation(actor=actor, paddle_id=paddle.pk, declared=form.declared())
        return
    given = form.cleaned_data
    relations.end_relation(
        actor=actor, paddle_id=paddle.pk, relation_id=given["relation"], reason=given["reason"]
    )
