"""The live figures: exact from a built world, the same on page and in files, hidden where few."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from appraisal.models import Certificate
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.money import Money
from artmarket.ledger.models import Entry
from auctions.models import Lot
from auctions.pledges.models import LoanPosting
from catalog.models import Work
from cms.engine.months import Month, last_months
from cms.engine.suppression import may_be_shown
from cms.models import Booking, Programme, Session, Ticket, TicketType
from cms.selectors.figures import SPANS, asked_of, figure, figures, month_words
from tests.appraisal.certified import with_key
from tests.auctions import settling
from tests.catalog.factories import person, registered
from tests.pledges import stages

CODES = ["registrations", "certificates", "sales", "loans", "visitors", "events"]


def this_month() -> Month:
    return Month.of(db_now().astimezone(SHANGHAI).date())


def within(month: Month, day: int = 10) -> datetime:
    return datetime(month.year, month.month, day, 12, tzinfo=SHANGHAI)


def line(found, month: Month):
    """The cells of a month after its name."""
    return next(row[1:] for row in found.table.rows if row[0] == month_words(month))


# ------------------------------------------------------------------ months and hiding (pure)


def test_months_go_over_the_years_end():
    assert [str(m) for m in last_months(date(2026, 2, 28), 4)] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert (Month(2026, 1).moved(-1), Month(2026, 12).moved(1)) == (Month(2025, 12), Month(2027, 1))
    with pytest.raises(ValueError, match="at least one"):
        last_months(date(2026, 1, 1), 0)


def test_a_month_begins_at_midnight_in_shanghai():
    zone = ZoneInfo("Asia/Shanghai")
    assert Month(2026, 3).starts(zone).astimezone(UTC) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert Month(2026, 3).ends(zone) == Month(2026, 4).starts(zone)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([], False), ([5, 5], False), ([5, 5, 0], False), ([5, 5, 5], True),
        ([85, 10, 5], True), ([86, 9, 5], False),
    ],
)  # fmt: skip
def test_a_sum_is_shown_of_three_sources_none_of_which_is_almost_all(parts, shown):
    assert may_be_shown(parts, least=3, most_pct=85) is shown


# ------------------------------------------------------------------ what each figure says


@pytest.mark.django_db
def test_registrations_are_counted_by_months_of_shanghai_and_add_up():
    month = this_month()
    first = month.starts(SHANGHAI)
    for at in (
        first - timedelta(seconds=1),
        first,
        within(month.moved(-11)),
        within(month.moved(-12)),
    ):
        work = registered()
        Work.objects.filter(pk=work.pk).update(registered_at=at)
    found = figure("registrations", 12, public=True)
    assert len(found.table.rows) == 12
    assert line(found, month.moved(-11)) == (1, 2)
    assert line(found, month.moved(-1)) == (1, 3)
    assert line(found, month) == (1, 4)
    assert found.title == "近12个月登记3件作品，在册共4件"
    assert line(figure("registrations", 24, public=True), month.moved(-12)) == (1, 1)


@pytest.mark.django_db
def test_certificates_are_counted_by_kind_and_revocations_by_their_month():
    with_key()
    made = stages.certificate(*stages.by_living_author())
    month = this_month()
    assert line(figure("certificates", 12, public=True), month) == (1, 1, 0, 0, 0)
    Certificate.objects.filter(pk=made.pk).update(
        state="revoked", reason="错", state_since=within(month.moved(-1))
    )
    found = figure("certificates", 12, public=True)
    assert line(found, month) == (1, 1, 0, 0, 0)  # what was revoked stays issued
    assert line(found, month.moved(-1)) == (0, 0, 0, 0, 1)
    assert found.title == "近12个月出具1份证书"


@pytest.mark.django_db
def test_sales_count_lots_hammers_and_what_was_paid():
    made = settling.paid()
    month = this_month()
    at = within(month.moved(-1))
    Lot.objects.filter(pk=made.lot.pk).update(closed_at=at)
    found = figure("sales", 12, public=True)
    assert [c.label for c in found.table.columns[1:]] == [
        "上拍（件）", "成交（件）", "落槌价（CNY）", "付清（件）", "付清金额（CNY）",
    ]  # fmt: skip
    nothing = Money(0)
    offered = Lot.objects.filter(closed_at=at).count()
    assert line(found, month.moved(-1)) == (offered, 1, Money(settling.HAMMER), 0, nothing)
    assert line(found, month)[3:] == (1, Money(settling.TOTAL))
    assert found.title == "近12个月成交1件，落槌价合计¥2,600"
    Lot.objects.filter(pk=made.lot.pk).update(state="defaulted", winner=None, hammer_minor=None)
    assert line(figure("sales", 12, public=True), month.moved(-1))[1:3] == (0, nothing)


@pytest.mark.django_db
def test_another_currency_has_its_own_column():
    made = settling.paid()
    made.sale.__class__.objects.filter(pk=made.sale.pk).update(currency="EUR")
    found = figure("sales", 12, public=True)
    labels = [c.label for c in found.table.columns]
    assert labels.index("落槌价（CNY）") < labels.index("落槌价（EUR）")
    assert line(found, this_month())[2:4] == (Money(0), Money(settling.HAMMER, "EUR"))


@pytest.mark.django_db
def test_the_bureau_reads_what_one_lender_lends_and_the_public_does_not():
    made = stages.active()
    month = this_month()
    exact = figure("loans", 12, public=False)
    assert line(exact, month) == (1, Money(stages.LENT))
    assert line(exact, month.moved(-1)) == (0, Money(0))
    assert exact.title == "目前有1笔质押贷款没有还清，本金余额¥100,000"
    hidden = figure("loans", 12, public=True)
    assert {row[1:] for row in hidden.table.rows} == {("x", "x")}
    assert hidden.chart is None
    said = f"{hidden.title}{hidden.table.note}{hidden.table.printed()}"
    assert "100,000" not in said and "1笔" not in said
    stages.pay(made, 10_000 * stages.YUAN, early=True)
    assert line(figure("loans", 12, public=False), month)[1].minor < stages.LENT


@pytest.mark.django_db
def test_three_lenders_of_like_size_are_shown_to_everybody():
    rows = [stages.active(), stages.active()]
    month = this_month()
    assert line(figure("loans", 12, public=True), month) == ("x", "x")
    rows.append(stages.active())
    found = figure("loans", 12, public=True)
    assert line(found, month) == (3, Money(3 * stages.LENT))
    assert line(found, month.moved(-1)) == ("x", "x")
    assert len(found.chart.gaps) == 11
    # One of them has almost all: the sum is hidden again, the count is not.
    other = Entry.objects.exclude(pk__in=LoanPosting.objects.values("entry")).first()
    LoanPosting.objects.create(
        loan=rows[0].loan, entry=other, kind="charged", part="principal",
        amount_minor=50 * stages.LENT, day=db_today(),
    )  # fmt: skip
    assert line(figure("loans", 12, public=True), month) == (3, "x")


def programme(state="open") -> Programme:
    return Programme.objects.create(kind="event", title="讲座", state=state)


def session(of: Programme, start: datetime, state="scheduled") -> Session:
    return Session.objects.create(
        programme=of,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        original_start=start,
        state=state,
    )


def came(of: Session, at: datetime | None, places: int = 1) -> None:
    kind = TicketType.objects.get_or_create(programme=of.programme, name="票", name_en="Ticket")[0]
    booking = Booking.objects.create(
        programme=of.programme, session=of, ticket_type=kind, user=person("buyer"), state="confirmed",
        places=places, key=f"k{Booking.objects.count()}", consent_at=db_now(),
    )  # fmt: skip
    for number in range(1, places + 1):
        Ticket.objects.create(booking=booking, number=number, checked_in_at=at)


@pytest.mark.django_db
def test_visitors_are_the_places_that_were_checked_in():
    month = this_month()
    of = programme()
    one, two = session(of, within(month.moved(-1))), session(of, within(month.moved(-1), 20))
    came(one, one.starts_at, places=2)
    came(one, one.starts_at)
    came(two, two.starts_at)
    came(two, None, places=5)
    found = figure("visitors", 12, public=True)
    assert line(found, month.moved(-1)) == (4, 2)
    assert found.title == "近12个月签到4人次"
    Ticket.objects.filter(checked_in_at=None).update(checked_in_at=db_now())
    assert figure("visitors", 12, public=True).title == "近12个月签到9人次"


@pytest.mark.django_db
def test_events_are_held_to_come_or_off_and_drafts_are_none():
    month = this_month()
    of = programme()
    session(of, within(month.moved(-1)))
    session(of, within(month.moved(-1), 11), "cancelled")
    session(of, within(month.moved(-1), 12)).programme.save()
    session(of, within(month.moved(1)))
    session(of, within(month.moved(3)))
    session(programme("cancelled"), within(month.moved(-1), 13))
    session(programme("draft"), within(month.moved(-1), 14))
    found = figure("events", 12, public=True)
    assert line(found, month.moved(-1)) == (2, 0, 2)
    assert found.table.rows[-1] == ("以后", 0, 2, 0)
    assert found.title == "近12个月办了2场活动，之后还有2场"


# ------------------------------------------------------------------ pages and files


@pytest.fixture
def world(db):
    """Something of everything."""
    settling.paid()
    stages.active()
    of = programme()
    one = session(of, within(this_month().moved(-1)))
    came(one, one.starts_at, places=3)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def said(cell, currency: str) -> str:
    """A cell of a file as the page says it."""
    return str(Money(int(Decimal(str(cell)) * 100), currency))


@pytest.mark.parametrize("public", [True, False])
def test_files_say_what_the_page_says_to_the_digit(world, public):
    client = Client()
    address = "/figures/"
    if not public:
        client.force_login(person("bureau"))
        address = "/desk/bureau/figures/"
    page = client.get(f"{address}?months=24")
    assert [f.code for f in page.context["figures"]] == CODES
    text = page.content.decode()
    for found in page.context["figures"]:
        printed = found.table.printed()
        lines = read(client.get(f"{address}{found.code}.csv?months=24").content)
        assert lines[0] == [c.label for c in found.table.columns]
        book = load_workbook(
            io.BytesIO(client.get(f"{address}{found.code}.xlsx?months=24").content)
        )
        sheet = [list(row) for row in book.worksheets[1].values][1 : len(printed) + 1]
        for shown, line_, cells, kept in zip(
            printed, lines[1:], sheet, found.table.rows, strict=True
        ):
            for place, cell in enumerate(kept):
                if isinstance(cell, Money):
                    assert (
                        said(line_[place], cell.currency)
                        == said(cells[place], cell.currency)
                        == shown[place]
                    )
                else:
                    assert line_[place] == str(cells[place]) == shown[place]
                assert shown[place] in text
        cover = {row[0]: row[1] for row in book.worksheets[0].values}
        assert cover["来源"] == found.source and cover["期间"] == found.period


def test_the_public_files_hide_what_the_public_page_hides(world, client):
    for format in ("csv", "xlsx"):
        content = client.get(f"/figures/loans.{format}").content
        if format == "csv":
            assert {cell for row in read(content)[1:] for cell in row[1:]} == {"x"}
        else:
            rows = list(load_workbook(io.BytesIO(content)).worksheets[1].values)[1:13]
            assert {cell for row in rows for cell in row[1:]} == {"x"}


def test_each_figure_has_its_drawing_its_table_its_source_and_its_time(world, client):
    text = client.get("/figures/").content.decode()
    assert text.count('<svg class="chart"') == 5  # what is lent is hidden
    assert text.count("<caption>") == 6
    assert text.count("来源：") == 6 and text.count("数据时间：") == 6
    assert " style=" not in text
    for code in CODES:
        assert f'aria-labelledby="{code}-title"' in text


def test_figures_speak_english(world, client):
    with translation.override("en"):
        answer = client.get("/en/figures/")
    assert answer.status_code == 200


@pytest.mark.django_db
class TestWhoSees:
    @pytest.mark.parametrize(
        ("role", "status"), [("bureau", 200), ("operator", 200), ("registrar", 403), ("buyer", 403)]
    )
    def test_the_exact_figures_are_for_bureau_and_operators(self, role, status):
        client = Client()
        client.force_login(person(role))
        assert client.get("/desk/bureau/figures/").status_code == status
        assert client.get("/desk/bureau/figures/loans.csv").status_code == status

    def test_everybody_else_signs_in_first(self, client):
        assert client.get("/desk/bureau/figures/loans.csv").status_code == 302

    def test_what_is_no_figure_or_no_format_is_not_found(self, client):
        assert client.get("/figures/weather.csv").status_code == 404
        assert client.get("/figures/loans.pdf").status_code == 404

    def test_another_span_is_the_first_one(self, client):
        for asked in ("13", "x", "-1", "9" * 40):
            assert client.get(f"/figures/?months={asked}").context["months"] == SPANS[0]
        with pytest.raises(ValueError, match="13"):
            asked_of(13, public=True)


def test_all_figures_cost_twelve_queries_however_much_there_is(world, django_assert_num_queries):
    with django_assert_num_queries(12):
        figures(12, public=True)
    stages.active()
    with django_assert_num_queries(12):
        figures(24, public=False)
