"""The pages of offers: the owner's, the buyer's, and what others find there."""

import pytest
from django.urls import reverse

from auctions.listings.models import Enquiry, EnquiryMessage, Offer
from auctions.listings.services.enquiries import ask_seller
from auctions.listings.services.offers import close_offer
from catalog.services import encumbrances
from tests.catalog.factories import person, registered
from tests.listings.factories import offered, seller_of

pytestmark = pytest.mark.django_db
FORM = {"price": "4,800", "condition": "good", "condition_words": "有旧痕", "includes_tax": "on"}


def page(client, name, *args):
    return client.get(reverse(f"listings:{name}", args=args))


def test_the_owner_opens_changes_and_closes_on_his_pages(client):
    work = registered()
    client.force_login(seller_of(work))
    url = reverse("listings:open", args=[work.pk])
    desk = client.get(reverse("catalog:own_work", args=[work.pk])).content.decode()
    assert url in desk
    assert client.post(url, FORM).status_code == 302
    again = client.post(url, FORM)  # a double click
    assert again.status_code == 422
    assert "挂牌中" in again.content.decode()
    assert Offer.objects.count() == 1
    client.post(reverse("listings:price", args=[work.pk]), {"price": "5000"})
    text = client.get(url).content.decode()
    assert "¥4,800" in text
    assert "¥5,000" in text
    client.post(reverse("listings:close", args=[work.pk]), {"reason": "自留"})
    assert (
        client.post(reverse("listings:close", args=[work.pk]), {"reason": "自留"}).status_code
        == 404
    )
    assert not Offer.objects.live().exists()


@pytest.mark.parametrize(
    "bad",
    [{"price": ""}, {"price": "0"}, {"price": "一千"}, {"price": "1.234"}, {"price": "9" * 30},
     {"price": "NaN"}, {"condition": "x"}, {"condition_words": " "}, {"condition_words": "长" * 9000}],
)  # fmt: skip
def test_bad_input_is_shown_again(client, bad):
    work = registered()
    client.force_login(seller_of(work))
    answer = client.post(reverse("listings:open", args=[work.pk]), FORM | bad)
    assert answer.status_code == 422
    assert not Offer.objects.exists()


def test_a_refusal_says_what_lies_on_the_work(client):
    work = registered()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="1"
    )
    client.force_login(seller_of(work))
    answer = client.post(reverse("listings:open", args=[work.pk]), FORM)
    assert answer.status_code == 422
    assert "质押中" in answer.content.decode()


@pytest.mark.parametrize("role", ["artist", "buyer", "registrar", "operator", "merchant"])
def test_others_find_no_owner_pages(client, role):
    offer = offered()
    client.force_login(person(role))
    assert page(client, "open", offer.work_id).status_code == 404
    for name in ("price", "close"):
        url = reverse(f"listings:{name}", args=[offer.work_id])
        assert client.post(url, {"price": "1", "reason": "x"}).status_code == 404
    assert Offer.objects.live().get().price == offer.price


def test_strangers_are_asked_to_sign_in(client):
    offer = offered()
    for name, arg in (("open", [offer.work_id]), ("offers", []), ("ask", [offer.work.number])):
        answer = page(client, name, *arg)
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]


def test_the_work_page_shows_the_price_with_what_it_includes(client):
    offer = offered()
    text = client.get(offer.work.get_absolute_url()).content.decode()
    for words in (
        "作者标价，不含税，含包装，不含运费",
        "¥4,800",
        "背面有轻微旧痕",
        "不代收货款",
        "询问卖方",
    ):
        assert words in text
    close_offer(actor=offer.seller, offer_id=offer.pk, reason="自留")
    text = client.get(offer.work.get_absolute_url()).content.decode()
    assert "¥4,800" not in text
    assert "没有权利限制" in text


def test_the_browse_page_counts_and_shows_the_offered(client):
    offered()
    registered()
    text = client.get(reverse("catalog:browse"), {"for_sale": "enquiry"}).content.decode()
    assert "¥4,800" in text
    assert "作者标价，询价" in text
    assert text.count('class="card-title"') == 1


def test_both_sides_read_the_talk_and_nobody_else(client):
    offer, buyer = offered(), person("buyer")
    client.force_login(buyer)
    answer = client.post(reverse("listings:ask", args=[offer.work.number]), {"text": "多大？"})
    talk = Enquiry.objects.get()
    url = reverse("listings:thread", args=[talk.pk])
    assert answer["Location"] == url
    client.force_login(offer.seller)
    assert "多大？" in client.get(url).content.decode()
    assert client.post(url, {"text": "一米高。"}).status_code == 302
    assert client.post(url, {"text": "一米高。"}).status_code == 302  # a double click
    assert EnquiryMessage.objects.count() == 2
    assert url in page(client, "offers").content.decode()
    client.force_login(buyer)
    text = client.get(url).content.decode()
    assert "一米高。" in text
    assert offer.seller.email not in text
    for role in ("buyer", "artist", "registrar", "operator"):
        client.force_login(person(role))
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": "插一句"}).status_code == 404
    assert EnquiryMessage.objects.count() == 2


@pytest.mark.parametrize("text", ["", "长" * 5000])
def test_an_empty_or_huge_question_is_shown_again(client, text):
    offer = offered()
    client.force_login(person("buyer"))
    url = reverse("listings:ask", args=[offer.work.number])
    assert client.post(url, {"text": text}).status_code == 422
    assert not Enquiry.objects.exists()


def test_asking_about_what_is_not_offered_finds_nothing(client):
    client.force_login(person("buyer"))
    assert page(client, "ask", registered().number).status_code == 404
    assert page(client, "ask", "ZZZZZZZZ").status_code == 404


def test_the_seller_who_asks_is_led_to_his_offer(client):
    offer = offered()
    client.force_login(offer.seller)
    answer = page(client, "ask", offer.work.number)
    assert answer["Location"] == reverse("listings:open", args=[offer.work_id])


def test_a_talk_about_a_closed_offer_can_still_be_read(client):
    offer, buyer = offered(), person("buyer")
    talk = ask_seller(actor=buyer, offer_id=offer.pk, text="多大？").enquiry
    close_offer(actor=offer.seller, offer_id=offer.pk, reason="自留")
    client.force_login(buyer)
    url = reverse("listings:thread", args=[talk.pk])
    assert "不能再写" in client.get(url).content.decode()
    assert client.post(url, {"text": "还在吗"}).status_code == 422


@pytest.mark.parametrize("name", ["price", "close", "open"])
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page_and_says_so(client, name):
    offer = offered()
    page = reverse("listings:open", args=[offer.work_id])
    answer = client.post(
        reverse(f"listings:{name}", args=[offer.work_id]),
        {"price": "1"},
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer.headers["Location"].endswith(f"?next={page}")
    assert "刚才的操作没有执行" in client.get(answer.headers["Location"]).content.decode()
    client.force_login(offer.seller)
    assert client.get(page).status_code == 200
