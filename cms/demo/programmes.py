"""What happens in the demonstration district: planned by the bureau, through the services.

What is over already could not be opened any more (the services refuse it): it is written as it
would stand. Dates are counted from the day on which the demonstration is loaded.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, today
from artmarket.core.demo import address
from catalog.demo.district import account
from catalog.enums import WorkState
from catalog.models import Work

from ..enums import BookingMode, ProgrammeKind, ProgrammeState, WaitingMode
from ..models import ExhibitedWork, Place, Programme, Session
from ..services.bookings import book
from ..services.exhibits import add_work
from ..services.programmes import Plan, cancel_programme, create_programme, open_programme
from ..services.seats import TicketTerms, set_ticket_types
from ..services.sessions import add_session, cancel_session, move_session, set_rule
from .district_facts import PROGRAMMES, ProgrammeFacts

EXHIBITED = 8
CAPTIONS = (
    ("看左上角：云是往东走的。", "Look at the upper left: the cloud moves east."),
    ("骨架先画，绢后糊。", "The frame was drawn first, the silk pasted later."),
)
VISITORS = (("buyer", 2), ("collector", 2), ("gallery", 1))
MAKERS = ("陆青屿", "卜鸢生")
PARTS = (("纸上的风", "Wind on paper"), ("天上的风", "Wind in the sky"))


def day(offset: int) -> date:
    """The day so many days from today."""
    return today() + timedelta(days=offset)


def moment(offset: int, hour: int, minute: int = 0) -> datetime:
    """A time of such a day, in Shanghai."""
    return datetime.combine(day(offset), time(hour, minute), SHANGHAI)


def load(places: dict[str, Place]) -> dict[str, Programme]:
    """The programmes by key; what was left half planned is completed, the others stay."""
    planner = account("bureau")
    found = {}
    for facts in PROGRAMMES:
        programme = Programme.objects.filter(title=facts.title, title_en=facts.title_en).first()
        if programme is None:
            programme = _create(planner, facts, places)
        if programme.state == ProgrammeState.DRAFT:
            _complete(planner, programme, facts)
        found[facts.key] = programme
    return found


def finish() -> None:
    """Fill what is to be full: four places are booked, and one person waits."""
    for facts in PROGRAMMES:
        if facts.end != "full":
            continue
        programme = Programme.objects.filter(title=facts.title, title_en=facts.title_en).first()
        session = programme.sessions.first() if programme else None
        if programme is None or session is None or session.starts_at <= timezone.now():
            continue
        for key, places in VISITORS:
            visitor = User.objects.filter(email=address(key)).first()
            ticket = programme.ticket_types.first()
            if (
                visitor is None
                or ticket is None
                or programme.bookings.filter(user=visitor).exists()
            ):
                continue
            book(
                actor=visitor, session_id=session.pk, ticket_type_id=ticket.pk, places=places,
                name=visitor.display_name, key=f"demo-{facts.key}-{key}", consent=True,
            )  # fmt: skip


def numbers() -> list[str]:
    """Registry numbers of public works that can be shown: landscapes, then kites, then others."""
    rows = Work.objects.public().filter(state=WorkState.REGISTERED)
    found: list[Any] = []
    for maker in MAKERS:
        own = rows.filter(attributions__artist__name=maker).distinct().order_by("pk")
        found += own.values_list("number", flat=True)[: EXHIBITED // 2]
    others = rows.exclude(number__in=found).order_by("pk").values_list("number", flat=True)
    return [*found, *others[:EXHIBITED]][:EXHIBITED]


def _create(planner: User, facts: ProgrammeFacts, places: dict[str, Place]) -> Programme:
    place = places.get(facts.place)
    room = place.rooms.filter(name=facts.room).first() if place and facts.room else None
    return create_programme(
        actor=planner,
        plan=Plan(
            kind=facts.kind, title=facts.title, title_en=facts.title_en,
            place_id=place.pk if place else None, room_id=room.pk if room else None,
            seats=facts.seats, booking=BookingMode.OPEN if facts.tickets else BookingMode.NONE,
            waiting=WaitingMode.AUTOMATIC, is_for_children=facts.is_for_children,
            is_online=facts.is_online, has_sign_language=facts.has_sign_language,
            has_quiet_hours=facts.has_quiet_hours, min_age=facts.min_age,
        ),
    )  # fmt: skip


def _complete(planner: User, programme: Programme, facts: ProgrammeFacts) -> None:
    """Give a draft its tickets, dates and works, and let happen to it what its facts say."""
    if facts.tickets and not programme.ticket_types.exists():
        terms = [TicketTerms(t.name, t.name_en, t.yuan * 100) for t in facts.tickets]
        set_ticket_types(actor=planner, programme_id=programme.pk, terms=terms)
    if not programme.sessions.exists():
        _date(planner, programme, facts)
    if facts.kind == ProgrammeKind.EXHIBITION and not programme.exhibited.exists():
        _hang(planner, programme, over=facts.end == "ended")
    _settle(planner, programme, facts)
    programme.refresh_from_db()


def _date(planner: User, programme: Programme, facts: ProgrammeFacts) -> None:
    start = _first_of(facts, moment(*facts.first))
    if facts.rule:
        set_rule(
            actor=planner, programme_id=programme.pk, rule=facts.rule, first_start=start,
            length_minutes=facts.minutes,
        )  # fmt: skip
        return
    add_session(
        actor=planner, programme_id=programme.pk, starts_at=start,
        ends_at=start + timedelta(minutes=facts.minutes), room_id=programme.room_id,
    )  # fmt: skip


def _first_of(facts: ProgrammeFacts, start: datetime) -> datetime:
    """The first Saturday to come, or the next day that is no Monday, where the rule wants one."""
    weekday = start.astimezone(SHANGHAI).weekday()
    if "BYDAY=SA" in facts.rule:
        return start + timedelta(days=(5 - weekday) % 7 or 7)
    return start + timedelta(days=1) if "BYDAY=TU" in facts.rule and weekday == 0 else start


def _settle(planner: User, programme: Programme, facts: ProgrammeFacts) -> None:
    """Open it, and let happen to it what its facts say."""
    if facts.end == "ended":
        Programme.objects.filter(pk=programme.pk).update(state=ProgrammeState.CLOSED)
        return
    open_programme(actor=planner, programme_id=programme.pk)
    if facts.end == "cancelled":
        cancel_programme(
            actor=planner, programme_id=programme.pk, reason="预报有七级风。",
            reason_en="A wind of force seven is forecast.",
        )  # fmt: skip
    first = programme.sessions.order_by("starts_at").first()
    if facts.end == "moved" and first is not None:
        later = timedelta(days=2)
        move_session(
            actor=planner, session_id=first.pk, starts_at=first.starts_at + later,
            ends_at=first.ends_at + later, note="炉子检修，顺延两天。",
            note_en="The furnace is being overhauled: two days later.",
        )  # fmt: skip
    if facts.key == "kite-class":
        _exceptions(planner, list(programme.sessions.order_by("starts_at")))


def _exceptions(planner: User, dates: list[Session]) -> None:
    """Of the ten Saturdays one is cancelled and one begins later."""
    cancel_session(
        actor=planner, session_id=dates[3].pk, note="老师外出授课。", note_en="The teacher is away."
    )
    later = timedelta(hours=2)
    move_session(
        actor=planner, session_id=dates[5].pk, starts_at=dates[5].starts_at + later,
        ends_at=dates[5].ends_at + later, note="上午课室另有安排。",
        note_en="The room is taken until then.",
    )  # fmt: skip


def _hang(planner: User, programme: Programme, *, over: bool) -> None:
    """Registered works on the walls of an exhibition, in two parts."""
    if over:
        ExhibitedWork.objects.bulk_create(
            ExhibitedWork(programme=programme, work=work, order=order)
            for order, work in enumerate(Work.objects.filter(number__in=numbers()[-4:]), start=1)
        )
        return
    works = {w.number: w for w in Work.objects.filter(number__in=numbers())}
    for place, number in enumerate(numbers()):
        part, part_en = PARTS[place * 2 // EXHIBITED]
        words, words_en = CAPTIONS[place % 2] if place % 4 < 2 else ("", "")
        add_work(
            actor=planner, programme_id=programme.pk, work_id=works[number].pk, section=part,
            section_en=part_en, caption=words, caption_en=words_en,
        )  # fmt: skip
