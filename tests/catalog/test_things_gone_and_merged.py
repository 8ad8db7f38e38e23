"""A thing that is gone, put away, merged or renamed: what it frees, what it keeps, what it stops."""

from fractions import Fraction

import pytest

from artmarket.accounts.services.parties import party_of
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from catalog.enums import WorkState
from catalog.models import TitleShare
from catalog.search.names import find_artists
from catalog.services import artists, drafts, editions, encumbrances, registration, title
from catalog.services.holders import holder_from
from tests.catalog.factories import draft, person, registered

pytestmark = pytest.mark.django_db


def edition_of(owner, size=2):
    return editions.create_edition(
        actor=owner, artist=artists.own_artist(owner), title="门神", label="初版", size=size
    )


def record(work, registrar, shares, **more):
    values = {"basis": "purchase", "documents": "合同1", **more}
    return title.record_title_event(actor=registrar, work_id=work.pk, shares=shares, **values)


@pytest.mark.parametrize("kind", ["sale", "listing", "pledge", "loan_out", "custody"])
def test_what_is_destroyed_can_be_neither_sold_nor_pledged_nor_lent(kind):
    work, registrar = registered(), person("registrar")
    editions.mark_destroyed(actor=registrar, work_id=work.pk, reason="水损")
    with pytest.raises(WrongState):
        encumbrances.take_encumbrance(actor=registrar, work_id=work.pk, kind=kind, reference="1")
    assert not work.encumbrances.exists()


def test_what_is_destroyed_can_still_be_disputed():
    work, registrar = registered(), person("registrar")
    editions.mark_destroyed(actor=registrar, work_id=work.pk, reason="水损")
    lock = encumbrances.take_encumbrance(
        actor=registrar, work_id=work.pk, kind="dispute", reference="1"
    )
    assert lock.released_at is None


def test_a_discarded_draft_gives_its_impression_number_back():
    owner = person("artist")
    edition = edition_of(owner)
    first, second = draft(owner), draft(owner)
    place = {"actor": owner, "edition": edition, "kind": "numbered", "number": 1}
    editions.place_in_edition(work_id=first.pk, **place)
    drafts.discard_draft(actor=owner, work_id=first.pk)
    second = editions.place_in_edition(work_id=second.pk, **place)
    assert editions.impression_label(second) == "1/2"


def test_a_merged_entry_hands_its_impression_number_to_the_one_that_stays():
    owner, registrar = person("artist"), person("registrar")
    edition = edition_of(owner)
    kept, duplicate = registered(owner), registered(owner)
    editions.place_in_edition(
        actor=registrar, work_id=duplicate.pk, edition=edition, kind="numbered", number=2
    )
    kept = registration.merge_works(
        actor=registrar, duplicate_id=duplicate.pk, into_id=kept.pk, reason="同一件"
    )
    kept.refresh_from_db()
    assert editions.impression_label(kept) == "2/2"
    assert list(edition.impressions.all()) == [kept]


def test_nobody_places_a_work_in_the_edition_of_another():
    edition, stranger = edition_of(person("artist")), person("artist")
    work = draft(stranger)
    with pytest.raises(NotAllowed):
        editions.place_in_edition(
            actor=stranger, work_id=work.pk, edition=edition, kind="numbered", number=1
        )
    assert not edition.impressions.exists()


def test_entries_of_two_owners_are_not_merged():
    first, second = registered(person("artist")), registered(person("artist"))
    with pytest.raises(WrongState):
        registration.merge_works(
            actor=person("registrar"), duplicate_id=second.pk, into_id=first.pk, reason="同一件"
        )
    second.refresh_from_db()
    assert second.state == WorkState.REGISTERED


def test_an_entry_whose_title_is_about_to_move_is_not_merged():
    owner, registrar = person("artist"), person("registrar")
    first, second = registered(owner), registered(owner)
    record(second, registrar, [title.Share(holder_from(actor=registrar, name="新主人"))])
    with pytest.raises(WrongState):
        registration.merge_works(
            actor=registrar, duplicate_id=second.pk, into_id=first.pk, reason="同一件"
        )
    second.refresh_from_db()
    assert second.state == WorkState.REGISTERED


def test_no_share_of_a_title_is_nothing_or_less():
    work, registrar = registered(), person("registrar")
    parties = [holder_from(actor=registrar, name=name) for name in "甲乙"]
    shares = [title.Share(parties[0], Fraction(2)), title.Share(parties[1], Fraction(-1))]
    with pytest.raises(Invalid) as refusal:
        record(work, registrar, shares)
    assert list(refusal.value.fields) == ["shares"]


def test_a_correction_of_title_names_an_event_of_the_same_work():
    work, other, registrar = registered(), registered(), person("registrar")
    shares = [title.Share(party_of(work.created_by))]
    for wrong in (None, other.title_events.get()):
        with pytest.raises(Invalid) as refusal:
            record(work, registrar, shares, basis="correction", corrects=wrong)
        assert list(refusal.value.fields) == ["corrects"]
    event = record(work, registrar, shares, basis="correction", corrects=work.title_events.get())
    assert event.corrects.work == work


def test_a_change_of_title_that_a_colleague_just_dropped_is_refused_in_words():
    work, first, second = registered(), person("registrar"), person("registrar")
    event = record(work, first, [title.Share(holder_from(actor=first, name="新主人"))])
    title.drop_title_event(actor=first, event_id=event.pk, reason="抄错")
    gone = event.pk or 0
    for act in (
        lambda: title.check_title_event(actor=second, event_id=gone),
        lambda: title.drop_title_event(actor=second, event_id=gone, reason="抄错"),
    ):
        with pytest.raises(WrongState):
            act()
    assert TitleShare.objects.filter(work=work, to_event__isnull=True).count() == 1


def test_a_renamed_artist_is_found_by_the_new_name_and_not_by_the_old():
    work = registered(person("artist", name="旧名字"))
    artist = work.attributions.get().artist
    assert [hit.artist for hit in find_artists("旧名字")] == [artist]
    artists.save_artist(actor=person("registrar"), artist=artist, fields={"name": "新称呼"})
    assert [hit.artist for hit in find_artists("新称呼")] == [artist]
    assert find_artists("旧名字") == []
