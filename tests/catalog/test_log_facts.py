"""What the registry logs in public: which facts, what of them is open, and what can be forgotten."""

import json
from fractions import Fraction
from hashlib import sha256

import pytest
from django.db import connection, transaction

from artmarket.accounts import personal_data
from artmarket.accounts.models import Party, PersonalDataAccess
from artmarket.accounts.services.roles import party_of
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog.models import LogQueued, LogSecret
from catalog.services import encumbrances, log_facts, registration, title
from catalog.services.log_facts import NotKept, Private, disclose
from catalog.services.title import Share
from tests.catalog.factories import person, registered, submitted

pytestmark = pytest.mark.django_db


def facts() -> list[dict]:
    return [json.loads(row.text) for row in LogQueued.objects.order_by("pk")]


def last() -> tuple[int, dict]:
    row = LogQueued.objects.order_by("-pk")[0]
    return row.pk, json.loads(row.text)


def opened(ticket: int, member: str) -> tuple[str, str]:
    """The value kept for a commitment, and the hash that anybody makes of it."""
    secret = LogSecret.objects.get(ticket=ticket, member=member)
    return secret.value, sha256(bytes(secret.salt) + secret.value.encode()).hexdigest()


def moved(work, *parties: Party) -> None:
    first, second = person("registrar"), person("registrar")
    event = title.record_title_event(
        actor=first, work_id=work.pk, basis="purchase", documents="合同甲",
        shares=[Share(party, Fraction(1, len(parties))) for party in parties],
    )  # fmt: skip
    title.check_title_event(actor=second, event_id=event.pk)


def test_a_registration_is_logged_with_its_number_and_neither_name_nor_title():
    artist = person("artist", name="韩春山")
    work = registered(artist)
    ticket, fact = last()
    assert [f["kind"] for f in facts()] == ["work.registered"]
    assert fact.keys() == {"kind", "at", "work", "holders", "record"}
    assert fact["work"] == work.number
    assert fact["at"] == work.registered_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = LogQueued.objects.get().text
    assert "韩春山" not in text
    assert work.title not in text
    value, commitment = opened(ticket, "holders/0")
    assert fact["holders"] == [commitment]
    assert json.loads(value) == {"name": "韩春山", "party": artist.party.pk, "share": "1/1"}
    value, commitment = opened(ticket, "record")
    assert fact["record"] == commitment
    described = json.loads(value)
    assert described["title"] == work.title
    assert described["pictures"] == [p.image.sha256 for p in work.photos.order_by("pk")]


def test_nothing_is_logged_of_a_registration_that_does_not_happen(monkeypatch):
    work = submitted()
    with pytest.raises(NotAllowed):
        registration.register_work(actor=work.created_by, work_id=work.pk)
    assert facts() == []

    def fails(*args, **kwargs):
        raise RuntimeError("the index is gone")

    monkeypatch.setattr(registration, "index_works", fails)
    with pytest.raises(RuntimeError):
        registration.register_work(actor=person("registrar"), work_id=work.pk)
    assert facts() == []
    assert not LogSecret.objects.exists()
    work.refresh_from_db()
    assert work.number is None


def test_title_that_moves_is_logged_and_a_change_that_only_waits_is_not():
    work = registered()
    one, two = party_of(person("buyer", name="甲方")), party_of(person("buyer", name="乙方"))
    event = title.record_title_event(
        actor=person("registrar"), work_id=work.pk, basis="gift", documents="公证书",
        shares=[Share(one)],
    )  # fmt: skip
    title.drop_title_event(actor=person("registrar"), event_id=event.pk, reason="写错了")
    assert [f["kind"] for f in facts()] == ["work.registered"]
    moved(work, one, two)
    ticket, fact = last()
    assert fact.keys() == {"kind", "at", "work", "holders", "basis"}
    assert (fact["kind"], fact["work"]) == ("title.moved", work.number)
    values = [opened(ticket, f"holders/{place}") for place in range(2)]
    assert fact["holders"] == [commitment for _value, commitment in values]
    assert [json.loads(value)["share"] for value, _c in values] == ["1/2", "1/2"]
    assert opened(ticket, "basis") == ("purchase", fact["basis"])
    assert "甲方" not in LogQueued.objects.get(pk=ticket).text


def test_the_public_reads_that_something_lies_on_a_work_since_when_and_not_what():
    work = registered()
    holder = party_of(person("lender", name="某某典当"))
    taken = encumbrances.take_encumbrance(
        actor=person("registrar"),
        work_id=work.pk,
        kind="judicial",
        holder=holder,
        reference="（2026）执1号",
    )
    ticket, fact = last()
    assert fact.keys() == {"kind", "at", "work", "since", "encumbrance", "holder"}
    assert fact["kind"] == "encumbrance.taken"
    assert fact["since"] == taken.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    for hidden in ("judicial", "某某典当", "执1号"):
        assert hidden not in LogQueued.objects.get(pk=ticket).text
    assert opened(ticket, "encumbrance") == ("judicial", fact["encumbrance"])
    encumbrances.release_encumbrance(
        actor=person("registrar"), encumbrance_id=taken.pk, reason="裁定解除"
    )
    again, released = last()
    assert (released["kind"], released["since"]) == ("encumbrance.released", fact["since"])
    assert released["encumbrance"] != fact["encumbrance"], "each value has a salt of its own"
    assert opened(again, "encumbrance") == ("judicial", released["encumbrance"])
    assert "裁定" not in LogQueued.objects.get(pk=again).text


def test_an_encumbrance_without_a_holder_looks_like_one_with():
    work = registered()
    encumbrances.take_encumbrance(actor=person("registrar"), work_id=work.pk, kind="dispute")
    ticket, fact = last()
    assert len(fact["holder"]) == 64
    assert opened(ticket, "holder") == ("null", fact["holder"])


def test_two_numbers_that_become_one_are_logged():
    artist = person("artist")
    one, two = registered(artist), registered(artist)
    registration.merge_works(
        actor=person("registrar"), duplicate_id=one.pk, into_id=two.pk, reason="同一件"
    )
    _ticket, fact = last()
    assert fact.keys() == {"kind", "at", "work", "into"}
    assert (fact["kind"], fact["work"], fact["into"]) == ("work.merged", one.number, two.number)


# ------------------------------------------------------------------ disclosing, forgetting


def test_who_may_see_private_data_gets_value_and_salt_and_it_is_written_down():
    artist, registrar = person("artist", name="韩春山"), person("registrar")
    registered(artist)
    ticket, fact = last()
    with pytest.raises(Invalid) as refused:
        disclose(actor=registrar, ticket=ticket, member="holders/0")
    assert refused.value.rule == "privacy.consent_per_purpose"
    shown = disclose(actor=registrar, ticket=ticket, member="holders/0", purpose="法院查询")
    assert shown.commitment == fact["holders"][0]
    assert sha256(shown.salt + shown.value.encode()).hexdigest() == fact["holders"][0]
    noted = PersonalDataAccess.objects.get()
    assert (noted.actor, noted.user, noted.purpose) == (registrar, artist, "法院查询")
    assert noted.fields == [f"log/{ticket}/holders/0"]
    assert disclose(actor=artist, ticket=ticket, member="holders/0").value == shown.value
    assert disclose(actor=registrar, ticket=ticket, member="record").commitment == fact["record"]
    assert PersonalDataAccess.objects.count() == 1, "one's own data and the thing's are nobody's"


def test_a_stranger_gets_nothing_and_learns_not_even_what_is_kept():
    registered()
    ticket, _fact = last()
    for member in ("holders/0", "nothing"):
        with pytest.raises(NotAllowed):
            disclose(actor=person("buyer"), ticket=ticket, member=member, purpose="好奇")
    with pytest.raises(NotKept):
        disclose(actor=person("registrar"), ticket=ticket, member="nothing")


def test_an_erased_person_is_forgotten_and_the_entry_stays():
    artist, buyer = person("artist", name="韩春山"), person("buyer", name="李明")
    work = registered(artist)
    moved(work, party_of(buyer))
    ticket = LogQueued.objects.order_by("pk")[0].pk
    before = facts()
    keeper = next(k for k in personal_data.keepers() if k.name == "works")
    copied = [row for row in keeper.copy(artist) if "public_log_ticket" in row]
    assert [(row["public_log_ticket"], row["member"]) for row in copied] == [(ticket, "holders/0")]
    keeper.forget(artist)
    assert not LogSecret.objects.filter(party__user=artist).exists()
    assert LogSecret.objects.filter(party__user=buyer).count() == 1
    assert facts() == before
    with pytest.raises(NotKept):
        disclose(actor=person("registrar"), ticket=ticket, member="holders/0", purpose="查询")
    assert disclose(actor=person("registrar"), ticket=ticket, member="record").value


def test_the_values_are_sealed_in_the_database():
    registered(person("artist", name="韩春山"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM catalog_logsecret")
        assert not [raw for (raw,) in cursor.fetchall() if "韩春山" in raw or "春山放鸢图" in raw]


def test_upper_floors_queue_facts_of_their_own():
    work = registered()
    signer = party_of(person("appraiser", name="周鉴"))
    with transaction.atomic():
        row = log_facts.queue_fact(
            kind="certificate.issued", work=work, at=work.registered_at,
            told={"certificate": "C-1"}, private={"signers": [Private("周鉴", signer)]},
        )  # fmt: skip
    fact = json.loads(row.text)
    assert fact["certificate"] == "C-1"
    assert opened(row.pk, "signers/0") == ("周鉴", fact["signers"][0])


def test_what_logging_costs_in_queries(django_assert_num_queries):
    """Registration three (queue, salts, pictures), title three (queue, salts, names), locks two."""
    work = registered()
    party = work.title_shares.get().party
    kept = encumbrances.take_encumbrance(actor=person("registrar"), work_id=work.pk, kind="dispute")
    event = work.title_events.get()
    for cost, call in (
        (3, lambda: log_facts.registered(work, party)),
        (3, lambda: log_facts.title_moved(work, event, [(party.pk, 1, 1)])),
        (2, lambda: log_facts.encumbrance_taken(work, kept)),
    ):
        with transaction.atomic(), django_assert_num_queries(cost):
            call()


def test_errors_name_their_rule():
    assert issubclass(NotKept, DomainError)
    assert NotKept.rule == "log.personal_only_committed"
