"""The demonstration district: what it holds, that a second run changes nothing, that it resumes."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from artmarket.accounts.enums import OrganisationKind, Role
from artmarket.accounts.models import Organisation, RoleGrant, User
from artmarket.core import demo
from artmarket.core.models import Event
from catalog.demo.district import load_people
from catalog.demo.facts import plan
from catalog.demo.facts.artists import ARTISTS
from catalog.demo.facts.people import ACCOUNTS, ORGANISATIONS
from catalog.demo.wording import description_of, photos_of
from catalog.demo.works import load_works, works_are_loaded
from catalog.enums import EncumbranceKind, RelicStatus, SourceKind, WorkState
from catalog.models import (
    Artist,
    Concept,
    Edition,
    Encumbrance,
    RegistryNumber,
    SearchEntry,
    Work,
)
from catalog.services import registration
from media.models import Image

FORBIDDEN = ("真品", "保值", "升值", "出土")


def quiet(pictures: bool = False) -> demo.Stage:
    return demo.Stage(pictures=pictures, say=lambda words: None)


def counts() -> dict[str, int]:
    tables = (User, Organisation, RoleGrant, Work, Artist, Image, Event, Encumbrance, Edition)
    return {table.__name__: table.objects.count() for table in (*tables, RegistryNumber)}


class District(TestCase):
    """One district for all of these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        load_people(quiet())
        load_works(quiet())

    def test_there_are_twelve_artists_and_a_hundred_and_twenty_works(self) -> None:
        assert Work.objects.count() == 120
        assert Artist.objects.count() == 12
        assert Artist.objects.filter(account_verified_at__isnull=False).get().name == "陆青屿"
        assert Artist.objects.filter(living="no").count() == 3

    def test_works_stand_in_every_state_that_a_listed_work_can_have(self) -> None:
        assert Counter(Work.objects.values_list("state", flat=True)) == {
            WorkState.REGISTERED: 101,
            WorkState.DRAFT: 7,
            WorkState.SUBMITTED: 6,
            WorkState.RETURNED: 4,
            WorkState.DISCARDED: 1,
            WorkState.MERGED: 1,
        }

    def test_every_kind_of_encumbrance_lies_on_some_work(self) -> None:
        live = Encumbrance.objects.live().values_list("kind", flat=True)
        # A live listing has a price, so it is the selling app's part of the district.
        assert set(live) == set(EncumbranceKind.values) - {EncumbranceKind.LISTING}
        assert Encumbrance.objects.filter(kind=EncumbranceKind.LISTING).count() == 1
        assert Encumbrance.objects.filter(released_at__isnull=False).count() == len(plan.PAST)

    def test_every_relic_status_and_way_of_acquiring_occurs(self) -> None:
        statuses = Work.objects.values_list("relic_status", flat=True)
        assert set(statuses) == set(RelicStatus.values)
        kinds = Work.objects.values_list("source_kind", flat=True)
        assert set(kinds) == set(SourceKind.values)

    def test_every_role_has_an_account_that_can_sign_in(self) -> None:
        for role in Role.values:
            user = User.objects.get(email=demo.address(role))
            assert user.has_role(role)
            assert user.check_password(demo.PASSWORD)
        assert set(Organisation.objects.values_list("kind", flat=True)) == set(
            OrganisationKind.values
        )
        assert len(demo.accounts()) == len(ACCOUNTS)

    def test_every_registered_work_is_complete_searchable_and_flagged(self) -> None:
        works = Work.objects.filter(state=WorkState.REGISTERED)
        assert set(works.values_list("objectid_score", flat=True)) == {10}
        assert works.filter(description__contains="演示数据").count() == 101
        assert works.filter(description_en__contains="Demonstration data").count() == 101
        assert Work.objects.exclude(credit__contains="演示数据").count() == 0
        merged = set(Work.objects.filter(state="merged").values_list("pk", flat=True))
        shown = set(works.filter(is_public=True).values_list("pk", flat=True))
        assert shown == set(SearchEntry.objects.values_list("work_id", flat=True)) - merged
        assert len(shown) == 101 - len(plan.HIDDEN)

    def test_titles_moved_with_two_people_and_their_history_is_kept(self) -> None:
        number = next(s for s, moves in plan.TITLES.items() if len(moves) == 2)
        facts = plan.all_works()[number - 1]
        work = Work.objects.get(credit=facts.key)
        assert work.title_events.count() == 3
        assert all(e.checked_by_id != e.recorded_by_id for e in work.title_events.all())
        assert work.title_shares.filter(to_event__isnull=True).count() == 1

    def test_prints_hang_in_edition_trees(self) -> None:
        assert Concept.objects.count() == Edition.objects.count() == 9
        placed = Work.objects.filter(edition__isnull=False)
        assert placed.count() == 17
        assert set(placed.values_list("impression_kind", flat=True)) == {
            "numbered",
            "artist_proof",
        }

    def test_a_second_run_changes_nothing(self) -> None:
        before = counts()
        load_people(quiet())
        load_works(quiet())
        assert counts() == before
        assert works_are_loaded()

    def test_if_empty_skips_what_is_there_and_leaves_real_people_alone(self) -> None:
        before, out = counts(), StringIO()
        User.objects.create_user("someone@example.com", "pw", display_name="真人")
        call_command("load_demo", "--if-empty", "--without-pictures", stdout=out)
        assert "left as it is" in out.getvalue()
        assert counts() == {**before, "User": before["User"] + 1}


@pytest.mark.django_db
def test_a_run_that_was_cut_off_is_completed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    load_people(quiet())
    calls = iter(range(1000))
    register = registration.register_work

    def cut_off(**arguments: object) -> Work:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return register(**arguments)  # type: ignore[arg-type]

    works = plan.all_works()[:9]
    monkeypatch.setattr("catalog.demo.works.all_works", lambda: works)
    monkeypatch.setattr(registration, "register_work", cut_off)
    with pytest.raises(KeyboardInterrupt):
        load_works(quiet())
    assert Work.objects.filter(state=WorkState.REGISTERED).count() == 3
    assert not works_are_loaded()
    monkeypatch.setattr(registration, "register_work", register)
    load_works(quiet())
    goals = [facts.goal for facts in works]
    assert Work.objects.count() == 9
    assert Work.objects.filter(state=WorkState.REGISTERED).count() == goals.count(
        WorkState.REGISTERED
    )
    assert Image.objects.filter(work_photo__isnull=True).count() == 0


@pytest.mark.django_db
def test_without_demo_nothing_is_ever_made() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError):
        call_command("load_demo")
    assert not User.objects.exists()


def test_the_facts_keep_the_wording_rules() -> None:
    texts = [text for facts in plan.all_works() for text in description_of(facts).texts.values()]
    texts += [artist.biography for artist in ARTISTS] + [o.about for o in ORGANISATIONS]
    assert not [text for text in texts for word in FORBIDDEN if word in text]


def test_facts_are_the_same_in_every_run_and_every_work_has_its_own_mark() -> None:
    works = plan.all_works()
    assert len({facts.key for facts in works}) == 120
    assert works[56 - 1].artist.key == "yang"
    assert [p.drawing for p in photos_of(works[0])] == ["overall", "verso", "seal", "detail"]
    prints = [facts for facts in works if facts.edition]
    assert len({facts.seed for facts in prints}) == 9
