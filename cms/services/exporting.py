"""Lists of those who registered, as tables for files; who took one with him is recorded."""

import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import NotAllowed
from artmarket.core.events import record_event
from auctions.pledges.reports.tables import Cell, Column, Table

from ..booking.wording import moment_words, programme_title
from ..models import Programme, Session, Ticket
from ..selectors.booking_desk import DeskRow, all_rows, tickets_of
from . import tickets

DOOR_HEAD: Final = ("reading", "code", "read_at")
_NAMES: Final = uuid.UUID("6f0c3a5e-54c5-4f55-9f0a-0e6f6d1c8a11")
"""Names the readings that are written by hand into a list: the same ticket, the same name."""


@transaction.atomic(durable=True)
def bookings_table(*, actor: User, programme_id: int) -> Table:
    """All bookings of a programme. Raises `NotAllowed`."""
    if not actor.has_perm("cms.handle_bookings"):
        raise NotAllowed()
    programme = Programme.objects.get(pk=programme_id)
    rows = all_rows(programme, now=db_now())
    record_event(actor=actor, action="cms.bookings_exported", subject=programme, rows=len(rows))
    columns = (
        Column(_("场次")), Column(_("票种")), Column(_("状态")), Column(_("人数"), "figure"),
        Column(_("联系人")), Column(_("电话")), Column(_("需要的帮助")), Column(_("语言")),
        Column(_("应付"), "money"), Column(_("报名时间")), Column(_("候补位次"), "figure"),
        Column(_("等什么")), Column(_("已签到"), "figure"),
    )  # fmt: skip
    return Table(programme_title(programme), columns, tuple(_cells(row) for row in rows))


def _cells(row: DeskRow) -> tuple[Cell, ...]:
    booking, place = row.booking, row.place
    return (
        moment_words(booking.session.starts_at), str(booking.ticket_type),
        booking.get_state_display(), booking.places, booking.name, booking.phone, booking.need,
        booking.language, booking.price, moment_words(booking.created_at),
        place.position if place else "", place.why if place else "", row.came,
    )  # fmt: skip


@transaction.atomic(durable=True)
def door_list(*, actor: User, session_id: int) -> tuple[Session, list[Ticket]]:
    """Who may come into a session, for paper or a device without a network.

    Raises `NotAllowed`.
    """
    session = Session.objects.select_related("programme__organiser", "room").get(pk=session_id)
    if not actor.has_perm("cms.work_at_door", session.programme):
        raise NotAllowed()
    found = list(tickets_of(session))
    record_event(actor=actor, action="cms.door_list_taken", subject=session, rows=len(found))
    return session, found


def door_cells(found: list[Ticket]) -> list[list[str]]:
    """The lines of a list for the door: whoever comes gets his time in the third column.

    Each line brings the name of its reading, so that the list can be brought in again and again.
    """
    head = [*DOOR_HEAD, _("联系人"), _("第几张"), _("票种"), _("需要的帮助")]
    rows = [head]
    for ticket in found:
        booking, moment = ticket.booking, ticket.checked_in_at
        code = tickets.code_of(booking, ticket.number)
        read_at = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
        rows.append([
            str(uuid.uuid5(_NAMES, code)), code, read_at, booking.name,
            f"{ticket.number}/{booking.places}", str(booking.ticket_type), booking.need,
        ])  # fmt: skip
    return rows
