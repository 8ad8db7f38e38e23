"""The demonstration register: thirty-six invented enterprises, thirty places, one exchange."""

from datetime import date

import pytest

from artmarket.core import demo
from artmarket.core.models import Event
from cms.demo import enterprises
from cms.demo.enterprise_facts import FACTS
from cms.key_list_audit import faults
from cms.models import Enterprise
from cms.selectors.enterprises import difference, key_list, scale_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SILENT = demo.Stage(pictures=False, say=lambda _words: None)


@pytest.fixture
def people():
    return [UserFactory(email=demo.address(key), bureau=True) for key in ("bureau", "bureau2")]


def test_thirty_of_thirty_six_are_on_the_list_and_july_exchanges_one(people):
    enterprises.load(SILENT)
    assert enterprises.is_loaded()
    assert Enterprise.objects.count() == len(FACTS) == 36
    june, july = key_list(date(2026, 6, 30)), key_list(date(2026, 7, 1))
    assert (len(june.rows), june.missing, len(july.rows)) == (30, 0, 30)
    came, gone = difference(june.rows, july.rows)
    assert ([e.name for e in came], [e.name for e in gone]) == ([FACTS[30].name], [FACTS[29].name])
    assert faults() == []
    assert {scale_of(e, on=date(2026, 7, 1)) for e in Enterprise.objects.all()} >= {
        "small",
        "micro",
    }


def test_every_one_is_marked_as_demonstration_in_both_languages(people):
    enterprises.load(SILENT)
    for row in Enterprise.objects.all():
        assert row.capacity.startswith("演示数据") and row.capacity_en.startswith(
            "Demonstration data"
        )


def test_loading_twice_changes_nothing(people):
    enterprises.load(SILENT)
    before = Event.objects.count()
    enterprises.load(SILENT)
    assert Event.objects.count() == before


def test_without_two_people_of_the_bureau_nothing_is_made():
    UserFactory(email=demo.address("bureau"), bureau=True)
    enterprises.load(SILENT)
    assert not Enterprise.objects.exists()
    assert not enterprises.is_loaded()
