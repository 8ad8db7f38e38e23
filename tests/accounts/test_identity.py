"""Identity checks: what is handed in, who decides, and what nobody reads in passing."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from artmarket.accounts import gates, selectors
from artmarket.accounts.enums import CheckState
from artmarket.accounts.models import Evidence, IdentityCheck, PersonalDataAccess
from artmarket.accounts.services import identity, privacy, terms
from artmarket.accounts.services.identity import Particulars
from artmarket.core.calendars import keep_until
from artmarket.core.clock import today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from media.models import Document
from tests.factories import MembershipFactory, UserFactory

from .identities import CREDIT_CODE, NUMBER, OTHER_NUMBER, given, identified, photo, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def registrar():
    return UserFactory(registrar=True)


def work_off() -> None:
    """What a worker does: every queued task, once."""
    call_command(
        "db_worker", queue_name="*", batch=True, interval=0, startup_delay=False, verbosity=0
    )


def column(check: IdentityCheck, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM accounts_identitycheck WHERE id = %s", [check.pk])
        return cursor.fetchone()[0]


def test_a_person_is_identified_until_the_term_of_the_rule(person, registrar):
    check = submitted(person)
    assert list(selectors.checks_to_decide()) == [check]
    done = identity.approve_check(actor=registrar, check_id=check.pk)
    assert (done.state, done.decided_by) == (CheckState.APPROVED, registrar)
    assert done.valid_until == keep_until(today(), 5)
    assert gates.identity_of(person) == check
    assert not selectors.checks_to_decide().exists()


def test_a_paper_that_ends_earlier_ends_the_check(person, registrar):
    check = submitted(person, paper_until=today() + timedelta(days=40))
    done = identity.approve_check(actor=registrar, check_id=check.pk)
    assert done.valid_until == today() + timedelta(days=40)


def test_names_and_numbers_are_sealed_in_the_database_and_absent_from_events(person, registrar):
    check = submitted(person)
    identity.approve_check(actor=registrar, check_id=check.pk)
    for name in ("number", "legal_name"):
        stored = column(check, name)
        assert stored.startswith("gAAAA")
        assert NUMBER not in stored
    told = str(list(Event.objects.values("before", "after", "data")))
    assert NUMBER not in told
    assert "王小明" not in told
    assert IdentityCheck.objects.get(pk=check.pk).number == NUMBER


def test_what_is_missing_is_named_all_at_once(person):
    check = identity.begin_check(actor=person)
    with pytest.raises(Invalid) as caught:
        identity.submit_check(actor=person, check_id=check.pk, consents=False)
    assert set(caught.value.fields) == {
        "legal_name", "number", "paper_kind", "evidence_front", "consents",
    }  # fmt: skip
    assert caught.value.rule == "privacy.consent_per_purpose"
    check.refresh_from_db()
    assert check.state == CheckState.DRAFT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "110105194912310021"}, "number"),
        ({"number": "1101051949"}, "number"),
        ({"paper_kind": "library_card"}, "paper_kind"),
        ({"paper_kind": ""}, "paper_kind"),
        ({"legal_name": "名" * 161}, "legal_name"),
        ({"paper_until": date(2020, 1, 1)}, "paper_until"),
    ],
)
def test_a_wrong_particular_is_refused_beside_its_field(person, changes, field):
    check = identity.begin_check(actor=person)
    with pytest.raises(Invalid) as caught:
        identity.save_check(actor=person, check_id=check.pk, given=given(**changes))
    assert set(caught.value.fields) == {field}
    check.refresh_from_db()
    assert (check.legal_name, check.number) == ("", "")


def test_a_second_beginning_finds_the_open_check(person):
    assert identity.begin_check(actor=person) == identity.begin_check(actor=person)
    assert IdentityCheck.objects.count() == 1


def test_a_refused_file_leaves_nothing_behind(person):
    check = identity.begin_check(actor=person)
    broken = photo()
    broken.file.truncate(300)
    with pytest.raises(DomainError):
        identity.add_evidence(
            actor=person, check_id=check.pk, kind="front", file=broken, name="front.jpg"
        )
    assert not Document.objects.exists()
    assert not Evidence.objects.exists()


def test_a_file_more_than_the_rule_allows_is_refused_and_deleted(person, settings):
    check = identity.begin_check(actor=person)
    for _number in range(10):
        identity.add_evidence(
            actor=person, check_id=check.pk, kind="other", file=photo(), name="o.jpg"
        )
    with pytest.raises(DomainError) as caught:
        identity.add_evidence(
            actor=person, check_id=check.pk, kind="other", file=photo(), name="o.jpg"
        )
    assert (caught.value.code, caught.value.rule) == ("too_many_files", "identity.max_evidence")
    assert Document.objects.count() == 10


def test_a_removed_file_is_gone(person):
    check = identity.begin_check(actor=person)
    evidence = identity.add_evidence(
        actor=person, check_id=check.pk, kind="front", file=photo(), name="front.jpg"
    )
    identity.remove_evidence(actor=person, check_id=check.pk, evidence_id=evidence.pk)
    assert not Document.objects.exists()


def test_nobody_else_touches_a_check(person, registrar):
    check = submitted(person)
    stranger = UserFactory(artist=True)
    for attempt in (
        lambda: identity.save_check(actor=stranger, check_id=check.pk, given=given()),
        lambda: identity.withdraw_check(actor=stranger, check_id=check.pk),
        lambda: identity.approve_check(actor=stranger, check_id=check.pk),
        lambda: identity.approve_check(actor=person, check_id=check.pk),
        lambda: privacy.reveal_check(actor=stranger, check_id=check.pk, purpose="看看"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    check.refresh_from_db()
    assert check.state == CheckState.SUBMITTED


def test_a_registrar_never_decides_about_himself_or_his_organisation():
    registrar = UserFactory(registrar=True)
    own = submitted(registrar)
    membership = MembershipFactory(user=registrar)
    other = UserFactory()
    theirs = identified(membership.organisation, by=other)
    with pytest.raises(NotAllowed):
        identity.approve_check(actor=registrar, check_id=own.pk)
    with pytest.raises(NotAllowed):
        identity.revoke_check(actor=registrar, check_id=theirs.pk, reason="试")


def test_a_returned_check_is_completed_and_submitted_again(person, registrar):
    check = submitted(person)
    with pytest.raises(Invalid):
        identity.return_check(actor=registrar, check_id=check.pk, reason=" ")
    identity.return_check(actor=registrar, check_id=check.pk, reason="背面不清楚")
    check.refresh_from_db()
    assert (check.state, check.reason) == (CheckState.RETURNED, "背面不清楚")
    identity.submit_check(actor=person, check_id=check.pk, consents=True)
    check.refresh_from_db()
    assert (check.state, check.reason) == (CheckState.SUBMITTED, "")


def test_a_decided_check_is_not_decided_twice(person, registrar):
    check = submitted(person)
    identity.reject_check(actor=registrar, check_id=check.pk, reason="照片与证件不符")
    with pytest.raises(WrongState):
        identity.approve_check(actor=registrar, check_id=check.pk)
    assert gates.identity_of(person) is None


def test_one_number_identifies_one_account(person, registrar):
    identity.approve_check(actor=registrar, check_id=submitted(person).pk)
    second = submitted(UserFactory())
    assert [c.user for c in selectors.accounts_of_number(second)] == [person]
    with pytest.raises(DomainError) as caught:
        identity.approve_check(actor=registrar, check_id=second.pk)
    assert (caught.value.code, caught.value.rule) == ("number_in_use", "identity.one_account")
    second.refresh_from_db()
    assert second.state == CheckState.SUBMITTED


def test_a_number_is_free_again_once_its_check_is_over(person, registrar):
    first = submitted(person)
    identity.approve_check(actor=registrar, check_id=first.pk)
    IdentityCheck.objects.filter(pk=first.pk).update(valid_until=today() - timedelta(days=1))
    second = submitted(UserFactory())
    identity.approve_check(actor=registrar, check_id=second.pk)
    first.refresh_from_db()
    assert first.state == CheckState.EXPIRED


def test_a_renewal_takes_the_place_of_the_check_in_force(person, registrar):
    first = submitted(person)
    identity.approve_check(actor=registrar, check_id=first.pk)
    second = submitted(person, number=OTHER_NUMBER)
    assert gates.identity_of(person) == first  # until it is decided
    identity.approve_check(actor=registrar, check_id=second.pk)
    first.refresh_from_db()
    assert first.state == CheckState.SUPERSEDED
    assert gates.identity_of(person) == second


def test_a_check_over_its_last_day_holds_no_more_even_before_the_duty_ran(person, registrar):
    check = identified(person, by=registrar, until=today() - timedelta(days=1))
    assert gates.identity_of(person) is None
    with pytest.raises(gates.NotIdentified) as caught:
        gates.require_identity(person, rule="identity.seller")
    assert (caught.value.rule, caught.value.status) == ("identity.seller", 403)
    assert "expired 1" in terms.daily()
    check.refresh_from_db()
    assert check.state == CheckState.EXPIRED
    assert "expired 0" in terms.daily()


def test_the_holder_is_told_once_before_the_end(person, registrar):
    identified(person, by=registrar, until=today() + timedelta(days=59))
    terms.daily()
    terms.daily()
    work_off()
    terms.daily()
    work_off()
    assert [m.to for m in mail.outbox] == [[person.email]]
    assert "快到期" in mail.outbox[0].subject


def test_the_applicant_is_told_the_decision_in_his_language(registrar):
    person = UserFactory(english=True)
    check = submitted(person)
    identity.reject_check(actor=registrar, check_id=check.pk, reason="照片模糊")
    work_off()
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert message.subject.isascii()
    assert "照片模糊" in message.body
    assert NUMBER not in message.body


def test_every_look_at_the_particulars_is_written_down_and_seen_by_the_person(person, registrar):
    check = submitted(person)
    with pytest.raises(Invalid):
        privacy.reveal_check(actor=registrar, check_id=check.pk, purpose="  ")
    shown = privacy.reveal_check(actor=registrar, check_id=check.pk, purpose="核对证件")
    assert (shown.legal_name, shown.number) == ("王小明", NUMBER)
    (look,) = person.data_accesses.all()
    assert (look.actor, look.fields, look.purpose) == (
        registrar, ["legal_name", "number"], "核对证件",
    )  # fmt: skip


def test_the_list_of_looks_cannot_be_changed(person, registrar):
    check = submitted(person)
    privacy.reveal_check(actor=registrar, check_id=check.pk, purpose="核对证件")
    for change in (
        lambda: PersonalDataAccess.objects.update(purpose="别的"),
        lambda: PersonalDataAccess.objects.all().delete(),
    ):
        with pytest.raises(Exception, match="append-only"):
            change()


def test_an_enterprise_is_identified_by_its_credit_code(registrar):
    membership = MembershipFactory(admin=True)
    admin, gallery = membership.user, membership.organisation
    check = identity.begin_check(actor=admin, organisation=gallery)
    particulars = Particulars("潍坊某画廊有限公司", CREDIT_CODE, representative="李四")
    identity.save_check(actor=admin, check_id=check.pk, given=particulars)
    with pytest.raises(Invalid) as caught:
        identity.submit_check(actor=admin, check_id=check.pk, consents=True)
    assert set(caught.value.fields) == {"evidence_licence"}
    identity.add_evidence(
        actor=admin, check_id=check.pk, kind="licence", file=photo(), name="licence.jpg"
    )
    identity.submit_check(actor=admin, check_id=check.pk, consents=True)
    identity.approve_check(actor=registrar, check_id=check.pk)
    assert gates.identity_of(gallery) == check
    assert gates.identity_of(admin) is None


def test_a_plain_member_does_not_identify_his_organisation():
    membership = MembershipFactory()
    with pytest.raises(NotAllowed):
        identity.begin_check(actor=membership.user, organisation=membership.organisation)


def test_somebody_under_age_is_sent_to_a_guardian(person):
    from .test_numbers import with_check_digit

    young = with_check_digit(f"370702{today().year - 10}0101001")
    check = identity.begin_check(actor=person)
    with pytest.raises(Invalid) as caught:
        identity.save_check(actor=person, check_id=check.pk, given=given(number=young))
    assert "未满18岁" in str(caught.value.fields["number"])
    assert caught.value.rule == "identity.adult_years"
