"""The public directory of enterprises, a profile, and the key list with its files. Thin."""

from datetime import date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.core.clock import SHANGHAI, db_today
from artmarket.core.errors import Invalid

from ..enterprise_data import organization
from ..figure_files import TYPES, table_file
from ..forms.enterprises import DirectoryForm, KeyDayForm
from ..models import Enterprise
from ..selectors import enterprises as selectors

PER_PAGE = 24


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """All enterprises, narrowed by the address, page by page."""
    form = DirectoryForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows = selectors.directory(
        q=given.get("q", ""), stage=given.get("stage", ""),
        culture_class=given.get("culture", ""), on=given.get("on"),
    )  # fmt: skip
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "on": given.get("on"), "today": db_today()}
    return render(request, "cms/enterprises/directory.html", context)


@require_safe
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """What the public may read of an enterprise, and the same for machines."""
    row = get_object_or_404(Enterprise.objects.select_related("organisation"), code=code)
    today = db_today()
    context = {
        "enterprise": row,
        "scale": selectors.scale_of(row, on=today),
        "entries": selectors.entries_of(row),
        "support": row.support.published(),
        "data": organization(row, url=request.build_absolute_uri(row.get_absolute_url())),
        "today": today,
        "trail": _trail(row.display_name),
    }
    return render(request, "cms/enterprises/profile.html", context)


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """The list on a day, as it was known on another."""
    form = KeyDayForm(request.GET)
    day, known = _days(form)
    found = selectors.key_list(day, known_at=_end(known)) if day else None
    context = {
        "form": form, "found": found, "known": known,
        "table": selectors.key_table(found) if found else None,
        "query": _query(day, known) if day else "", "trail": _trail(_("重点企业名单")),
    }  # fmt: skip
    return render(
        request, "cms/enterprises/key_list.html", context, status=200 if form.is_valid() else 422
    )


@require_safe
def key_list_file(request: HttpRequest, format: str) -> HttpResponse:
    """The same as a file."""
    if format not in TYPES:
        raise Http404
    form = KeyDayForm(request.GET)
    day, known = _days(form)
    if day is None:
        raise Invalid(fields={n: str(e[0]) for n, e in form.errors.items()})
    found = selectors.key_list(day, known_at=_end(known))
    facts = [(_("哪一天的名单"), date_format(day))]
    if found.size is not None:
        facts.append((_("规定的家数"), str(found.size)))
    if known:
        facts.append((_("按哪天为止的记录"), date_format(known)))
    content = table_file(selectors.key_table(found), format, title=_("重点企业名单"), facts=facts)
    return attached(content, f"key-enterprises-{day:%Y%m%d}.{format}", format)


def attached(content: bytes, name: str, format: str) -> HttpResponse:
    """A public file."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex",
    }  # fmt: skip
    return HttpResponse(content, content_type=TYPES[format], headers=headers)


def _trail(here: str) -> list[tuple[str, str]]:
    return [(_("企业名录"), reverse("cms:enterprises")), (here, "")]


def _days(form: KeyDayForm) -> tuple[date | None, date | None]:
    """The day of the list (None: the form is wrong) and of knowledge (None: now)."""
    if not form.is_valid():
        return None, None
    return form.cleaned_data["on"] or db_today(), form.cleaned_data["known"]


def _end(day: date | None) -> datetime | None:
    """The end of a day in Shanghai."""
    return None if day is None else datetime.combine(day + timedelta(1), time(), tzinfo=SHANGHAI)


def _query(day: date, known: date | None) -> str:
    """The days as they stand in an address, so that the same address gives the same again."""
    return f"on={day.isoformat()}" + (f"&known={known.isoformat()}" if known else "")
