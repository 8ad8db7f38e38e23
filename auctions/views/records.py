"""Downloads of a sale's record from the desk of its house. A post: each one is noted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError

from ..models import Sale
from ..sale_records.exporting import MOST_ROWS_AT_ONCE, export_record


@require_POST
@signed_in
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The record as a file; `names` puts the bidders' names beside their numbers."""
    sale = get_object_or_404(Sale.objects.select_related("house"), pk=pk)
    if not request.user.has_perm("auctions.export_sale_record", sale):
        raise Http404
    try:
        file = export_record(
            actor=request.user, sale_id=pk, format=request.POST.get("format", ""),
            with_names=request.POST.get("names") == "1", most=MOST_ROWS_AT_ONCE,
        )  # fmt: skip
    except DomainError as error:
        if not request.user.has_perm("auctions.manage_sale", sale):
            raise
        messages.error(request, " ".join(filter(None, (str(error), str(error.hint)))))
        return redirect("auctions:house_sale", pk)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
