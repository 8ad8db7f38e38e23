"""Pages of the inbox; thin: parse, call a service or selector, render."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError

from ..models import NoticeKind, Sale
from ..selectors import notices as selectors
from . import services
from .calendars import calendar_of
from .wording import words_of


class ChoicesForm(forms.Form):
    """Which kinds of notices come by mail."""

    by_mail = forms.MultipleChoiceField(
        label=gettext_lazy("这些通知也发邮件"),
        choices=NoticeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@require_safe
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first, and what he follows."""
    before = request.GET.get("before", "")
    rows = selectors.notices_of(
        request.user, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    shown = rows[: selectors.SHOWN]
    context = {
        "rows": [(notice, words_of(notice)) for notice in shown],
        "newest": max((n.pk for n in shown), default=0),
        "older": shown[-1].pk if len(rows) > len(shown) else None,
        "unread": selectors.unread_count(request.user),
        "followed": selectors.followed_by(request.user)[: selectors.SHOWN],
    }
    return render(request, "auctions/inbox/inbox.html", context)


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page showed."""
    upto = request.POST.get("upto", "")
    if upto.isdecimal() and len(upto) < 19:
        services.mark_read(actor=request.user, upto=int(upto))
    return redirect("notices:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choices(request: HttpRequest) -> HttpResponse:
    """Which kinds come by mail."""
    chosen = {"by_mail": sorted(selectors.kinds_by_mail(request.user))}
    form = ChoicesForm(request.POST or None if request.method == "POST" else None, initial=chosen)
    if request.method == "POST":
        form = ChoicesForm(request.POST)
        if form.is_valid():
            services.choose(actor=request.user, by_mail=form.cleaned_data["by_mail"])
            messages.success(request, _("已保存。"))
            return redirect("notices:choices")
    status = 422 if form.errors else 200
    return render(request, "auctions/inbox/choices.html", {"form": form}, status=status)


@require_POST
@signed_in
def watch_sale(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a sale, or stop."""
    return _watch(request, _("已关注，结束前会提醒你。"), sale_id=pk)


@require_POST
@signed_in
def watch_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a lot, or stop."""
    return _watch(request, _("已关注，结束前会提醒你。"), lot_id=pk)


@require_POST
@signed_in
def watch_artist(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a maker, or stop."""
    return _watch(request, _("已关注，有作品上拍时会告诉你。"), artist_id=pk)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar file of an announced sale."""
    sale = get_object_or_404(Sale, pk=pk, announced_at__isnull=False)
    try:
        body = calendar_of(sale)
    except ValueError:
        raise Http404 from None
    name = f"sale-{sale.pk}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


def _watch(request: HttpRequest, followed: str, **what: int) -> HttpResponse:
    try:
        if request.POST.get("follow") == "0":
            services.unfollow(actor=request.user, **what)
            messages.success(request, _("已取消关注。"))
        else:
            services.follow(actor=request.user, **what)
            messages.success(request, followed)
    except DomainError as error:
        messages.error(request, str(error))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect("notices:inbox")
    return redirect(target)
