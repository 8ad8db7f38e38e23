"""What every page of planning shares: who may come in, refusals kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appraisal.views import posting
from artmarket.accounts.access import signed_in
from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, NotAllowed

from ..models import Programme


def planners_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those who plan."""

    @wraps(view)
    @never_cache
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("cms.plan"):
            raise NotAllowed(_("只有主管部门的人员可以安排活动。"))
        return view(request, *args, **kwargs)

    return wrapped


def planner(request: HttpRequest) -> User:
    """Who plans: somebody who is signed in, `planners_only` has seen to it."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user


def found_programme(pk: int) -> Programme:
    """The programme with its place, room and organiser; raises Http404."""
    rows = Programme.objects.select_related("place", "room__place", "organiser")
    programme = rows.filter(pk=pk).first()
    if programme is None:
        raise Http404
    return programme


def attempt(
    request: HttpRequest, said: Any, call: Callable[[], Any], form: forms.BaseForm | None = None
) -> bool:
    """`posting.attempt`, with the refusal kept on the form for its rule and its clashes."""

    def kept() -> Any:
        try:
            return call()
        except DomainError as error:
            if form is not None:
                form.refusal = error  # type: ignore[attr-defined]
            raise

    return posting.attempt(request, said, kept, form)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, form: Any = None
) -> HttpResponse:
    """Render a page of the desk; 422 where its form was refused."""
    whole = {"form": form} | context
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"cms/planning/{template}", whole, status=status)
