"""A borrower's pages: who finds them, that everything works without script and does nothing twice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artmarket.core.clock import db_today
from artmarket.core.money import Money
from artmarket.ledger.models import Payment
from auctions.pledges import citations
from auctions.pledges.models import Application, Loan, PledgeItem
from auctions.pledges.selectors.borrower import standing_today
from auctions.pledges.services import renewals, repaying
from catalog.services import encumbrances
from tests.accounts.signing import confirm
from tests.auctions.pages import text_of
from tests.catalog.factories import person, registered
from tests.factories import UserFactory, add_second_factor
from tests.pledges import stages
from tests.pledges.stages import LENT, YUAN

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"pledges:{name}", args=args)


def cost(client, address) -> int:
    """The queries of a page, the second time it is read."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def act(client, made, name, **fields):
    return client.post(at("loan_act", made.loan.pk, name), fields)


def key_of(answer) -> str:
    return re.search(r'name="pay-key" value="([0-9a-f]+)"', answer.content.decode())[1]


# ------------------------------------------------------------------ ask


def test_a_product_is_compared_by_its_whole_cost_and_applied_for_once(reader):
    made = stages.market()
    made.works, made.owner = stages.author_works(1)
    (work,) = made.works
    stages.appraise(work, stages.LOW)
    stages.appraise(work, stages.HIGH)
    client = reader(made.owner)
    page = text_of(client.get(at("loan_products")))
    assert made.product.name in page
    assert "50% / 60% / 70%" in page
    assert re.search(r"9\.\d+% 借¥100,000，12个月，一共还¥10[89],[09]\d\d", page)
    address = at("apply", made.product.pk)
    assert client.get(f"{address}?work={work.pk}").context["form"]["works"].initial == [
        str(work.pk)
    ]

    typed = {
        "party": client.get(address).context["form"].fields["party"].initial, "amount": "100000",
        "months": "12", "purpose": "扩建工作室", "works": [str(work.pk)],
    }  # fmt: skip
    checked = client.post(address, typed | {"do": "check"})
    page = text_of(checked)
    assert checked.status_code == 200
    assert "还没有查询动产融资登记" in page
    assert "借款人单独所有" in page
    assert str(Money(stages.LOW)) in page
    assert "送出申请" in page
    assert citations.SOLE_TITLE in checked.content.decode()
    assert 'value="扩建工作室"' in checked.content.decode()
    assert not Application.objects.exists()

    wrong = client.post(address, typed | {"do": "send", "amount": "1"})
    assert wrong.status_code == 422
    assert 'value="扩建工作室"' in wrong.content.decode()
    assert "金额不在这个产品的范围内" in text_of(wrong)
    for _n in range(2):
        sent = client.post(address, typed | {"do": "send"})
        assert sent.url == at("application", Application.objects.get().pk)
    assert client.get(at("loans")).status_code == 200
    assert "审查作品，报出要约" in text_of(client.get(at("loans")))
    back = at("withdraw_application", Application.objects.get().pk)
    assert client.post(back).status_code == 302
    assert client.post(back).status_code == 409
    assert Application.objects.get().state == "withdrawn"


def test_only_the_sides_find_an_application_and_only_the_borrower_answers(reader):
    made = stages.offered()
    address = at("application", made.application.pk)
    page = text_of(reader(made.owner).get(address))
    for words in (str(Money(LENT)), "综合年化成本", "协议折价、本平台拍卖、法院拍卖", "62%"):
        assert words in page
    assert cost(reader(made.owner), address) <= 60
    assert reader(made.clerk).get(address).status_code == 200
    answer = at("answer_loan_offer", made.offer.pk)
    assert reader(made.clerk).post(answer, {"do": "accept"}).status_code == 403
    for user in (UserFactory(), made.keeper, UserFactory(registrar=True)):
        assert reader(user).get(address).status_code == 404
        assert reader(user).post(answer, {"do": "accept"}).status_code == 404
    assert reader(None).get(address).status_code == 302
    client = reader(made.owner)
    for _n in range(2):
        accepted = client.post(answer, {"do": "accept"})
        assert accepted.url == at("contract", Loan.objects.get().pk)
    refused = client.post(answer, {"do": "decline"})
    assert (refused.status_code, Loan.objects.count()) == (409, 1)


# ------------------------------------------------------------------ sign


def test_the_contract_is_read_whole_and_signed_behind_the_password(reader, client):
    made = stages.drawn_up(clauses="提前还清的，手续费不退。")
    address, sign = at("contract", made.loan.pk), at("sign", made.loan.pk)
    page = text_of(reader(made.owner).get(address))
    for words in (made.loan.digest, "作品不归贷款人所有", "提前还清的，手续费不退", "签这份合同"):
        assert words in page
    paper = reader(made.owner).get(at("contract_pdf", made.loan.pk))
    assert paper.content.startswith(b"%PDF")
    assert reader(UserFactory()).get(address).status_code == 404
    assert reader(made.clerk).get(address).status_code == 200
    assert "签这份合同" not in text_of(reader(made.clerk).get(address))
    assert reader(made.clerk).post(sign).status_code in (302, 404)
    asked = reader(made.owner).post(sign, {"digest": made.loan.digest})
    assert "/reauthenticate/" in asked.url
    assert not made.loan.signatures.exists()
    confirm(client, "pw")
    assert client.post(sign, {"digest": "0" * 64}).status_code == 422
    for _n in range(2):
        assert client.post(sign, {"digest": made.loan.digest}).url == address
    assert made.loan.signatures.get().side == "borrower"
    confirm(reader(made.boss))
    alone = client.post(sign, {"digest": made.loan.digest})
    assert alone.status_code == 403
    assert "/rules/security.second_factor_roles/" in alone.content.decode()
    assert made.loan.signatures.count() == 1
    add_second_factor(made.boss)
    client.post(sign, {"digest": made.loan.digest})
    assert stages.fresh(made).loan.state == "agreed"


# ------------------------------------------------------------------ pay


def test_what_is_owed_is_shown_and_paid_once(reader):
    made = stages.active(back=40)
    repaying.accrue_all()
    stages.fresh(made)
    client, address = reader(made.owner), at("loan", made.loan.pk)
    answer = client.get(address)
    page = text_of(answer)
    for words in (str(Money(made.loan.owed_minor)), "质押率", "逾期", made.work.display_title):
        assert words in page
    assert cost(client, address) <= 60
    assert cost(client, at("loans")) <= 30
    for user in (made.clerk, made.boss):
        assert "去付款" not in text_of(reader(user).get(address))
    for user in (made.keeper, UserFactory()):
        assert reader(user).get(address).status_code == 404
        assert act(reader(user), made, "pay").status_code == 404
    assert act(reader(made.clerk), made, "pay").status_code == 404

    client, key = reader(made.owner), key_of(answer)
    given = {"pay-what": "part", "pay-amount": "", "pay-gateway": "bank", "pay-key": key}
    wrong = act(client, made, "pay", **given)
    assert wrong.status_code == 422
    assert not Payment.objects.filter(purpose__in=["loan", "loan_early"]).exists()
    for _n in range(2):
        sent = act(client, made, "pay", **(given | {"pay-amount": "5000"}))
        payment = Payment.objects.get(purpose="loan_early")
        assert sent.url == reverse("payments:payment", args=[payment.reference])
    assert payment.amount_minor == 5000 * YUAN
    due = act(client, made, "pay", **(given | {"pay-what": "due", "pay-key": "b" * 16}))
    assert due.status_code == 302
    state = standing_today(made.loan).state
    assert Payment.objects.get(purpose="loan").amount_minor == state.due.total > 0


def test_the_statement_adds_up_to_what_is_owed(reader):
    made = stages.active(back=40)
    repaying.accrue_all()
    stages.pay(made, 2_000 * YUAN)
    client = reader(made.owner)
    page = text_of(client.get(at("loan_statement", made.loan.pk)))
    assert str(Money(made.loan.owed_minor)) in page
    sheet = client.get(at("loan_statement_csv", made.loan.pk))
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert len(lines) == made.loan.postings.count() + 1
    assert lines[-1].split(",")[4] == str(Money(made.loan.owed_minor).amount)
    assert reader(UserFactory()).get(at("loan_statement_csv", made.loan.pk)).status_code == 404


# ------------------------------------------------------------------ works, renewal


def test_another_work_is_proposed_once_and_withdrawn(reader):
    made = stages.active()
    work = registered(made.owner)
    stages.appraise(work, stages.LOW)
    stages.appraise(work, stages.LOW)
    client = reader(made.owner)
    assert work.display_title in text_of(client.get(at("loan", made.loan.pk)))
    given = {"propose-work": str(work.pk)}
    assert act(client, made, "propose", **given).status_code == 302
    assert act(client, made, "propose", **given).status_code == 422  # it is no choice any more
    item = PledgeItem.objects.get(state="proposed")
    assert "待贷款人同意" in text_of(client.get(at("loan", made.loan.pk)))
    assert act(client, made, "drop", item=made.item.pk).status_code == 409
    assert act(client, made, "drop", item=item.pk).status_code == 302
    assert act(client, made, "drop", item=item.pk).status_code == 409
    assert PledgeItem.objects.get(pk=item.pk).state == "dropped"


def test_a_renewal_is_answered_on_the_page_of_the_loan(reader):
    made = stages.active(months=1, back=20, origination_pct=0)
    repaying.accrue_all()
    renewals.offer_renewal(actor=made.boss, loan_id=made.loan.pk, months=2)
    client = reader(made.owner)
    assert "答复展期" in text_of(client.get(at("loans")))
    assert "贷款人提出展期" in text_of(client.get(at("loan", made.loan.pk)))
    assert act(client, made, "renew", do="maybe").status_code == 422
    assert act(client, made, "renew", do="accept").status_code == 302
    assert act(client, made, "renew", do="accept").status_code == 409
    assert made.loan.events.filter(kind="reschedule").count() == 1


def test_a_contract_is_ended_before_it_is_paid_out(reader):
    made = stages.signed()
    client = reader(made.owner)
    assert "把作品送到托管库" in text_of(client.get(at("loans")))
    assert act(client, made, "cancel", **{"cancel-reason": " "}).status_code == 422
    assert act(client, made, "cancel", **{"cancel-reason": "不借了"}).status_code == 302
    assert act(client, made, "cancel", **{"cancel-reason": "不借了"}).status_code == 409
    assert stages.fresh(made).loan.state == "cancelled"


# ------------------------------------------------------------------ the work's page


def test_the_owner_of_a_free_work_is_led_to_the_products(reader):
    work = registered()
    owner = work.created_by
    words = "用这件作品质押"
    assert words in text_of(reader(owner).get(work.get_absolute_url()))
    assert words in text_of(reader(owner).get(reverse("catalog:own_work", args=[work.pk])))
    for user in (None, UserFactory()):
        assert words not in text_of(reader(user).get(work.get_absolute_url()))
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="合同"
    )
    assert words not in text_of(reader(owner).get(work.get_absolute_url()))


def test_the_public_learns_that_a_work_is_encumbered_since_when_and_no_more(reader):
    made = stages.delivered()
    page = text_of(reader(None).get(made.work.get_absolute_url()))
    assert "有权利限制" in page
    assert f"自{db_today().year}年" in page
    for secret in (made.loan.number, str(Money(LENT)), made.lender.organisation.name):
        assert secret not in page
