"""The pages of works: what each reader sees, and what a page costs."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import translation

from catalog.engine.numbers import format_number
from catalog.engine.terms import label
from catalog.enums import WorkState
from catalog.models import SourceRecord, Work
from catalog.services import corrections, encumbrances, registration
from catalog.services.description import Description
from tests.catalog.factories import RecordFactory, draft, person, registered, submitted

pytestmark = pytest.mark.django_db


def page_of(client, work, prefix=""):
    return client.get(prefix + work.get_absolute_url())


def test_the_page_of_a_registered_work_shows_number_facts_and_history(client):
    work = registered()
    text = page_of(client, work).content.decode()
    assert format_number(work.number) in text
    for words in ("春山放鸢图", "设色纸本", "2019年", "100 × 80厘米", "没有权利限制"):
        assert words in text
    history = client.get(reverse("catalog:history", args=[work.number])).content.decode()
    assert "登记入册，发放登记号" in history


def test_the_page_costs_a_fixed_number_of_queries(client, django_assert_num_queries):
    work = registered()
    page_of(client, work)
    with django_assert_num_queries(19):
        page_of(client, work)


def test_structured_data_names_only_public_facts(client):
    work = registered()
    text = page_of(client, work).content.decode()
    data = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1]
    )
    assert data["@type"] == "VisualArtwork"
    assert data["identifier"] == work.number
    assert "owner" not in json.dumps(data).lower()


def test_the_provenance_of_a_registered_work_is_shown_to_its_own_people_only(client):
    work = registered()
    Work.objects.filter(pk=work.pk).update(provenance_text="购自某先生，1999年")
    assert "某先生" not in page_of(client, work).content.decode()
    client.force_login(person("buyer"))
    assert "某先生" not in page_of(client, work).content.decode()
    client.force_login(work.created_by)
    assert "购自某先生" in page_of(client, work).content.decode()


def test_any_way_of_writing_the_number_leads_to_the_page(client):
    work = registered()
    number = work.number
    for typed in (number.lower(), f"{number[:4]}-{number[4:]}", f" {number} "):
        answer = client.get(reverse("catalog:find_number"), {"number": typed})
        assert answer.status_code == 302
        assert answer["Location"] == work.get_absolute_url()
    answer = client.get(f"/works/{number[:4].lower()}-{number[4:]}/")
    assert (answer.status_code, answer["Location"]) == (301, work.get_absolute_url())


@pytest.mark.parametrize("typed", ["1", "7K3M-92QQ", "7K3M92Q🙂", "x" * 500])
def test_a_wrong_number_is_explained(client, typed):
    answer = client.get(reverse("catalog:find_number"), {"number": typed})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_pledged_work_shows_since_when_but_not_what(client):
    work = registered()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="合同9"
    )
    public = page_of(client, work).content.decode()
    assert "有权利限制" in public
    assert "质押中" not in public
    assert "合同9" not in public
    catalogue = client.get(reverse("catalog:browse")).content.decode()
    assert "有权利限制" in catalogue and "质押中" not in catalogue
    client.force_login(work.created_by)
    assert "质押中" in page_of(client, work).content.decode()


def test_the_owner_is_shown_to_the_lister_and_the_registry_only(client):
    work = registered(person("artist", name="不公开的人"))
    # The maker is public because he made it; the table of title is not.
    assert 'id="title"' not in page_of(client, work).content.decode()
    client.force_login(work.created_by)
    assert 'id="title"' in page_of(client, work).content.decode()
    client.force_login(person("artist"))
    assert 'id="title"' not in page_of(client, work).content.decode()


def test_a_work_that_is_kept_back_does_not_exist_for_others(client):
    work = registered()
    registration.set_visibility(actor=work.created_by, work_id=work.pk, is_public=False)
    assert page_of(client, work).status_code == 404
    client.force_login(person("artist"))
    assert page_of(client, work).status_code == 404
    client.force_login(work.created_by)
    assert page_of(client, work).status_code == 200


def test_drafts_of_others_do_not_exist(client):
    work = draft()
    addresses = [
        reverse("catalog:own_work", args=[work.pk]),
        reverse("catalog:edit_work", args=[work.pk]),
        reverse("catalog:record", args=[work.pk]),
    ]
    client.force_login(person("artist"))
    assert [client.get(a).status_code for a in addresses] == [404, 404, 404]


def test_a_reference_record_says_what_it_is_and_offers_nothing(client):
    record = RecordFactory(credit="CC0 — open museum data, test only")
    text = page_of(client, record).content.decode()
    assert "馆藏公开资料，仅供试用" in text
    assert 'id="verify"' not in text


def test_a_merged_work_leads_to_the_one_that_stays(client):
    owner = person("artist")
    first, second = registered(owner), registered(owner)
    registration.merge_works(
        actor=person("registrar"), duplicate_id=second.pk, into_id=first.pk, reason="同一件"
    )
    second.refresh_from_db()
    text = page_of(client, second).content.decode()
    assert first.get_absolute_url() in text


def test_the_english_page_uses_english_titles_terms_and_addresses(client):
    work = registered()
    text = page_of(client, work, "/en").content.decode()
    assert 'lang="en"' in text
    assert "Kites over spring hills" in text
    assert "hanging scrolls" in text


@pytest.mark.parametrize(
    ("title", "title_en", "zh", "en"),
    [
        ("", "", "无题", "Untitled"),
        ("无题", "", "无题", "Untitled"),
        ("[Untitled]", "", "无题", "Untitled"),
        ("", "Kite", "Kite", "Kite"),
        ("风筝", "untitled", "风筝", "风筝"),
        ("风筝", "Kite", "风筝", "Kite"),
    ],
)
def test_a_work_without_a_title_says_so_in_the_readers_language(title, title_en, zh, en):
    work = Work(title=title, title_en=title_en)
    for language, expected in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert work.display_title == expected


def test_the_artists_desk_lists_counts_and_offers_the_same_states(client):
    artist = person("artist")
    for state in WorkState:
        if state not in (WorkState.REGISTERED, WorkState.MERGED):  # these need numbers
            Work.objects.create(state=state, created_by=artist, is_open_data=state == "recorded")
    client.force_login(artist)
    address = reverse("catalog:artist_desk")
    shown = client.get(address).context
    on_desk = {"draft", "submitted", "returned"}
    assert {row["work"].state for row in shown["rows"]} == on_desk
    whole, *parts = shown["chips"]
    assert (whole["count"], whole["current"]) == (3, True)
    assert {chip["url"].partition("=")[2] for chip in parts} == on_desk
    for hidden in ("discarded", "recorded", "nonsense"):
        page = client.get(address, {"state": hidden}).context
        assert len(page["rows"]) == 3
        assert page["chips"][0]["current"]


def test_an_artist_lists_from_a_title_to_a_submission_over_http(client):
    artist = person("artist")
    client.force_login(artist)
    answer = client.post(reverse("catalog:new_work"), {"title": "新作"})
    work = Work.objects.get()
    assert answer["Location"] == reverse("catalog:edit_work", args=[work.pk])
    form = {
        "version": work.version, "form": "flat", "title": "新作二", "date_text": "2024年",
        "type_broad": "300033618", "type_narrow": "300265079", "maker_is_self": "1",
        "materials": ["300015012"], "techniques": ["300310141"], "height": "100", "width": "八十",
        "unit": "cm", "source_kind": "own_work", "inscriptions-TOTAL_FORMS": "0",
        "inscriptions-INITIAL_FORMS": "0",
    }  # fmt: skip
    address = reverse("catalog:edit_work", args=[work.pk])
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "请填写数字" in answer.content.decode()
    assert "新作二" in answer.content.decode()
    assert client.post(address, form | {"width": "80"}).status_code == 302
    work.refresh_from_db()
    assert (work.title, work.date_edtf, work.dimensions.count()) == ("新作二", "2024", 2)
    answer = client.post(reverse("catalog:submit_work", args=[work.pk]), follow=True)
    assert "还缺" in answer.content.decode()
    work.refresh_from_db()
    assert work.state == WorkState.DRAFT


def test_a_stale_form_is_refused_and_keeps_what_was_typed(client):
    work = draft()
    client.force_login(work.created_by)
    corrections_version = work.version
    from catalog.services import drafts

    drafts.update_draft(
        actor=work.created_by, work_id=work.pk, description=Description(texts={"title": "甲"})
    )
    answer = client.post(
        reverse("catalog:edit_work", args=[work.pk]),
        {
            "version": corrections_version, "form": "flat", "title": "乙", "source_kind": "own_work",
            "inscriptions-TOTAL_FORMS": "0", "inscriptions-INITIAL_FORMS": "0",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "别处刚被改过" in text and "乙" in text
    work.refresh_from_db()
    assert work.title == "甲"


def test_a_registrar_registers_over_http_and_a_second_click_is_told(client):
    work = submitted()
    client.force_login(person("registrar"))
    first = client.post(reverse("catalog:register_work", args=[work.pk]))
    work.refresh_from_db()
    assert first["Location"] == work.get_absolute_url()
    second = client.post(reverse("catalog:register_work", args=[work.pk]))
    assert second.status_code == 409
    assert "已经有人处理过了" in second.content.decode()


def test_the_artist_reads_the_remarks_of_a_returned_work(client):
    work = submitted()
    client.force_login(person("registrar"))
    client.post(
        reverse("catalog:return_work", args=[work.pk]), {"remark_title": "请补题名", "remarks": ""}
    )
    client.force_login(work.created_by)
    assert "请补题名" in client.get(reverse("catalog:artist_desk")).content.decode()
    assert "请补题名" in client.get(reverse("catalog:edit_work", args=[work.pk])).content.decode()


def test_a_correction_shows_in_the_public_history_with_before_and_after(client):
    work = registered()
    corrections.correct_work(
        actor=person("registrar"), work_id=work.pk, reason="题名抄错",
        description=Description(texts={"title": "秋山"}),
    )  # fmt: skip
    text = client.get(reverse("catalog:history", args=[work.number])).content.decode()
    for words in ("题名抄错", "春山放鸢图", "秋山"):
        assert words in text


def test_the_history_puts_codes_into_the_readers_words(client):
    work = registered()
    corrections.correct_work(
        actor=person("registrar"), work_id=work.pk, reason="类别有误",
        description=Description(types=["300218777"]),
    )  # fmt: skip
    address = reverse("catalog:history", args=[work.number])
    chinese, english = (client.get(p + address).content.decode() for p in ("", "/en"))
    assert "非文物" in chinese
    assert "Not a cultural relic" in english
    assert "风筝" in chinese
    assert "kites" in english
    for code in ("not_relic", "300218777"):
        assert code not in chinese + english


def test_who_reads_english_reads_the_terms_of_a_medium_written_in_chinese(client):
    work = registered()
    assert work.medium_text == "设色纸本"
    terms = ", ".join(label(t, "en") for t in ("300015012", "300014109", "300310141"))
    chinese, english = (page_of(client, work, p).content.decode() for p in ("", "/en"))
    assert terms not in chinese
    assert terms in english
    assert "设色纸本" in english


def test_a_reference_record_names_its_museum(client):
    work = RecordFactory()
    SourceRecord.objects.create(work=work, source="cmoa", source_id="x", raw={}, digest="0")
    assert "Carnegie Museum of Art" in page_of(client, work).content.decode()


def test_the_qr_code_holds_the_permanent_address_and_is_cached(client):
    work = registered()
    answer = client.get(reverse("catalog:qr", args=[work.number]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert "max-age" in answer["Cache-Control"]
    assert b"<svg" in answer.content and b"style=" not in answer.content


def test_an_artist_declares_an_edition_and_places_a_print(client):
    work = draft()
    client.force_login(work.created_by)
    address = reverse("catalog:edition", args=[work.pk])
    assert client.get(address).status_code == 200
    given = {"choice": "new", "label": "2022年", "size": "3", "impression_kind": "numbered"}
    answer = client.post(address, given | {"impression_number": "2"})
    assert answer.status_code == 302
    work.refresh_from_db()
    assert (work.edition.size, work.impression_number) == (3, 2)
    other = draft(work.created_by)
    answer = client.post(
        reverse("catalog:edition", args=[other.pk]),
        {
            "choice": "known", "edition": work.edition_id,
            "impression_kind": "numbered", "impression_number": "2",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "这个编号已经登记给另一件" in answer.content.decode()
    client.force_login(person("artist"))
    assert client.get(address).status_code == 404


def test_a_registrar_adds_opinions_parts_and_confirms_the_artists_account(client):
    work = registered()
    client.force_login(person("registrar"))
    artist = work.attributions.get().artist
    assert client.get(reverse("catalog:attribute", args=[work.pk])).status_code == 200
    opinion = {
        "artist": artist.pk, "term": "300404269", "by": "某研究所", "basis": "笔墨", "reason": "来函",
    }  # fmt: skip
    assert client.post(reverse("catalog:attribute", args=[work.pk]), opinion).status_code == 302
    bad = client.post(reverse("catalog:attribute", args=[work.pk]), opinion | {"artist": "0"})
    assert bad.status_code == 422
    part = {"kind": "frame", "text": "楠木框", "reason": "补登"}
    assert client.post(reverse("catalog:complete_work", args=[work.pk]), part).status_code == 302
    text = page_of(client, work).content.decode()
    assert "某研究所" in text and "楠木框" in text
    client.post(
        reverse("catalog:verify_account", args=[artist.pk]), {"email": work.created_by.email}
    )
    artist.refresh_from_db()
    assert artist.account_verified_at is not None
    assert "账户已核实" in page_of(client, work).content.decode()


def test_the_admin_shows_every_change_and_lets_nobody_edit(client):
    work = registered()
    registrar = person("registrar")
    registrar.is_staff = True
    registrar.save()
    client.force_login(registrar)
    text = client.get(reverse("admin:catalog_work_changes", args=[work.pk])).content.decode()
    assert "登记入册，发放登记号" in text and "认定文物状态" in text
    page = client.get(reverse("admin:catalog_work_change", args=[work.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    changed = client.post(reverse("admin:catalog_work_change", args=[work.pk]), {"title": "x"})
    assert changed.status_code == 403


def test_a_form_sent_after_the_session_ended_leads_back_and_says_so(client):
    work = draft()
    edit = reverse("catalog:edit_work", args=[work.pk])
    answer = client.post(
        reverse("catalog:submit_work", args=[work.pk]),
        headers={"referer": f"http://testserver{edit}"},
    )
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={edit}")
    assert "刚才的操作没有执行" in client.get(answer["Location"]).content.decode()
    foreign = client.post(
        reverse("catalog:submit_work", args=[work.pk]),
        headers={"referer": "https://evil.example/x"},
    )
    assert foreign["Location"].endswith(f"?next={reverse('accounts:home')}")
    work.refresh_from_db()
    assert work.state == WorkState.DRAFT


def test_a_search_offers_itself_as_files_with_the_same_conditions(client):
    registered()
    text = client.get(reverse("catalog:browse"), {"q": "放鸢"}).content.decode()
    addresses = re.findall(r'href="(/works/export\.[a-z]+[^"]*)"', text)
    assert [a.split("?")[0] for a in addresses] == [
        "/works/export.csv", "/works/export.xlsx", "/works/export.jsonld",
    ]  # fmt: skip
    answer = client.get(addresses[0])
    assert answer.status_code == 200
    assert "春山放鸢图" in b"".join(answer.streaming_content).decode("utf-8-sig")
