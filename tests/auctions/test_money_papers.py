"""The invoice, the receipt and the seller's statement as PDF: read back, they say what pages say."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from artmarket.accounts.models import Organisation, Party
from artmarket.core.money import Money
from artmarket.ledger.engine.references import printed
from artmarket.ledger.models import Receipt
from artmarket.ledger.services.outgoing import confirm_outgoing
from artmarket.ledger.services.payments import note_received
from auctions.models import Settlement
from auctions.selectors.bill_rows import buyer_rows, rows_of, sums_of
from auctions.selectors.statements import statements_of
from auctions.services.deposit_paying import pay_deposit
from auctions.services.settlement.invoicing import pay_invoice, set_withholding
from auctions.services.settlement.releasing import release_settlement
from catalog.models import Work
from tests.auctions.aftermath import sold, unsold
from tests.auctions.factories import begun, house
from tests.auctions.papers import words_of
from tests.auctions.registrations import deposit_of, fixed, register, rule
from tests.auctions.settling import (
    HAMMER,
    TOTAL,
    accepted,
    invoiced,
    invoiced_lots,
    pay,
    released,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def paper_of(client, name, *args, english=False) -> str:
    """The words of a PDF, without spaces: lines of a cell are broken anywhere."""
    address = reverse(name, args=args)
    answer = client.get(f"/en{address}" if english else address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    return squeezed(words_of(answer.content))


def squeezed(words: object) -> str:
    return "".join(str(words).split())


def invoice_of(client, made, **more) -> str:
    return paper_of(client, "auctions:invoice_pdf", made.invoice.pk, **more)


def statement_of(client, made, **more) -> str:
    return paper_of(client, "auctions:statement_pdf", made.lot.consignment_id, **more)


# ------------------------------------------------------------------ the invoice


def test_the_invoice_says_what_the_page_says_line_by_line(reader):
    made = invoiced_lots([2600, 4000])
    payment = pay(made, 1000_00)
    words = invoice_of(reader(made.buyer), made)
    rows = Settlement.objects.filter(invoice=made.invoice).select_related("lot__sale")
    for row in rows:
        for line in buyer_rows(row):
            assert squeezed(f"{line.label}{line.rate}") in words
            assert squeezed(line.money) in words
    sums = sums_of(made.invoice)
    assert sums.due.minor == sums.total.minor - 1000_00
    for told in (
        made.sale.house.name, made.sale.house.licences.get().number, made.invoice.number,
        made.buyer.display_name, made.sale.display_title, sums.total, sums.paid, sums.due,
        printed(payment.reference), "拍卖法第五十二条", "settlement.escrow", "15%",
    ):  # fmt: skip
        assert squeezed(told) in words, told
    page = reader(made.buyer).get(reverse("auctions:order", args=[made.row.pk])).content.decode()
    assert reverse("auctions:invoice_pdf", args=[made.invoice.pk]) in page
    assert "15%" in page


def test_vat_stands_with_its_rate_and_is_not_counted_twice(reader):
    premium = rule(
        "premium", tiers=[[None, "20"]], overhead_pct="1", vat_on_top_pct=None,
        vat_included_pct="6",
    )  # fmt: skip
    made = invoiced(premium=premium)
    words = invoice_of(reader(made.buyer), made)
    row = Settlement.objects.select_related("lot__sale").get(pk=made.row.pk)
    lines = {line.code: line for line in buyer_rows(row) if line.code}
    assert (lines["premium"].rate, lines["overhead"].rate) == ("20%", "1%")
    assert lines["vat_within"].rate == "6%"
    assert row.total_minor == HAMMER + HAMMER // 5 + HAMMER // 100
    assert squeezed(lines["vat_within"].money) in words
    assert squeezed(row.total) in words


def test_an_open_payment_is_named_with_the_account_to_pay_to(reader):
    made = invoiced()
    assert "就得到付款编号" in invoice_of(reader(made.buyer), made)
    payment = pay_invoice(
        actor=made.buyer, invoice_id=made.invoice.pk, gateway="bank", key="k"
    )  # fmt: skip
    words = invoice_of(reader(made.buyer), made)
    assert squeezed(printed(payment.reference)) in words
    assert squeezed(settings.BANK_ACCOUNT) in words


def test_traditional_characters_are_drawn_and_english_is_english(reader):
    made = invoiced()
    Organisation.objects.filter(pk=made.sale.house_id).update(
        name="龍門國際拍賣", name_en="Longmen"
    )
    Party.objects.filter(pk=made.invoice.buyer_id).update(name="鄭蘭馨")
    Work.objects.filter(pk=made.lot.work_id).update(title="臺灣風景畫", title_en="View of Taiwan")
    words = invoice_of(reader(made.buyer), made)
    for told in ("龍門國際拍賣", "鄭蘭馨", "臺灣風景畫", "成交确认书和账单"):
        assert told in words
    words = invoice_of(reader(made.buyer), made, english=True)
    with translation.override("en"):
        row = Settlement.objects.select_related("lot__sale").get(pk=made.row.pk)
        told = [str(line.label) for line in buyer_rows(row)]
    assert "Longmen" in words
    assert "ViewofTaiwan" in words
    for label in told:
        assert squeezed(label).replace("’", "'") in words
    assert "成交确认书" not in words


def test_who_pays_the_house_and_operators_open_the_invoice(reader):
    made = invoiced()
    address = reverse("auctions:invoice_pdf", args=[made.invoice.pk])
    for user in (made.buyer, made.boss, made.operator):
        assert reader(user).get(address).status_code == 200
    for user in (made.seller, made.people[1].user, house().boss, UserFactory(registrar=True)):
        assert reader(user).get(address).status_code == 404
    assert reader(None).get(address).status_code == 302
    page = reader(made.seller).get(reverse("auctions:order", args=[made.row.pk]))
    assert address not in page.content.decode()


# ------------------------------------------------------------------ the receipt


def test_each_payment_that_came_has_its_receipt(reader):
    made = invoiced()
    first, second = pay(made, 1000_00), pay(made)
    for payment, amount in ((first, 1000_00), (second, TOTAL - 1000_00)):
        row = Receipt.objects.get(payment=payment)
        words = paper_of(reader(made.buyer), "payments:receipt", payment.reference, row.pk)
        for told in (
            f"{printed(payment.reference)}-1", Money(amount), made.buyer.display_name, row.reference,
            payment.way, "拍卖账单", made.invoice.number, made.sale.house.name,
            f"账单还应付{Money(0)}", f"这笔付款还应付{Money(0)}", f"{row.received_on.year}年",
        ):  # fmt: skip
            assert squeezed(told) in words, told
        page = reader(made.buyer).get(reverse("payments:payment", args=[payment.reference]))
        assert reverse("payments:receipt", args=[payment.reference, row.pk]) in (
            page.content.decode()
        )
    order = reader(made.buyer).get(reverse("auctions:order", args=[made.row.pk])).content.decode()
    assert order.count("/receipts/") == 2


def test_a_part_of_a_transfer_says_what_is_still_to_come(reader):
    made = invoiced()
    payment = pay_invoice(
        actor=made.buyer, invoice_id=made.invoice.pk, gateway="bank", key="k"
    )  # fmt: skip
    note_received(payment_id=payment.pk, amount_minor=1000_00, gateway_reference="A1")
    note_received(payment_id=payment.pk, amount_minor=500_00, gateway_reference="A2")
    first, second = Receipt.objects.filter(payment=payment).order_by("pk")
    for row, number, left in ((first, 1, TOTAL - 1000_00), (second, 2, TOTAL - 1500_00)):
        words = paper_of(reader(made.buyer), "payments:receipt", payment.reference, row.pk)
        assert squeezed(f"{printed(payment.reference)}-{number}") in words
        assert squeezed(f"这笔付款还应付{Money(left)}") in words


def test_a_receipt_is_for_whom_the_payment_is(reader):
    made = invoiced()
    payment, other = pay(made, 1000_00), pay(made, 500_00)
    row = Receipt.objects.get(payment=payment)
    address = reverse("payments:receipt", args=[payment.reference, row.pk])
    assert reader(made.operator).get(address).status_code == 200
    for user in (made.boss, made.seller, made.people[1].user):
        assert reader(user).get(address).status_code == 404
    mixed = reverse("payments:receipt", args=[other.reference, row.pk])
    assert reader(made.buyer).get(mixed).status_code == 404
    assert reader(None).get(address).status_code == 302


def test_the_receipt_of_a_deposit_names_sale_and_paddle(reader):
    sale = begun(deposit=fixed(1000), approval="automatic")
    paddle = register(sale)
    payment = pay_deposit(actor=paddle.user, deposit_id=deposit_of(paddle).pk, way="bank")
    note_received(payment_id=payment.pk, amount_minor=400_00, gateway_reference="D1")
    row = Receipt.objects.get(payment=payment)
    words = paper_of(reader(paddle.user), "payments:receipt", payment.reference, row.pk)
    for told in (
        "竞买保证金", sale.house.name, sale.display_title, f"号牌{paddle.number}", Money(400_00),
        f"这笔付款还应付{Money(600_00)}",
    ):  # fmt: skip
        assert squeezed(told) in words, told


# ------------------------------------------------------------------ the seller's statement


def test_the_statement_says_each_deduction_and_each_payout(reader):
    made = accepted()
    set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=78_00, basis="按3%")
    release_settlement(actor=None, settlement_id=made.row.pk)
    (one,) = statements_of(made.lot.consignment)
    (payout,) = one.payouts
    confirm_outgoing(actor=made.operator, row=payout, bank_reference="OUT1")
    (one,) = statements_of(made.lot.consignment)
    words = statement_of(reader(made.seller), made)
    for line in rows_of(one.costs, one.lot.sale):
        assert squeezed(f"{line.label}{line.rate}") in words
        assert squeezed(line.money) in words
    payout = one.payouts[0]
    for told in (
        f"委托人得到{one.costs.total}", payout.reference, payout.way, payout.money,
        payout.get_state_display(), f"{payout.done_at.year}年", made.sale.house.name, "按3%",
        "拍卖法第五十六条", "money.income_tax_gain",
    ):  # fmt: skip
        assert squeezed(told) in words, told
    assert payout.money == one.costs.total
    assert "买受人佣金" not in words


def test_before_the_invoice_the_statement_is_a_preview(reader):
    made = sold()
    made.seller = made.lot.consignor.user
    words = statement_of(reader(made.seller), made)
    assert "账单还没有开出" in words
    page = reader(made.seller).get(
        reverse("auctions:consignment", args=[made.lot.consignment_id])
    ).content.decode()  # fmt: skip
    assert reverse("auctions:statement_pdf", args=[made.lot.consignment_id]) in page


def test_the_buyer_never_reads_the_sellers_statement(reader):
    made = released()
    address = reverse("auctions:statement_pdf", args=[made.lot.consignment_id])
    for user in (made.seller, made.boss, made.operator):
        assert reader(user).get(address).status_code == 200
        page = reader(user).get(reverse("auctions:order", args=[made.row.pk])).content.decode()
        assert address in page
    for user in (made.buyer, made.people[1].user, house().boss):
        assert reader(user).get(address).status_code == 404
    page = reader(made.buyer).get(reverse("auctions:order", args=[made.row.pk])).content.decode()
    assert address not in page


def test_what_did_not_sell_has_no_statement(reader):
    made = unsold()
    address = reverse("auctions:statement_pdf", args=[made.lot.consignment_id])
    assert reader(made.lot.consignor.user).get(address).status_code == 404
