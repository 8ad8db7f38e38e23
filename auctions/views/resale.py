"""The operator's pages of resale rights: which wait for whom, and naming whose one is. Thin."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.views.operator import permission_required
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError

from ..selectors import after_release as selectors
from ..services.settlement import resale
from ..settlement_enums import ResaleState
from .house import show_on

PER_PAGE = 50
SHOWN_DONE = 50
settles = permission_required("auctions.settle_resale_right")


class HolderForm(forms.Form):
    """Whose it is, by his account or the organisation's name, and why."""

    holder_email = forms.EmailField(
        label=gettext_lazy("权利人的账户邮箱"), required=False,
        help_text=gettext_lazy("作者本人或继承人。"),
    )  # fmt: skip
    holder_name = forms.CharField(
        label=gettext_lazy("或机构全称"), max_length=160, required=False,
        help_text=gettext_lazy("著作权集体管理组织等，要先在平台登记。"),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("认定的依据"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("看过哪些文件，例如继承公证书的编号。"),
    )  # fmt: skip


@require_safe
@settles
def rights(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first, and what was named or taken back."""
    page = Paginator(selectors.rights(waiting=True), PER_PAGE).get_page(request.GET.get("page"))
    done, today = selectors.rights(waiting=False)[:SHOWN_DONE], db_today()
    context = {
        "page": page,
        "waiting": selectors.with_payouts(list(page), today),
        "done": selectors.with_payouts(list(done), today),
        "room": "resale",
    }
    return render(request, "auctions/resale/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@settles
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: of which sale, since when, whose; and the form to name him."""
    row = get_object_or_404(selectors.all_rights(), pk=pk)
    form = HolderForm(request.POST or None) if row.state == ResaleState.WAITING else None
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            holder = resale.holder_from(
                actor=request.user,
                email=given["holder_email"],
                name=given["holder_name"],  # type: ignore[arg-type]
            )
            resale.name_holder(
                actor=request.user,
                right_id=pk,
                party_id=holder.pk,
                basis=given["basis"],  # type: ignore[arg-type]
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已认定，追续权费付给权利人。"))
            return redirect("auctions:resale_rights")
    context = {
        "found": selectors.with_payouts([row], db_today())[0],
        "row": row,
        "lot": row.settlement.lot,
        "makers": selectors.makers_of(row),
        "form": form,
        "room": "resale",
    }
    return render(
        request, "auctions/resale/right.html", context, status=422 if form and form.errors else 200
    )
