"""The bureau's desk: the register of enterprises and the key list. Thin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import NotAllowed
from auctions.pledges.views.lender_desk import attempt

from ..forms import enterprises as given_forms
from ..models import Enterprise
from ..selectors import enterprises as selectors
from ..services import enterprises as services
from ..services import key_list, support

PER_PAGE = 50
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def bureau_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for the bureau's people."""

    @wraps(view)
    @never_cache
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("cms.manage_enterprises"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


@get_or_post
@bureau_required
def enterprises(request: HttpRequest) -> HttpResponse:
    """The whole register, those that left included."""
    form = given_forms.DirectoryForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows = selectors.directory(
        q=given.get("q", ""), stage=given.get("stage", ""),
        culture_class=given.get("culture", ""), on=given.get("on"), with_left=True,
    )  # fmt: skip
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "today": db_today(),
    }
    return render(request, "cms/bureau/enterprises.html", context)


@get_or_post
@bureau_required
def new_enterprise(request: HttpRequest) -> HttpResponse:
    """Put an enterprise in the register."""
    form = given_forms.EnterpriseForm(request.POST or None, initial={"since": db_today()})
    made: list[Enterprise] = []
    if request.method == "POST" and attempt(
        request, _("企业已入册。"),
        lambda: made.append(
            services.add_enterprise(actor=_actor(request), given=form.given())
        ),
        form,
    ):  # fmt: skip
        if made:
            return redirect("cms:bureau_enterprise", made[0].pk)
        return redirect("cms:bureau_enterprises")
    status = 422 if form.errors else 200
    return render(request, "cms/bureau/new_enterprise.html", {"form": form}, status=status)


@get_or_post
@bureau_required
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise: what the register says, contact, support, key list, leaving."""
    row = get_object_or_404(Enterprise.objects.select_related("organisation"), pk=pk)
    entries = selectors.entries_of(row)
    made = _forms(row, entries)
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in _ACTS:
            raise Http404
        if do in made:
            made[do] = _filled(request, do, row, entries)
        said, act = _ACTS[do]
        actor, form = _actor(request), made.get(do)
        if attempt(request, said(), lambda: act(actor, row, form, request), form):
            return redirect("cms:bureau_enterprise", pk)
    context = {
        "enterprise": row, "entries": entries, "forms": made,
        "support": row.support.all(), "scale": selectors.scale_of(row, on=db_today()),
        "waiting": selectors.open_proposals().filter(enterprise=row).first(),
    }  # fmt: skip
    status = 422 if any(form.is_bound and form.errors for form in made.values()) else 200
    return render(request, "cms/bureau/enterprise.html", context, status=status)


@get_or_post
@bureau_required
def key_desk(request: HttpRequest) -> HttpResponse:
    """The list today, what waits for a second person, and the log."""
    answer = given_forms.AnswerForm()
    if request.method == "POST":
        actor, pk, do = _actor(request), _number(request, "proposal"), request.POST.get("do")
        if do == "confirm":
            digest = request.POST.get("digest", "")
            done = attempt(
                request, _("变更已确认，名单已更新。"),
                lambda: key_list.confirm_change(actor=actor, proposal_id=pk, digest=digest),
            )  # fmt: skip
        elif do == "withdraw":
            done = attempt(
                request, _("提议已撤回。"),
                lambda: key_list.withdraw_change(actor=actor, proposal_id=pk),
            )  # fmt: skip
        elif do == "refuse":
            answer = given_forms.AnswerForm(request.POST)
            done = attempt(
                request, _("已答复：不同意。"),
                lambda: key_list.refuse_change(
                    actor=actor, proposal_id=pk, answer=answer.cleaned_data["answer"]
                ),
                answer,
            )  # fmt: skip
        else:
            raise Http404
        if done:
            return redirect("cms:bureau_key_list")
    found = selectors.key_list(db_today())
    context = {
        "found": found, "table": selectors.key_table(found), "answer": answer,
        "proposals": [
            {"row": row, "own": row.proposed_by_id == request.user.pk}
            for row in selectors.open_proposals()
        ],
        "page": Paginator(selectors.change_log(), PER_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(
        request, "cms/bureau/key_list.html", context, status=422 if answer.errors else 200
    )


# ------------------------------------------------------------------ the acts of one enterprise


def _actor(request: HttpRequest) -> Any:
    return request.user


def _number(request: HttpRequest, name: str) -> int:
    """A key that was posted; what is none is not found."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _forms(row: Enterprise, entries: list[selectors.Known]) -> dict[str, Any]:
    """The forms of the page, by what they do."""
    return {
        "change": given_forms.EnterpriseForm(instance=row),
        "contact": given_forms.ContactForm(
            prefix="contact",
            initial={
                "name": row.contact_name, "phone": row.contact_phone, "email": row.contact_email,
                "consent_on": row.contact_consent_on,
            },
        ),
        "support": given_forms.SupportForm(prefix="support"),
        "key": given_forms.KeyChangeForm(
            prefix="key", entries=entries, initial={"rule_year": db_today().year}
        ),
        "retire": given_forms.RetireForm(prefix="retire"),
    }  # fmt: skip


def _filled(
    request: HttpRequest, do: str, row: Enterprise, entries: list[selectors.Known]
) -> forms.BaseForm:
    """The form that was sent."""
    if do == "change":
        return given_forms.EnterpriseForm(request.POST, instance=row)
    if do == "key":
        return given_forms.KeyChangeForm(request.POST, prefix="key", entries=entries)
    kinds: dict[str, Any] = {
        "contact": given_forms.ContactForm, "support": given_forms.SupportForm,
        "retire": given_forms.RetireForm,
    }  # fmt: skip
    made: forms.BaseForm = kinds[do](request.POST, prefix=do)
    return made


def _change(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    services.change_enterprise(actor=actor, enterprise_id=row.pk, given=form.given())


def _contact(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    services.set_contact(actor=actor, enterprise_id=row.pk, **form.cleaned_data)


def _uncontact(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    services.remove_contact(actor=actor, enterprise_id=row.pk)


def _support(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    support.record_support(actor=actor, enterprise_id=row.pk, **form.cleaned_data)


def _publish(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    pk = _number(request, "measure")
    if not row.support.filter(pk=pk).exists():
        raise Http404
    support.publish_support(actor=actor, support_id=pk)


def _key(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    key_list.propose_change(actor=actor, given=form.given(row.pk))


def _retire(actor: Any, row: Enterprise, form: Any, request: HttpRequest) -> None:
    services.retire_enterprise(actor=actor, enterprise_id=row.pk, **form.cleaned_data)


_ACTS: dict[str, tuple[Callable[[], str], Callable[..., None]]] = {
    "change": (lambda: _("已保存。"), _change),
    "contact": (lambda: _("联系人已保存。"), _contact),
    "uncontact": (lambda: _("联系人已删除。"), _uncontact),
    "support": (lambda: _("扶持措施已记录，还没有公布。"), _support),
    "publish": (lambda: _("扶持措施已公布。"), _publish),
    "key": (lambda: _("变更已提出，等另一人确认。"), _key),
    "retire": (lambda: _("企业已退出名录，记录保留。"), _retire),
}
