"""Who came, and what was held and will be: from tickets and sessions."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from artmarket.core.clock import SHANGHAI
from auctions.pledges.reports.tables import Cell, Column, Table

from ..charts import Series, chart
from ..enums import ProgrammeState, SessionState
from ..models import Session, Ticket
from .figures import Asked, Figure, by_month, column, month_words, short_labels


def visitors(asked: Asked) -> Figure:
    """Places that were checked in at the door, by the month in which they came. One query."""
    found = by_month(
        Ticket.objects.filter(checked_in_at__isnull=False), "checked_in_at", asked,
        n=Count("pk"), sessions=Count("booking__session", distinct=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            month_words(month), found.get((month,), {}).get("n", 0),
            found.get((month,), {}).get("sessions", 0),
        )
        for month in asked.months
    ]  # fmt: skip
    total = sum(row["n"] for row in found.values())
    title = ngettext("近%(months)s个月签到%(n)s人次", "近%(months)s个月签到%(n)s人次", total) % {
        "months": asked.count,
        "n": f"{total:,}",
    }
    columns = (
        Column(_("月份")), Column(_("签到（人次）"), "figure"),
        Column(_("有人签到的场次"), "figure"),
    )  # fmt: skip
    note = _("只计凭票签到的；不用报名的活动没有数。")
    return Figure(
        "visitors", _("到场人次"), title, Table(_("每月签到的人次"), columns, tuple(rows), note),
        chart("bars", short_labels(asked.months), [Series(_("签到（人次）"), column(rows, 1))]),
        _("票务与签到记录"), asked,
    )  # fmt: skip


def events(asked: Asked) -> Figure:
    """Sessions that were held, are to come and were cancelled, by their beginning. Two queries.

    Drafts do not count; what begins after this month stands in a line of its own.
    """
    sessions = Session.objects.exclude(programme__state=ProgrammeState.DRAFT)
    off = Q(state=SessionState.CANCELLED) | Q(programme__state=ProgrammeState.CANCELLED)
    sums = {
        "held": Count("pk", filter=~off & Q(ends_at__lte=asked.now)),
        "coming": Count("pk", filter=~off & Q(ends_at__gt=asked.now)),
        "off": Count("pk", filter=off),
    }
    found = by_month(sessions, "starts_at", asked, **sums)
    later = sessions.filter(starts_at__gte=asked.months[-1].ends(SHANGHAI)).aggregate(**sums)
    rows: list[tuple[Cell, ...]] = [
        (month_words(month), *(found.get((month,), {}).get(name, 0) for name in sums))
        for month in asked.months
    ]
    held = sum(row["held"] for row in found.values())
    coming = sum(row["coming"] for row in found.values()) + later["coming"]
    title = ngettext(
        "近%(months)s个月办了%(n)s场活动，之后还有%(coming)s场",
        "近%(months)s个月办了%(n)s场活动，之后还有%(coming)s场",
        held,
    ) % {"months": asked.count, "n": f"{held:,}", "coming": f"{coming:,}"}
    columns = (
        Column(_("月份")), Column(_("已举办（场）"), "figure"),
        Column(_("将举办（场）"), "figure"), Column(_("取消（场）"), "figure"),
    )  # fmt: skip
    labels = short_labels(asked.months)
    drawn = chart(
        "bars", labels,
        [Series(columns[n].label, column(rows, n)) for n in (1, 2)],
    )  # fmt: skip
    rows.append((_("以后"), *(later[name] for name in sums)))
    return Figure(
        "events", _("活动场次"), title, Table(_("每月的活动场次"), columns, tuple(rows)), drawn,
        _("活动安排"), asked,
    )  # fmt: skip
