"""Asking and answering: who writes, how often, and what is mailed to whom."""

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from artmarket import rulebook
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from auctions.listings.models import Enquiry, EnquiryMessage
from auctions.listings.services import enquiries
from auctions.listings.services.enquiries import ask_seller, write_message
from auctions.listings.services.offers import close_offer
from auctions.listings.tasks import mail_message
from catalog.services.registration import set_visibility
from tests.catalog.factories import person
from tests.listings.factories import offered

pytestmark = pytest.mark.django_db


def ask(offer, buyer=None, text="可以看实物吗？"):
    return ask_seller(actor=buyer or person("buyer"), offer_id=offer.pk, text=text)


def test_a_question_is_kept_and_one_task_waits_to_mail_it():
    message = ask(offered())
    assert message.enquiry.messages.count() == 1
    task = DBTaskResult.objects.get(task_path="auctions.listings.tasks.mail_message")
    assert task.args_kwargs["kwargs"] == {"message_id": message.pk}
    assert mail.outbox == []


def test_the_mail_goes_once_to_the_seller_and_hides_the_buyer():
    offer = offered()
    message = ask(offer)
    assert mail_message.call(message.pk) == "sent"
    assert mail_message.call(message.pk) == "already told"
    [letter] = mail.outbox
    assert letter.to == [offer.seller.email]
    assert "可以看实物吗？" in letter.body
    assert message.by.email not in letter.body + letter.subject
    message.refresh_from_db()
    assert message.mailed_at is not None


def test_the_answer_is_mailed_to_the_buyer():
    offer, buyer = offered(), person("buyer")
    asked = ask(offer, buyer)
    answer = write_message(actor=offer.seller, enquiry_id=asked.enquiry_id, text="可以，约周末。")
    mail_message.call(answer.pk)
    assert [m.to for m in mail.outbox] == [[buyer.email]]
    assert offer.seller.email not in mail.outbox[0].body


def test_a_closed_account_gets_no_mail():
    offer = offered()
    message = ask(offer)
    type(offer.seller).objects.filter(pk=offer.seller_id).update(is_active=False)
    assert mail_message.call(message.pk) == "nobody to tell"
    assert mail.outbox == []


def test_a_second_question_joins_the_talk_and_a_double_click_is_one_message():
    offer, buyer = offered(), person("buyer")
    ask(offer, buyer)
    ask(offer, buyer)
    ask(offer, buyer, "多大？")
    assert Enquiry.objects.count() == 1
    assert list(EnquiryMessage.objects.values_list("text", flat=True)) == [
        "可以看实物吗？",
        "多大？",
    ]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 2001])
def test_empty_and_huge_questions_are_refused(text):
    with pytest.raises(Invalid):
        ask(offered(), text=text)
    assert not Enquiry.objects.exists()


def test_the_seller_does_not_ask_himself():
    offer = offered()
    with pytest.raises(NotAllowed) as refusal:
        ask(offer, offer.seller)
    assert refusal.value.code == "own_offer"


def test_a_hidden_work_is_not_asked_about():
    offer = offered()
    set_visibility(actor=offer.seller, work_id=offer.work_id, is_public=False)
    with pytest.raises(NotAllowed):
        ask(offer)


def test_a_closed_offer_is_neither_asked_about_nor_talked_about():
    offer, buyer = offered(), person("buyer")
    asked = ask(offer, buyer)
    close_offer(actor=offer.seller, offer_id=offer.pk, reason="自留")
    with pytest.raises(WrongState):
        ask(offer)
    for side in (buyer, offer.seller):
        with pytest.raises(WrongState):
            write_message(actor=side, enquiry_id=asked.enquiry_id, text="还在吗？")


@pytest.mark.parametrize("role", ["buyer", "artist", "registrar", "operator"])
def test_nobody_else_writes_in_a_talk(role):
    asked = ask(offered())
    with pytest.raises(NotAllowed):
        write_message(actor=person(role), enquiry_id=asked.enquiry_id, text="插一句")


def test_a_buyer_opens_only_so_many_talks_a_day(settings):
    settings.RULE_OVERRIDES = {}
    offers, buyer = [offered() for _ in range(3)], person("buyer")
    limit = rulebook.get(enquiries.PER_DAY_RULE)
    assert limit == 10
    first = ask(offers[0], buyer)
    Enquiry.objects.bulk_create(Enquiry(offer=offered(), buyer=buyer) for _ in range(limit - 1))
    with pytest.raises(DomainError) as refusal:
        ask(offers[1], buyer)
    assert (refusal.value.code, refusal.value.status) == ("too_many_enquiries", 429)
    assert refusal.value.rule == enquiries.PER_DAY_RULE
    assert ask(offers[0], buyer, "再问一句").enquiry_id == first.enquiry_id
    ask(offers[2])  # somebody else still may


def test_after_three_messages_in_a_row_the_other_side_is_awaited():
    offer, buyer = offered(), person("buyer")
    asked = ask(offer, buyer, "一")
    for text in "二三":
        ask(offer, buyer, text)
    with pytest.raises(DomainError) as refusal:
        ask(offer, buyer, "四")
    assert (refusal.value.code, refusal.value.status) == ("too_many_messages", 429)
    write_message(actor=offer.seller, enquiry_id=asked.enquiry_id, text="在")
    ask(offer, buyer, "四")
    assert EnquiryMessage.objects.count() == 5
