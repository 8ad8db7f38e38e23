"""The pages of the books: who reads what, what they show, and the files they give."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from artmarket.accounts import desks, personal_data
from artmarket.accounts.enums import PartyKind
from artmarket.accounts.models import Party
from artmarket.core.clock import db_today
from artmarket.core.spreadsheets import safe_cell
from artmarket.ledger import statements
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Period
from artmarket.ledger.selectors.accounts import balance_at, lines, own_accounts
from artmarket.ledger.services.posting import Leg
from artmarket.ledger.statements import TooLong, statement_of
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.ledger.factories import (
    clearing,
    months_ago,
    of,
    paid_in,
    party,
    put,
    revenue,
    take_back,
)

pytestmark = pytest.mark.django_db


def url(name, *args, **query):
    address = reverse(f"ledger:{name}", args=args)
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def text(client, name, *args, status=200, **query):
    answer = client.get(url(name, *args, **query))
    assert answer.status_code == status
    return answer.content.decode()


def table(client, name, *args, **query):
    answer = client.get(url(name, *args, **query))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content[3:].decode())))


@pytest.fixture
def buyer():
    """A buyer with a party of his own, who paid and was charged."""
    user = UserFactory(buyer=True)
    user.own = Party.objects.create(kind=PartyKind.PERSON, name="买家甲", user=user)
    seller = party("卖家乙")
    paid_in(user.own, 113_000, memo="第3件的货款", booked_on=db_today() - timedelta(days=2))
    put(
        Leg(of(user.own), of(seller, Purpose.PAYABLE), 90_000),
        Leg(of(user.own), revenue(), 3_000, "佣金"), kind="sale",
        booked_on=db_today() - timedelta(days=1),
    )  # fmt: skip
    user.seller = seller
    return user


@pytest.fixture
def desk(client, operator):
    client.force_login(operator)
    return client


# ------------------------------------------------------------------ the operator


def test_the_trial_balance_shows_both_sides_equal(desk, buyer):
    page = text(desk, "balance")
    for words in ("支付渠道存款", "托管货款", "应付款", "平台收入", "¥1,130", "¥930", "¥2,060"):
        assert words in page
    (group,) = desk.get(url("balance")).context["groups"]
    debits, credits, debit_balance, credit_balance = (sum.minor for sum in group["sums"])
    assert debits == credits == 206_000
    assert debit_balance == credit_balance == 113_000


def test_the_trial_balance_of_a_day_and_its_file(desk, buyer):
    then = (db_today() - timedelta(days=2)).isoformat()
    rows = table(desk, "balance_csv", until=then)
    assert rows == [
        ["用途", "币种", "借方发生额", "贷方发生额", "借方余额", "贷方余额"],
        ["支付渠道存款", "CNY", "1130.00", "0.00", "1130.00", "0.00"],
        ["托管货款", "CNY", "0.00", "1130.00", "0.00", "1130.00"],
    ]
    assert "平台收入" not in text(desk, "balance", until=then)
    assert desk.get(url("balance_csv", until="x")).status_code == 422


def test_accounts_are_found_by_purpose_currency_and_name(desk, buyer):
    put(Leg(clearing("EUR", "stripe"), revenue("EUR"), 5))
    page = text(desk, "accounts")
    assert "买家甲" in page and "卖家乙" in page and "Stripe" in page
    assert "卖家乙" not in text(desk, "accounts", q="买家")
    assert "买家甲" not in text(desk, "accounts", purpose="payable")
    assert "Stripe" in text(desk, "accounts", currency="eur")
    assert "买家甲" not in text(desk, "accounts", currency="eur")


def test_an_account_shows_its_lines_with_the_balance_after_each(desk, buyer):
    answer = desk.get(url("account", of(buyer.own).pk))
    shown = [
        (line.change.minor, line.balance.minor, memo)
        for line, _kind, memo in answer.context["lines"]
    ]
    assert shown == [
        (-3_000, 20_000, "佣金"),
        (-90_000, 23_000, ""),
        (113_000, 113_000, "第3件的货款"),
    ]
    assert "卖家乙" in answer.content.decode()
    until = (db_today() - timedelta(days=2)).isoformat()
    answer = desk.get(url("account", of(buyer.own).pk, until=until))
    assert [line.balance.minor for line, *_rest in answer.context["lines"]] == [113_000]


def test_lines_on_the_second_page_go_on_with_the_balance(desk):
    whom = party()
    for n in range(60):
        paid_in(whom, n + 1)
    answer = desk.get(url("account", of(whom).pk, page=2))
    shown = [(line.change.minor, line.balance.minor) for line, *_rest in answer.context["lines"]]
    assert shown == [(n, n * (n + 1) // 2) for n in range(10, 0, -1)]


def test_an_entry_shows_what_it_moved_and_its_correction(desk, buyer, operator):
    wrong = paid_in(buyer.own, 700, memo="多记了", actor=operator)
    back = take_back(wrong, reason="付款人不是他")
    page = text(desk, "entry", wrong.pk)
    assert "¥7" in page and "多记了" in page and operator.display_name in page
    assert url("entry", back.pk) in page and "已冲正" in page
    assert "这是一笔冲正" in text(desk, "entry", back.pk)
    text(desk, "entry", 0, status=404)


def test_an_operator_closes_the_month_from_the_page(desk, operator):
    paid_in(party(), 700, booked_on=months_ago(1))
    page = text(desk, "periods")
    month = months_ago(1)
    assert f"结{month:%Y-%m}的账" in page
    answer = desk.post(url("periods"), {"month": month.isoformat()}, follow=True)
    assert "已结账，这个月不再记账。" in answer.content.decode()
    assert Period.objects.get().closed_by == operator
    assert "现在没有可以结账的月份" in text(desk, "periods")
    wrong = desk.post(url("periods"), {"month": db_today().replace(day=1).isoformat()}, follow=True)
    assert "月份按顺序结账" in wrong.content.decode()
    assert desk.post(url("periods"), {"month": "x"}).status_code == 422


@pytest.mark.parametrize("role", ["registrar", "bureau", "buyer"])
def test_nobody_else_reads_the_books(client, buyer, role):
    client.force_login(UserFactory(**{role: True}))
    account = of(buyer.own).pk
    for name, *args in (
        ("balance",), ("balance_csv",), ("accounts",), ("account", account),
        ("account_csv", account), ("entry", 1), ("periods",),
    ):  # fmt: skip
        assert client.get(url(name, *args)).status_code == 403, name
    assert client.post(url("periods"), {"month": months_ago(1).isoformat()}).status_code == 403
    assert not Period.objects.exists()


def test_the_english_pages_are_english(desk, buyer):
    page = desk.get("/en" + url("account", of(buyer.own).pk)).content.decode()
    assert "Balance" in page
    assert "余额" not in page


# ------------------------------------------------------------------ one's own


def test_a_person_sees_his_accounts_and_not_whose_money_is_on_the_other_side(client, buyer):
    client.force_login(buyer)
    page = text(client, "own")
    assert "托管货款" in page and "¥200" in page and "卖家乙" not in page
    page = text(client, "statement", of(buyer.own).pk)
    assert "第3件的货款" in page and "¥1,130" in page and "卖家乙" not in page


def test_other_peoples_accounts_do_not_exist(client, buyer):
    client.force_login(buyer)
    for account in (of(buyer.seller, Purpose.PAYABLE), clearing(), revenue()):
        for name in ("statement", "statement_csv", "statement_pdf"):
            text(client, name, account.pk, status=404)


def test_an_administrator_sees_the_accounts_of_his_house_and_a_member_does_not(client):
    house = OrganisationFactory()
    boss, member = UserFactory(), UserFactory()
    MembershipFactory(organisation=house, user=boss, admin=True)
    MembershipFactory(organisation=house, user=member)
    whose = Party.objects.create(kind=PartyKind.ORGANISATION, name=house.name, organisation=house)
    paid_in(whose, 700, Purpose.PAYABLE)
    assert list(own_accounts(boss)) == [of(whose, Purpose.PAYABLE)]
    assert not own_accounts(member).exists()
    client.force_login(member)
    text(client, "statement", of(whose, Purpose.PAYABLE).pk, status=404)
    client.force_login(boss)
    assert "¥7" in text(client, "statement", of(whose, Purpose.PAYABLE).pk)


def test_a_person_without_money_finds_an_empty_page_and_no_desk(client, buyer):
    other = UserFactory()
    client.force_login(other)
    assert "还没有资金往来" in text(client, "own")
    assert "ledger:own" not in {desk.url_name for desk in desks.desks_of(other)}
    assert "ledger:own" in {desk.url_name for desk in desks.desks_of(buyer)}


def test_the_operators_desk_is_announced(operator):
    assert "ledger:balance" in {desk.url_name for desk in desks.desks_of(operator)}


def test_the_statement_as_a_file_begins_with_the_balance_before(client, buyer):
    client.force_login(buyer)
    yesterday = (db_today() - timedelta(days=1)).isoformat()
    rows = table(client, "statement_csv", of(buyer.own).pk, since=yesterday)
    key = rows[2][3]
    assert rows == [
        ["记账日", "业务", "摘要", "编号", "发生额", "余额", "币种"],
        ["", "期初余额", "", "", "", "1130.00", "CNY"],
        [yesterday, "sale", "", key, "-900.00", "230.00", "CNY"],
        [yesterday, "sale", "佣金", key, "-30.00", "200.00", "CNY"],
    ]


def test_words_in_a_file_are_not_computed(client, buyer):
    paid_in(buyer.own, 5, memo='=HYPERLINK("http://x")', key="+k")
    client.force_login(buyer)
    last = table(client, "statement_csv", of(buyer.own).pk)[-1]
    assert last[2:5] == ['\'=HYPERLINK("http://x")', "'+k", "0.05"]
    assert safe_cell("@x") == "'@x"


def test_the_statement_on_paper_says_the_same(client, buyer):
    from pikepdf import Pdf

    client.force_login(buyer)
    answer = client.get(url("statement_pdf", of(buyer.own).pk))
    assert answer.headers["Content-Type"] == "application/pdf"
    made = Pdf.open(io.BytesIO(answer.content))
    assert len(made.pages) == 1
    assert str(made.docinfo["/Title"]) == "对账单：托管货款"
    english = client.get("/en" + url("statement_pdf", of(buyer.own).pk))
    made = Pdf.open(io.BytesIO(english.content))
    assert "Statement" in str(made.docinfo["/Title"])


def test_a_statement_sums_up(buyer):
    made = statement_of(of(buyer.own))
    sums = (made.opening, made.came_in, made.went_out, made.closing)
    assert [m.minor for m in sums] == [0, 113_000, 93_000, 20_000]
    made = statement_of(of(buyer.own), since=db_today())
    assert (made.opening.minor, made.closing.minor, made.lines) == (20_000, 20_000, ())


def test_a_statement_of_too_many_lines_is_refused(client, buyer, monkeypatch):
    monkeypatch.setattr(statements, "MOST_ON_PAPER", 2)
    with pytest.raises(TooLong):
        statement_of(of(buyer.own), most=2)
    client.force_login(buyer)
    answer = client.get(url("statement_pdf", of(buyer.own).pk))
    assert answer.status_code == 422
    assert "太多" in answer.content.decode()


def test_days_in_the_wrong_order_are_told(client, buyer):
    client.force_login(buyer)
    days = {"since": "2026-02-02", "until": "2026-02-01"}
    assert "不能早于开始的一天。" in text(client, "statement", of(buyer.own).pk, **days)
    assert client.get(url("statement_csv", of(buyer.own).pk, **days)).status_code == 422


def test_the_balance_of_a_day_is_that_before_it(buyer):
    account = of(buyer.own)
    assert balance_at(account, db_today() - timedelta(days=2)) == 0
    assert balance_at(account, db_today() - timedelta(days=1)) == 113_000
    assert balance_at(account, None) == 20_000
    assert [row.signed for row in lines(account)] == [113_000, -90_000, -3_000]


# ------------------------------------------------------------------ personal data


def keeper():
    return next(k for k in personal_data.keepers() if k.name == "ledger")


def test_a_person_gets_a_copy_of_his_lines_without_the_other_side(buyer):
    rows = list(keeper().copy(buyer))
    assert rows[0]["balance_minor"] == 20_000
    assert [row["change_minor"] for row in rows[1:]] == [113_000, -90_000, -3_000]
    assert "卖家乙" not in str(rows)
    assert list(keeper().copy(UserFactory())) == []


def test_money_in_the_books_stands_against_an_erasure(buyer):
    (hold,) = keeper().holds(buyer)
    assert hold.blocks
    put(Leg(of(buyer.own), clearing(), 20_000))
    (hold,) = keeper().holds(buyer)
    assert (hold.blocks, hold.rule) == (False, "retention.customer_records_years")
    assert list(keeper().holds(UserFactory())) == []
