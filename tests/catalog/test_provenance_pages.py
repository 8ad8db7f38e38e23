"""The pages on which provenance is written, looked at before it is saved, and shown by choice."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.models import ProvenancePeriod, ProvenanceText, Work
from catalog.services import provenance
from tests.catalog.factories import RecordFactory, draft, person, registered, submitted

pytestmark = pytest.mark.django_db
TEXT = "来源：张三旧藏；王五，其余不详……；李四，1995年。著录：《张三画集》，第26页。"


def address(work: Work) -> str:
    return reverse("catalog:edit_provenance", args=[work.pk])


def posted(client, work: Work, **given):
    work.refresh_from_db()
    data = {"text": TEXT, "source": "", "version": work.version} | given
    return client.post(address(work), data)


@pytest.fixture
def work(client) -> Work:
    made = draft()
    client.force_login(made.created_by)
    return made


def test_the_lister_writes_it_and_finds_it_on_the_page_of_the_work(client, work):
    answer = posted(client, work, source="家属口述")
    assert (answer.status_code, answer["Location"]) == (302, address(work))
    work.refresh_from_db()
    assert work.provenance_text == TEXT
    assert provenance.current_text(work).source == "家属口述"
    page = client.get(reverse("catalog:own_work", args=[work.pk])).content.decode()
    assert 'id="provenance"' in page and "张三" in page and "<mark>……；</mark>" in page
    assert "家属口述" in page
    assert "《张三画集》，第26页" in page


def test_a_look_at_the_reading_saves_nothing_and_keeps_what_was_typed(client, work):
    answer = posted(client, work, check="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "读出3段，其中1段没有读懂" in page
    assert "王五，其余不详<mark>……；</mark>" in page
    assert "保存时会写进公开的著录、展览与款识" in page
    assert "其余不详……；李四" in page  # still in the form
    work.refresh_from_db()
    assert work.provenance_text == "" and not ProvenanceText.objects.exists()


def test_with_htmx_only_the_reading_is_sent(client, work):
    answer = client.post(
        address(work), {"text": TEXT, "check": "1"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert page.lstrip().startswith('<div id="reading"')
    assert "李四" in page


@pytest.mark.parametrize(
    "text",
    ["", " \n ", "<script>alert(1)</script>", "；" * 5000, "（" * 5000, "x" * 20_001, "𠀀\x00"],
)
def test_a_look_at_hostile_text_is_an_ordinary_page(client, work, text):
    answer = posted(client, work, text=text, check="1")
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()


def test_a_text_that_is_too_long_is_refused_beside_its_field_and_stays_typed(client, work):
    answer = posted(client, work, text="长" * 20_001)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "最多20000个字，现在有20001个" in page.replace(",", "")
    assert "长" * 100 in page
    assert not ProvenanceText.objects.exists()


def test_the_line_ends_of_a_browser_do_not_change_a_text(client, work):
    provenance.set_provenance(actor=work.created_by, work_id=work.pk, text="来源：张三。\n李四。")
    posted(client, work, text="来源：张三。\r\n李四。")
    assert ProvenanceText.objects.count() == 1
    posted(client, work, text="  来源：张三。\r\n李四；")
    work.refresh_from_db()
    assert work.provenance_text == "  来源：张三。\n李四；"


def test_a_second_tab_is_told_and_keeps_what_was_typed(client, work):
    stale = work.version
    posted(client, work, text="来源：张三。")
    answer = posted(client, work, text="来源：李四。", version=stale)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "在别处刚被改过" in page and "来源：李四。" in page
    work.refresh_from_db()
    assert work.provenance_text == "来源：张三。"


def test_a_registrar_corrects_a_registered_work_with_a_reason(client):
    work = registered()
    client.force_login(person("registrar"))
    answer = posted(client, work)
    assert answer.status_code == 422
    assert "id_reason" in answer.content.decode()
    assert posted(client, work, reason="家属补充").status_code == 302
    work.refresh_from_db()
    assert work.provenance_text == TEXT
    review = client.get(reverse("catalog:review", args=[work.pk])).content.decode()
    assert address(work) in review


def test_the_owner_of_a_registered_work_chooses_and_does_not_write(client):
    work = registered()
    provenance.set_provenance(
        actor=person("registrar"), work_id=work.pk, text=TEXT, reason="家属补充"
    )
    client.force_login(work.created_by)
    page = client.get(address(work)).content.decode()
    assert "<textarea" not in page and 'name="shown"' in page
    assert posted(client, work, text="x").status_code == 404
    choice = reverse("catalog:show_provenance", args=[work.pk])
    given = {"shown": ["0", "99", "x", "9" * 30], "number": "1"}
    bare = client.post(choice, given)
    assert bare.status_code == 422
    assert "<textarea" not in bare.content.decode()
    told = {"shown-number": "1", "shown-reason": "图录要用"}
    asked = client.post(choice, given | told)
    assert asked.status_code == 422
    again = asked.content.decode()
    assert "先得到写到的人同意" in again and 'value="图录要用"' in again
    assert 'value="0" checked' in again
    assert reverse("rulebook:rule", args=["privacy.consent_per_purpose"]) in again
    assert not ProvenancePeriod.objects.filter(is_shown=True).exists()
    answer = client.post(choice, given | told | {"shown-consent": "on"})
    assert answer.status_code == 302
    assert [p.position for p in ProvenancePeriod.objects.filter(is_shown=True)] == [0]
    assert "张三旧藏" in client.get(address(work)).content.decode()
    stale = told | {"shown": ["2"], "shown-number": "7", "shown-consent": "on"}
    assert "刚有改动" in client.post(choice, stale, follow=True).content.decode()
    assert [p.position for p in ProvenancePeriod.objects.filter(is_shown=True)] == [0]
    closed = {"shown-number": "1", "shown-reason": "本人反悔"}
    assert client.post(choice, closed).status_code == 302
    assert not ProvenancePeriod.objects.filter(is_shown=True).exists()
    own = client.get(reverse("catalog:own_work", args=[work.pk])).content.decode()
    assert address(work) in own


def test_the_page_does_not_exist_for_anybody_else(client, work):
    for user in (person("artist"), person("buyer"), person("registrar"), person("operator")):
        client.force_login(user)
        assert client.get(address(work)).status_code == 404
        assert posted(client, work).status_code == 404
    client.logout()
    assert client.get(address(work)).status_code == 302
    assert not ProvenanceText.objects.exists()


def test_a_choice_by_somebody_else_is_refused(client):
    work = registered()
    provenance.set_provenance(actor=person("registrar"), work_id=work.pk, text=TEXT, reason="x")
    choice = reverse("catalog:show_provenance", args=[work.pk])
    for user, status in ((person("registrar"), 403), (person("buyer"), 404)):
        client.force_login(user)
        assert client.post(choice, {"shown": ["0"], "number": "1"}).status_code == status
    assert not ProvenancePeriod.objects.filter(is_shown=True).exists()


def test_a_submission_shows_its_provenance_and_takes_no_change(client):
    work = submitted()
    client.force_login(work.created_by)
    assert client.get(address(work)).status_code == 200
    assert posted(client, work).status_code == 404


def test_the_page_of_a_work_with_many_periods_stays_small(client):
    record = RecordFactory(provenance_text="Jane Doe, Boise, ID, 1950; " * 600)
    page = client.get(record.get_absolute_url()).content
    assert len(page) < 60_000 + 2 * len(record.provenance_text)
    assert page.decode().count("<time") <= 40


def test_the_command_stores_what_is_not_stored_yet():
    records = [RecordFactory(provenance_text=f"Jane Doe; John Roe, 195{n}.") for n in range(3)]
    RecordFactory()
    said = [StringIO() for _n in range(3)]
    call_command("store_provenance", limit=2, stdout=said[0])
    call_command("store_provenance", stdout=said[1])
    Work.objects.filter(pk=records[0].pk).update(provenance_text="Ann Noe.")
    call_command("store_provenance", stdout=said[2])
    assert [out.getvalue() for out in said] == [f"{n} provenances stored\n" for n in (2, 1, 1)]
