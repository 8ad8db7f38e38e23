"""The one lock on a work: who takes it, what it stops, how it ends."""

import pytest
from django.db import IntegrityError, transaction

from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.enums import EncumbranceKind
from catalog.models import Encumbrance
from catalog.services import encumbrances, title
from catalog.services.encumbrances import Encumbered
from catalog.services.holders import holder_from
from tests.catalog.factories import person, registered, submitted

pytestmark = pytest.mark.django_db


def take(work, kind="dispute", actor=None):
    return encumbrances.take_encumbrance(
        actor=actor or person("registrar"), work_id=work.pk, kind=kind, reference="编号1"
    )


@pytest.mark.parametrize("kind", list(EncumbranceKind))
def test_each_kind_is_taken_once_and_keeps_every_other_out(kind):
    work = registered()
    take(work, kind)
    for other in EncumbranceKind:
        with pytest.raises(Encumbered) as refusal:
            take(work, other)
        assert refusal.value.rule == "catalog.encumbrance_exclusive"
    assert Encumbrance.objects.live().filter(work=work).count() == 1


def test_the_database_itself_refuses_a_second_live_lock():
    work = registered()
    first = take(work)
    with pytest.raises(IntegrityError), transaction.atomic():
        Encumbrance.objects.create(work=work, kind="pledge", taken_by=first.taken_by)


def test_after_release_the_next_one_is_taken_and_both_stay_on_record():
    work = registered()
    first = take(work)
    registrar = person("registrar")
    encumbrances.release_encumbrance(actor=registrar, encumbrance_id=first.pk, reason="和解")
    second = take(work, "loan_out")
    assert list(work.encumbrances.values_list("pk", flat=True)) == [second.pk, first.pk]
    actions = Event.objects.about(work).filter(action__startswith="encumbrance.")
    assert [e.action for e in actions] == [
        "encumbrance.taken", "encumbrance.released", "encumbrance.taken",
    ]  # fmt: skip


def test_releasing_twice_or_without_a_reason_is_refused():
    lock = take(registered())
    registrar = person("registrar")
    with pytest.raises(Invalid):
        encumbrances.release_encumbrance(actor=registrar, encumbrance_id=lock.pk, reason=" ")
    encumbrances.release_encumbrance(actor=registrar, encumbrance_id=lock.pk, reason="完")
    with pytest.raises(WrongState):
        encumbrances.release_encumbrance(actor=registrar, encumbrance_id=lock.pk, reason="完")


def test_only_registered_works_are_encumbered():
    with pytest.raises(WrongState):
        take(submitted())


@pytest.mark.parametrize("kind", ["sale", "listing", "pledge"])
def test_an_undecided_relic_status_blocks_sale_listing_and_pledge(kind):
    work = registered(relic="")
    with pytest.raises(DomainError) as refusal:
        take(work, kind)
    assert refusal.value.code == "relic_status_unknown"
    assert refusal.value.rule == "catalog.relic_status_unknown_blocks"


@pytest.mark.parametrize("relic", ["precious", "no_export"])
def test_relics_of_rank_are_not_offered(relic):
    with pytest.raises(DomainError) as refusal:
        take(registered(relic=relic), "listing")
    assert refusal.value.code == "relic_not_tradable"


def test_the_owner_may_list_but_nobody_else_without_office():
    work = registered()
    with pytest.raises(NotAllowed):
        take(work, "listing", actor=person("artist"))
    assert take(work, "listing", actor=work.created_by).kind == "listing"
    with pytest.raises(NotAllowed):
        take(registered(), "pledge", actor=work.created_by)


def test_title_does_not_move_past_a_lock():
    work = registered()
    first, second = person("registrar"), person("registrar")
    party = holder_from(actor=first, name="新主人")
    event = title.record_title_event(
        actor=first,
        work_id=work.pk,
        basis="purchase",
        shares=[title.Share(party)],
        documents="合同1",
    )
    lock = take(work)
    with pytest.raises(Encumbered):
        title.check_title_event(actor=second, event_id=event.pk)
    assert work.title_shares.get(to_event__isnull=True).party.user == work.created_by
    encumbrances.release_encumbrance(actor=first, encumbrance_id=lock.pk, reason="完")
    title.check_title_event(actor=second, event_id=event.pk)
    assert work.title_shares.get(to_event__isnull=True).party == party


def test_title_needs_two_people():
    work = registered()
    registrar = person("registrar")
    party = holder_from(actor=registrar, name="新主人")
    event = title.record_title_event(
        actor=registrar,
        work_id=work.pk,
        basis="purchase",
        shares=[title.Share(party)],
        documents="合同1",
    )
    with pytest.raises(NotAllowed) as refusal:
        title.check_title_event(actor=registrar, event_id=event.pk)
    assert refusal.value.code == "four_eyes"
    assert work.title_shares.filter(to_event__isnull=True).count() == 1


def test_shares_add_up_to_one():
    from fractions import Fraction

    work = registered()
    registrar = person("registrar")
    parties = [holder_from(actor=registrar, name=name) for name in "甲乙"]
    half = [title.Share(parties[0], Fraction(1, 2)), title.Share(parties[1], Fraction(1, 3))]
    with pytest.raises(Invalid) as refusal:
        title.record_title_event(
            actor=registrar, work_id=work.pk, basis="inheritance", shares=half, documents="公证1"
        )
    assert list(refusal.value.fields) == ["shares"]
