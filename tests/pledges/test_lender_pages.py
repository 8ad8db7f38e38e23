"""The lender's desk and the pages of a loan: who finds them, what they say, that every act works
once, with or without a second click."""

import pytest

from artmarket.core.clock import db_today
from auctions.pledges.enums import ItemState, LoanEventKind, LoanState
from auctions.pledges.models import LoanEvent, PledgeItem, Snapshot
from auctions.pledges.services import securing, watching
from auctions.pledges.services.repaying import accrue_all
from tests.factories import MembershipFactory, UserFactory, add_second_factor
from tests.pledges import stages
from tests.pledges.lender_pages import at, do, queries, see, signed_in
from tests.pledges.stages import YUAN

pytestmark = pytest.mark.django_db


def snapshot(loan, day, ltv=None):
    known = {"eligible_minor": 2, "capacity_minor": 1, "ltv_pct": ltv} if ltv is not None else {}
    return Snapshot.objects.create(
        loan=loan, version=loan.version, day=day, exposure_minor=loan.owed_minor,
        blocked="" if known else "no_value", **known,
    )  # fmt: skip


# ------------------------------------------------------------------ who finds them


def test_only_the_lenders_people_find_its_desk_and_loans():
    made = stages.drawn_up()
    others = stages.lender()
    stranger = others.organisation.memberships.admins().get().user
    pages = (
        ("lending_loan", made.loan.pk), ("lending_contract", made.loan.pk),
        ("lending_application", made.application.pk), ("lending_money", made.lender.pk),
        ("lending_products", made.lender.pk), ("lending_product", made.product.pk),
        ("lending_custodians", made.lender.pk),
        ("lending_work", made.application.pk, made.application.works.get().pk),
    )  # fmt: skip
    for name, *args in pages:
        for user in (made.boss, made.clerk):
            assert signed_in(user).get(at(name, *args)).status_code == 200, (name, user)
        assert signed_in(stranger).get(at(name, *args)).status_code == 404, name
        assert signed_in(made.owner).get(at(name, *args)).status_code == 403, name
        assert "/account/login/" in signed_in(None).get(at(name, *args)).url
    for name in ("lending", "lending_csv", "lending_applications"):
        assert signed_in(made.clerk).get(at(name)).status_code == 200
        assert signed_in(UserFactory(lender=True)).get(at(name)).status_code == 403
    only_admins = (
        ("lending_offer", made.application.pk), ("lending_new_product", made.lender.pk),
        ("lending_terms", made.product.pk), ("lending_release", made.item.pk),
    )  # fmt: skip
    for name, *args in only_admins:
        assert signed_in(made.boss).get(at(name, *args)).status_code == 200, name
        assert signed_in(made.clerk).get(at(name, *args)).status_code == 404, name
    page = see(made.clerk, "lending_loan", made.loan.pk)
    assert "代表贷款人签合同" not in page
    refused = do(made.clerk, "cancel", "lending_loan", made.loan.pk, reason="不办了")
    assert refused.status_code == 403


# ------------------------------------------------------------------ the desk


def test_the_desk_names_figures_turns_and_what_is_missing_as_missing():
    made = stages.drawn_up()
    page = see(made.boss, "lending")
    assert "加权质押率缺" in page
    assert "还没有放出的贷款" in page
    assert f"{made.loan.number} {made.party.name}" in page
    assert page.count("签合同。") == 2  # the lender's own signature, and the borrower's
    assert "放款后计算" in page
    assert "没有这样的贷款" in see(made.boss, "lending", show="overdue")


def test_an_active_loan_shows_its_bar_its_lines_and_its_valuation():
    made = stages.active()
    accrue_all()
    page = see(made.boss, "lending")
    assert "当晚第一次计算" in page  # no snapshot was taken yet: not 0 %
    assert "0%" not in page.split("质押率")[1][:40]
    assert watching.take_snapshots() == 1
    page = see(made.boss, "lending")
    assert "26.6%" in page  # 101,000 of 380,000, rounded up
    assert "追加担保线60%，处置线70%" in page
    assert "90天前" in page
    assert "未还本金¥100,000" in page
    assert "没有逾期" in page
    blocked = see(made.boss, "lending", show="blocked")
    assert "没有这样的贷款" in blocked

    stale = db_today()
    snapshot(made.loan, stale.replace(year=stale.year + 1))  # a later day without any value
    page = see(made.boss, "lending", show="blocked")
    assert made.loan.number in page
    assert "缺：没有有效估值" in page
    assert "加权质押率缺" in page
    content = signed_in(made.boss).get(at("lending_csv"), {"show": "blocked"}).content.decode()
    head, row = content.strip().split("\r\n")
    cells = dict(zip(head.lstrip("\ufeff").split(","), row.split(","), strict=True))
    assert cells["贷款质押率（%）"] == cells["认定价值"] == "缺"
    assert cells["未还本金"] == "100000.00"
    assert cells["最早的评估基准日"]


def test_beyond_the_line_is_counted_and_filtered():
    made = stages.active()
    snapshot(made.loan, db_today(), ltv=60)
    page = see(made.boss, "lending", show="beyond")
    assert "超过追加担保线1笔" in page
    assert made.loan.number in page
    snapshot(made.loan, db_today().replace(year=db_today().year + 1), ltv=59)
    page = see(made.boss, "lending", show="beyond")
    assert "超过追加担保线0笔" in page
    assert made.loan.number not in page.split("贷款与质物")[-1]


def test_the_desk_asks_no_more_for_more_loans():
    made = stages.drawn_up()
    few = queries(made.boss, "lending")
    rows = list(made.loan.offer.application.works.all())
    assert rows
    clones(made, 4)
    assert queries(made.boss, "lending") == few
    page = see(made.boss, "lending")
    assert page.count("签合同。") >= 8


def clones(made, many: int) -> None:
    """More loans that wait for signatures, each with its offer and application."""
    for n in range(many):
        application = made.loan.offer.application
        application.pk = None
        application.state, application.ended_at = "accepted", application.ended_at
        application.save(force_insert=True)
        offer = made.offer.__class__.objects.get(pk=made.offer.pk)
        offer.pk, offer.application = None, application
        offer.save(force_insert=True)
        loan = made.loan.__class__.objects.get(pk=made.loan.pk)
        loan.pk, loan.offer, loan.number = None, offer, f"ZYX-{n:06d}"
        loan.save(force_insert=True)
        item = PledgeItem.objects.get(pk=made.item.pk)
        item.pk, item.loan, item.work = None, loan, stages.registered(made.owner)
        item.save(force_insert=True)


def test_somebody_of_two_lenders_sees_both_and_picks_one():
    made = stages.drawn_up()
    other = stages.lender()
    MembershipFactory(organisation=other.organisation, user=made.boss, admin=True)
    page = see(made.boss, "lending")
    assert "全部贷款人" in page
    assert made.loan.number in page
    assert made.loan.number not in see(made.boss, "lending", lender=str(other.pk))


# ------------------------------------------------------------------ a loan


def test_the_lender_signs_with_a_second_factor_and_once():
    made = stages.drawn_up()
    page = see(made.boss, "lending_loan", made.loan.pk)
    assert "设置两步验证" in page
    sign = {"digest": made.loan.digest, "has_read": "on"}
    answer = do(made.boss, "sign", "lending_loan", made.loan.pk, **sign)
    assert answer.status_code == 403
    assert not made.loan.signatures.exists()
    add_second_factor(made.boss)
    unread = do(made.boss, "sign", "lending_loan", made.loan.pk, digest=made.loan.digest)
    assert unread.status_code == 422
    other = do(made.boss, "sign", "lending_loan", made.loan.pk, digest="0" * 64, has_read="on")
    assert other.status_code == 422
    for _n in range(2):
        answer = do(made.boss, "sign", "lending_loan", made.loan.pk, **sign)
        assert answer.url == at("lending_loan", made.loan.pk)
    assert made.loan.signatures.count() == 1
    pdf = signed_in(made.boss).get(at("lending_contract", made.loan.pk))
    assert pdf.content.startswith(b"%PDF")
    answer = do(made.boss, "cancel", "lending_loan", made.loan.pk, reason="不办了")
    assert answer.status_code == 302
    made.loan.refresh_from_db()
    assert made.loan.state == LoanState.CANCELLED
    assert "不办了" in see(made.boss, "lending_loan", made.loan.pk)


def test_a_loan_is_paid_out_charged_and_corrected_once_a_click():
    made = stages.funded(works=2)
    loan = made.loan
    page = see(made.boss, "lending_loan", loan.pk)
    assert "平台上可用的资金¥100,000" in page
    half = {"amount": "60,000", "seen": str(loan.sequence)}
    wrong = do(made.boss, "disburse", "lending_loan", loan.pk, amount="100,001", seen="0")
    assert wrong.status_code == 422
    assert 'value="100,001"' in wrong.content.decode()
    for _n in range(2):
        answer = do(made.boss, "disburse", "lending_loan", loan.pk, **half)
        assert answer.url == at("lending_loan", loan.pk)
    stages.fresh(made)
    assert made.loan.charged_principal_minor == 60_000 * YUAN
    seen = {"seen": str(made.loan.sequence)}
    for _n in range(2):
        do(made.boss, "charge", "lending_loan", loan.pk, amount="350", reason="催收函", **seen)
    charges = LoanEvent.objects.filter(loan=loan, kind=LoanEventKind.CHARGE)
    assert [row.amount_minor for row in charges] == [1_000 * YUAN, 350 * YUAN]
    for _n in range(2):
        do(
            made.boss, "take_back", "lending_loan", loan.pk, number=charges[1].number,
            reason="记错了",
        )  # fmt: skip
    assert LoanEvent.objects.filter(loan=loan, kind=LoanEventKind.REVERSAL).count() == 1
    page = see(made.boss, "lending_loan", loan.pk)
    for words in ("催收函", "记错了", "已撤销", "放款手续费", "本金 计收"):
        assert words in page
    assert stages.faults() == []


def test_what_stays_is_shown_before_a_work_goes():
    made = stages.active(works=2)
    item = made.items[0]
    page = see(made.boss, "lending_release", item.pk)
    assert "余下的作品担保得住" in page
    assert "26.6%" in page
    assert "¥190,000" in page
    empty = do(made.boss, "", "lending_release", item.pk, prefix="", reason=" ")
    assert empty.status_code == 422
    for _n in range(2):
        answer = do(made.boss, "", "lending_release", item.pk, prefix="", reason="借款人要展出")
        assert answer.url == at("lending_loan", made.loan.pk)
    item.refresh_from_db()
    assert (item.state, item.leave_reason) == (ItemState.LEAVING, "借款人要展出")
    other = made.items[1]
    page = see(made.boss, "lending_release", other.pk)
    assert "余下的作品担保不住" in page
    refused = do(made.boss, "", "lending_release", other.pk, prefix="", reason="也要取")
    assert refused.status_code == 422
    assert "也要取" in refused.content.decode()
    do(made.boss, "keep", "lending_loan", made.loan.pk, prefix="", item=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.PLEDGED


def test_a_proposed_work_is_judged_and_agreed_and_a_renewal_offered_once():
    made = stages.active()
    more = stages.registered(made.owner)
    stages.certificate(more, made.owner)
    stages.appraise(more, stages.LOW)
    stages.appraise(more, stages.HIGH)
    item = securing.propose_work(actor=made.owner, loan_id=made.loan.pk, work_id=more.pk)
    page = see(made.boss, "lending_loan", made.loan.pk)
    assert f"借款人提出增加《{more.title}》" in page
    assert "看评估，决定同意或不同意" in see(made.boss, "lending")
    nothing = do(made.boss, "agree", "lending_loan", made.loan.pk, prefix="", item=item.pk)
    assert nothing.status_code == 422
    stages.examined(made, more)
    agreed = {"item": item.pk, "agree-liquidity": "medium"}
    for _n in range(2):
        do(made.boss, "agree", "lending_loan", made.loan.pk, prefix="", **agreed)
    item.refresh_from_db()
    assert (item.state, item.liquidity) == (ItemState.AGREED, "medium")
    for _n in range(2):
        answer = do(made.boss, "renew", "lending_loan", made.loan.pk, months="6", annual_pct="")
        assert answer.status_code == 302
    renewal = made.loan.renewals.get()
    page = see(made.boss, "lending_loan", made.loan.pk)
    assert "撤回展期" in page
    do(
        made.boss, "withdraw_renewal", "lending_loan", made.loan.pk, prefix="",
        renewal=renewal.pk,
    )  # fmt: skip
    renewal.refresh_from_db()
    assert renewal.state == "withdrawn"


def test_a_day_without_a_value_breaks_the_line_of_a_loan():
    made = stages.active(back=5)
    today = db_today()
    for days, ltv in ((4, 26), (3, None), (2, 62), (1, 71)):
        snapshot(made.loan, today.fromordinal(today.toordinal() - days), ltv)
    page = signed_in(made.boss).get(at("lending_loan", made.loan.pk)).content.decode()
    assert page.count("<polyline") == 1
    assert page.count('class="dot"') == 1
    assert "质押率71.0%，超过处置线70%" in page
    assert "缺" in page
