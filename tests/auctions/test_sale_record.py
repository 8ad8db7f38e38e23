"""The record of a sale: the course of every price, for signing and keeping; no secret in it."""

import csv
import hashlib
import io

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import citations
from auctions.enums import SaleFormat, SealedPrice
from auctions.sale_records import exporting
from auctions.sale_records.exporting import export_record
from auctions.services import sales
from auctions.services.closing import close_lot, end_sale
from auctions.services.payment import declare_default
from auctions.services.second_chance import accept_second_chance, offer_second_chance
from auctions.services.voiding import void_bid
from tests.auctions.aftermath import hammered_long_ago, sold
from tests.auctions.factories import announced, begun, bid, bidder, house, put_hours, terms
from tests.auctions.papers import words_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def over(sale):
    """Let every hammer fall and the sale end."""
    put_hours(sale, -1)
    for pk in sale.lots.values_list("pk", flat=True):
        close_lot(lot_id=pk)
    return end_sale(sale_id=sale.pk)


@pytest.fixture
def operator():
    return UserFactory(operator=True)


@pytest.fixture
def sale(operator):
    """Lot 1 sold after a void and an extension, lot 2 withdrawn, lot 3 without a bid."""
    made = begun(lots=3, reserve=1500)
    first, second, _third = made.lots.order_by("number")
    made.one, made.other = bidder(made), bidder(made)
    bid(first, made.one, 2000)
    bid(first, made.other, 7777)
    void_bid(actor=operator, bid_id=first.bids.last().pk, reason="竞买人误操作")
    put_hours(made, 2)
    bid(first, made.other, 3333)
    sales.withdraw_lot(actor=made.house.boss, lot_id=second.pk, reason="权属有争议")
    return made


def exported(sale, format="csv", *, actor="boss", names=False, **more):
    actor = sale.house.boss if actor == "boss" else actor
    return export_record(actor=actor, sale_id=sale.pk, format=format, with_names=names, **more)


def rows_of(file, section=None):
    read = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    return [row for row in read if section in (None, row["section"])]


# ------------------------------------------------------------------ content


def test_the_course_of_a_lot_tells_price_time_paddle_and_channel(sale):
    over(sale)
    course = [row for row in rows_of(exported(sale), "course") if row["lot"] == "1"]
    assert [(r["kind"], r["paddle"], r["amount"], r["channel"]) for r in course] == [
        ("开始", "", "", ""),
        ("出价", str(sale.one.number), "1500.00", "网页"),
        ("出价", str(sale.other.number), "2200.00", "网页"),
        ("作废一笔出价", str(sale.other.number), "1500.00", ""),
        ("出价", str(sale.other.number), "2200.00", "网页"),
        ("延时", "", "", ""),
        ("落槌", "", "2200.00", ""),
    ]
    assert [row["sequence"] for row in course] == [str(n) for n in range(1, 8)]
    assert course[2]["words"] == "后来作废"
    assert course[3]["words"] == "作废序号3的出价，理由：竞买人误操作"
    assert course[5]["words"].startswith("延至20")
    clock = course[1]["time"]
    assert clock.endswith("+08:00") and len(clock.split(".")[1]) == len("123+08:00")


def test_results_withdrawals_rules_and_conditions_stand_in_it(sale):
    over(sale)
    file = exported(sale)
    results = [(r["lot"], r["kind"], r["paddle"], r["amount"]) for r in rows_of(file, "result")]
    assert results == [
        ("1", "成交", str(sale.other.number), "2200.00"),
        ("2", "撤回", "", ""),
        ("3", "流拍", "", ""),
    ]
    assert rows_of(file, "result")[1]["words"] == "权属有争议"
    facts = {row["kind"]: row["words"] for row in rows_of(file, "sale")}
    assert facts["拍卖企业"] == sale.house.name and facts["拍卖经营批准"]
    assert facts["拍卖会结束"] and facts["状态"] == "已结束"
    rules = {row["kind"]: row["words"] for row in rows_of(file, "rule")}
    assert rules["拍卖规则正文"].startswith("第1版")
    assert rules["加价阶梯"].startswith("district 第1版")
    for row in (sale.deposit, sale.approval):
        assert rules[row.get_kind_display()].startswith(f"{row.name} 第{row.version}版")


def test_neither_the_reserve_nor_a_maximum_stands_in_it(sale):
    dear = begun(reserve=98_765)
    bid(dear.lots.get(), bidder(dear), 4321)
    for made in (sale, dear):
        over(made)
        text = exported(made).content.decode("utf-8-sig")
        text += words_of(exported(made, "pdf").content)
        for secret in (98_765, 4321, 7777, 3333):
            assert f"{secret}.00" not in text and f"{secret:,}.00" not in text


def test_names_stand_beside_the_numbers_only_where_they_are_asked_for(sale):
    over(sale)
    name = sale.one.party.name
    without, with_names = exported(sale), exported(sale, names=True)
    assert name not in without.content.decode()
    row = rows_of(with_names, "paddle")[0]
    assert (row["paddle"], row["words"]) == (str(sale.one.number), name)
    assert without.digest != with_names.digest


def test_the_record_of_a_sale_that_has_ended_is_the_same_for_ever(sale):
    over(sale)
    first = exported(sale)
    assert exported(sale).content == first.content
    assert first.digest == hashlib.sha256(first.content).hexdigest()


def test_a_cell_that_a_spreadsheet_would_compute_is_disarmed():
    made = begun(title='=HYPERLINK("http://x")')
    titles = [row["words"] for row in rows_of(exported(made), "sale") if row["kind"] == "名称"]
    assert titles == ['\'=HYPERLINK("http://x")']


def test_sealed_amounts_stand_in_it_after_the_opening_only():
    made = begun(format=SaleFormat.SEALED, sealed_price=SealedPrice.FIRST)
    one = bidder(made)
    bid(made.lots.get(), one, 4321)
    before = exported(made)
    assert [r["amount"] for r in rows_of(before, "course") if r["kind"] == "出价"] == [""]
    assert "4321.00" not in before.content.decode()
    over(made)
    after = exported(made)
    assert [r["amount"] for r in rows_of(after, "course") if r["kind"] == "出价"] == ["4321.00"]


def test_a_sealed_bid_on_a_withdrawn_lot_is_never_told():
    made = begun(format=SaleFormat.SEALED, sealed_price=SealedPrice.FIRST)
    lot = made.lots.get()
    bid(lot, bidder(made), 4321)
    sales.withdraw_lot(actor=made.house.boss, lot_id=lot.pk, reason="权属有争议")
    assert "4321.00" not in exported(made).content.decode()


def test_a_maximum_left_before_the_opening_shows_no_price():
    made = announced()
    bid(made.lots.get(), bidder(made), 4321)
    course = rows_of(exported(made), "course")
    assert [(r["kind"], r["amount"]) for r in course] == [("出价", "")]


# ------------------------------------------------------------------ paper


def test_the_paper_holds_the_same_with_digest_pages_and_its_own_font(sale):
    over(sale)
    file = exported(sale, "pdf", names=True)
    words = words_of(file.content)
    for expected in (
        "拍卖笔录", sale.title, sale.house.name, sale.one.party.name, "作废序号3的出价",
        "权属有争议", "买受人签名", "拍卖师：", "记录人：", "第1页，共", "2,200.00",
    ):  # fmt: skip
        assert expected in words.replace("\n", ""), expected
    assert exported(sale, names=True).digest == file.digest
    assert file.digest in words.replace("\n", "")
    assert "还没有结束" not in words
    with pikepdf.open(io.BytesIO(file.content)) as paper:
        fonts = {f for page in paper.pages for f in page.Resources.Font}
        font = paper.pages[0].Resources.Font[min(fonts)]
        assert "FontFile3" in str(font.DescendantFonts[0].FontDescriptor.keys())
        assert len(paper.pages) >= 2


def test_a_table_repeats_its_head_on_the_next_page():
    made = begun()
    for _n in range(70):
        bidder(made)
    words = words_of(exported(made, "pdf").content).replace("\n", "")
    assert words.count("号牌登记时间状态") == 3
    assert "还没有结束" in words


# ------------------------------------------------------------------ who may


def test_each_download_is_an_event_with_the_digest(sale, operator):
    over(sale)
    for actor in (sale.house.boss, operator):
        file = exported(sale, actor=actor, names=True)
        event = Event.objects.filter(action="sale.record_exported").latest("pk")
        assert event.actor == actor
        assert event.data["sha256"] == file.digest
        assert (event.data["format"], event.data["names"]) == ("csv", True)


def test_others_get_no_record(sale):
    for actor in (sale.one.user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed) as refusal:
            exported(sale, actor=actor)
        assert refusal.value.rule == citations.SALE_RECORD
    assert not Event.objects.filter(action="sale.record_exported").exists()


def test_a_draft_has_no_record(operator):
    of_house = house()
    draft = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    for actor in (of_house.boss, operator):
        with pytest.raises(WrongState) as refusal:
            export_record(actor=actor, sale_id=draft.pk, format="csv", with_names=False)
        assert refusal.value.rule == citations.SALE_RECORD
    with pytest.raises(WrongState):
        export_record(actor=operator, sale_id=draft.pk + 999, format="csv", with_names=False)


def test_another_format_and_too_long_a_paper_are_refused(sale):
    with pytest.raises(Invalid):
        exported(sale, "docx")
    with pytest.raises(exporting.TooLong):
        exported(sale, "pdf", most=3)
    assert rows_of(exported(sale, "csv", most=3))
    assert Event.objects.filter(action="sale.record_exported").count() == 1


def test_the_house_downloads_from_its_desk(sale, reader, monkeypatch):
    client = reader(sale.house.boss)
    page = client.get(reverse("auctions:house_sale", args=[sale.pk])).content.decode()
    address = reverse("auctions:house_record", args=[sale.pk])
    assert address in page
    for format, kind in (("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf")):
        answer = client.post(address, {"format": format})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert f"sale-{sale.pk}-record.{format}" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"
    monkeypatch.setattr("auctions.views.records.MOST_ROWS_AT_ONCE", 3)
    assert client.post(address, {"format": "pdf"}).status_code == 302
    assert client.get(address).status_code == 405


def test_who_may_post_for_the_record(sale, operator, reader):
    address = reverse("auctions:house_record", args=[sale.pk])
    for person, status in ((operator, 200), (sale.one.user, 404), (house().boss, 404)):
        assert reader(person).post(address, {"format": "csv"}).status_code == status
    assert reader(operator).post(address, {"format": "docx"}).status_code == 422
    assert reader().post(address, {"format": "csv"}).status_code == 302


def test_an_operator_finds_it_on_the_public_page_and_others_do_not(sale, operator, reader):
    public = reverse("auctions:sale", args=[sale.pk])
    address = reverse("auctions:house_record", args=[sale.pk])
    for person, finds in ((operator, True), (sale.house.boss, True), (sale.one.user, False)):
        assert (address in reader(person).get(public).content.decode()) == finds
    assert address not in reader().get(public).content.decode()


def test_the_command_writes_the_file_and_says_the_digest(sale, tmp_path, capsys):
    over(sale)
    target = tmp_path / "record.csv"
    call_command("export_sale_record", sale.pk, format="csv", to=target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() in capsys.readouterr().out
    assert sale.one.party.name not in target.read_text(encoding="utf-8-sig")
    event = Event.objects.get(action="sale.record_exported")
    assert event.actor is None
    call_command("export_sale_record", sale.pk, to=tmp_path / "record.pdf", names=True)
    assert (tmp_path / "record.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(CommandError):
        call_command("export_sale_record", sale.pk + 999, to=target)
    with pytest.raises(CommandError):
        call_command("export_sale_record", sale.pk, to=tmp_path)


def test_what_follows_the_hammer_changes_nothing_in_it():
    made = sold()
    before = exported(made.sale, actor=made.boss).content
    hammered_long_ago(made.lot)
    declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    chance = offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[1].pk)
    assert exported(made.sale, actor=made.boss).content == before
    accept_second_chance(actor=made.people[1].user, offer_id=chance.pk)
    assert exported(made.sale, actor=made.boss).content == before
    result = rows_of(exported(made.sale, actor=made.boss), "result")[0]
    assert result["paddle"] == str(made.people[0].number)
