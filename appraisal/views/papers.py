"""The registrar's page of a work's papers; thin: parse, call a service, render."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appraisal.forms import CertificateForm
from appraisal.models import RecordedCertificate
from appraisal.selectors import papers_of
from appraisal.services import certificates
from appraisal.views.posting import show_on, words_of
from artmarket.core.errors import DomainError, Invalid
from catalog.enums import WorkState
from catalog.models import Work
from catalog.views.registrar_desk import registrar_required
from media.models import Image
from media.services.pictures import discard_image, receive_image


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a registered work, and the form to record another."""
    work = get_object_or_404(Work, pk=pk, state=WorkState.REGISTERED)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, work, form)
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("证书已记录。"))
            return redirect("appraisal:record", pk)
    context = {
        "work": work,
        "form": form,
        "papers": papers_of(work),
        "allowed": request.user.has_perm("appraisal.record_certificate", work),
    }
    return render(request, "appraisal/record.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, work: Work, form: CertificateForm) -> None:
    upload = form.cleaned_data["scan"]
    scan: Image | None = None
    if upload:
        scan = receive_image(actor=request.user, file=upload, name=upload.name)
    try:
        certificates.record_certificate(
            actor=request.user, work_id=work.pk, paper=form.paper(), scan=scan
        )
    except DomainError:
        if scan:
            discard_image(actor=request.user, image_id=scan.pk)
        raise


@require_POST
@registrar_required
def withdraw(request: HttpRequest, pk: int, certificate: int) -> HttpResponse:
    """Withdraw the record of one paper."""
    get_object_or_404(RecordedCertificate, pk=certificate, work_id=pk)
    try:
        certificates.withdraw_certificate(
            actor=request.user,
            certificate_id=certificate,
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        messages.error(request, words_of(error))
    else:
        messages.success(request, _("证书的记录已撤下。"))
    return redirect("appraisal:record", pk)
