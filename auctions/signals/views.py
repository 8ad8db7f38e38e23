"""The reviewer's pages: scores in the order of their weight, and one with all that it rests on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from artmarket import rulebook
from artmarket.accounts.access import signed_in
from artmarket.accounts.enums import Role
from artmarket.core.errors import DomainError, Invalid, NotAllowed

from .. import citations
from ..models import Outcome, ShillScore
from ..selectors import signals as selectors
from ..selectors.house import is_of_house
from . import reviewing, wording

PER_PAGE = 50
SHOWN_BIDS = 500
OUTCOME_KINDS = {Outcome.NO_CONCERN: "neutral", Outcome.WATCH: "warn", Outcome.REFERRED: "live"}


class ReviewForm(forms.Form):
    """The outcome of a review, with its reason."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("结论"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=reviewing.MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("看了什么、为什么这样认定。写下后不能修改，可以再写一条。"),
    )
    lot_count = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
@signed_in
def signals(request: HttpRequest) -> HttpResponse:
    """Scores that this reader may see, those without an outcome first."""
    if not (request.user.has_role(Role.OPERATOR) or is_of_house(request.user)):
        raise NotAllowed(rule=citations.SIGNAL_REVIEW)
    rows = selectors.visible_to(request.user).order_by("is_reviewed", "-permille", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    threshold = rulebook.get(citations.SIGNAL_THRESHOLD)
    context = {
        "rows": [_row(score, threshold) for score in page],
        "page": page,
        "is_operator": request.user.has_role(Role.OPERATOR),
    }
    return render(request, "auctions/signals/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """One score: features with reasons, links, bids, what was decided; and the form to decide."""
    score = selectors.visible_to(request.user).filter(pk=pk).first()
    if score is None or not request.user.has_perm("auctions.see_signal", score):
        raise Http404
    form = ReviewForm(request.POST or None, initial={"lot_count": score.lot_count})
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.record_review(actor=request.user, score_id=pk, **form.cleaned_data)
        except Invalid as error:
            for name, words in error.fields.items():
                form.add_error(name, str(words))
        except NotAllowed:
            raise
        except DomainError as error:
            form = ReviewForm(initial={"lot_count": score.lot_count})
            messages.error(request, str(error))
            return _page(request, score, form, error.status)
        else:
            messages.success(request, _("已记录。"))
            return redirect("signals:signal", pk)
    return _page(request, score, form, 422 if form.errors else 200)


def _page(request: HttpRequest, score: ShillScore, form: ReviewForm, status: int) -> HttpResponse:
    weights = rulebook.get(citations.SIGNAL_WEIGHTS)
    bids = selectors.bids_of(score)
    context = _row(score, rulebook.get(citations.SIGNAL_THRESHOLD)) | {
        "features": wording.features_of(score, weights),
        "links": wording.links_of(score),
        "bids": bids[:SHOWN_BIDS],
        "reviews": [
            (review, OUTCOME_KINDS[Outcome(review.outcome)], wording.percent(review.permille))
            for review in score.reviews.select_related("by")
        ],
        "form": form if request.user.has_perm("auctions.review_signal", score) else None,
        "trace_days": rulebook.get(citations.TRACE_DAYS),
        "is_operator": request.user.has_role(Role.OPERATOR),
    }
    return render(request, "auctions/signals/signal.html", context, status=status)


def _row(score: ShillScore, threshold: int) -> dict[str, Any]:
    outcome = getattr(score, "outcome", None)
    return {
        "score": score,
        "value": wording.percent(score.permille),
        "is_first": score.permille >= threshold,
        "outcome": Outcome(outcome).label if outcome else "",
        "outcome_kind": OUTCOME_KINDS[Outcome(outcome)] if outcome else "warn",
    }
