"""Bank statements: every line once, credited only when everything agrees, else for a person."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.engine.references import printed
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import (
    DueDiligence,
    Payment,
    Receipt,
    StatementLine,
    StrayMoney,
)
from artmarket.ledger.payments.enums import OutgoingState, PaymentState, StrayReason, StrayState
from artmarket.ledger.services import bank, desk, diligence, outgoing, reconciliation
from artmarket.ledger.services.payments import ask_refund, cancel_payment
from artmarket.ledger.services.receipts import ReferenceUsed
from artmarket.ledger.statement_files import BadStatement, read_statement
from tests.factories import UserFactory
from tests.ledger.gateway_stage import asked, assert_books_whole, balance, books, deposit_of, payer

pytestmark = pytest.mark.django_db
HEAD = "记账日期,流水号,币种,金额,对方户名,附言\n"


@pytest.fixture
def operator():
    return UserFactory(operator=True)


def due(amount=10_000, **more) -> Payment:
    return asked(amount=amount, gateway="bank", **more)


def row(payment, amount="100.00", *, number="B1", name=None, text=None, currency="CNY") -> str:
    payer_name = payment.party.name if name is None else name
    words = f"货款 {printed(payment.reference)}" if text is None else text
    return f'2026-07-06,{number},{currency},"{amount}",{payer_name},{words}\n'


def take(*rows):
    return bank.import_statement(actor=None, raw=(HEAD + "".join(rows)).encode())


def stray() -> StrayMoney:
    return StrayMoney.objects.get()


def test_a_line_with_a_reference_in_the_payers_name_is_credited_and_only_once():
    payment = due()
    first = take(row(payment))
    again = take(row(payment))
    assert (first.new, first.credited, again.lines, again.new) == (1, 1, 1, 0)
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 10_000)
    assert balance(Purpose.CLEARING, gateway="bank") == 10_000
    assert_books_whole()


def test_two_lines_that_say_the_same_are_two_payments_and_the_file_twice_changes_nothing():
    payment = due(20_000)
    rows = [row(payment, number=""), row(payment, number="")]
    assert take(*rows).credited == 2
    before = books()
    assert take(*rows).new == 0
    assert books() == before
    assert take(*rows, row(payment, number="")).new == 1
    payment.refresh_from_db()
    assert payment.received_minor == 20_000
    assert balance(Purpose.SUSPENSE) == 10_000


def test_a_part_leaves_the_rest_due_and_what_is_too_much_is_listed():
    payment = due()
    take(row(payment, "40"))
    payment.refresh_from_db()
    assert (payment.state, payment.due_minor) == (PaymentState.PARTLY, 6_000)
    assert take(row(payment, "80", number="B2")).to_review == 1
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 10_000)
    assert (stray().amount_minor, stray().reason) == (2_000, StrayReason.OVERPAID)
    assert balance(Purpose.SUSPENSE) == 2_000


def test_paid_twice_the_second_is_listed_whole():
    payment = due()
    take(row(payment), row(payment, number="B2"))
    assert (stray().amount_minor, stray().reason) == (10_000, StrayReason.OVERPAID)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "货款"}, StrayReason.NO_REFERENCE),
        ({"text": "P-2222-2222-2"}, StrayReason.NO_REFERENCE),  # its check character is wrong
        ({"text": "P-2222-2222-C"}, None),
        ({"name": "别人"}, StrayReason.OTHER_PAYER),
        ({"name": ""}, StrayReason.OTHER_PAYER),
        ({"currency": "USD"}, StrayReason.OTHER_CURRENCY),
    ],
)
def test_what_does_not_agree_waits_in_suspense_with_its_reason(change, reason):
    payment = due()
    assert take(row(payment, **change)).to_review == 1
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.CREATED, 0)
    assert stray().reason == (reason or stray().reason)
    assert stray().reason != StrayReason.OVERPAID
    assert balance(Purpose.SUSPENSE, currency=change.get("currency", "CNY")) == 10_000


def test_money_for_a_cancelled_payment_is_listed():
    payment = due()
    cancel_payment(actor=None, payment_id=payment.pk)
    take(row(payment))
    assert stray().reason == StrayReason.ENDED
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.CANCELLED, 0)


def test_width_case_and_spaces_of_a_reference_and_a_name_do_not_matter():
    payment = due()
    words = printed(payment.reference).lower().replace("-", " ").translate({ord("p"): "Ｐ"})
    spaced = f" {payment.party.name[:2]} {payment.party.name[2:]} "
    assert take(row(payment, text=f"fee{words}x", name=spaced)).credited == 1


def test_two_references_in_one_text_are_for_a_person():
    one, other = due(), due()
    text = f"{one.reference} {other.reference}"
    assert take(row(one, "200", text=text)).to_review == 1


def test_a_person_assigns_what_was_listed(operator):
    payment = due()
    take(row(payment, name="代付人"))
    with pytest.raises(NotAllowed):
        desk.assign_stray(actor=UserFactory(), stray_id=stray().pk, reference="", note="x")
    small = due(5_000)
    for wrong in ("P0000", printed(small.reference)):
        with pytest.raises(Invalid):
            desk.assign_stray(actor=operator, stray_id=stray().pk, reference=wrong, note="夫妻代付")
    reference = printed(payment.reference)
    desk.assign_stray(actor=operator, stray_id=stray().pk, reference=reference, note="夫妻代付")
    with pytest.raises(WrongState):
        desk.assign_stray(actor=operator, stray_id=stray().pk, reference=reference, note="再来")
    payment.refresh_from_db()
    assert (payment.state, stray().state) == (PaymentState.PAID, StrayState.ASSIGNED)
    assert balance(Purpose.SUSPENSE) == 0
    assert balance(Purpose.DEPOSIT, party=payment.party) == 10_000
    assert_books_whole()


def test_a_person_sends_it_back_and_only_once(operator):
    take(row(due(), text="不知道"))
    given = {"actor": operator, "stray_id": stray().pk, "proof": "OUT1", "note": "退回原账户"}
    desk.return_stray(**given)
    with pytest.raises(WrongState):
        desk.return_stray(**given)
    assert stray().state == StrayState.RETURNED
    assert (balance(Purpose.SUSPENSE), balance(Purpose.CLEARING, gateway="bank")) == (0, 0)


def test_a_refund_that_was_sent_at_the_bank_is_found_on_the_statement_and_counted_once(operator):
    payment = due()
    take(row(payment))
    with transaction.atomic():
        refund = ask_refund(
            actor=operator, payment_id=payment.pk, amount_minor=4_000,
            from_account=deposit_of(payment.party), key="r", reason="退款",
        )  # fmt: skip
    line = f"2026-07-07,B9,CNY,-40.00,{payment.party.name},{printed(refund.reference)}\n"
    assert take(line).sent == 1
    assert take(line).new == 0
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refunded_minor) == (OutgoingState.DONE, 4_000)
    with pytest.raises(WrongState):
        outgoing.confirm_outgoing(actor=operator, row=refund, bank_reference="B10")
    assert balance(Purpose.CLEARING, gateway="bank") == 6_000
    found = reconciliation.reconcile(gateway_name="bank", settling=-reconciliation.SETTLING)
    assert (found.found, found.totals["CNY"]) == (0, {"gateway": 6_000, "books": 6_000})


def test_a_line_that_went_out_for_nothing_we_know_is_a_difference():
    take("2026-07-07,B9,CNY,-40.00,某公司,房租\n")
    assert StatementLine.objects.get().result == bank.UNCLEAR
    found = reconciliation.reconcile(gateway_name="bank", settling=-reconciliation.SETTLING)
    assert found.found == 1


# ------------------------------------------------------------------------ the desk


def record(operator, payment, amount, number, *, is_cash=True, name=None):
    return desk.record_at_desk(
        actor=operator, payment_id=payment.pk, amount_minor=amount, receipt_number=number,
        is_cash=is_cash, payer_name=payment.party.name if name is None else name,
        received_on=date(2026, 7, 6),
    )  # fmt: skip


def test_cash_is_recorded_once_for_its_receipt(operator):
    payment, other = due(), due()
    with pytest.raises(NotAllowed):
        record(UserFactory(), payment, 10_000, "C1")
    for _n in range(2):
        record(operator, payment, 10_000, "C1")
    with pytest.raises(ReferenceUsed):
        record(operator, other, 10_000, "C1")
    with pytest.raises(WrongState):
        record(operator, payment, 10_000, "C2")
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    assert balance(Purpose.CLEARING, gateway="desk") == 10_000
    assert Receipt.objects.count() == 1


def test_a_transfer_recorded_by_hand_is_the_same_as_its_line(operator):
    payment = due()
    record(operator, payment, 10_000, "B1", is_cash=False)
    assert take(row(payment, number="B1")).credited == 1
    payment.refresh_from_db()
    assert payment.received_minor == 10_000
    assert balance(Purpose.CLEARING, gateway="bank") == 10_000
    assert not StrayMoney.objects.exists()


def test_a_record_without_number_payer_or_amount_is_refused(operator):
    payment = due()
    with pytest.raises(Invalid) as refused:
        record(operator, payment, 0, " ", name=" ")
    assert set(refused.value.fields) == {"receipt_number", "payer_name", "amount"}


def test_cash_that_was_split_reaches_the_limit_of_the_day(operator):
    party = payer()
    first, second = due(6_000_000, party=party), due(5_000_000, party=party)
    record(operator, first, 6_000_000, "C1")
    assert not DueDiligence.objects.exists()
    record(operator, second, 3_999_999, "C2")
    assert not DueDiligence.objects.exists()
    record(operator, second, 1, "C3")
    found = DueDiligence.objects.get()
    assert (found.kind, found.sum_minor, found.limit_minor) == ("cash", 10_000_000, 10_000_000)
    assert found.due_on == date(2026, 7, 13)  # five working days after Monday 6 July
    with pytest.raises(Invalid):
        diligence.finish_diligence(actor=operator, diligence_id=found.pk, note="")
    diligence.finish_diligence(actor=operator, diligence_id=found.pk, note="已核查资金来源")
    record(operator, second, 1_000_000, "C4")
    found.refresh_from_db()
    assert (found.sum_minor, found.done_at) == (11_000_000, None)


def test_transfers_that_were_split_are_summed_and_cash_of_others_is_not(operator):
    party = payer()
    payment = due(60_000_000, party=party)
    record(operator, due(9_000_000), 9_000_000, "X1")
    take(*(row(payment, "125,000.00", number=f"B{n}") for n in range(3)))
    assert not DueDiligence.objects.exists()
    take(row(payment, "125,000.00", number="B3"))
    found = DueDiligence.objects.get()
    assert (found.kind, found.party, found.sum_minor) == ("linked", party, 50_000_000)


# ----------------------------------------------------------------------- files

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-07-06</Dt></BookgDt><AcctSvcrRef>N1</AcctSvcrRef><NtryDtls><TxDtls>
<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><DtTm>2026-07-06T10:00:00</DtTm></BookgDt><AcctSvcrRef>N2</AcctSvcrRef><NtryDtls>
<TxDtls><Amt Ccy="EUR">10.00</Amt><RmtInf><Ustrd>a</Ustrd></RmtInf></TxDtls>
<TxDtls><Amt Ccy="EUR">20.00</Amt><RmtInf><Ustrd>b</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
<Ntry><Amt Ccy="EUR">7.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-07-07</Dt></BookgDt>
</Ntry></Stmt></BkToCstmrStmt></Document>"""


def test_camt_is_read_with_batches_and_without_what_is_pending():
    lines = read_statement(CAMT.format(name="Wang", text="P1").encode())
    assert [(x.reference, x.amount_minor, x.counterparty, x.text) for x in lines] == [
        ("N1", 10_000, "Wang", "P1"), ("N2/1", 1_000, "", "a"), ("N2/2", 2_000, "", "b"),
        ("", -750, "", ""),
    ]  # fmt: skip
    assert {x.currency for x in lines} == {"EUR"}
    assert len({x.digest for x in lines}) == 4


def test_a_camt_file_pays_and_twice_pays_once():
    payment = due(currency="EUR")
    raw = CAMT.format(name=payment.party.name, text=payment.reference).encode()
    first = bank.import_statement(actor=None, raw=raw)
    assert (first.new, first.credited, first.to_review, first.unclear) == (4, 1, 2, 1)
    assert bank.import_statement(actor=None, raw=raw).new == 0
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID


BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]>
<Document><Stmt>&y;</Stmt></Document>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">
<Document><Stmt/></Document>"""


@pytest.mark.parametrize(
    "raw",
    [
        BOMB.encode(), OUTSIDE.encode(), b"<Document/>", b"<Document", b"", b"\xff\xfe\x00",
        "什么都没有".encode(), (HEAD + "2026-13-40,1,CNY,1,a,b\n").encode(),
        (HEAD + "2026-07-06,1,CNY,1.001,a,b\n").encode(),
        (HEAD + "2026-07-06,1,CNY,NaN,a,b\n").encode(),
        (HEAD + "2026-07-06,1,XXQ,1,a,b\n").encode(),
        CAMT.replace(">20.00<", ">21.00<").encode(),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_whole(raw):
    with pytest.raises(BadStatement):
        bank.import_statement(actor=None, raw=raw)
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_other_headings_and_two_columns_of_amounts(encoding, settings):
    settings.BANK_CSV_COLUMNS = {"date": "交易日", "credit": "进", "debit": "出"}
    text = "某银行对账单\n\n交易日;进;出;附言\n20260706;1,00;;甲\n2026/07/07;;2.50;乙\n"
    lines = read_statement(text.encode(encoding), columns=settings.BANK_CSV_COLUMNS)
    assert [(x.booked_on, x.amount_minor, x.text) for x in lines] == [
        (date(2026, 7, 6), 100_00, "甲"), (date(2026, 7, 7), -250, "乙"),
    ]  # fmt: skip


def test_only_who_handles_payments_imports_and_the_command_says_how_it_went(tmp_path, capsys):
    payment = due()
    with pytest.raises(NotAllowed):
        bank.import_statement(actor=UserFactory(), raw=(HEAD + row(payment)).encode())
    file = tmp_path / "july.csv"
    file.write_text(HEAD + row(payment), encoding="utf-8")
    call_command("import_statement", str(file))
    assert "共1行，新1行：已入账1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_statement", str(tmp_path / "none.csv"))
