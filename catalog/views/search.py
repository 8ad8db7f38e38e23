"""Browse, suggestions and saved searches. Reads the address, asks the selector, renders."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import Invalid
from artmarket.core.money import Money
from artmarket.core.punctuation import listed
from catalog import pages, selectors
from catalog.engine.terms import AAT_NOTICE
from catalog.search import SearchPage, SearchQuery, beside, search, suggest
from catalog.search import saved as saved_searches
from catalog.search.facets import PRICE_EDGES, has_prices
from catalog.search.names import find_artists
from catalog.search.query import write_yuan
from catalog.search.selector import Filter, Total, active_filters

ARTISTS_SHOWN = 4
EAGER_CARDS = 3
OPEN_FACETS = 4


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """The catalogue: one address for each state, the same without script."""
    query = SearchQuery.read(request.GET)
    page = search(query)
    address = _address(query)
    others = beside.sections(query.text) if query.text and not query.cursor else []
    if query.text and not page.total.n and not others and not query.filters:
        beside.report_miss(query.text)
    context = {
        "page": page,
        "query": query,
        "count": total_words(page.total),
        "is_capped": page.total.is_capped,
        "cards": _cards(page),
        "facets": _facets(page),
        "prices": _prices(page),
        "active": [(_filter_words(f, query), _address(f.without)) for f in page.active],
        "guilty": [(_filter_words(f, query), _address(f.without)) for f in page.guilty],
        "sorts": _sorts(query),
        "pages": _page_links(page),
        "artists": _artists(query),
        "others": others,
        "clear_url": reverse("catalog:browse") if query.is_narrowed else "",
        "save_url": _save_url(query),
        "exports": _exports(address),
        "state_url": settings.SITE_URL.rstrip("/") + address,
        "notice": AAT_NOTICE,
    }
    part = request.htmx and not request.htmx.history_restore_request
    response = render(request, f"catalog/{'browse_body' if part else 'browse'}.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if part:
        response["HX-Push-Url"] = address
    return response


def _exports(address: str) -> list[tuple[str, str]]:
    """The files that this very search can be had as: name of the form, address."""
    _path, _mark, parameters = address.partition("?")
    return [
        (words, reverse(f"catalog:export_{kind}") + (f"?{parameters}" if parameters else ""))
        for kind, words in (("csv", "CSV"), ("xlsx", "XLSX"), ("jsonld", "JSON-LD"))
    ]


@require_safe
@cache_control(max_age=60)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What the reader may mean: a JSON list of label, kind, url, detail."""
    lines = suggest(request.GET.get("q", ""))
    return JsonResponse([line.as_dict() for line in lines], safe=False)


@require_safe
@signed_in
def list_saved(request: HttpRequest) -> HttpResponse:
    """The reader's saved searches with what is new in each."""
    lines = [
        {
            "saved": line.saved,
            "newer": f"{line.newer}+" if line.newer >= saved_searches.CAP else line.newer,
            "url": _address(line.query),
            "words": listed(_filter_words(f, line.query) for f in active_filters(line.query)),
        }
        for line in saved_searches.saved_of(request.user)
    ]
    return render(request, "catalog/saved_searches.html", {"lines": lines})


@signed_in
def save_search(request: HttpRequest) -> HttpResponse:
    """Ask for a name, then keep the question that stands in the address."""
    query = SearchQuery.read(request.GET).first_page()
    words = listed(_filter_words(f, query) for f in active_filters(query))
    context: dict[str, Any] = {"words": words, "back": _address(query), "name": words[:60]}
    if request.method == "POST":
        context["name"] = request.POST.get("name", "")
        try:
            saved_searches.save_search(
                actor=request.user,
                query=query,
                name=context["name"],
                notify=bool(request.POST.get("notify")),
            )
        except Invalid as error:
            context["error"] = error.fields.get("name", str(error))
            return render(request, "catalog/saved_search_form.html", context, status=422)
        messages.success(request, _("已保存。有新作品时可在“保存的搜索”里看到。"))
        return redirect("catalog:saved_searches")
    return render(request, "catalog/saved_search_form.html", context)


@require_POST
@signed_in
def change_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, mail on or off."""
    try:
        saved_searches.change_search(
            actor=request.user,
            pk=pk,
            name=request.POST.get("name", ""),
            notify=bool(request.POST.get("notify")),
        )
    except Invalid as error:
        messages.error(request, error.fields.get("name", str(error)))
    else:
        messages.success(request, _("已修改。"))
    return redirect("catalog:saved_searches")


@require_POST
@signed_in
def open_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the works of a saved search, newest first, and take them as seen."""
    saved = saved_searches.mark_seen(actor=request.user, pk=pk)
    params = QueryDict(saved.query, mutable=True)
    params["sort"] = "newest"
    return redirect(_address(SearchQuery.read(params)))


@require_POST
@signed_in
def delete_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved search."""
    saved_searches.delete_search(actor=request.user, pk=pk)
    messages.success(request, _("已删除。"))
    return redirect("catalog:saved_searches")


# ----------------------------------------------------------------- words and links


def total_words(total: Total) -> str:
    """A count as it is printed: exact, or `1,000+`."""
    return f"{intcomma(total.n)}{'+' if total.is_capped else ''}"


def _address(query: SearchQuery) -> str:
    encoded = query.encoded()
    return reverse("catalog:browse") + (f"?{encoded}" if encoded else "")


def _save_url(query: SearchQuery) -> str:
    if not query.is_narrowed:
        return ""
    return f"{reverse('catalog:save_search')}?{query.first_page().encoded()}"


def _filter_words(each: Filter, query: SearchQuery) -> str:
    if each.name != "price":
        return str(each.label)
    low = Money(query.low).words() if query.low is not None else ""
    high = Money(query.high).words() if query.high is not None else ""
    if low and high:
        return _("%(low)s到%(high)s") % {"low": low, "high": high}
    return _("%(low)s起") % {"low": low} if low else _("%(high)s以内") % {"high": high}


def _cards(page: SearchPage) -> list[dict[str, Any]]:
    found = selectors.works_for_cards().public().in_bulk(page.work_ids)
    return [pages.card(found[pk]) for pk in page.work_ids if pk in found]


def _facets(page: SearchPage) -> list[dict[str, Any]]:
    return [
        {
            "name": view.name,
            "label": view.label,
            "is_open": place < OPEN_FACETS or any(o.checked for o in view.options),
            "options": [
                (o.value, o.label, "" if o.count is None else intcomma(o.count), o.checked)
                for o in view.options
            ],
        }
        for place, view in enumerate(page.facets)
    ]


def _prices(page: SearchPage) -> dict[str, Any] | None:
    if not has_prices():
        return None
    query = page.query
    low, high = query.low or 0, query.high
    bins = [
        {"n": n, "chosen": query.has_price and edge >= low and (high is None or edge < high)}
        for edge, n in page.histogram
    ]
    return {
        "bins": bins,
        "label": _price_finding(page.histogram),
        "low": "" if query.low is None else write_yuan(query.low),
        "high": "" if query.high is None else write_yuan(query.high),
    }


def _price_finding(histogram: list[tuple[int, int]]) -> str:
    """Where most of the prices lie, in words."""
    if not histogram:
        return ""
    place, (edge, _n) = max(enumerate(histogram), key=lambda item: item[1][1])
    low = Money(edge).words()
    if place + 1 == len(PRICE_EDGES):
        return _("最多的在%(low)s以上") % {"low": low}
    return _("最多的在%(low)s到%(high)s之间") % {
        "low": low,
        "high": Money(PRICE_EDGES[place + 1]).words(),
    }


def _sorts(query: SearchQuery) -> list[tuple[str, str, bool]]:
    names = {
        "relevance": _("名称和作者相符的在前"),
        "newest": _("最新登记"),
        "oldest": _("年代从早到晚"),
        "price_up": _("价格从低到高（只列有标价的）"),
        "price_down": _("价格从高到低（只列有标价的）"),
    }
    if not query.terms:
        names.pop("relevance")
    if not has_prices():
        names = {k: v for k, v in names.items() if not k.startswith("price")}
    return [(value, label, value == query.sort) for value, label in names.items()]


def _page_links(page: SearchPage) -> dict[str, Any]:
    links = [
        {"number": p.number, "url": _address(p.query), "current": p.is_current} for p in page.pages
    ]
    return {
        "links": links,
        "has_gap": len(links) > 1 and links[1]["number"] > links[0]["number"] + 1,
        "previous": _address(page.previous) if page.previous else "",
        "next": _address(page.next) if page.next else "",
    }


def _artists(query: SearchQuery) -> list[dict[str, Any]]:
    if not query.text or query.cursor:
        return []
    return [
        {
            "label": hit.artist.display_name,
            "url": reverse("catalog:artist", args=[hit.artist.pk]),
            "count": intcomma(hit.works),
            "current": False,
        }
        for hit in find_artists(query.text, ARTISTS_SHOWN)
    ]
