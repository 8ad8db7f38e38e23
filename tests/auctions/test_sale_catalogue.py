"""The catalogue on paper: what bidders may know, in both languages, drawn once."""

import io

import pikepdf
import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from auctions.enums import LotMark, SaleFormat, SealedPrice
from auctions.models import Lot, Sale
from auctions.sale_records import catalogue
from auctions.sale_records.catalogue import TooManyLots, catalogue_file, gathered
from auctions.selectors.sales import sale_for_page
from auctions.services import sales
from auctions.services.corrections import LotText, correct_lot
from media import files
from media.models import Derivative
from tests.auctions.factories import announced, begun, bid, bidder, house, terms
from tests.auctions.papers import words_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "cache" / "catalogues"


def printed(sale, language="zh-hans") -> str:
    with translation.override(language):
        _digest, content = catalogue_file(sale_for_page(sale.pk))
    return words_of(content).replace("\n", "")


def pictures_in(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as file:
        return sum(len(page.get_images()) for page in file.pages)


def drawn_picture(lot) -> Derivative:
    """The public JPEG of a lot's first picture."""
    image = lot.work.photos.order_by("position").first().image
    content = io.BytesIO()
    PIL.Image.new("RGB", (480, 320), (60 * lot.number, 90, 60)).save(content, "JPEG")
    path = files.public().save(f"pictures/{image.uuid}.jpg", ContentFile(content.getvalue()))
    return Derivative.objects.create(
        image=image, kind="jpeg-480", path=path, mime="image/jpeg", width=480, height=320,
        size=len(content.getvalue()), sha256="0" * 64,
    )  # fmt: skip


def test_it_says_what_bidders_need_and_neither_a_bid_nor_the_reserve():
    sale = begun(lots=2, opening=1200, reserve=1987, place="潍坊十笏园")
    first, second = sale.lots.order_by("number")
    text = LotText("左下有折痕", 2000_00, 3_000_000_00, LotMark.GUARANTEED + LotMark.INTEREST)
    correct_lot(actor=sale.house.boss, lot_id=first.pk, text=text, reason="补写")
    bid(first, bidder(sale), 5555)
    sales.withdraw_lot(actor=sale.house.boss, lot_id=second.pk, reason="权属有争议")
    words = printed(sale)
    for expected in (
        sale.title, sale.house.name, "潍坊十笏园", first.work.title, "左下有折痕", "1,200",
        "2,000", "3,000,000", "1○△", LotMark.INTEREST.label, "权属有争议", "拍卖规则",
        f"/auctions/{sale.pk}/", "第1页，共",
    ):  # fmt: skip
        assert str(expected) in words, expected
    assert str(LotMark.IRREVOCABLE.label) not in words
    for secret in ("1,987", "5,555", "1987", "5555"):
        assert secret not in words


def test_english_readers_get_it_in_english():
    sale = announced(title_en="Spring paintings")
    words = printed(sale, "en")
    for expected in ("Spring paintings", "Starting price", "Buyer", "Page 1 of"):
        assert expected in words


def test_a_sealed_sale_has_no_ladder():
    sale = announced(format=SaleFormat.SEALED, sealed_price=SealedPrice.FIRST)
    assert "加价阶梯" not in printed(sale)
    assert "加价阶梯" in printed(announced())


def test_each_lot_has_its_picture_once_it_is_drawn():
    sale = announced(lots=2)
    assert pictures_in(catalogue_file(sale_for_page(sale.pk))[1]) == 0
    for lot in sale.lots.all():
        drawn_picture(lot)
    assert pictures_in(catalogue_file(sale_for_page(sale.pk))[1]) == 2


def test_a_picture_whose_file_is_lost_is_left_out():
    sale = announced()
    files.public().delete(drawn_picture(sale.lots.get()).path)
    content = catalogue_file(sale_for_page(sale.pk))[1]
    assert (pictures_in(content), sale.title in words_of(content).replace("\n", "")) == (0, True)


def test_it_is_drawn_once_until_something_it_says_changes(monkeypatch, folder):
    sale, count = announced(), []
    monkeypatch.setattr(
        catalogue, "drawn", lambda printed, draw=catalogue.drawn: count.append(1) or draw(printed)
    )
    first = catalogue_file(sale_for_page(sale.pk))
    assert catalogue_file(sale_for_page(sale.pk)) == first
    assert (len(count), len(list(folder.rglob("*.*"))) <= 1) == (1, True)
    # A bid is nothing that it says.
    Lot.objects.filter(sale=sale).update(bid_count=3)
    assert catalogue_file(sale_for_page(sale.pk)) == first
    lot = sale.lots.get()
    text = LotText("有补笔", lot.estimate_low_minor, lot.estimate_high_minor)
    correct_lot(actor=sale.house.boss, lot_id=lot.pk, text=text, reason="复看发现")
    again = catalogue_file(sale_for_page(sale.pk))
    assert again[0] != first[0] and "有补笔" in words_of(again[1]).replace("\n", "")
    with translation.override("en"):
        assert catalogue_file(sale_for_page(sale.pk))[0] not in (first[0], again[0])
    assert len(count) == 3


def test_its_queries_do_not_grow_with_the_lots(django_assert_num_queries):
    one, many = announced(), announced(lots=4)
    for sale in (one, many):
        gathered(sale_for_page(sale.pk))  # rule books are read once a process
    found = []
    for sale in (one, many):
        fresh = sale_for_page(sale.pk)
        with translation.override("zh-hans"), django_assert_num_queries(11):
            found.append(gathered(fresh))
    assert [len(f.entries) for f in found] == [1, 4]


def test_anybody_reads_it_and_a_known_one_is_not_sent_again(client):
    sale = announced()
    url = reverse("auctions:catalogue_pdf", args=[sale.pk])
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-") and answer["Cache-Control"] == "no-cache"
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert "Page 1 of" in words_of(client.get(f"/en{url}").content)
    assert url in client.get(reverse("auctions:sale", args=[sale.pk])).content.decode()
    assert client.get(reverse("auctions:catalogue_pdf", args=[0])).status_code == 404


def test_a_draft_is_for_its_house_only(client):
    of_house = house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    url = reverse("auctions:catalogue_pdf", args=[sale.pk])
    assert client.get(url).status_code == 404
    client.force_login(UserFactory(buyer=True))
    assert client.get(url).status_code == 404
    client.force_login(of_house.boss)
    answer = client.get(url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")


def test_one_that_takes_too_long_is_refused_on_the_page_and_written_by_the_command(
    client, monkeypatch, tmp_path
):
    sale = announced(lots=2)
    with pytest.raises(TooManyLots):
        catalogue_file(sale_for_page(sale.pk), most=1)
    monkeypatch.setattr(catalogue.catalogue_file, "__kwdefaults__", {"most": 1})
    answer = client.get(reverse("auctions:catalogue_pdf", args=[sale.pk]), follow=True)
    assert "图录太长" in answer.content.decode()
    for language, words in (("zh-hans", "第1页"), ("en", "Page 1 of")):
        to = tmp_path / f"{language}.pdf"
        call_command("export_catalogue", sale.pk, to=to, language=language, stdout=io.StringIO())
        assert words in words_of(to.read_bytes())
    with pytest.raises(CommandError):
        call_command("export_catalogue", 0, to=tmp_path / "x.pdf")
    with pytest.raises(CommandError, match=r"x\.pdf"):
        call_command("export_catalogue", sale.pk, to=tmp_path / "no" / "x.pdf")
    assert Sale.objects.count() == 1
