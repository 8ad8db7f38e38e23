"""A registered work is never silently changed: reason, before and after, two people for title."""

import pytest

from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.models import Artist
from catalog.selectors import history_of
from catalog.services import artists, corrections, editions
from catalog.services.description import Description, Measure
from tests.catalog.factories import draft, person, registered, submitted

pytestmark = pytest.mark.django_db


def test_a_correction_keeps_what_was_before_and_after_with_its_reason():
    work = registered()
    registrar = person("registrar")
    corrections.correct_work(
        actor=registrar, work_id=work.pk, reason="题名抄错",
        description=Description(texts={"title": "秋山放鸢图"}, measures=[Measure("height", "101"), Measure("width", "80")]),
    )  # fmt: skip
    event = Event.objects.about(work).first()
    assert event.action == "work.corrected"
    assert event.actor == registrar
    assert event.data["reason"] == "题名抄错"
    assert event.before == {"title": "春山放鸢图", "dimensions": ["height 100 cm", "width 80 cm"]}
    assert event.after == {"title": "秋山放鸢图", "dimensions": ["height 101 cm", "width 80 cm"]}


def test_a_correction_that_changes_nothing_writes_no_history():
    work = registered()
    before = Event.objects.about(work).count()
    corrections.correct_work(
        actor=person("registrar"),
        work_id=work.pk,
        reason="核对",
        description=Description(texts={"title": work.title}),
    )
    assert Event.objects.about(work).count() == before


def test_a_correction_needs_a_reason_a_registrar_and_a_registered_work():
    work = registered()
    change = Description(texts={"title": "改"})
    with pytest.raises(Invalid):
        corrections.correct_work(
            actor=person("registrar"), work_id=work.pk, reason=" ", description=change
        )
    with pytest.raises(NotAllowed):
        corrections.correct_work(
            actor=work.created_by, work_id=work.pk, reason="x", description=change
        )
    with pytest.raises(WrongState):
        corrections.correct_work(
            actor=person("registrar"), work_id=submitted().pk, reason="x", description=change
        )
    work.refresh_from_db()
    assert work.title == "春山放鸢图"


def test_the_public_history_hides_drafting_names_of_owners_and_kinds_of_locks():
    from django.contrib.auth.models import AnonymousUser

    from catalog.services import encumbrances

    work = registered()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="合同9"
    )
    public = history_of(work, AnonymousUser())
    assert [c.words for c in public] == ["设立权利限制", "认定文物状态", "登记入册，发放登记号"]
    assert all(not c.rows for c in public if "限制" in c.words)
    own = history_of(work, work.created_by)
    assert "开始起草" in [c.words for c in own]


def test_only_the_bureau_decides_the_relic_status():
    work = registered(relic="")
    for role in ("registrar", "operator", "artist"):
        with pytest.raises(NotAllowed):
            corrections.decide_relic_status(
                actor=person(role), work_id=work.pk, status="not_relic", reason="x"
            )
    work = corrections.decide_relic_status(
        actor=person("bureau"), work_id=work.pk, status="general", reason="1930年代"
    )
    assert work.relic_status == "general"
    assert work.relic_decided_at is not None


def test_opposite_opinions_stand_together_until_one_supersedes():
    work = registered()
    registrar = person("registrar")
    other = Artist.objects.create(name="李四")
    second = corrections.add_attribution(
        actor=registrar,
        work_id=work.pk,
        artist=other,
        term="300404282",
        by="某鉴定师",
        basis="笔墨",
        reason="新意见",
    )
    assert {a.status for a in work.attributions.all()} == {"current"}
    corrections.add_attribution(
        actor=registrar, work_id=work.pk, artist=other, term="300404269", by="同一鉴定师", basis="再看原作",
        supersedes=second, reason="修订",
    )  # fmt: skip
    assert sorted(work.attributions.values_list("status", flat=True)) == [
        "current",
        "current",
        "superseded",
    ]


def test_an_artist_record_checks_its_dates_and_identifiers():
    registrar = person("registrar")
    with pytest.raises(Invalid) as refusal:
        artists.save_artist(
            actor=registrar,
            artist=None,
            fields={"name": "", "birth_edtf": "一九", "living": "yes", "death_edtf": "1990"},
        )
    assert set(refusal.value.fields) == {"name", "birth_edtf", "death_edtf"}
    artist = artists.save_artist(
        actor=registrar, artist=None, fields={"name": "韩山石", "birth_edtf": "1960~", "living": "yes"},
        names=[("石翁", "art", "zh")], identifiers=[("ulan", "500000001")],
    )  # fmt: skip
    assert (artist.birth_year, artist.names.get().text) == (1960, "石翁")
    with pytest.raises(Invalid):
        artists.save_artist(
            actor=registrar,
            artist=None,
            fields={"name": "同号"},
            identifiers=[("ulan", "500000001")],
        )


def test_a_deceased_artist_gets_no_account():
    registrar = person("registrar")
    artist = artists.save_artist(
        actor=registrar, artist=None, fields={"name": "古人", "living": "no"}
    )
    with pytest.raises(DomainError):
        artists.verify_artist_account(actor=registrar, artist=artist, account=person("artist"))
    artist.refresh_from_db()
    assert artist.account is None


@pytest.fixture
def edition():
    owner = person("artist")
    return editions.create_edition(
        actor=owner,
        artist=artists.own_artist(owner),
        title="连年有余",
        label="2022年套色五版",
        size=2,
        proofs=1,
    )


def test_each_impression_has_its_own_number_up_to_the_size(edition):
    owner = edition.concept.created_by
    first = draft(owner)
    editions.place_in_edition(
        actor=owner, work_id=first.pk, edition=edition, kind="numbered", number=1
    )
    for number in (1, 3, 0, None):
        with pytest.raises(DomainError) as refusal:
            editions.place_in_edition(
                actor=owner,
                work_id=draft(owner).pk,
                edition=edition,
                kind="numbered",
                number=number,
            )
        assert refusal.value.code in ("edition_duplicate", "edition_unreadable", "invalid")
    second = editions.place_in_edition(
        actor=owner, work_id=draft(owner).pk, edition=edition, kind="numbered", number=2
    )
    assert editions.impression_label(second) == "2/2"


def test_a_destroyed_copy_keeps_its_place():
    work = registered()
    owner = work.created_by
    edition = editions.create_edition(
        actor=owner, artist=artists.own_artist(owner), title="门神", label="初版", size=1
    )
    registrar = person("registrar")
    editions.place_in_edition(
        actor=registrar, work_id=work.pk, edition=edition, kind="numbered", number=1
    )
    editions.mark_destroyed(actor=registrar, work_id=work.pk, reason="水损")
    with pytest.raises(DomainError) as refusal:
        editions.place_in_edition(
            actor=owner, work_id=draft(owner).pk, edition=edition, kind="numbered", number=1
        )
    assert refusal.value.rule == "catalog.edition_size"


@pytest.mark.parametrize(
    ("date_text", "proposed"),
    [("2019年", "not_relic"), ("清光绪", "no_export"), ("1930年", "general"), ("", "unknown")],
)
def test_the_relic_screen_proposes_from_the_date(date_text, proposed):
    work = draft(
        description=Description(texts={"title": "一件", "date_text": date_text}), photos=False
    )
    assert work.relic_proposed == proposed
    assert work.relic_status == "unknown"
