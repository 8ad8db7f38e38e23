"""The figures for the bureau and for everybody, and their files. Thin."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import NotAllowed

from ..figure_files import TYPES, figure_file
from ..forms.enterprises import SpanForm
from ..selectors.figures import SPANS, figure, figures
from .enterprises import attached


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What everybody may read."""
    return _page(request, "cms/figures/public.html", public=True)


@never_cache
@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """All figures, exact."""
    _require(request)
    return _page(request, "cms/figures/desk.html", public=False)


@require_safe
def public_file(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """A public figure as a file."""
    return _file(request, code, format, public=True)


@never_cache
@require_safe
@signed_in
def desk_file(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """An exact figure as a file."""
    _require(request)
    return _file(request, code, format, public=False)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("cms.see_figures"):
        raise NotAllowed()


def _months(request: HttpRequest) -> int:
    asked = request.GET.get("months", "")
    return int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]


def _page(request: HttpRequest, template: str, *, public: bool) -> HttpResponse:
    months = _months(request)
    found = figures(months, public=public)
    context: dict[str, Any] = {
        "form": SpanForm(initial={"months": months}), "figures": found, "months": months,
        "read_at": found[0].read_at, "period": found[0].period, "is_public": public,
        "file_url": "cms:figure_file" if public else "cms:figures_desk_file",
    }  # fmt: skip
    return render(request, template, context)


def _file(request: HttpRequest, code: str, format: str, *, public: bool) -> HttpResponse:
    if format not in TYPES:
        raise Http404
    months = _months(request)
    found = figure(code, months, public=public)
    if found is None:
        raise Http404
    name = f"{code}-{months}-{found.asked.months[-1]}.{format}"
    return attached(figure_file(found, format), name, format)
