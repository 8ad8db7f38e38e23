"""Download any search, or one work, as data; what is in a file depends on who asks.

Thin: the question is the browse page's own address, the content is catalog.exporting's.
"""

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from catalog.exporting.fields import audiences_of
from catalog.exporting.files import csv_pieces, found_works, jsonld_pieces, xlsx_file
from catalog.exporting.linked_art import linked_art
from catalog.exporting.object_id_sheet import object_id_file
from catalog.models import Work
from catalog.search import SearchQuery
from catalog.selectors import works_for_page
from catalog.views.public import _by_number, _require_view

JSON_LD = 'application/ld+json;profile="https://linked.art/ns/v1/linked-art.json"'
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attached(response: HttpResponseBase, ending: str) -> HttpResponseBase:
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="works-{day}.{ending}"'
    # The content depends on the reader: nobody else may be served from a cache.
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """The search as CSV; `bom=0` leaves out the mark that Excel needs."""
    works = found_works(SearchQuery.read(request.GET).first_page(), request.user)
    pieces = csv_pieces(works, request.user, with_bom=request.GET.get("bom") != "0")
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    return _attached(response, "csv")


@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The search as a workbook."""
    works = found_works(SearchQuery.read(request.GET).first_page(), request.user)
    return _attached(FileResponse(xlsx_file(works, request.user), content_type=XLSX), "xlsx")


@require_safe
def export_jsonld(request: HttpRequest) -> HttpResponseBase:
    """The search as Linked Art."""
    works = found_works(SearchQuery.read(request.GET).first_page(), request.user)
    pieces = jsonld_pieces(works, request.user)
    return _attached(StreamingHttpResponse(pieces, content_type=JSON_LD), "jsonld")


@require_safe
def work_jsonld(request: HttpRequest, number: str) -> HttpResponseBase:
    """One registered work as Linked Art."""
    work = _by_number(number)
    if isinstance(work, HttpResponse):
        return work
    _require_view(request, work)
    return _single(request, work)


@require_safe
def record_jsonld(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One reference record as Linked Art."""
    work = get_object_or_404(works_for_page(), pk=pk)
    _require_view(request, work)
    return _single(request, work)


@require_safe
def object_id_sheet(request: HttpRequest, number: str) -> HttpResponseBase:
    """The Object ID sheet of one registered work, as PDF."""
    work = _by_number(number)
    if isinstance(work, HttpResponse):
        return work
    _require_view(request, work)
    digest, content = object_id_file(work)
    headers = {
        "Content-Disposition": f'inline; filename="object-id-{work.number}.pdf"',
        "Cache-Control": "private, no-cache" if request.user.is_authenticated else "no-cache",
        "ETag": f'"{digest}"',
        "Vary": "Cookie",
    }
    response = HttpResponse(content, content_type="application/pdf", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def _single(request: HttpRequest, work: Work) -> HttpResponseBase:
    data = linked_art(work, audiences_of(request.user)(work))
    options = {"ensure_ascii": False, "indent": 1}
    response = JsonResponse(data, json_dumps_params=options, content_type=JSON_LD)
    response["Cache-Control"] = "private, no-store" if request.user.is_authenticated else "public"
    response["Vary"] = "Cookie"
    return response
