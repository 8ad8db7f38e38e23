"""Access tokens of the signed-in person, and of the organisations that he administers."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts.access import signed_in
from artmarket.api import selectors
from artmarket.api.forms import TokenForm
from artmarket.api.models import Token
from artmarket.api.services import tokens as services
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.rest.scopes import Scope


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@reauthentication_required(allow_get=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and a form for a new one. A new token is in this one answer and nowhere else."""
    form = TokenForm(request.POST or None, person=request.user)
    made, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made = _make(request, form)
        if made:
            form, status = TokenForm(person=request.user), 201
    context = {
        "form": form,
        "made": made,
        "rows": [_row(token, request) for token in selectors.tokens_of(request.user)[:200]],
    }
    return render(request, "api/tokens.html", context, status=status)


@require_POST
@signed_in
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    services.revoke_token(actor=request.user, token_id=pk)
    messages.success(request, _("令牌已撤销，用它的程序从现在起不能再访问。"))
    return redirect("api:tokens")


def _make(request: HttpRequest, form: TokenForm) -> str:
    try:
        _token, secret = services.make_token(actor=request.user, given=form.value())
    except DomainError as error:
        show_on(form, error)
        return ""
    return secret


def show_on(form: Any, error: DomainError) -> None:
    """Put a service's refusal beside the field it speaks of."""
    if not isinstance(error, Invalid) or not error.fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))
        return
    for name, words in error.fields.items():
        form.add_error(name if name in form.fields else None, str(words))


def _row(token: Token, request: HttpRequest) -> dict[str, Any]:
    labels = dict(Scope.choices)
    if token.revoked_at:
        state = ("neutral", _("已撤销"))
    elif token.expires_at <= timezone.now():
        state = ("neutral", _("已过期"))
    else:
        state = ("ok", _("有效"))
    return {
        "token": token,
        "scopes": [labels.get(s, s) for s in token.scopes],
        "state": state,
        "is_live": state[0] == "ok",
        "is_own": token.owner_id == request.user.pk,
    }
