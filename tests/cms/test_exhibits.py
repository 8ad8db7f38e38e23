"""Works of an exhibition: shown, in order, lent under the registry's lock, given back at its end."""

from datetime import UTC, datetime, timedelta

import pytest

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.enums import EncumbranceKind
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from cms import tasks
from cms.models import ExhibitedWork, Programme, Session
from cms.services import exhibits, programmes
from tests.catalog.factories import person, registered
from tests.cms.factories import ProgrammeFactory, SessionFactory, planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def show():
    """An exhibition that is on."""
    row = SessionFactory(programme=ProgrammeFactory(exhibition=True, unbooked=True))
    return row.programme


def hang(show, work=None) -> ExhibitedWork:
    return exhibits.add_work(
        actor=planner(), programme_id=show.pk, work_id=(work or registered()).pk
    )


def lent(row, actor=None) -> ExhibitedWork:
    return exhibits.lend(actor=actor or planner(), exhibited_id=row.pk, consent="同意书1号")


def end(show) -> None:
    """The last day passes."""
    moment = datetime.now(UTC) - timedelta(hours=1)
    Session.objects.filter(programme=show).update(
        starts_at=moment - timedelta(hours=1), ends_at=moment
    )
    Programme.objects.filter(pk=show.pk).update(
        starts_at=moment - timedelta(hours=1), ends_at=moment
    )


def test_a_registered_public_work_is_shown_after_the_others(show):
    first, second = hang(show), hang(show)
    assert (first.order, second.order) == (1, 2)
    assert Event.objects.filter(action="cms.work_exhibited").count() == 2
    hidden = registered()
    Work.objects.filter(pk=hidden.pk).update(is_public=False)
    with pytest.raises(Invalid):
        hang(show, hidden)


def test_a_work_is_shown_once_and_again_after_it_was_taken_down(show):
    row = hang(show)
    with pytest.raises(Invalid) as refused:
        hang(show, row.work)
    assert list(refused.value.fields) == ["work"]
    exhibits.remove_work(actor=planner(), exhibited_id=row.pk, reason="换展")
    assert hang(show, row.work).pk != row.pk


def test_only_exhibitions_show_works_and_only_the_bureau_hangs_them(show):
    work = registered()
    with pytest.raises(WrongState):
        exhibits.add_work(actor=planner(), programme_id=ProgrammeFactory().pk, work_id=work.pk)
    for role in ("registrar", "artist", "operator"):
        with pytest.raises(NotAllowed):
            exhibits.add_work(actor=person(role), programme_id=show.pk, work_id=work.pk)


def test_the_order_names_every_work_once(show):
    first, second, third = hang(show), hang(show), hang(show)
    exhibits.order_works(
        actor=planner(), programme_id=show.pk, exhibited_ids=[third.pk, first.pk, second.pk]
    )
    assert list(show.exhibited.values_list("pk", flat=True)) == [third.pk, first.pk, second.pk]
    with pytest.raises(WrongState):
        exhibits.order_works(actor=planner(), programme_id=show.pk, exhibited_ids=[first.pk])


def test_a_loan_is_the_registrys_lock_and_rests_on_the_owners_consent(show):
    row = hang(show)
    with pytest.raises(Invalid) as refused:
        exhibits.lend(actor=planner(), exhibited_id=row.pk, consent=" ")
    assert refused.value.rule == "planning.loan_consent"
    assert not Encumbrance.objects.exists()
    loan = lent(row).loan_out
    assert (loan.kind, loan.reference) == (EncumbranceKind.LOAN_OUT, "同意书1号")
    with pytest.raises(WrongState):
        lent(row)


@pytest.mark.parametrize("kind", ["pledge", "sale", "dispute", "judicial"])
def test_a_work_on_which_something_lies_is_not_lent(show, kind):
    row = hang(show)
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=row.work.pk, kind=kind, reference="编号1"
    )
    with pytest.raises(Encumbered) as refused:
        lent(row)
    assert refused.value.rule == "catalog.encumbrance_exclusive"
    row.refresh_from_db()
    assert row.loan_out is None


def test_what_is_lent_is_not_sold(show):
    row = lent(hang(show))
    with pytest.raises(Encumbered):
        encumbrances.take_encumbrance(
            actor=person("registrar"), work_id=row.work.pk, kind="sale", reference="编号1"
        )


def test_a_registrar_lends_too_and_the_bureau_only_what_it_exhibits(show):
    assert lent(hang(show), person("registrar")).loan_out.released_at is None
    elsewhere = registered()
    bureau = planner()
    with pytest.raises(NotAllowed):
        encumbrances.take_encumbrance(
            actor=bureau, work_id=elsewhere.pk, kind="loan_out", reference="编号1"
        )
    with pytest.raises(NotAllowed):
        lent(hang(show), person("artist"))


def test_taking_a_work_down_gives_it_back(show):
    row = lent(hang(show))
    with pytest.raises(Invalid):
        exhibits.remove_work(actor=planner(), exhibited_id=row.pk, reason="")
    exhibits.remove_work(actor=planner(), exhibited_id=row.pk, reason="物主要回")
    row.loan_out.refresh_from_db()
    assert row.loan_out.released_at is not None
    assert row.loan_out.release_reason == "物主要回"
    with pytest.raises(WrongState):
        exhibits.remove_work(actor=planner(), exhibited_id=row.pk, reason="再撤")


def test_works_come_back_after_the_end_once_and_stay_in_the_archive(show):
    row, open_row = lent(hang(show)), None
    other = SessionFactory(programme=ProgrammeFactory(exhibition=True, unbooked=True)).programme
    open_row = lent(hang(other))
    assert tasks.return_works() == "0 returned"
    end(show)
    assert tasks.return_works() == "1 returned"
    assert tasks.return_works() == "0 returned"
    row.refresh_from_db()
    assert row.loan_out.released_at is not None and row.loan_out.released_by is None
    assert row.removed_at is None
    open_row.loan_out.refresh_from_db()
    assert open_row.loan_out.released_at is None
    assert Event.objects.filter(action="cms.work_returned").count() == 1


def test_what_a_registrar_released_before_is_no_trouble_at_the_end(show):
    row = lent(hang(show))
    encumbrances.release_encumbrance(
        actor=person("registrar"), encumbrance_id=row.loan_out.pk, reason="提前归还"
    )
    end(show)
    assert tasks.return_works() == "0 returned"


def test_cancelling_the_exhibition_gives_works_back(show, django_capture_on_commit_callbacks):
    row = lent(hang(show))
    with django_capture_on_commit_callbacks(execute=True):
        programmes.cancel_programme(actor=planner(), programme_id=show.pk, reason="台风")
    row.loan_out.refresh_from_db()
    assert row.loan_out.release_reason == "展览已取消"


def test_nothing_is_lent_or_hung_after_the_end(show):
    row = hang(show)
    end(show)
    with pytest.raises(WrongState):
        lent(row)
    with pytest.raises(WrongState):
        hang(show)
