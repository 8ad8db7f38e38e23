"""The register of enterprises: what it takes, what it refuses, who sees what of it."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from cms.engine.scale import size_of
from cms.enterprise_data import organization
from cms.models import Enterprise, SupportMeasure
from cms.selectors.enterprises import culture_classes, directory, scale_of
from cms.services import enterprises, support
from tests.catalog.factories import person
from tests.cms.register import SINCE, changed, code, entering, enterprise, given, leaving

LINES = {
    "industry_staff": [1000, 300, 20], "industry_revenue": [40000, 2000, 300],
    "other_staff": [300, 100, 10],
}  # fmt: skip
WAN = 10_000 * 100


def last_event() -> Event:
    return Event.objects.order_by("-pk").first()


# ------------------------------------------------------------------ how large (pure)


@pytest.mark.parametrize(
    ("staff", "revenue", "size"),
    [
        (1000, 40000, "large"), (1000, 39999, "medium"), (999, 40000, "medium"),
        (300, 2000, "medium"), (299, 90000, "small"), (20, 300, "small"), (19, 300, "micro"),
        (0, 0, "micro"), (None, 40000, None), (1000, None, None),
    ],
)  # fmt: skip
def test_a_size_needs_every_measure_of_its_trade(staff, revenue, size):
    fen = None if revenue is None else revenue * WAN
    assert size_of(LINES, "industry", staff=staff, revenue=fen) == size


def test_a_trade_that_the_rule_measures_by_staff_alone_asks_for_no_revenue():
    assert size_of(LINES, "other", staff=100, revenue=None) == "medium"


def test_a_trade_that_the_rule_does_not_know_is_an_error():
    with pytest.raises(KeyError):
        size_of(LINES, "fishing", staff=1, revenue=1)


def test_a_line_that_moves_changes_the_size_of_the_same_enterprise():
    moved = LINES | {"other_staff": [300, 90, 10]}
    assert size_of(LINES, "other", staff=95, revenue=None) == "small"
    assert size_of(moved, "other", staff=95, revenue=None) == "medium"


# ------------------------------------------------------------------ the register


@pytest.mark.django_db
class TestRegister:
    def test_an_enterprise_comes_into_the_register_with_an_event(self):
        actor = person("bureau")
        row = enterprises.add_enterprise(actor=actor, given=given(name=" 鸢　坊 "))
        assert (row.name, row.state, row.created_by) == ("鸢 坊", "active", actor)
        event = last_event()
        assert (event.action, event.object_id) == ("cms.enterprise_added", str(row.pk))
        assert event.after["code"] == row.code

    @pytest.mark.parametrize("role", ["operator", "registrar", "merchant", "buyer"])
    def test_only_the_bureau_keeps_it(self, role):
        with pytest.raises(NotAllowed):
            enterprises.add_enterprise(actor=person(role), given=given())
        assert not Enterprise.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": "91379999XXT000001A"}, "code"),
            ({"code": "123"}, "code"),
            ({"code": "91379999XXI0000010"}, "code"),
            ({"economy_class": "2439"}, "economy_class"),
            ({"culture_class": "A9"}, "culture_class"),
            ({"stage": "mining"}, "stage"),
            ({"staff": 3}, "figures_year"),
            ({"website": "javascript:alert(1)"}, "website"),
            ({"name": ""}, "name"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, changes, field):
        with pytest.raises(Invalid) as refusal:
            enterprises.add_enterprise(actor=person("bureau"), given=given(**changes))
        assert list(refusal.value.fields) == [field]
        assert not Enterprise.objects.exists()

    def test_a_code_is_read_with_spaces_and_small_letters_and_stands_once(self):
        right = code()
        row = enterprise(code=f" {right[:8].lower()} {right[8:]} ")
        assert row.code == right
        with pytest.raises(Invalid) as refusal:
            enterprise(code=right)
        assert "code" in refusal.value.fields

    def test_writing_the_same_again_leaves_no_event(self):
        row = enterprise()
        before = Event.objects.count()
        enterprises.change_enterprise(
            actor=person("bureau"), enterprise_id=row.pk, given=enterprises.as_input(row)
        )
        assert Event.objects.count() == before

    def test_a_change_tells_what_it_was_and_is(self):
        row = enterprise(products="风筝")
        enterprises.change_enterprise(
            actor=person("bureau"), enterprise_id=row.pk,
            given=replace(enterprises.as_input(row), products="风筝、灯彩"),
        )  # fmt: skip
        event = last_event()
        assert (event.before, event.after) == ({"products": "风筝"}, {"products": "风筝、灯彩"})

    def test_scale_follows_the_rule_of_the_day_and_is_missing_without_figures(self):
        row = enterprise(staff=120, figures_year=2025)
        assert scale_of(row, on=date(2026, 1, 1)) == "medium"
        assert scale_of(enterprise(), on=date(2026, 1, 1)) is None


@pytest.mark.django_db
class TestContact:
    def test_a_contact_is_stored_with_the_day_of_consent_and_no_event_holds_it(self):
        row = enterprise()
        enterprises.set_contact(
            actor=person("bureau"), enterprise_id=row.pk, consent_on=SINCE, name="王小鸢",
            phone="0536-1234567",
        )  # fmt: skip
        row.refresh_from_db()
        assert row.has_contact
        said = json.dumps(
            [[e.before, e.after, e.data] for e in Event.objects.all()], ensure_ascii=False
        )
        assert "王小鸢" not in said and "1234567" not in said

    def test_without_a_day_of_consent_the_database_itself_refuses(self):
        row = enterprise()
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.filter(pk=row.pk).update(contact_name="王小鸢")

    def test_a_consent_of_tomorrow_is_none(self):
        row = enterprise()
        with pytest.raises(Invalid) as refusal:
            enterprises.set_contact(
                actor=person("bureau"), enterprise_id=row.pk, name="王",
                consent_on=db_today() + timedelta(days=1),
            )  # fmt: skip
        assert refusal.value.rule == "enterprises.contact_consent"

    def test_a_withdrawn_consent_takes_everything_away_at_once(self, client):
        row = enterprise()
        enterprises.set_contact(
            actor=person("bureau"), enterprise_id=row.pk, consent_on=SINCE, name="王小鸢"
        )
        assert "王小鸢" in client.get(f"/enterprises/{row.code}/").content.decode()
        enterprises.remove_contact(actor=person("bureau"), enterprise_id=row.pk)
        row.refresh_from_db()
        assert (row.contact_name, row.contact_consent_on) == ("", None)
        assert "王小鸢" not in client.get(f"/enterprises/{row.code}/").content.decode()


@pytest.mark.django_db
class TestLeaving:
    def test_who_leaves_keeps_the_record_and_loses_the_contact(self, client):
        row = enterprise()
        enterprises.set_contact(
            actor=person("bureau"), enterprise_id=row.pk, consent_on=SINCE, name="王小鸢"
        )
        enterprises.retire_enterprise(
            actor=person("bureau"), enterprise_id=row.pk, left_on=date(2026, 3, 1), reason="迁出"
        )
        row.refresh_from_db()
        assert (row.state, row.left_reason, row.contact_name) == ("left", "迁出", "")
        assert list(directory()) == []
        assert list(directory(with_left=True)) == [row]
        assert client.get(f"/enterprises/{row.code}/").status_code == 200

    def test_nobody_leaves_from_the_key_list(self):
        row = enterprise()
        change = changed(entering(row))
        with pytest.raises(WrongState) as refusal:
            enterprises.retire_enterprise(
                actor=person("bureau"),
                enterprise_id=row.pk,
                left_on=date(2026, 3, 1),
                reason="迁出",
            )
        assert (refusal.value.code, refusal.value.rule) == (
            "on_the_key_list",
            "enterprises.two_persons",
        )
        changed(leaving(change.entry, date(2026, 2, 28)))
        left = enterprises.retire_enterprise(
            actor=person("bureau"), enterprise_id=row.pk, left_on=date(2026, 3, 1), reason="迁出"
        )
        assert left.state == "left"

    def test_what_left_is_changed_no_more(self):
        row = enterprise()
        enterprises.retire_enterprise(
            actor=person("bureau"), enterprise_id=row.pk, left_on=date(2026, 3, 1), reason="迁出"
        )
        with pytest.raises(WrongState):
            enterprises.change_enterprise(
                actor=person("bureau"), enterprise_id=row.pk, given=given()
            )


@pytest.mark.django_db
class TestSupport:
    def test_a_measure_is_public_only_once_it_is_published(self, client):
        row = enterprise()
        made = support.record_support(
            actor=person("bureau"), enterprise_id=row.pk, measure="参展补助", document="文〔2026〕9号",
            decided_on=date(2026, 5, 20), amount_minor=20_000_00,
        )  # fmt: skip
        address = f"/enterprises/{row.code}/"
        assert "参展补助" not in client.get(address).content.decode()
        support.publish_support(actor=person("bureau"), support_id=made.pk)
        text = client.get(address).content.decode()
        assert "参展补助" in text and "¥20,000" in text
        with pytest.raises(WrongState):
            support.publish_support(actor=person("bureau"), support_id=made.pk)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"measure": " "}, "measure"), ({"document": ""}, "document"), ({"amount_minor": 0}, "amount_minor"),
         ({"decided_on": date(2999, 1, 1)}, "decided_on")],
    )  # fmt: skip
    def test_a_measure_without_its_facts_is_refused(self, changes, field):
        values = {"measure": "补助", "document": "文1", "decided_on": date(2026, 5, 20)} | changes
        with pytest.raises(Invalid) as refusal:
            support.record_support(actor=person("bureau"), enterprise_id=enterprise().pk, **values)
        assert list(refusal.value.fields) == [field]
        assert not SupportMeasure.objects.exists()


# ------------------------------------------------------------------ what is shown


@pytest.mark.django_db
class TestDirectory:
    def test_it_is_narrowed_by_words_stage_class_and_the_list_of_a_day(self):
        kites, prints = (
            enterprise(name="鸢厂"),
            enterprise(name="印社", stage="printing", culture_class="0212", products="画册"),
        )
        changed(entering(prints, date(2026, 7, 1)))
        assert list(directory(q="画册")) == [prints]
        assert list(directory(q=kites.code.lower())) == [kites]
        assert list(directory(stage="printing")) == [prints]
        assert list(directory(culture_class="02")) == [prints]
        assert list(directory(on=date(2026, 6, 30))) == []
        assert list(directory(on=date(2026, 7, 1))) == [prints]
        assert culture_classes() == [("0212", "文化消费终端生产"), ("09", "文化消费终端生产")]

    def test_the_page_costs_the_same_however_many_there_are(
        self, client, django_assert_max_num_queries
    ):
        for _n in range(3):
            enterprise()
        with django_assert_max_num_queries(4):
            client.get("/enterprises/")
        for _n in range(27):
            enterprise()
        with django_assert_max_num_queries(4):
            answer = client.get("/enterprises/?page=2")
        assert "共30家" in answer.content.decode()
        assert len(answer.context["page"].object_list) == 6

    def test_a_wrong_filter_shows_its_error_and_all_enterprises(self, client):
        enterprise()
        answer = client.get("/enterprises/?stage=mining&on=yesterday")
        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == {"stage", "on"}

    def test_staff_and_revenue_are_for_the_bureau_only(self, client):
        row = enterprise(staff=4321, revenue_minor=98_765_432_00, figures_year=2025)
        text = client.get(f"/enterprises/{row.code}/").content.decode()
        assert "4321" not in text and "4,321" not in text and "98,765,432" not in text
        assert "大型" in text

    def test_the_profile_speaks_english(self, client):
        row = enterprise(name="鸢厂", name_en="Kite Works")
        text = client.get(f"/en/enterprises/{row.code}/").content.decode()
        assert "<h1>Kite Works</h1>" in text and "kites" in text

    def test_an_unknown_code_is_not_found(self, client):
        assert client.get("/enterprises/91379999XXT999999X/").status_code == 404


@pytest.mark.django_db
class TestForMachines:
    def test_the_page_carries_schema_org_with_what_it_shows(self, client):
        row = enterprise(
            name="鸢厂", name_en="Kite Works", address="潍城区", website="https://kites.example/"
        )
        text = client.get(f"/enterprises/{row.code}/").content.decode()
        data = json.loads(re.search(r'application/ld\+json">(.*?)</script>', text, re.S).group(1))
        assert data == {
            "@context": "https://schema.org", "@type": "Organization",
            "@id": f"http://testserver/enterprises/{row.code}/#organization",
            "url": f"http://testserver/enterprises/{row.code}/",
            "name": "鸢厂", "alternateName": "Kite Works", "description": "风筝",
            "identifier": {"@type": "PropertyValue", "propertyID": "统一社会信用代码", "value": row.code},
            "address": {"@type": "PostalAddress", "streetAddress": "潍城区", "addressCountry": "CN"},
            "sameAs": "https://kites.example/",
        }  # fmt: skip

    def test_a_contact_is_there_by_consent_only(self):
        row = enterprise()
        assert "contactPoint" not in organization(row, url="https://x.example/")
        row = enterprises.set_contact(
            actor=person("bureau"),
            enterprise_id=row.pk,
            consent_on=SINCE,
            name="王小鸢",
            email="w@kites.example",
        )
        assert organization(row, url="https://x.example/")["contactPoint"] == {
            "@type": "ContactPoint", "name": "王小鸢", "email": "w@kites.example",
        }  # fmt: skip

    def test_english_names_come_first_in_english(self):
        row = enterprise(name="鸢厂", name_en="Kite Works")
        with translation.override("en"):
            data = organization(row, url="https://x.example/")
        assert (data["name"], data["alternateName"], data["description"]) == (
            "Kite Works",
            "鸢厂",
            "kites",
        )


# ------------------------------------------------------------------ the desk


@pytest.mark.django_db
class TestDesk:
    @pytest.fixture
    def bureau(self) -> Client:
        made = Client()
        made.force_login(person("bureau"))
        return made

    def test_an_enterprise_is_entered_on_the_page(self, bureau):
        typed = {
            "code": code(), "name": "新厂", "trade": "industry", "economy_class": "c2439",
            "culture_edition": "2018", "culture_class": "09", "stage": "making", "since": "2026-01-01",
            "staff": "40", "revenue_minor": "5,000,000", "figures_year": "2025",
        }  # fmt: skip
        answer = bureau.post("/desk/bureau/enterprises/new/", typed)
        row = Enterprise.objects.get()
        assert answer.headers["Location"] == f"/desk/bureau/enterprises/{row.pk}/"
        assert (row.economy_class, row.revenue_minor) == ("C2439", 5_000_000_00)

    def test_a_wrong_check_digit_stands_beside_the_code_and_nothing_typed_is_lost(self, bureau):
        answer = bureau.post(
            "/desk/bureau/enterprises/new/", {"code": "91379999XXT000001A", "name": "新厂",
            "trade": "other", "economy_class": "C2439", "culture_edition": "2018", "culture_class": "09",
            "stage": "making", "since": "2026-01-01"},
        )  # fmt: skip
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "校验位对不上" in text and "新厂" in text
        assert not Enterprise.objects.exists()

    def test_every_act_of_the_page_is_done(self, bureau):
        row = enterprise()
        address = f"/desk/bureau/enterprises/{row.pk}/"
        bureau.post(
            address, {"do": "contact", "contact-name": "王", "contact-consent_on": "2026-01-01"}
        )
        bureau.post(address, {"do": "support", "support-measure": "补助", "support-document": "文1",
                              "support-decided_on": "2026-05-01", "support-amount_minor": "300"})  # fmt: skip
        made = SupportMeasure.objects.get()
        bureau.post(address, {"do": "publish", "measure": made.pk})
        row.refresh_from_db()
        made.refresh_from_db()
        assert (row.contact_name, made.amount_minor, made.published_at is not None) == (
            "王",
            300_00,
            True,
        )
        bureau.post(address, {"do": "uncontact"})
        bureau.post(
            address, {"do": "retire", "retire-left_on": "2026-06-01", "retire-reason": "迁出"}
        )
        row.refresh_from_db()
        assert (row.contact_name, row.state) == ("", "left")

    def test_a_measure_of_another_enterprise_is_not_found(self, bureau):
        row, other = enterprise(), enterprise()
        made = support.record_support(
            actor=person("bureau"), enterprise_id=other.pk, measure="补助", document="文1",
            decided_on=date(2026, 5, 20),
        )  # fmt: skip
        answer = bureau.post(
            f"/desk/bureau/enterprises/{row.pk}/", {"do": "publish", "measure": made.pk}
        )
        assert answer.status_code == 404

    def test_the_desk_leads_from_room_to_room(self, bureau):
        text = bureau.get("/desk/bureau/").content.decode()
        for address in (
            "/desk/bureau/enterprises/",
            "/desk/bureau/key-list/",
            "/desk/bureau/figures/",
        ):
            assert f'href="{address}"' in text
        text = bureau.get("/desk/bureau/enterprises/").content.decode()
        assert 'href="/desk/bureau/enterprises/" aria-current="page"' in text
