"""Pictures found alike, two by two, for the registrar to judge; the machine decides nothing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import selectors
from media.enums import Verdict
from media.models import Image, Likeness
from media.selectors import picture_sources
from media.services.likeness import judge_likeness

from .registrar_desk import registrar_required

PER_PAGE = 10


@require_safe
@registrar_required
def queue(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, each with both pictures, what is known of them, and a form."""
    page = Paginator(selectors.alike_pairs(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pairs": [_shown(pair) for pair in page],
        "verdicts": [choice for choice in Verdict.choices if choice[0]],
    }
    return render(request, "catalog/desk/alike.html", context)


@require_POST
@registrar_required
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the registrar says of one pair."""
    pair = judge_likeness(
        actor=request.user,
        likeness_id=pk,
        verdict=request.POST.get("verdict", ""),
        note=request.POST.get("note", ""),
    )
    messages.success(request, _("已记下：%(verdict)s。") % {"verdict": pair.get_verdict_display()})
    return redirect("catalog:alike")


def _shown(pair: Likeness) -> dict[str, Any]:
    return {"pair": pair, "sides": [_side(pair.first), _side(pair.second)]}


def _side(image: Image) -> dict[str, Any]:
    photo = getattr(image, "work_photo", None)
    return {
        "image": image,
        "sources": picture_sources(image),
        "work": photo.work if photo else None,
    }
