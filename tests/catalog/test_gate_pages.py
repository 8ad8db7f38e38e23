"""The pages of gates and of the registers of stolen works: who sees what, and that it works."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import GateClearance, StolenEntry, StolenHit, StolenList, WorkPermit
from catalog.services import matching, stolen
from catalog.services.stolen import EntryInput
from media.models import Likeness
from tests.catalog.factories import draft, person, registered, submitted

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"catalog:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    assert len(answer.content) < 60_000
    return answer.content.decode()


def post(client: Client, address: str, *args, **data):
    return client.post(reverse(f"catalog:{address}", args=args), data)


@pytest.fixture
def registrar():
    return person("registrar")


@pytest.fixture
def police(registrar):
    return stolen.create_list(
        actor=registrar, name="police", title="协查通报第三号", kind="police", source="市公安局",
        dated=date(2026, 1, 5), licence="公函",
    )  # fmt: skip


@pytest.fixture
def matched(registrar, police):
    """A registered work that an entry matches."""
    work = registered()
    entry = EntryInput(number="P-77", title="春山放鸢图", description="某馆失窃")
    stolen.write_entries(actor=registrar, list_id=police.pk, entries=[entry])
    matching.match_due()
    return work


def test_the_owner_reads_every_gate_with_its_article_version_and_what_to_do(registrar):
    work = registered(relic="")
    for name, client in (("own_work", signed_in(work.created_by)), ("gates", signed_in(registrar))):
        page = words(client, name, work.pk)
        assert "文物状态尚未认定，认定之前不能出售或质押。" in page
        assert "由文物主管部门认定文物状态。" in page
        assert "/rules/catalog.relic_status_unknown_blocks/" in page and "第1版" in page
        assert "不可以" in page and "已通过" in page


def test_a_review_page_shows_the_gates_and_links_to_what_is_to_be_done(registrar):
    work = registered(relic="general")
    page = words(signed_in(registrar), "review", work.pk)
    assert "文物要先经文物主管部门审核。" in page and "上拍、挂牌" in page
    assert reverse("catalog:gates", args=[work.pk]) in page
    assert "未经审核" not in words(signed_in(registrar), "review", submitted().pk)


def test_the_bureau_clears_a_relic_on_the_page_and_strangers_see_nothing():
    work, bureau = registered(relic="general"), person("bureau")
    client = signed_in(bureau)
    page = words(client, "gates", work.pk)
    digest = page.split('name="digest" value="')[1][:64]
    said = {"act": "sell", "gate": "relic", "digest": digest}
    assert post(client, "clear_gate", work.pk, **said, reason="").status_code == 302
    assert not GateClearance.objects.exists()
    assert post(client, "clear_gate", work.pk, **said, reason="审核意见书7号").status_code == 302
    assert GateClearance.objects.get().reason == "审核意见书7号"
    page = words(client, "gates", work.pk)
    assert "已放行" in page and "放行：挂牌" in page and "放行：上拍" not in page
    for stranger in (person("artist"), person("buyer")):
        assert signed_in(stranger).get(reverse("catalog:gates", args=[work.pk])).status_code == 404
    owner = signed_in(work.created_by)
    assert 'name="digest"' not in words(owner, "gates", work.pk)
    assert post(owner, "clear_gate", work.pk, **said, reason="x").status_code in (403, 409)


def test_what_matched_is_read_by_registrars_only(matched, registrar):
    page = words(signed_in(registrar), "gates", matched.pk)
    assert "P-77" in page and "与失窃名录有1处相符" in page and "协查通报第三号" in page
    for who, name in (
        (matched.created_by, "own_work"), (matched.created_by, "gates"),
        (person("operator"), "gates"), (person("bureau"), "gates"),
    ):  # fmt: skip
        page = words(signed_in(who), name, matched.pk)
        assert "正在由登记员核查。" in page
        for secret in ("P-77", "相符，还没有人", "协查通报第三号", "某馆失窃", "stolen_match"):
            assert secret not in page, (name, secret)
    hit = StolenHit.objects.get()
    stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="same", reason="印章相同")
    page = words(signed_in(matched.created_by), "own_work", matched.pk)
    assert "正在由登记员核查。" in page and "印章相同" not in page and "认定" not in page.split(
        'id="gates"'
    )[1].split("已通过")[0]  # fmt: skip


def test_the_queue_shows_entry_and_work_and_keeps_the_verdict(matched, registrar):
    client = signed_in(registrar)
    page = words(client, "stolen_hits")
    assert "P-77" in page and matched.display_title in page and "名称相似100%" in page
    hit = StolenHit.objects.get()
    assert post(client, "judge_stolen", hit.pk, state="other", reason="").status_code == 302
    assert StolenHit.objects.get().state == "open"
    post(client, "judge_stolen", hit.pk, state="other", reason="尺寸不同")
    assert "P-77" not in words(client, "stolen_hits")
    assert "尺寸不同" in words(client, "stolen_hits", state="other")


def test_a_registrar_does_not_see_what_matched_his_own_work(police, registrar):
    lister = person("artist", "registrar")
    work = registered(lister)
    stolen.write_entries(
        actor=registrar, list_id=police.pk, entries=[EntryInput(number="P-78", title="春山放鸢图")]
    )
    matching.match_due()
    client = signed_in(lister)
    assert "P-78" not in words(client, "stolen_hits") + words(client, "gates", work.pk)
    assert post(client, "judge_stolen", StolenHit.objects.get().pk, state="other",
                reason="我的").status_code == 403  # fmt: skip


def test_a_list_is_begun_filled_tried_imported_and_ended_on_its_pages(registrar):
    client = signed_in(registrar)
    given = {
        "name": "own",
        "title": "本平台名录",
        "kind": "own",
        "source": "报失",
        "licence": "自有",
    }
    assert post(client, "stolen", **given).status_code == 422
    assert post(client, "stolen", **given, dated="2026-02-01").status_code == 302
    chosen = StolenList.objects.get()
    content = "名录编号,名称\nA-1,竹石图\n,缺号\n".encode()
    upload = {"f-file": SimpleUploadedFile("a.csv", content)}
    tried = post(client, "stolen_import", chosen.pk, **upload, **{"try": "1"})
    assert tried.status_code == 200 and not StolenEntry.objects.exists()
    page = tried.content.decode()
    assert "读2行，可导入1条，不合格1行" in page and "缺名录编号。" in page
    upload = {"f-file": SimpleUploadedFile("a.csv", content)}
    assert "新增1条" in post(client, "stolen_import", chosen.pk, **upload).content.decode()
    bad = {"f-file": SimpleUploadedFile("a.csv", b"\x89PNG"), "f-columns": "wrong line"}
    assert post(client, "stolen_import", chosen.pk, **bad).status_code == 422
    assert post(client, "stolen_entry", chosen.pk, **{"e-number": "B"}).status_code == 422
    entry = {"e-number": "B", "e-title": "梅花图", "e-maker": "金农"}
    assert post(client, "stolen_entry", chosen.pk, **entry).status_code == 302
    page = words(client, "stolen_list", chosen.pk, q="金农")
    assert "梅花图" in page and "竹石图" not in page
    assert post(client, "stolen_end", chosen.pk, reason="撤回").status_code == 302
    assert "已停用" in words(client, "stolen")
    assert post(client, "stolen_entry", chosen.pk, **entry).status_code == 422


def test_a_permit_is_recorded_and_ended_on_the_page(registrar):
    work, client = registered(), signed_in(registrar)
    given = {
        "p-kind": "species", "p-number": "林护1号", "p-authority": "林草局",
        "p-valid_from": "2026-01-01", "p-document": "档案柜",
    }  # fmt: skip
    assert post(client, "record_permit", work.pk, **given | {"p-number": ""}).status_code == 422
    assert post(client, "record_permit", work.pk, **given).status_code == 302
    permit = WorkPermit.objects.get()
    assert "林护1号" in words(client, "gates", work.pk)
    assert post(client, "end_permit", work.pk, permit.pk, reason="撤销").status_code == 302
    permit.refresh_from_db()
    assert permit.end_reason == "撤销"
    owner = signed_in(work.created_by)
    assert post(owner, "record_permit", work.pk, **given).status_code == 403


def asked(client: Client, name: str, *args) -> int:
    address = reverse(f"catalog:{name}", args=args)
    client.get(address)  # content types and sessions are remembered
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pages_ask_as_often_for_many_hits_and_entries_as_for_few(registrar, police):
    client = signed_in(registrar)
    works = [registered() for _ in range(3)]
    entries = [EntryInput(number=f"N{n}", title="春山放鸢图") for n in range(3)]
    stolen.write_entries(actor=registrar, list_id=police.pk, entries=entries[:1])
    matching.match_works([works[0].pk])
    few = [asked(client, *a) for a in (
        ("stolen_hits",), ("stolen_list", police.pk), ("stolen",), ("gates", works[0].pk),
    )]  # fmt: skip
    stolen.write_entries(actor=registrar, list_id=police.pk, entries=entries)
    matching.match_due()
    assert StolenHit.objects.count() == 9
    pair = sorted((w.photos.first().image for w in works[:2]), key=lambda i: i.pk)
    Likeness.objects.create(first=pair[0], second=pair[1], distance=3, inliers=99)
    many = [asked(client, *a) for a in (
        ("stolen_hits",), ("stolen_list", police.pk), ("stolen",), ("gates", works[0].pk),
    )]  # fmt: skip
    assert many == few


def test_a_draft_has_gates_for_its_lister_and_a_museum_record_has_none():
    work = draft()
    assert "还没有登记权利人。" in words(signed_in(work.created_by), "gates", work.pk)
