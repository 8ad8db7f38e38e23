"""A person's own identity check, that of an organisation he administers, and licences."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from artmarket.accounts import gates, selectors
from artmarket.accounts.access import signed_in
from artmarket.accounts.enums import CheckState, LicenceState
from artmarket.accounts.identity_forms import CheckForm, EnterpriseForm, LicenceForm
from artmarket.accounts.models import IdentityCheck, Licence, Organisation, User
from artmarket.accounts.services import identity, licences
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from media.links import signed_link


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def person(request: HttpRequest) -> HttpResponse:
    """The signed-in person's check."""
    return _check_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def enterprise(request: HttpRequest, slug: str) -> HttpResponse:
    """The check of an organisation, for its administrators."""
    found = get_object_or_404(Organisation, slug=slug)
    if not request.user.has_perm("accounts.manage_members", found):
        raise NotAllowed()
    return _check_page(request, found)


def _check_page(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    subject: User | Organisation = organisation or request.user
    check = _open_check(subject)
    here = request.path
    if request.method == "POST" and request.POST.get("do") == "begin":
        identity.begin_check(actor=request.user, organisation=organisation)
        return redirect(here)
    form, status = None, 200
    if check and check.state in (CheckState.DRAFT, CheckState.RETURNED):
        kind = EnterpriseForm if organisation else CheckForm
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        form = kind(*given, check=check)
    if request.method == "POST":
        if check is None:
            raise DomainError(code="wrong_state")
        if _carry_out(request, check, form):
            return redirect(here)
        status = 422
        check = _open_check(subject)
    context = {
        "organisation": organisation,
        "check": check,
        "form": form,
        "in_force": gates.identity_of(subject),
        "history": _history(subject),
        "evidence": _evidence(request.user, check),
        "missing": identity.missing_of(check) if check and form else {},
    }
    return render(request, "accounts/identity.html", context, status=status)


def _carry_out(request: HttpRequest, check: IdentityCheck, form: CheckForm | None) -> bool:
    """Do what the page asks for; False when the form has to be shown again."""
    what = request.POST.get("do", "save")
    if what == "withdraw":
        identity.withdraw_check(actor=request.user, check_id=check.pk)
        messages.success(request, _("已撤回，材料会按期清除。"))
        return True
    if what.startswith("remove-"):
        number = what.removeprefix("remove-")
        if not number.isdecimal():
            raise DomainError(code="unknown_action", status=400)
        identity.remove_evidence(
            actor=request.user, check_id=check.pk, evidence_id=int(number[:18])
        )
        messages.success(request, _("材料已删除。"))
        return True
    if form is None or not form.is_valid():
        return False
    if not _save(request, check, form):
        return False
    if what != "submit":
        messages.success(request, _("已保存，还没有提交。"))
        return True
    try:
        identity.submit_check(
            actor=request.user, check_id=check.pk, consents=request.POST.get("consents") == "yes"
        )
    except Invalid as error:
        _tell(form, error)
        return False
    messages.success(request, _("已提交，登记员核验后会发邮件告诉你。"))
    return True


def _save(request: HttpRequest, check: IdentityCheck, form: CheckForm) -> bool:
    """Write the particulars, then keep the files one by one; what was kept stays."""
    try:
        identity.save_check(actor=request.user, check_id=check.pk, given=form.particulars())
    except Invalid as error:
        _tell(form, error)
    for field, kind, file in form.chosen_files():
        _keep(
            form, field,
            lambda kind=kind, file=file: identity.add_evidence(
                actor=request.user, check_id=check.pk, kind=kind, file=file, name=file.name
            ),
        )  # fmt: skip
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def licence_list(request: HttpRequest) -> HttpResponse:
    """The licences of the person and of organisations he administers; a new one is handed in."""
    holders = selectors.administered(request.user)
    chosen = holders.get(request.POST.get("holder", request.GET.get("holder", "")))
    form = LicenceForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        for_person=chosen is None,
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and (made := _hand_in(request, form, chosen)):
            return redirect("accounts:licence", made.pk)
        status = 422
    rows = Licence.objects.filter(user=request.user) | Licence.objects.filter(
        organisation__in=holders.values()
    )
    context = {
        "licences": rows.select_related("organisation"),
        "form": form,
        "holders": holders,
        "chosen": chosen,
        "today": db_today(),
    }
    return render(request, "accounts/licences.html", context, status=status)


def _hand_in(
    request: HttpRequest, form: LicenceForm, organisation: Organisation | None
) -> Licence | None:
    try:
        made = licences.hand_in_licence(
            actor=request.user, paper=form.paper(), organisation=organisation
        )
    except Invalid as error:
        _tell(form, error)
        return None
    _keep_scan(request, made, form)
    if form.errors:
        for words in form.errors.get("file", []):
            messages.error(request, str(words))
    elif form.cleaned_data.get("file"):
        licences.submit_licence(actor=request.user, licence_id=made.pk)
        messages.success(request, _("已提交，登记员核验后会发邮件告诉你。"))
    else:
        messages.warning(request, _("已保存。补上扫描件就可以提交。"))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One licence: its state, its papers, and what the holder can do."""
    found = get_object_or_404(Licence.objects.select_related("organisation"), pk=pk)
    if not request.user.has_perm("accounts.edit_licence", found):
        raise NotAllowed()
    form, status = None, 200
    if found.state == LicenceState.RETURNED:
        form = LicenceForm(
            *((request.POST, request.FILES) if request.method == "POST" else ()),
            for_person=found.user_id is not None,
            licence=found,
        )
    if request.method == "POST":
        if _change_licence(request, found, form):
            return redirect("accounts:licence", pk)
        status = 422
    context = {
        "licence": found,
        "form": form,
        "evidence": [
            (e, signed_link(e.document, actor=request.user))
            for e in found.evidence.select_related("document")
        ],
        "today": db_today(),
    }
    return render(request, "accounts/licence.html", context, status=status)


def _change_licence(request: HttpRequest, found: Licence, form: LicenceForm | None) -> bool:
    what = request.POST.get("do", "")
    if what == "withdraw":
        licences.withdraw_licence(actor=request.user, licence_id=found.pk)
        messages.success(request, _("已撤回。"))
        return True
    if what.startswith("remove-") and what[7:].isdecimal():
        licences.remove_licence_evidence(
            actor=request.user, licence_id=found.pk, evidence_id=int(what[7:25])
        )
        messages.success(request, _("材料已删除。"))
        return True
    if form is None or not form.is_valid():
        return False
    try:
        licences.correct_licence(actor=request.user, licence_id=found.pk, paper=form.paper())
        _keep_scan(request, found, form)
        if form.errors:
            return False
        licences.submit_licence(actor=request.user, licence_id=found.pk)
    except Invalid as error:
        _tell(form, error)
        return False
    messages.success(request, _("已提交，登记员核验后会发邮件告诉你。"))
    return True


# ------------------------------------------------------------------ parts


def _open_check(subject: User | Organisation) -> IdentityCheck | None:
    return next((c for c in subject.identity_checks.all()[:20] if c.is_open), None)


def _history(subject: User | Organisation) -> list[IdentityCheck]:
    return [c for c in subject.identity_checks.all()[:20] if not c.is_open]


def _evidence(user: Any, check: IdentityCheck | None) -> list[tuple[Any, str]]:
    if check is None:
        return []
    return [
        (e, signed_link(e.document, actor=user)) for e in check.evidence.select_related("document")
    ]


def _keep_scan(request: HttpRequest, found: Licence, form: LicenceForm) -> None:
    file = form.cleaned_data.get("file")
    if file:
        _keep(
            form, "file",
            lambda: licences.add_licence_evidence(
                actor=request.user, licence_id=found.pk, file=file, name=file.name
            ),
        )  # fmt: skip


def _keep(form: Any, field: str, keep: Callable[[], object]) -> None:
    """Keep a file; a refusal stands beside its field."""
    try:
        keep()
    except DomainError as error:
        form.add_error(field, " ".join(str(t) for t in (error.message, error.hint) if t))


def _tell(form: Any, error: Invalid) -> None:
    """The service's words beside the fields; what has no field stands at the top."""
    for name, words in error.fields.items():
        field = name.removeprefix("evidence_")
        form.add_error(field if field in form.fields else None, str(words))
