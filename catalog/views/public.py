"""What anybody reads: a registered work, a reference record, its history, a maker."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from artmarket.core.square_codes import svg_code
from catalog import pages
from catalog.engine.numbers import NumberError, check_number
from catalog.models import Artist, Work
from catalog.selectors import history_of, life_words, works_for_cards, works_for_page


@require_GET
def work(request: HttpRequest, number: str) -> HttpResponse:
    """The permanent page of a registered work; any way of writing the number leads here."""
    shown = _by_number(number)
    if isinstance(shown, HttpResponse):
        return shown
    _require_view(request, shown)
    return render(request, "catalog/work.html", pages.work_page(shown, request))


@require_GET
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """A reference record from an open museum collection; it has no registry number."""
    shown = get_object_or_404(works_for_page(), pk=pk)
    _require_view(request, shown)
    if shown.number:
        return redirect(shown, permanent=True)
    return render(request, "catalog/work.html", pages.work_page(shown, request))


@require_GET
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Every change of a registered work that this reader may know."""
    shown = _by_number(number)
    if isinstance(shown, HttpResponse):
        return shown
    _require_view(request, shown)
    context = {
        "work": shown,
        "sees_private": request.user.has_perm("catalog.view_private", shown),
        "changes": history_of(shown, request.user),
        "trail": [
            (pgettext_lazy("section", "作品"), reverse("catalog:browse")),
            (shown.display_title, shown.get_absolute_url()),
            (_("变更历史"), ""),
        ],
    }
    return render(request, "catalog/history.html", context)


@require_GET
def find_number(request: HttpRequest) -> HttpResponse:
    """Check a registry number as typed: forgiving about spaces, hyphens, O and 0."""
    typed = request.GET.get("number", "").strip()
    context: dict[str, Any] = {"typed": typed}
    if typed:
        try:
            number = check_number(typed)
        except NumberError as error:
            context["problem"] = {
                "length": _("登记号是八个字符，例如7K3M-92QF。"),
                "character": _("里面有登记号不用的字符。"),
                "check": _("校验位不对，多半是有一个字符抄错了。"),
            }[error.code]
        else:
            shown = Work.objects.public().filter(number=number).first()
            if shown:
                return redirect(shown)
            context["problem"] = _("写法正确，但登记册里没有这个号，或作品没有公开。")
    return render(request, "catalog/find_number.html", context)


@require_GET
@cache_control(public=True, max_age=86400)
def qr(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code of a work's permanent address, as SVG."""
    with translation.override(settings.LANGUAGE_CODE):
        address = settings.SITE_URL.rstrip("/") + reverse("catalog:work", args=[number])
    return HttpResponse(svg_code(address), content_type="image/svg+xml")


@require_GET
def artist(request: HttpRequest, pk: int) -> HttpResponse:
    """A maker: names, dates, identifiers, and the works attributed to him."""
    shown = get_object_or_404(
        Artist.objects.prefetch_related("names", "identifiers", "namesakes"), pk=pk
    )
    works = works_for_cards().public().filter(attributions__artist=shown).distinct().order_by("-pk")
    if not works.exists() and not request.user.has_perm("catalog.edit_artist"):
        own = request.user.is_authenticated and shown.account_id == request.user.pk
        if not own:
            raise Http404
    context = {
        "artist": shown,
        "life": life_words(shown),
        "cards": [pages.card(w) for w in works[:48]],
        "count": works.count(),
        "actions": pages.gathered(pages.maker_actions, shown, request),
    }
    return render(request, "catalog/artist.html", context)


def _by_number(text: str) -> Work | HttpResponse:
    try:
        number = check_number(text)
    except NumberError as error:
        raise Http404(_("没有这个登记号。")) from error
    if number != text:
        return HttpResponsePermanentRedirect(Work(number=number).get_absolute_url())
    return get_object_or_404(works_for_page(), number=number)


def _require_view(request: HttpRequest, shown: Work) -> None:
    """A page one may not see does not exist for him."""
    if not request.user.has_perm("catalog.view_work", shown):
        raise Http404(_("没有这件作品，或者它没有公开。"))
