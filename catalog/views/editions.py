"""Place a work in an edition: choose one of one's own, or declare a new one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artmarket.accounts.access import signed_in
from artmarket.accounts.models import User
from artmarket.core.errors import DomainError
from catalog import selectors
from catalog.forms import EditionForm
from catalog.models import Edition, Work
from catalog.services import editions
from catalog.services.artists import own_artist

from .artist_desk import _show_on


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which impression of which edition the work is, or that it is unique."""
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    may = request.user.has_perm("catalog.change_draft", work)
    if not may and not request.user.has_perm("catalog.edit_registered", work):
        raise Http404
    owner = work.created_by
    form = EditionForm(request.POST or None, owner=owner, initial=EditionForm.initial_of(work))
    if request.method == "POST" and form.is_valid():
        try:
            _place(request.user, work, form)
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("版本已保存。"))
            return redirect("catalog:edit_work" if may else "catalog:review", pk)
    context = {"work": work, "form": form, "may_draft": may}
    return render(request, "catalog/desk/edition.html", context, status=422 if form.errors else 200)


def _place(actor: User, work: Work, form: EditionForm) -> None:
    data = form.cleaned_data
    target: Edition | None = data["edition"]
    if data["choice"] == "none":
        target = None
    elif data["choice"] == "new":
        maker = next((a.artist for a in selectors.makers(work)), None) or own_artist(actor)
        target = editions.create_edition(
            actor=actor,
            artist=maker,
            title=work.title,
            title_en=work.title_en,
            label=data["label"],
            size=data["size"] or 0,
            proofs=data["proofs"] or 0,
            year=data["year"],
        )
    editions.place_in_edition(
        actor=actor,
        work_id=work.pk,
        edition=target,
        kind=data["impression_kind"] if target else "",
        number=data["impression_number"] if target else None,
    )
