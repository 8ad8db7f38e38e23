"""Title moved by the module that holds the work's lock: by its own lock only, by two people."""

import pytest

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from catalog.models import LogQueued
from catalog.services import encumbrances, title
from catalog.services.encumbrances import Encumbered
from catalog.services.holders import holder_from
from tests.catalog.factories import person, registered
from tests.catalog.test_encumbrances import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    class Made:
        work = registered()
        first, second = person("registrar"), person("artist")

    Made.party = holder_from(actor=Made.first, name="新主人")
    return Made


def moves(made, **changes):
    given = {
        "recorded_by": made.first, "checked_by": made.second, "work_id": made.work.pk,
        "encumbrance_id": None, "basis": "auction", "shares": [title.Share(made.party)],
        "documents": "账单1",
    }  # fmt: skip
    return title.transfer_for_module(**(given | changes))


def owners(made):
    return [share.party for share in title.current_shares(made.work)]


def test_the_holder_of_the_lock_moves_title_and_the_log_is_told(made):
    lock = take(made.work, "sale")
    queued = LogQueued.objects.count()
    event = moves(made, encumbrance_id=lock.pk)
    assert owners(made) == [made.party]
    assert (event.recorded_by, event.checked_by) == (made.first, made.second)
    assert event.checked_at is not None
    assert LogQueued.objects.count() == queued + 1


def test_another_lock_or_none_is_refused(made):
    before = owners(made)
    lock = take(made.work, "sale")
    for wrong in (None, lock.pk + 1):
        with pytest.raises(Encumbered):
            moves(made, encumbrance_id=wrong)
    encumbrances.release_encumbrance(actor=made.first, encumbrance_id=lock.pk, reason="完")
    with pytest.raises(Encumbered):
        moves(made, encumbrance_id=lock.pk)
    assert owners(made) == before


def test_one_person_is_not_two_and_a_term_is_nobody(made):
    with pytest.raises(NotAllowed) as refusal:
        moves(made, checked_by=made.first)
    assert refusal.value.code == "four_eyes"
    assert moves(made, checked_by=None).checked_by is None


def test_a_change_that_waits_is_decided_first(made):
    title.record_title_event(
        actor=made.first, work_id=made.work.pk, basis="gift", documents="合同",
        shares=[title.Share(made.party)],
    )  # fmt: skip
    with pytest.raises(WrongState):
        moves(made)


def test_a_correction_names_what_it_corrects(made):
    with pytest.raises(Invalid):
        moves(made, basis="correction")
    sold = moves(made)
    back = moves(made, basis="correction", corrects=sold, documents="撤销")
    assert back.corrects == sold
