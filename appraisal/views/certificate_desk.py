"""The registrar's page of a work's certificates, the author's confirmation, reports of readers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.certificates.issuable import confirmation_of, offers
from appraisal.certificates.on_works import certificates_of, row
from appraisal.models import AuthorConfirmation, Certificate
from appraisal.services import author_confirmations, certificate_states, issuing
from appraisal.services.mismatches import KINDS, REPORTED
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.models import Event
from artmarket.core.punctuation import joined
from catalog import pages
from catalog.enums import WorkState
from catalog.models import Work
from catalog.selectors import works_for_page
from catalog.views.registrar_desk import registrar_required

MOST_REPORTS = 100
STEPS = {
    "suspend": (certificate_states.suspend, gettext_lazy("证书已暂停。")),
    "lift": (certificate_states.lift, gettext_lazy("证书已恢复。")),
    "revoke": (certificate_states.revoke, gettext_lazy("证书已撤销。")),
    "supersede": (issuing.supersede, gettext_lazy("新证书已出具，旧证书指向它。")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@registrar_required
def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """What was issued for a work, what may be issued now, and the steps that change a state."""
    work = get_object_or_404(works_for_page(), pk=pk, state=WorkState.REGISTERED)
    if request.method == "POST":
        try:
            messages.success(request, _act(request, work))
        except DomainError as error:
            return _page(request, work, status=error.status, **_typed(request, error))
        return redirect("appraisal:work_certificates", pk)
    return _page(request, work)


def _page(request: HttpRequest, work: Work, *, status: int = 200, **more: Any) -> HttpResponse:
    found = certificates_of(work)
    reports = Event.objects.filter(
        action=REPORTED, object_type=Certificate._meta.label_lower,
        object_id__in=[str(certificate.pk) for certificate in found],
    )  # fmt: skip
    context = {
        "work": work,
        "rows": [row(certificate) for certificate in found],
        "offers": offers(work, request.user),
        "confirmation": confirmation_of(work),
        "may": request.user.has_perm("appraisal.issue_certificate", work),
        "reports": [_report(event) for event in reports.order_by("-pk")[:MOST_REPORTS]]
        if found
        else [],
        **more,
    }
    return render(request, "appraisal/certificates/desk.html", context, status=status)


def _act(request: HttpRequest, work: Work) -> str:
    """Do what the pressed button says; the words of success. Raises `DomainError`."""
    step, posted, actor = request.POST.get("step", ""), request.POST, request.user
    if step == "issue_lock":
        made = issuing.issue_lock(actor=actor, work_id=work.pk)
    elif step == "issue_author":
        made = issuing.issue_author(actor=actor, work_id=work.pk)
    elif step == "issue_opinion":
        made = issuing.issue_opinion(actor=actor, result_id=_key(posted.get("result")))
    elif step == "witness":
        author_confirmations.witness_author(
            actor=actor, confirmation_id=_of_work(AuthorConfirmation, work, posted),
            recording_sha256=posted.get("recording_sha256", ""),
            recording_place=posted.get("recording_place", ""),
        )  # fmt: skip
        return _("已见证作者的确认，现在可以出具保真证书。")
    elif step == "withdraw":
        author_confirmations.withdraw_confirmation(
            actor=actor, confirmation_id=_of_work(AuthorConfirmation, work, posted),
            reason=posted.get("reason", ""),
        )  # fmt: skip
        return _("作者的确认已撤回。")
    elif step in STEPS:
        function, words = STEPS[step]
        certificate = _of_work(Certificate, work, posted)
        function(actor=actor, certificate_id=certificate, reason=posted.get("reason", ""))
        return str(words)
    else:
        raise Invalid(fields={"step": _("没有这一步。")})
    return _("证书%(number)s已出具。") % {"number": made.number}


def _key(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _of_work(model: Any, work: Work, posted: Any) -> int:
    """The key of a row of this work, as posted."""
    return int(get_object_or_404(model, pk=_key(posted.get("row")), work=work).pk)


def _typed(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """What a refusal shows: its words beside what was typed."""
    fields = error.fields if isinstance(error, Invalid) else {}
    words = [str(text) for text in fields.values()] or [joined(filter(None, [error, error.hint]))]
    return {
        "problems": words,
        "typed_step": request.POST.get("step", ""),
        "typed_row": request.POST.get("row", ""),
        "typed_reason": request.POST.get("reason", "")[:500],
        "typed_digest": request.POST.get("recording_sha256", "")[:80],
        "typed_place": request.POST.get("recording_place", "")[:200],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The living author says, in person and before a registrar: this is my work."""
    work = get_object_or_404(works_for_page(), pk=pk, state=WorkState.REGISTERED)
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            _confirmed(request, work)
        except DomainError as error:
            problems, status = _typed(request, error)["problems"], error.status
        else:
            return redirect("appraisal:confirm_author", pk)
    else:
        author_confirmations.require_author(work, request.user)
    context = {
        "work": work,
        "views": pages.views_of(work)[:1],
        "confirmation": confirmation_of(work),
        "problems": problems,
        "typed_place": request.POST.get("place", "")[:200],
    }
    return render(request, "appraisal/certificates/confirm.html", context, status=status)


def _confirmed(request: HttpRequest, work: Work) -> None:
    if request.POST.get("step") == "withdraw":
        author_confirmations.withdraw_confirmation(
            actor=request.user, confirmation_id=_of_work(AuthorConfirmation, work, request.POST),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, _("你的确认已撤回。"))
        return
    author_confirmations.confirm_author(
        actor=request.user, work_id=work.pk, place=request.POST.get("place", "")
    )
    messages.success(request, _("已记下你的确认；请登记员当天见证。"))


@require_safe
@registrar_required
def mismatches(request: HttpRequest) -> HttpResponse:
    """What readers reported, the newest first."""
    events = Event.objects.filter(action=REPORTED).order_by("-pk")[:MOST_REPORTS]
    found = [_report(event) for event in events]
    works = dict(
        Certificate.objects.filter(number__in=[report["number"] for report in found]).values_list(
            "number", "work_id"
        )
    )
    context = {"reports": [{**report, "work": works.get(report["number"])} for report in found]}
    return render(request, "appraisal/certificates/mismatches.html", context)


def _report(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "number": event.data.get("number", ""),
        "what": KINDS.get(event.data.get("what", ""), ""),
        "words": event.data.get("words", ""),
    }
