"""The pages of identities and licences, walked as people fill them in."""

import pytest
from django.urls import reverse

from artmarket.accounts.enums import CheckState, LicenceState
from artmarket.accounts.models import IdentityCheck, Licence
from media.models import Document
from tests.factories import MembershipFactory, UserFactory

from .identities import CREDIT_CODE, NUMBER, photo, submitted

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/account/identity/"
CARD = {"legal_name": "王小明", "paper_kind": "id_card", "number": NUMBER}


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def registrar(client):
    def sign_in():
        user = UserFactory(registrar=True)
        client.force_login(user)
        return user

    return sign_in


def test_from_the_first_click_to_the_decision(client, person, registrar):
    assert client.post(PAGE, {"do": "begin"}).status_code == 302
    assert client.post(PAGE, {"do": "begin"}).status_code == 302  # a double click
    check = IdentityCheck.objects.get()
    answer = client.post(PAGE, CARD | {"do": "save", "front": photo()})
    assert answer.status_code == 302
    text = client.get(PAGE).content.decode()
    assert "front.jpg" in text
    assert "还缺：证件背面" in text
    answer = client.post(PAGE, CARD | {"do": "submit", "back": photo("back.jpg")})
    assert answer.status_code == 422  # no consent; the file was kept all the same
    assert Document.objects.count() == 2
    answer = client.post(PAGE, CARD | {"do": "submit", "consents": "yes"})
    assert answer.status_code == 302
    assert "正在核验" in client.get(PAGE).content.decode()

    registrar()
    case = reverse("accounts:identity_check", args=[check.pk])
    assert case in client.get(reverse("accounts:identity_queue")).content.decode()
    text = client.get(case).content.decode()
    assert "110*************2X" in text
    assert NUMBER not in text
    assert client.post(case, {"do": "reveal", "purpose": ""}).status_code == 422
    assert NUMBER in client.post(case, {"do": "reveal", "purpose": "核对"}).content.decode()
    assert client.post(case, {"do": "rejected", "reason": ""}).status_code == 422
    assert client.post(case, {"do": "approved", "reason": ""}).status_code == 302
    assert client.post(case, {"do": "approved", "reason": ""}).status_code == 409
    client.force_login(person)
    text = client.get(PAGE).content.decode()
    assert "身份已核验" in text
    assert "更新核验" in text
    assert "核对" in client.get(reverse("accounts:data")).content.decode()


def test_what_was_typed_wrong_is_shown_again_beside_the_field(client, person):
    client.post(PAGE, {"do": "begin"})
    answer = client.post(PAGE, CARD | {"do": "save", "number": "110105194912310021"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "校验位对不上" in text
    assert "110105194912310021" in text
    assert IdentityCheck.objects.get().legal_name == ""


def test_a_file_that_is_no_paper_is_refused_in_words_and_the_rest_is_kept(client, person):
    client.post(PAGE, {"do": "begin"})
    broken = photo("front.jpg")
    broken.file.seek(0)
    broken.file.write(b"<html><script>")
    broken.file.seek(0)
    answer = client.post(PAGE, CARD | {"do": "save", "front": broken, "back": photo("back.jpg")})
    assert answer.status_code == 422
    assert "field-wrong" in answer.content.decode()
    assert IdentityCheck.objects.get().number == NUMBER
    assert [d.original_name for d in Document.objects.all()] == ["back.jpg"]


def test_a_paper_is_removed_and_the_check_given_up(client, person):
    client.post(PAGE, {"do": "begin"})
    client.post(PAGE, CARD | {"do": "save", "front": photo()})
    evidence = IdentityCheck.objects.get().evidence.get()
    assert client.post(PAGE, {"do": "remove-0"}).status_code == 409
    assert client.post(PAGE, {"do": "remove-x"}).status_code == 400
    assert client.post(PAGE, {"do": f"remove-{evidence.pk}"}).status_code == 302
    assert not Document.objects.exists()
    assert client.post(PAGE, {"do": "withdraw"}).status_code == 302
    assert IdentityCheck.objects.get().state == CheckState.WITHDRAWN
    assert client.post(PAGE, {"do": "withdraw"}).status_code == 409


def test_papers_open_for_the_person_and_the_registrar_and_for_nobody_else(client, registrar):
    owner = UserFactory()
    check = submitted(owner)
    client.force_login(owner)
    page = client.get(PAGE)
    link = page.context["evidence"][0][1]
    assert client.get(link).status_code == 200
    client.force_login(UserFactory(artist=True))
    assert client.get(link).status_code == 403  # the link is another person's
    registrar()
    case = client.get(reverse("accounts:identity_check", args=[check.pk]))
    assert client.get(case.context["evidence"][0][1]).status_code == 200
    assert client.get(link).status_code == 403


def test_an_administrator_identifies_and_licenses_his_gallery(client, registrar):
    membership = MembershipFactory(admin=True)
    client.force_login(membership.user)
    slug = membership.organisation.slug
    page = reverse("accounts:organisation_identity", args=[slug])
    client.post(page, {"do": "begin"})
    given = {"legal_name": "潍坊某画廊", "number": CREDIT_CODE, "representative": "李四"}
    answer = client.post(
        page, given | {"do": "submit", "consents": "yes", "licence": photo("licence.jpg")}
    )
    assert answer.status_code == 302
    paper = {
        "holder": slug, "kind": "art_business", "number": "鲁艺备 2026-17",
        "authority": "潍坊市文化和旅游局", "valid_from": "2026-01-01", "valid_until": "",
        "scope": "绘画\n雕塑",
    }  # fmt: skip
    answer = client.post(reverse("accounts:licences"), paper | {"file": photo("filing.jpg")})
    licence = Licence.objects.get()
    assert answer["Location"] == reverse("accounts:licence", args=[licence.pk])
    assert (licence.state, licence.scope) == (LicenceState.SUBMITTED, ["绘画", "雕塑"])
    assert licence.organisation == membership.organisation

    registrar()
    desk = reverse("accounts:identity_licence", args=[licence.pk])
    assert client.post(desk, {"do": "submitted", "reason": "x"}).status_code == 403
    assert client.post(desk, {"do": "returned", "reason": "看不清"}).status_code == 302
    client.force_login(membership.user)
    own = reverse("accounts:licence", args=[licence.pk])
    assert "看不清" in client.get(own).content.decode()
    assert client.post(own, paper | {"do": "submit"}).status_code == 302
    registrar()
    client.post(desk, {"do": "approved", "reason": ""})
    licence.refresh_from_db()
    assert licence.state == LicenceState.APPROVED


def test_a_plain_member_and_a_stranger_see_nothing(client):
    membership = MembershipFactory()
    licence = Licence.objects.create(
        kind="pawn", number="1", authority="x", valid_from="2026-01-01",
        organisation=membership.organisation, created_by=membership.user,
    )  # fmt: skip
    for user in (membership.user, UserFactory(artist=True)):
        client.force_login(user)
        page = reverse("accounts:organisation_identity", args=[membership.organisation.slug])
        assert client.get(page).status_code == 403
        assert client.get(reverse("accounts:licence", args=[licence.pk])).status_code == 403


@pytest.mark.parametrize(
    ("path", "most"),
    [("/account/identity/", 20), ("/account/licences/", 20), ("/account/data/", 36)],
)
def test_pages_are_never_cached_and_ask_few_questions(
    client, person, path, most, django_assert_max_num_queries
):
    with django_assert_max_num_queries(most):
        answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
