"""The bank's reports on a staged loan: figures by hand, files, the same days the same report."""

import io
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import openpyxl
import pikepdf
import pytest
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import translation

from appraisal.models import Valuation
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import NotAllowed
from artmarket.core.models import Event
from artmarket.core.money import Money
from auctions.pledges.enums import CountResult
from auctions.pledges.models import Insurance, Lender, LoanEvent, RegistryQuery
from auctions.pledges.reports import Column, Period, Report, Table, all_reports, find, register
from auctions.pledges.reports.book import book_of
from auctions.pledges.reports.risk import concentration_of, limits_of, stress_of
from auctions.pledges.reports.tables import digest_of, percent
from auctions.pledges.services.custody import confirm_step, record_count
from auctions.pledges.services.reporting import export_report
from catalog.models import Work
from tests.factories import MembershipFactory, UserFactory
from tests.pledges import stages
from tests.pledges.stages import HIGH, LOW, YUAN

pytestmark = pytest.mark.django_db
LENT = 180_000 * YUAN
CAPITAL = 5_000 * YUAN
_STAMPS = {
    LoanEvent: "at", Valuation: "signed_at", Insurance: "recorded_at", RegistryQuery: "recorded_at",
}  # fmt: skip


@contextmanager
def recorded_ago(days: int):
    """What is staged meanwhile was recorded so many days ago: the database's clock stands."""
    at = db_now() - timedelta(days=days)

    def stamp(sender, instance, **_kwargs):
        setattr(instance, _STAMPS[sender], at)

    for model in _STAMPS:
        pre_save.connect(stamp, sender=model, dispatch_uid=f"ago-{model.__name__}")
    try:
        yield
    finally:
        for model in _STAMPS:
            pre_save.disconnect(sender=model, dispatch_uid=f"ago-{model.__name__}")


def small(**changes):
    """A small lender whom the law gives no limit for one borrower; paid out today, without fee."""
    known = {
        "kind": "microloan", "capital": CAPITAL, "amount": LENT, "origination_pct": Decimal(0),
    }  # fmt: skip
    return stages.active(**(known | changes))


def tables(made, code: str, period: Period | None = None) -> list[Table]:
    return list(find(code).build(made.lender, period or Period.of(db_today())))


def again(made, monkeypatch, **changes):
    """Another loan of the same lender."""
    names = ("lender", "boss", "clerk", "product", "custodian", "keeper", "second")
    same = {name: getattr(made, name) for name in names}
    monkeypatch.setattr(stages, "market", lambda *_a, **_k: SimpleNamespace(**same))
    return stages.active(**changes)


# ------------------------------------------------------------------ figures


def test_what_stands_on_each_name_is_measured_against_its_limit():
    made = small()
    today = Period.of(db_today())
    found = concentration_of(made.lender, book_of(made.lender, today), today)
    assert found.total == LENT and found.bare == 0 and found.elsewhere == 0
    assert {row.dimension: (row.amount, row.most) for row in found.limited} == {
        "artist": (LENT, CAPITAL * 20 // 100), "category": (LENT, CAPITAL * 50 // 100),
        "appraiser": (LENT, CAPITAL * 50 // 100), "custodian": (LENT, CAPITAL),
    }  # fmt: skip
    assert [(row.name, row.amount) for row in found.unlimited] == [(made.party.name, LENT)]
    assert found.beyond == 4
    by_name = {row.dimension: row.name for row in found.limited}
    lower = Valuation.objects.get(work=made.work, point=LOW)
    assert by_name["appraiser"] == lower.appraiser.institution.name
    assert by_name["custodian"] == made.custodian.organisation.name
    bank = Lender(kind="bank", capital_minor=1000)
    pawn = Lender(kind="pawnshop", capital_minor=1000)
    assert limits_of(bank, today)[0].most(1000) == 100
    assert limits_of(pawn, today)[0].most(1000) == 250


def test_the_stress_grid_is_what_one_reckons_by_hand():
    """1,000,000 less 62 %, 10 % of cost, a fifth of lots 30 % lower: 321,480 at no fall."""
    made = small()
    today = Period.of(db_today())
    found = stress_of(made.lender, book_of(made.lender, today), today)
    assert found.falls == (10, 20, 30, 40, 50, 60) and found.debt == LENT
    rows = {row.code: row for row in found.rows}
    owed = LENT * (1 + Fraction(8, 100) * Fraction(222, 365))
    at_half = {code: row.cells[4].loss for code, row in rows.items()}
    assert at_half == {
        "plain": 2_801_836, "buy_in": 3_827_836, "days": 4_963_808, "rates": 3_020_795,
        "artist": 18_875_836, "warehouse": 18_875_836,
    }  # fmt: skip
    assert round(owed) == 18_875_836
    assert rows["plain"].cells[0].loss == 0
    assert rows["plain"].cells[4].expected == 147_096
    assert (found.missing, found.unknown) == (0, 0)
    # 5.25 % of what is lost exceeds 500,000 once 321,480 × (1 − f) is below 93,520.
    assert found.reverse == 71


def test_a_work_without_a_price_is_missing_and_never_zero():
    made = small()
    record_count(
        actor=made.keeper, holding_id=made.holding.pk, step=stages.step(result=CountResult.MISSING)
    )
    confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    today = Period.of(db_today())
    found = stress_of(made.lender, book_of(made.lender, today), today)
    assert (found.missing, found.unknown, found.debt) == (1, LENT, 0)
    assert {cell.loss for row in found.rows for cell in row.cells} == {0}
    worth, _waiting, reconciled, sums = tables(made, "pledges")
    assert worth.rows[0][-2:] == (None, None) and worth.printed()[0][-2:] == ["缺", "缺"]
    assert reconciled.rows[0][-1] == "不在库"
    assert [row[1] for row in sums.rows] == [1, 1, 0, 1, 1, 0]


def test_overdue_loans_are_aged_and_change_their_class():
    made = small(back=90)
    today, later = db_today(), db_today() + timedelta(days=100)
    period = Period.of(later, since=today)
    ages, overdue, matrix, moved = tables(made, "ageing", period)
    row = book_of(made.lender, period)[0]
    assert 91 <= row.state.dpd <= 270 and row.five_class == "substandard"
    assert [line[1] for line in ages.rows] == [0, 0, 1, 0, 0]
    assert ages.rows[2][2] == Money(LENT)
    assert overdue.rows[0][:3] == (made.loan.number, made.party.name, row.state.dpd)
    assert overdue.rows[0][3] == Money(row.overdue) and row.overdue > 0
    counts = {line[0]: line[1:] for line in matrix.rows}
    assert counts["正常"] == (0, 0, 1, 0, 0, 0)
    assert sum(sum(line) for line in counts.values()) == 1
    assert [line[2:4] for line in moved.rows] == [("正常", "次级")]


def test_appraisals_lie_apart_by_a_share_of_the_higher_one():
    made = small()
    apart, ledger = tables(made, "appraisals")
    line = apart.rows[0]
    assert line[2:6] == (2, Money(LOW), Money(HIGH), percent(HIGH - LOW, HIGH))
    assert str(line[5]) == "16.7" and line[7] == "可用"
    assert sorted(row[5].minor for row in ledger.rows) == [LOW, HIGH]


def test_what_runs_out_is_listed_the_nearest_first():
    made = small()
    policies, queries, appraised = tables(made, "expiries")
    assert policies.rows[0][4:] == (db_today() + timedelta(days=200), 200)
    assert queries.rows[0][5] == 30
    assert appraised.rows[0][5] == 210


def test_ties_to_the_lender_are_found():
    made = small()
    assert tables(made, "related")[0].rows == ()
    MembershipFactory(organisation=made.lender.organisation, user=made.owner)
    MembershipFactory(organisation=made.custodian.organisation, user=made.clerk)
    rows = tables(made, "related")[0].rows
    assert {(row[0], row[2]) for row in rows} == {
        ("借款人", "是贷款人的成员"), ("托管人", "与贷款人有共同的成员"),
    }  # fmt: skip


def test_the_money_of_each_month_equals_the_books():
    made = small(back=60)
    stages.pay(made, 50_000 * YUAN, early=True)
    table = tables(made, "money")[0]
    total = {c.label: cell for c, cell in zip(table.columns, table.rows[-1], strict=True)}
    made.loan.refresh_from_db()
    assert total["放款"] == Money(LENT)
    assert total["还本金"] == Money(made.loan.paid_principal_minor)
    assert total["转付贷款人"] == Money(made.loan.remitted_minor) == Money(50_000 * YUAN)
    assert total["债权增减（账簿）"] == Money(made.loan.owed_minor)
    assert {row[-1].minor for row in table.rows} == {0}


# ------------------------------------------------------------------ the same day again


def test_what_is_recorded_later_changes_no_report_of_earlier_knowledge():
    with recorded_ago(60):
        made = small(back=60)
    yesterday = db_today() - timedelta(days=1)
    then = Period.of(yesterday)
    codes = [report.code for report in all_reports()]
    before = {code: digest_of(tables(made, code, then)) for code in codes}
    assert book_of(made.lender, then)[0].owed > LENT
    stages.pay_on(made, 50_000 * YUAN, db_today() - timedelta(days=30), early=True)
    assert {code: digest_of(tables(made, code, then)) for code in codes} == before
    hindsight = Period.of(yesterday, known=db_today())
    assert book_of(made.lender, hindsight)[0].owed < LENT
    assert digest_of(tables(made, "ageing", hindsight)) != before["ageing"]
    assert book_of(made.lender, Period.of(db_today() - timedelta(days=61))) == []


def test_a_report_asks_as_often_for_many_loans_as_for_one(django_assert_num_queries, monkeypatch):
    made = small()
    period = Period.of(db_today())
    asked = {
        "pledges": 10, "appraisals": 8, "ageing": 11, "expiries": 10, "concentration": 9,
        "stress": 9, "related": 10, "diligence": 1, "money": 5, "margin": 1, "disposals": 1,
    }  # fmt: skip
    for code in asked:
        tables(made, code)
    for _n in range(2):
        for code, number in asked.items():
            with django_assert_num_queries(number):
                find(code).build(made.lender, period)
        again(made, monkeypatch, amount=LENT, works=2)
    assert len(book_of(made.lender, period)) == 3


# ------------------------------------------------------------------ pages and files


def url(name, *args, **query):
    address = reverse(f"pledges:{name}", args=args)
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}"


def test_only_the_lenders_people_and_operators_read_and_each_file_is_an_event(client):
    made, other = small(), stages.lender()
    for user in (made.owner, made.keeper, UserFactory(lender=True)):
        client.force_login(user)
        for name in ("concentration", "stress", "reports"):
            assert client.get(url(name)).status_code == 403
        assert client.get(url("report_file", "pledges", "xlsx")).status_code == 403
    with pytest.raises(NotAllowed):
        export_report(actor=made.owner, lender_id=made.lender.pk, code="pledges",
                      period=Period.of(db_today()), format="pdf")  # fmt: skip
    assert not Event.objects.filter(action="pledge.report_exported").exists()
    client.force_login(made.clerk)
    for name in ("concentration", "stress", "reports"):
        assert client.get(url(name)).status_code == 200
    foreign = client.get(url("report_file", "pledges", "xlsx", lender=other.pk))
    assert foreign.status_code in {400, 422}
    assert client.get(url("report", "nothing")).status_code == 404
    assert client.get(url("report", "pledges", on="2999-01-01")).status_code == 200
    for report in all_reports():
        page = client.get(url("report", report.code)).content.decode()
        assert str(report.title) in page
        for format in ("xlsx", "pdf"):
            answer = client.get(url("report_file", report.code, format))
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "private, no-store"
    events = Event.objects.filter(action="pledge.report_exported", actor=made.clerk)
    assert events.count() == 2 * len(all_reports())
    client.force_login(UserFactory(operator=True))
    assert client.get(url("stress", lender=made.lender.pk)).status_code == 200


def test_a_workbook_holds_figures_and_no_formula():
    made = small()
    Work.objects.filter(pk=made.work.pk).update(title="=1+1")
    file = export_report(actor=made.clerk, lender_id=made.lender.pk, code="pledges",
                         period=Period.of(db_today()), format="xlsx")  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert book.sheetnames[:2] == ["说明", "1 质物清单"]
    head, row = book["1 质物清单"].iter_rows(max_row=2)
    assert [cell.value for cell in head][:3] == ["合同号", "登记号", "题名"]
    assert (row[2].value, row[2].data_type) == ("=1+1", "s")
    assert row[5].value == LOW // YUAN and row[5].data_type == "n"
    assert row[6].value == LOW * 38 // 100 // YUAN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_is_in_the_readers_language(language):
    made = small()
    with translation.override(language):
        files = [
            export_report(actor=made.boss, lender_id=made.lender.pk, code="stress",
                          period=Period.of(db_today()), format="pdf")
            for _n in range(2)
        ]  # fmt: skip
        title = str(find("stress").title)
    assert title == {"zh-hans": "压力测试", "en": "Stress test"}[language]
    assert files[0].digest == files[1].digest
    with pikepdf.open(io.BytesIO(files[0].content)) as file:
        assert str(file.Root.Lang) == ("en" if language == "en" else "zh-CN")
        assert str(file.docinfo["/Title"]) == title


def test_another_part_adds_its_report_once():
    report = find("money")
    register(report)
    assert [one.code for one in all_reports()].count("money") == 1
    with pytest.raises(ValueError, match="two reports"):
        register(Report("money", "别的", "", lambda _lender, _period: []))
    with pytest.raises(ValueError, match="columns"):
        Table("x", (Column("a"),), ((1, 2),))
