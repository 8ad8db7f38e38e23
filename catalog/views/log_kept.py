"""What stands behind the commitments of a work in the public log, for who may know it. Thin."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError
from catalog import log_kept, selectors
from catalog.services import log_facts

from .artist_desk import _show_on


class OpenForm(forms.Form):
    """Which commitment, and why where it names somebody else."""

    which = forms.ChoiceField(label=_("看哪一项"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("为什么要看"),
        required=False,
        max_length=200,
        help_text=_("写到别人的项目必填；谁看过、为什么看，本人都能查到。"),
    )

    def __init__(self, *args: Any, kept: list[log_kept.Kept], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [(row.key, f"{row.kind} · {row.words}") for row in kept]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def openings(request: HttpRequest, pk: int) -> HttpResponse:
    """Which commitments can be opened; one of them with its value and salt."""
    user: Any = request.user
    work = get_object_or_404(selectors.works_for_page(), pk=pk)
    if not user.has_perm("catalog.view_private", work):
        raise Http404
    kept = log_kept.kept_of(work, reader_id=user.pk)
    form = OpenForm(request.POST if request.method == "POST" else None, kept=kept)
    opened = _opened(request, form) if form.is_bound and form.is_valid() else None
    context = {
        "work": work,
        "kept": kept,
        "form": form,
        "opened": opened,
        "is_registrar": user.has_perm("catalog.review_desk"),
        "is_lister": work.created_by_id == user.pk,
    }
    status = 422 if form.errors else 200
    return render(request, "catalog/desk/log_kept.html", context, status=status)


def _opened(request: HttpRequest, form: OpenForm) -> dict[str, str] | None:
    """Value, salt and commitment as they are checked; None where the service refused."""
    ticket, _slash, member = form.cleaned_data["which"].partition("/")
    try:
        found = log_facts.disclose(
            actor=request.user,
            ticket=int(ticket),
            member=member,
            purpose=form.cleaned_data["purpose"],
        )
    except DomainError as error:
        if error.status == 403:
            raise
        _show_on(form, error)
        return None
    return {
        "words": log_kept.member_words(found.member),
        "value": found.value,
        "salt": found.salt.hex(),
        "commitment": found.commitment,
    }
