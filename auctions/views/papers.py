"""The invoice and the seller's statement as PDF, for whom their pages are for. Thin."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from artmarket.accounts.access import signed_in
from artmarket.ledger.views.files import PDF, file_response

from ..models import Consignment, Invoice
from ..papers.drawing import invoice_pdf, statement_pdf
from ..papers.reading import invoice_paper, statement_paper


@require_safe
@signed_in
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice, for buyer, house and operator: it names all lots, and not the seller's alone."""
    rows = Invoice.objects.select_related("sale__house", "buyer", "paddle")
    found = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.read_invoice", found):
        raise Http404
    content = invoice_pdf(invoice_paper(found))
    return file_response(content, name=f"invoice-{found.number}.pdf", content_type=PDF)


@require_safe
@signed_in
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The seller's statement, for the seller, the house and the operator, once something sold."""
    rows = Consignment.objects.select_related("house", "party", "work")
    found = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.read_statement", found):
        raise Http404
    paper = statement_paper(found)
    if not paper.lots:
        raise Http404
    content = statement_pdf(paper)
    return file_response(content, name=f"settlement-{found.pk}.pdf", content_type=PDF)
