"""What keeps experts off a case, for one of them as for many at once; a fixed number of queries.

A list of candidates and the naming of one ask the same question here. Nothing is written. Registry
rules, section 5.
"""

from collections.abc import Collection, Sequence
from typing import Any

from appraisal import citations
from appraisal.engine import panels as engine
from appraisal.engine.panels import Conflict, Matter, PanelFault
from appraisal.models import AppraisalCase, Appraiser, Opinion, PanelSeat
from appraisal.refusals import Fault
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import licences_of
from artmarket.accounts.models import Licence, Membership
from artmarket.core.clock import db_today
from catalog.models import Attribution

from .faults import OWN_WORK, worded


def faults_by_expert(
    case: AppraisalCase, appraisers: Sequence[Appraiser]
) -> dict[int, list[Fault]]:
    """By the keys of these appraisers, what keeps each off the case today, before he declares.

    Args:
        case: with its work.
        appraisers: with their users.
    """
    matter = matter_of(case)
    today = db_today()
    licences = licences_of([row.user_id for row in appraisers], LicenceKind.APPRAISER)
    concerned = _concerned_among(case, [row.user_id for row in appraisers])
    found: dict[int, list[Fault]] = {}
    for row in appraisers:
        expert = as_expert(row, licences.get(row.user_id))
        faults = [
            fault
            for fault in engine.expert_faults(matter, expert, on=today)
            if fault.code != PanelFault.NOT_DECLARED
        ]
        names = {str(row.pk): row.name}
        found[row.pk] = worded(faults, is_relic=case.is_relic, names=names)
        if row.user_id in concerned:
            found[row.pk].append(Fault("own_work", OWN_WORK, citations.IMPARTIAL, row.name))
    return found


def own_work_faults(case: AppraisalCase, appraisers: Sequence[Appraiser]) -> list[Fault]:
    """Owner, client, lister and maker do not judge their own work: a fault for each of them."""
    concerned = _concerned_among(case, [row.user_id for row in appraisers])
    return [
        Fault("own_work", OWN_WORK, citations.IMPARTIAL, row.name)
        for row in appraisers
        if row.user_id in concerned
    ]


def matter_of(case: AppraisalCase) -> Matter:
    """What is judged, and whom it bars: everybody who judged this work before."""
    work = case.work
    years = None
    if work.year_from is not None and work.year_to is not None:
        years = (work.year_from, work.year_to)
    return Matter(
        category=case.category, years=years, is_relic=case.is_relic,
        is_contested=case.is_contested, barred=frozenset(_barred(case)),
    )  # fmt: skip


def as_expert(
    appraiser: Appraiser, licence: Licence | None, conflicts: Collection[str] | None = None
) -> engine.Expert:
    """An appraiser for the engine; `conflicts` None: he has not declared yet."""
    periods: Any = appraiser.periods
    return engine.Expert(
        key=str(appraiser.pk),
        categories=frozenset(appraiser.categories),
        periods=tuple((int(first), int(last)) for first, last in periods),
        licensed=(licence.valid_from, licence.valid_until) if licence else None,
        is_senior=appraiser.is_senior,
        conflicts=None if conflicts is None else frozenset(Conflict(name) for name in conflicts),
    )


def _concerned_among(case: AppraisalCase, users: Collection[int]) -> set[int]:
    """Who of these is the client, the lister, a maker or a holder of title of the work.

    What `permissions.is_concerned` and `is_maker` ask of one person, asked of many.
    """
    work = case.work
    makers = Attribution.objects.filter(work=work, artist__account__in=users)
    shares = work.title_shares.filter(to_event=None)
    administering = Membership.objects.administering().filter(
        user__in=users, organisation__party__title_shares__in=shares
    )
    own = {case.client_id, work.created_by_id}
    own |= set(makers.values_list("artist__account", flat=True))
    own |= set(shares.filter(party__user__in=users).values_list("party__user", flat=True))
    own |= set(administering.values_list("user", flat=True))
    return {pk for pk in users if pk in own}


def _barred(case: AppraisalCase) -> set[str]:
    """Experts of earlier rounds, of a conflict, and with an opinion on the work anywhere."""
    seats = PanelSeat.objects.filter(case=case)
    sat = seats.filter(round__lt=case.round).values_list("expert", flat=True)
    declared = [s.expert_id for s in seats.filter(round=case.round) if s.conflicts]
    gave = (
        Opinion.objects.filter(seat__case__work=case.work_id)
        .exclude(seat__case=case, seat__round=case.round)
        .values_list("seat__expert", flat=True)
    )
    void = Opinion.objects.filter(
        seat__case=case, seat__round=case.round, voided_at__isnull=False
    ).values_list("seat__expert", flat=True)
    said = Attribution.objects.filter(work=case.work_id, by_user__appraiser__isnull=False)
    named = said.exclude(by_user=case.work.created_by_id).values_list(
        "by_user__appraiser", flat=True
    )
    return {str(key) for keys in (sat, declared, gave, void, named) for key in keys}
