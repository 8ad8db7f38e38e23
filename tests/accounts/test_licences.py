"""Licences: handed in with a scan, compared by a registrar, asked for by their days and scope."""

from datetime import timedelta

import pytest

from artmarket.accounts import gates, selectors
from artmarket.accounts.enums import LicenceState
from artmarket.accounts.models import Licence
from artmarket.accounts.services import licences
from artmarket.accounts.services.licences import Paper
from artmarket.core.clock import today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from tests.factories import MembershipFactory, UserFactory

from .identities import licensed, photo

pytestmark = pytest.mark.django_db(transaction=True)


def paper(**changes) -> Paper:
    values = {
        "kind": "appraiser", "number": "鉴 2026-0001", "authority": "中国某协会",
        "valid_from": today() - timedelta(days=10), "valid_until": today() + timedelta(days=10),
        "scope": ("书画", "书画", " 瓷器 "),
    } | changes  # fmt: skip
    return Paper(**values)


def handed_in(person, **changes) -> Licence:
    licence = licences.hand_in_licence(actor=person, paper=paper(**changes))
    licences.add_licence_evidence(
        actor=person, licence_id=licence.pk, file=photo(), name="licence.jpg"
    )
    return licences.submit_licence(actor=person, licence_id=licence.pk)


def decide(licence, by, state, reason="") -> Licence:
    return licences.decide_licence(actor=by, licence_id=licence.pk, state=state, reason=reason)


@pytest.fixture
def person():
    return UserFactory(appraiser=True)


@pytest.fixture
def registrar():
    return UserFactory(registrar=True)


def test_a_licence_counts_once_a_registrar_has_approved_it(person, registrar):
    licence = handed_in(person)
    assert licence.scope == ["书画", "瓷器"]
    assert gates.licence_of(person, "appraiser") is None
    assert list(selectors.licences_to_decide()) == [licence]
    decide(licence, registrar, "approved")
    assert gates.licence_of(person, "appraiser", scope="瓷器") == licence
    assert gates.licence_of(person, "appraiser", scope="铜器") is None
    assert list(selectors.licences_ending()) == [licence]


def test_without_a_scan_it_is_not_handed_to_anybody(person):
    licence = licences.hand_in_licence(actor=person, paper=paper())
    with pytest.raises(Invalid) as caught:
        licences.submit_licence(actor=person, licence_id=licence.pk)
    assert set(caught.value.fields) == {"file"}
    assert not selectors.licences_to_decide().exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "pawn"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"number": " "}, "number"),
        ({"authority": "机" * 121}, "authority"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_until": today() - timedelta(days=11)}, "valid_until"),
        ({"scope": ("类" * 81,)}, "scope"),
    ],
)
def test_a_wrong_paper_is_refused_beside_its_field(person, changes, field):
    with pytest.raises(Invalid) as caught:
        licences.hand_in_licence(actor=person, paper=paper(**changes))
    assert set(caught.value.fields) == {field}
    assert not Licence.objects.exists()


def test_the_same_licence_is_recorded_once(person):
    handed_in(person)
    with pytest.raises(DomainError) as caught:
        licences.hand_in_licence(actor=UserFactory(), paper=paper())
    assert caught.value.code == "licence_known"


def test_an_answer_other_than_yes_needs_a_reason(person, registrar):
    licence = handed_in(person)
    for state in ("returned", "rejected"):
        with pytest.raises(Invalid):
            decide(licence, registrar, state)
    decide(licence, registrar, "returned", "看不清")
    corrected = licences.correct_licence(
        actor=person, licence_id=licence.pk, paper=paper(number="鉴 2026-0002")
    )
    assert corrected.number == "鉴 2026-0002"
    licences.submit_licence(actor=person, licence_id=licence.pk)
    assert decide(licence, registrar, "approved").state == LicenceState.APPROVED
    with pytest.raises(WrongState):
        decide(licence, registrar, "rejected", "晚了")


def test_a_suspension_is_lifted_with_a_reason_and_a_revocation_never(person, registrar):
    licence = handed_in(person)
    decide(licence, registrar, "approved")
    decide(licence, registrar, "suspended", "投诉待查")
    assert gates.licence_of(person, "appraiser") is None
    with pytest.raises(Invalid):
        decide(licence, registrar, "approved")
    decide(licence, registrar, "approved", "查明无事")
    assert gates.licence_of(person, "appraiser") == licence
    decide(licence, registrar, "revoked", "吊销")
    with pytest.raises(WrongState):
        decide(licence, registrar, "approved", "又来")


def test_nobody_else_hands_in_or_decides(person):
    membership = MembershipFactory()
    with pytest.raises(NotAllowed):
        licences.hand_in_licence(
            actor=membership.user, paper=paper(kind="pawn"), organisation=membership.organisation
        )
    licence = handed_in(person)
    for actor in (person, UserFactory(artist=True)):
        with pytest.raises(NotAllowed):
            decide(licence, actor, "approved")
    own = UserFactory(registrar=True)
    mine = licensed(own, by=own, kind="appraiser", state="submitted", number="x")
    with pytest.raises(NotAllowed):
        decide(mine, own, "approved")


def test_the_day_after_the_last_the_holder_is_stopped_with_the_date(person, registrar):
    licence = handed_in(person)
    decide(licence, registrar, "approved")
    Licence.objects.update(valid_from=today() - timedelta(days=9), valid_until=today())
    assert gates.require_licence(person, "appraiser", rule="licence.offers") == licence
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    with pytest.raises(gates.NotLicensed) as caught:
        gates.require_licence(person, "appraiser", rule="licence.offers")
    assert "鉴定师资格已于" in str(caught.value)
    assert caught.value.rule == "licence.offers"
