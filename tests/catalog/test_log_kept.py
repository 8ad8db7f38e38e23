"""The page on which owner and registrar open what stands behind the public log's hashes."""

from hashlib import sha256

import pytest
from django.urls import reverse

from artmarket.accounts.models import PersonalDataAccess
from catalog import log_kept
from catalog.models import LogEntry, LogQueued, Work
from catalog.services import encumbrances, log_facts, public_log
from tests.catalog.factories import draft, person, registered

pytestmark = pytest.mark.django_db


def address(work: Work) -> str:
    return reverse("catalog:log_kept", args=[work.pk])


@pytest.fixture
def work() -> Work:
    return registered(person("artist", name="韩春山"))


def test_the_owner_opens_his_own_name_and_can_prove_it(client, work):
    client.force_login(work.created_by)
    ticket = LogQueued.objects.get().pk
    page = client.get(address(work)).content.decode()
    assert "权利人（第1位）" in page and "登记的内容" in page and "等待签入" in page
    assert "韩春山&quot;" not in page, "nothing is opened before it is asked for"
    assert "写到别人，要写明理由" not in page
    answer = client.post(address(work), {"which": f"{ticket}/holders/0"})
    assert answer.status_code == 200
    told = answer.context["opened"]
    assert told["value"].startswith('{"name":"韩春山"')
    salted = bytes.fromhex(told["salt"]) + told["value"].encode()
    assert sha256(salted).hexdigest() == told["commitment"]
    assert told["commitment"] in LogQueued.objects.get().text
    assert told["salt"] in answer.content.decode() and told["commitment"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert not PersonalDataAccess.objects.exists()


def test_a_registrar_writes_down_why_and_the_person_can_read_it(client, work):
    registrar = person("registrar")
    client.force_login(registrar)
    which = f"{LogQueued.objects.get().pk}/holders/0"
    assert "写到别人，要写明理由" in client.get(address(work)).content.decode()
    bare = client.post(address(work), {"which": which})
    assert bare.status_code == 422
    assert (
        "请写明为什么要看" in bare.content.decode() and "韩春山&quot;" not in bare.content.decode()
    )
    assert reverse("rulebook:rule", args=["privacy.consent_per_purpose"]) in bare.content.decode()
    assert not PersonalDataAccess.objects.exists()
    told = client.post(address(work), {"which": which, "purpose": "法院查询"})
    assert told.context["opened"]["value"].startswith('{"name":"韩春山"')
    noted = PersonalDataAccess.objects.get()
    assert (noted.actor, noted.user, noted.purpose) == (registrar, work.created_by, "法院查询")


def test_only_what_belongs_to_the_work_and_is_kept_can_be_chosen(client, work):
    other = registered()
    foreign = f"{LogQueued.objects.order_by('-pk')[0].pk}/record"
    client.force_login(person("registrar"))
    for which in (foreign, "0/record", "x", "", f"{LogQueued.objects.order_by('pk')[0].pk}/x"):
        answer = client.post(address(work), {"which": which, "purpose": "查询"})
        assert answer.status_code == 422, which
        assert answer.context["opened"] is None
    assert client.post(address(other), {"which": foreign}).status_code == 200
    log_facts.forget(work.created_by)
    page = client.get(address(work)).content.decode()
    assert "权利人（第1位）" not in page and "登记的内容" in page


def test_for_anybody_else_the_page_does_not_exist_and_no_link_leads_to_it(client, work):
    history = reverse("catalog:history", args=[work.number])
    assert address(work) not in client.get(history).content.decode()
    assert client.get(address(work)).status_code == 302
    for user in (person("artist"), person("buyer"), person("bureau")):
        client.force_login(user)
        assert client.get(address(work)).status_code == 404
        assert client.post(address(work), {"which": "1/record"}).status_code == 404
        assert address(work) not in client.get(history).content.decode()
    for user in (work.created_by, person("registrar"), person("operator")):
        client.force_login(user)
        assert client.get(address(work)).status_code == 200
        assert address(work) in client.get(history).content.decode()


def test_a_draft_has_nothing_to_show(client):
    work = draft()
    client.force_login(work.created_by)
    page = client.get(address(work)).content.decode()
    assert "没有可以出示的内容" in page and '<form method="post" class="flow"' not in page


def test_entries_are_told_with_their_place_and_at_a_fixed_cost(work, django_assert_num_queries):
    registrar = person("registrar")
    public_log.integrate()
    encumbrances.take_encumbrance(actor=registrar, work_id=work.pk, kind="dispute")
    with django_assert_num_queries(3):
        kept = log_kept.kept_of(work, reader_id=work.created_by_id)
    assert [(row.member, row.position) for row in kept] == [
        ("holders/0", LogEntry.objects.get().position), ("record", 0),
        ("encumbrance", None), ("holder", None),
    ]  # fmt: skip
    assert [row.words for row in kept] == [
        "权利人（第1位）", "登记的内容", "限制的种类", "限制的权利人",
    ]  # fmt: skip
    assert [row.kind for row in kept] == ["登记作品"] * 2 + ["设立权利限制"] * 2
    assert {row.names_other for row in kept} == {False}
    seen = log_kept.kept_of(work, reader_id=registrar.pk)
    assert [row.names_other for row in seen] == [True, False, False, False]
