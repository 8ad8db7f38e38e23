"""Access tokens: shown once, kept as a digest, never more than their owner may do now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from artmarket.accounts.models import Party, RoleGrant
from artmarket.accounts.services import organisations
from artmarket.api.engine import tokens as engine
from artmarket.api.models import Token
from artmarket.api.services.tokens import TokenInput, make_token, revoke_token
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.models import Event
from artmarket.core.rest.scopes import Scope
from catalog.models import TitleShare
from tests.api.conftest import Caller, caller_for, token_for
from tests.catalog import factories
from tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def given(**more) -> TokenInput:
    return TokenInput(**({"name": "同步", "scopes": ["read"], "days": 30} | more))


def code(response) -> str:
    return response.json()["code"]


# ------------------------------------------------------------------ the text of a token


def test_a_token_has_a_prefix_and_a_checksum_and_no_two_are_alike():
    made = {engine.make_token() for _ in range(200)}
    assert len(made) == 200
    assert all(t.startswith("amk_") and len(t) == 42 and engine.is_token(t) for t in made)


@pytest.mark.parametrize("change", [
    lambda t: t[:-1], lambda t: t + "0", lambda t: t.replace("amk_", "bmk_"),
    lambda t: t[:10] + ("A" if t[10] != "A" else "B") + t[11:], lambda t: "", lambda t: "amk_",
    lambda t: t[:10] + "-" + t[11:],
])  # fmt: skip
def test_a_mistyped_token_is_known_without_the_database(change, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not engine.is_token(change(engine.make_token()))


# ------------------------------------------------------------------ making and revoking


def test_only_the_digest_is_stored_and_the_act_is_an_event_without_the_token():
    person = UserFactory(artist=True)
    token, secret = make_token(actor=person, given=given(role="artist"))
    assert token.digest == engine.digest_of(secret)
    row = Token.objects.values().get()
    assert all(secret not in str(value) for value in row.values())
    event = Event.objects.get(action="token.made")
    assert event.actor == person
    assert event.after["scopes"] == ["read"]
    assert secret not in str([event.before, event.after, event.data])


@pytest.mark.parametrize(("wrong", "field"), [
    ({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"scopes": []}, "scopes"),
    ({"scopes": ["everything"]}, "scopes"), ({"days": 0}, "days"), ({"days": 366}, "days"),
    ({"role": "registrar"}, "role"),
])  # fmt: skip
def test_a_token_that_makes_no_sense_is_refused_and_nothing_is_stored(wrong, field):
    with pytest.raises(Invalid) as refused:
        make_token(actor=UserFactory(artist=True), given=given(**wrong))
    assert set(refused.value.fields) == {field}
    assert not Token.objects.exists()


def test_there_are_at_most_as_many_as_the_rule_book_says(settings):
    settings.RULE_OVERRIDES = {"api.tokens_at_once": 2}
    person = UserFactory()
    first, _secret = make_token(actor=person, given=given())
    make_token(actor=person, given=given())
    with pytest.raises(DomainError) as refused:
        make_token(actor=person, given=given())
    assert refused.value.code == "too_many_tokens"
    assert refused.value.rule == "api.tokens_at_once"
    revoke_token(actor=person, token_id=first.pk)
    make_token(actor=person, given=given())


def test_an_organisation_s_tokens_are_made_and_revoked_by_its_administrators_only():
    gallery = OrganisationFactory()
    admin = MembershipFactory(organisation=gallery, admin=True).user
    other = MembershipFactory(organisation=gallery, admin=True).user
    member = MembershipFactory(organisation=gallery).user
    with pytest.raises(Invalid):
        make_token(actor=member, given=given(organisation_id=gallery.pk))
    token, secret = make_token(actor=admin, given=given(organisation_id=gallery.pk))
    for stranger in (member, UserFactory()):
        with pytest.raises(NotAllowed):
            revoke_token(actor=stranger, token_id=token.pk)
    assert Caller(secret).get("me").status_code == 200
    revoke_token(actor=other, token_id=token.pk)
    assert code(Caller(secret).get("me")) == "token_invalid"
    assert Event.objects.get(action="token.revoked").actor == other


def test_revoking_twice_changes_nothing():
    person = UserFactory()
    token, _secret = make_token(actor=person, given=given())
    when = revoke_token(actor=person, token_id=token.pk).revoked_at
    assert revoke_token(actor=person, token_id=token.pk).revoked_at == when
    assert Event.objects.filter(action="token.revoked").count() == 1


# ------------------------------------------------------------------ using


def test_a_token_is_dead_at_once_when_revoked_expired_or_its_owner_stopped():
    person = UserFactory(artist=True)
    caller = caller_for(person, "artist")
    assert caller.get("me").status_code == 200
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert code(caller.get("me")) == "token_invalid"
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1))
    person.is_active = False
    person.save(update_fields=["is_active"])
    refused = caller.get("works")  # also for what the public may read: the program must notice
    assert refused.status_code == 401
    assert code(refused) == "token_without_capacity"
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_role_taken_back_is_felt_at_the_next_request():
    person = UserFactory(artist=True)
    caller = caller_for(person, "artist")
    assert caller.post("works", {"title": "春"}).status_code == 201
    RoleGrant.objects.filter(user=person).update(revoked_at=timezone.now())
    assert code(caller.post("works", {"title": "夏"})) == "token_without_capacity"


def test_a_token_has_one_role_of_its_owner_s_many():
    person = UserFactory(artist=True, merchant=True, buyer=True)
    buyer = caller_for(person, "buyer")
    assert buyer.get("me").json()["role"] == "buyer"
    assert buyer.post("works", {"title": "春"}).status_code == 403
    assert caller_for(person, "artist").post("works", {"title": "春"}).status_code == 201


def test_a_superuser_s_token_is_no_skeleton_key():
    person = UserFactory(artist=True, is_superuser=True)
    factories.submitted()
    assert caller_for(person, "artist").get("reviews").status_code == 403


@pytest.mark.parametrize(("scopes", "allowed"), [
    (["read"], {"me"}), (["works:write"], {"create"}), (["registry:review"], set()),
    (["webhooks"], {"webhooks"}), (list(Scope.values), {"me", "create", "webhooks"}),
])  # fmt: skip
def test_a_scope_opens_its_own_operations_only(scopes, allowed):
    caller = caller_for(UserFactory(artist=True), "artist", scopes=scopes)
    answers = {
        "me": caller.get("me"),
        "create": caller.post("works", {"title": "春"}),
        "webhooks": caller.get("webhooks"),
    }
    assert {name for name, a in answers.items() if a.status_code < 300} == allowed
    refused = [a for name, a in answers.items() if name not in allowed]
    assert all((a.status_code, code(a)) == (403, "scope_missing") for a in refused)


def test_without_the_scope_to_read_a_token_reads_as_the_public_does():
    work = factories.registered()
    sees = caller_for(work.created_by, "artist").get(f"works/{work.pk}").json()
    blind = caller_for(work.created_by, "artist", scopes=["works:write"])
    assert sees["source_kind"] == "own_work"
    assert blind.get(f"works/{work.pk}").json()["source_kind"] is None
    assert blind.get(f"works/{factories.draft(work.created_by).pk}").status_code == 404


def owned_by(work, party) -> None:
    TitleShare.objects.filter(work=work).update(party=party)


def test_a_token_acts_for_the_person_or_for_one_organisation_never_for_both():
    gallery, museum = OrganisationFactory(), OrganisationFactory()
    person = UserFactory(buyer=True)
    for organisation in (gallery, museum):
        MembershipFactory(organisation=organisation, user=person, admin=True)
    works = {}
    for name, link in (("own", {"user": person}), ("gallery", {"organisation": gallery}),
                       ("museum", {"organisation": museum})):  # fmt: skip
        works[name] = factories.registered()
        kind = "person" if name == "own" else "organisation"
        owned_by(works[name], Party.objects.create(name=name, kind=kind, **link))

    def sees(caller: Caller) -> set[str]:
        shown = {n: caller.get(f"works/{w.pk}").json()["owners"] for n, w in works.items()}
        return {name for name, owners in shown.items() if owners is not None}

    assert sees(caller_for(person, "buyer")) == {"own"}
    assert sees(caller_for(person, "buyer", organisation=gallery)) == {"gallery"}
    assert sees(caller_for(person, "buyer", organisation=museum)) == {"museum"}


def test_an_administrator_who_leaves_takes_his_token_s_life_with_him():
    gallery = OrganisationFactory()
    MembershipFactory(organisation=gallery, admin=True)
    membership = MembershipFactory(organisation=gallery, admin=True)
    caller = caller_for(membership.user, organisation=gallery)
    assert caller.get("me").json()["organisation"]["slug"] == gallery.slug
    organisations.end_membership(actor=membership.user, membership_id=membership.pk)
    assert code(caller.get("me")) == "token_without_capacity"


def test_the_time_of_use_is_written_at_most_once_a_minute(django_assert_num_queries):
    caller = caller_for(UserFactory())
    assert Token.objects.get().last_used_at is None
    caller.get("me")
    first = Token.objects.get().last_used_at
    assert first is not None
    caller.get("me")
    assert Token.objects.get().last_used_at == first
    earlier = timezone.now() - timedelta(seconds=61)
    Token.objects.update(last_used_at=earlier)
    caller.get("me")
    assert Token.objects.get().last_used_at > first


@pytest.mark.parametrize(
    "header", ["Basic abc", "Bearer", "Bearer nonsense", "amk_x", "Bearer " + "x" * 5000]
)
def test_a_header_that_is_no_token_is_refused_even_for_public_reading(header):
    answer = Client().get("/api/v1/works", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_session_counts_for_nothing():
    client = Client()
    client.force_login(UserFactory(artist=True))
    assert client.get("/api/v1/me").status_code == 401
    assert (
        client.post("/api/v1/works", {"title": "春"}, content_type="application/json").status_code
        == 401
    )


# ------------------------------------------------------------------ the page


def signed_in(person) -> Client:
    client = Client()
    done = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert done.status_code == 302
    return client


FORM = {
    "name": "同步",
    "scopes": ["read", "works:write"],
    "role": "artist",
    "organisation": "",
    "days": "90",
}


def test_the_page_shows_a_new_token_once():
    person = UserFactory(artist=True)
    client = signed_in(person)
    confirmed(client)
    page = client.post(reverse("api:tokens"), FORM)
    assert page.status_code == 201
    secret = page.context["made"]
    assert secret in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]
    again = client.get(reverse("api:tokens"))
    assert secret not in again.content.decode()
    assert Token.objects.get().start in again.content.decode()
    assert Caller(secret).get("me").json()["scopes"] == ["read", "works:write"]


def confirmed(client: Client) -> None:
    """Say the password again, as the page asks before it makes a token."""
    done = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert done.status_code == 302


def test_the_page_asks_for_the_password_before_it_makes_a_token():
    client = Client()
    client.force_login(UserFactory(artist=True))
    answer = client.post(reverse("api:tokens"), FORM)
    assert answer.status_code == 302
    assert "/reauthenticate/" in answer["Location"]
    assert not Token.objects.exists()


def test_the_page_says_what_is_wrong_beside_the_field():
    client = signed_in(UserFactory(artist=True))
    confirmed(client)
    page = client.post(reverse("api:tokens"), FORM | {"name": "", "role": "registrar"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "role"}
    assert not Token.objects.exists()


def test_the_page_revokes_and_another_s_token_is_not_his():
    person = UserFactory(artist=True)
    token_for(person, "artist")
    token = Token.objects.get()
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.post(reverse("api:revoke_token", args=[token.pk])).status_code == 403
    client = Client()
    client.force_login(person)
    assert client.post(reverse("api:revoke_token", args=[token.pk])).status_code == 302
    token.refresh_from_db()
    assert token.revoked_by == person


def test_an_administrator_sees_his_organisation_s_tokens_and_nobody_else_s():
    gallery = OrganisationFactory()
    admin = MembershipFactory(organisation=gallery, admin=True).user
    token_for(MembershipFactory(organisation=gallery, admin=True).user, organisation=gallery)
    token_for(UserFactory())
    client = Client()
    client.force_login(admin)
    rows = client.get(reverse("api:tokens")).context["rows"]
    assert [row["token"].organisation for row in rows] == [gallery]


def test_roles_and_everything_else_about_an_account_stay_out_of_reach_of_tokens():
    """Whoever has a token can't make himself another one, or another role."""
    person = UserFactory(operator=True)
    caller = caller_for(person, "operator")
    for path in ("/account/tokens/", "/desk/operator/"):
        assert caller.get(path).status_code in {302, 403}
