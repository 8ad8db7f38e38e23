"""The lender's desk: figures, whose turn it is, the table of loans and its file.

Thin: parse, read, render. Whoever works for no lender finds nothing here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.punctuation import clauses
from artmarket.core.spreadsheets import csv_bytes
from artmarket.ledger.views.files import CSV, file_response

from ..enums import ApplicationState
from ..models import Application, Lender, Loan
from ..refusals import NotEligible
from ..selectors import lender_desk as selectors
from ..selectors.lender_turns import waiting_for_others, waiting_for_us
from .lender_rooms import lender_rooms

PER_PAGE = 30
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def lenders_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people of a lender, whose lenders the view gets."""

    @wraps(view)
    @never_cache
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = selectors.desks_of(request.user)  # type: ignore[arg-type]
        if not found:
            raise NotAllowed(_("只有贷款机构的人员可以进入质押贷款工作台。"))
        return view(request, found, *args, **kwargs)

    return wrapped


def frame(
    request: HttpRequest, lenders: list[Lender], lender: Lender | None = None, *,
    loan: Loan | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What every page of the desk has: whose it is, and the rooms at its side."""
    waiting = Application.objects.filter(
        product__lender__in=[row.pk for row in lenders], state=ApplicationState.SUBMITTED
    )
    of = lender or lenders[0]
    rooms = lender_rooms(request, of, loan=loan, submitted=waiting.count())
    return {"lenders": lenders, "lender": of, "rooms": rooms}


def own_lender(request: HttpRequest, lenders: list[Lender], pk: int) -> Lender:
    """One of the reader's lenders; to everybody else it does not exist."""
    for row in lenders:
        if row.pk == pk:
            return row
    raise Http404


def own(request: HttpRequest, rows: Any, pk: int) -> Any:
    """A row of one of the reader's lenders; to everybody else it does not exist."""
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("pledges.work_for_lender", row):
        raise Http404
    return row


@require_safe
@lenders_required
def desk(request: HttpRequest, lenders: list[Lender]) -> HttpResponse:
    """Figures, turns, the loans of a filter, page by page."""
    today = db_today()
    narrowed, key = _narrowed(request, lenders)
    rows = selectors.loans_of(narrowed, today).filter(selectors.chosen(key, today))
    page = Paginator(selectors.for_table(rows), PER_PAGE).get_page(request.GET.get("page"))
    figures = selectors.figures_of(narrowed, today)
    context = frame(request, lenders, narrowed[0]) | {
        "figures": figures,
        "ours": waiting_for_us(narrowed, today),
        "others": waiting_for_others(narrowed, today),
        "page": page,
        "rows": selectors.table(page, today),
        "chips": _chips(request, figures, key),
        "chosen": key,
        "names": _names(request, lenders, narrowed),
        "query": request.GET.urlencode(),
        "today": today,
    }
    return render(request, "pledges/lender/desk.html", context)


@require_safe
@lenders_required
def loans_csv(request: HttpRequest, lenders: list[Lender]) -> HttpResponse:
    """The loans of a filter for a spreadsheet."""
    today = db_today()
    narrowed, key = _narrowed(request, lenders)
    rows = selectors.loans_of(narrowed, today).filter(selectors.chosen(key, today))
    loans = list(selectors.for_table(rows)[: selectors.MOST_IN_FILE + 1])
    if len(loans) > selectors.MOST_IN_FILE:
        raise TooMany(most=selectors.MOST_IN_FILE)
    content = csv_bytes(selectors.csv_rows(selectors.table(loans, today)))
    return file_response(content, name=f"loans-{today:%Y%m%d}.csv", content_type=CSV)


class TooMany(DomainError):
    """More loans than one file holds."""

    code = "too_many_loans"
    status = 422
    message = gettext_lazy("贷款太多，不能一次导出；请先选一个筛选。")


def _narrowed(request: HttpRequest, lenders: list[Lender]) -> tuple[list[Lender], str]:
    """The lenders and the filter that the address names."""
    asked = request.GET.get("lender", "")
    chosen = [row for row in lenders if str(row.pk) == asked]
    key = request.GET.get("show", "")
    return chosen or lenders, key if key in selectors.FILTERS else ""


def _address(request: HttpRequest, **changed: str) -> str:
    """The desk with other parameters, from its first page."""
    given = {name: request.GET.get(name, "") for name in ("show", "lender")} | changed
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    address = reverse("pledges:lending")
    return f"{address}?{query}" if query else address


def _chips(request: HttpRequest, figures: Any, key: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label, "url": f"{_address(request, show=name)}#loans",
            "count": figures.counts[name], "current": name == key,
        }
        for name, label in selectors.FILTERS.items()
    ]  # fmt: skip


def _names(
    request: HttpRequest, lenders: list[Lender], narrowed: list[Lender]
) -> list[dict[str, Any]]:
    """Where somebody works for several lenders: all, or one of them."""
    if len(lenders) < 2:
        return []
    whole = len(narrowed) == len(lenders)
    every = {"label": _("全部贷款人"), "url": _address(request, lender=""), "current": whole}
    return [every] + [
        {
            "label": _("%(name)s（已停用）") % {"name": row} if row.ended_at else str(row),
            "url": _address(request, lender=str(row.pk)),
            "current": not whole and row in narrowed,
        }
        for row in lenders
    ]


# ------------------------------------------------------------------ how posts are answered


def show_on(form: forms.BaseForm, error: DomainError, names: dict[str, str] | None = None) -> None:
    """Put a refusal beside the fields that it is about, or above the form, with its hint."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        known = (names or {}).get(name, name)
        form.add_error(known if known in form.fields else None, str(words))
    if not fields:
        form.add_error(None, words_of(error))
    form.refusal = error  # type: ignore[attr-defined]


def words_of(error: DomainError) -> str:
    """A refusal in one line: what is wrong, with every work that is the cause, and what to do."""
    said = [str(error)]
    if isinstance(error, NotEligible):
        said += [
            clauses([row["title"], *(check["words"] for check in row["checks"])])
            for row in error.data.get("works", ())[1:]
        ]
    return " ".join(filter(None, (*said, str(error.hint))))


def attempt(
    request: HttpRequest, said: Any, call: Callable[[], Any], form: forms.BaseForm | None = None,
    names: dict[str, str] | None = None,
) -> bool:  # fmt: skip
    """Do it once and say so. False: it was refused, and the form is to be shown again.

    True also where somebody, or the same click twice, was faster: a message says so, and the page
    is opened anew. Raises `NotAllowed`.
    """
    if form is not None and not form.is_valid():
        return False
    try:
        call()
    except NotAllowed:
        raise
    except WrongState as error:
        messages.warning(request, words_of(error))
        return True
    except DomainError as error:
        if form is None:
            messages.error(request, words_of(error))
            return True
        show_on(form, error, names)
        return False
    messages.success(request, str(said))
    return True
