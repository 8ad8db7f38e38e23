"""Bring every work of the demonstration district to where its facts say, through the services.

Each step looks at what is there and does only what is missing, so a run that was killed is
completed by the next one, and a run over a complete district changes nothing.
"""

from django.db import transaction

from artmarket.accounts.models import User
from artmarket.core import demo
from artmarket.core.events import record_event
from artmarket.core.models import Event
from catalog.demo.district import account
from catalog.demo.facts import plan
from catalog.demo.facts.artists import ARTISTS, ArtistFacts
from catalog.demo.facts.plan import EditionFacts, WorkFacts, all_works
from catalog.demo.history import write_history
from catalog.demo.photographs import Painters, add_photographs
from catalog.demo.wording import description_of, maker_of
from catalog.enums import WorkState
from catalog.models import Artist, Edition, Work
from catalog.services import artists, drafts, editions, registration

LOADED = "demo.works_loaded"
Row = tuple[WorkFacts, Work, User]
REMARKS = (
    ("photographs", "背面照片里看不清标尺，请重拍。"),
    ("features", "辨识特征请写得再具体一些，最好写明位置和大小。"),
)


def load_works(stage: demo.Stage) -> None:
    """Make the works, their makers, pictures, states and histories."""
    with Painters(stage, all_works()) as painters:
        rows = [_drafted(facts) for facts in all_works()]
        stage.say(f"works: {len(rows)} drafts")
        _complete_artists()
        stage.say(f"works: {len(ARTISTS)} artists")
        add_photographs(stage, painters, rows)
    for facts, work, lister in rows:
        if facts.edition and work.edition_id is None and work.state == WorkState.DRAFT:
            _place(facts.edition, work, lister)
    for row in rows:
        _advance(row)
    stage.say("works: submitted, sent back, registered")
    write_history(rows)
    stage.say("works: relic status, title, encumbrances, corrections")
    _note_loaded()


def works_are_loaded() -> bool:
    """Whether an earlier run came to its end."""
    return Event.objects.filter(action=LOADED).exists()


def _drafted(facts: WorkFacts) -> Row:
    lister = account(facts.artist.lister)
    work = Work.objects.filter(created_by=lister, credit=facts.key).first()
    if work is None:
        work = drafts.create_draft(
            actor=lister, description=description_of(facts), maker=maker_of(facts)
        )
    return facts, work, lister


def _complete_artists() -> None:
    """Fill in the records that the drafts began: names, dates, lives, the verified account."""
    registrar = account("registrar")
    for facts in ARTISTS:
        lister = account(facts.lister)
        artist = Artist.objects.filter(
            name=facts.name, attributions__work__created_by=lister
        ).first()
        if artist is None or artist.biography != facts.biography:
            artist = _save_artist(registrar, artist, facts)
        if facts.lister == "artist" and artist.account_verified_at is None:
            artists.verify_artist_account(actor=registrar, artist=artist, account=lister)


def _save_artist(registrar: User, artist: Artist | None, facts: ArtistFacts) -> Artist:
    return artists.save_artist(
        actor=registrar,
        artist=artist,
        fields={
            "name": facts.name,
            "name_en": facts.name_en,
            "birth_edtf": facts.birth,
            "death_edtf": facts.death,
            "living": str(facts.living),
            "nationality": facts.nationality,
            "biography": facts.biography,
            "biography_en": facts.biography_en,
        },
        names=list(facts.names),
    )


def _place(facts: EditionFacts, work: Work, lister: User) -> None:
    edition = Edition.objects.filter(
        concept__title=facts.title, concept__created_by=lister, label=facts.label
    ).first()
    if edition is None:
        opinion = work.attributions.select_related("artist").first()
        assert opinion is not None  # noqa: S101 - prints of the district have a maker
        edition = editions.create_edition(
            actor=lister,
            artist=opinion.artist,
            title=facts.title,
            title_en=facts.title_en,
            label=facts.label,
            size=facts.size,
            proofs=facts.proofs,
            year=work.year_from,
        )
    editions.place_in_edition(
        actor=lister, work_id=work.pk, edition=edition, kind=facts.kind, number=facts.number
    )


def _advance(row: Row) -> None:
    """From draft to the state that the facts name."""
    facts, work, lister = row
    work.refresh_from_db()
    if facts.goal == work.state or facts.goal == WorkState.DRAFT:
        return
    if facts.goal == WorkState.DISCARDED:
        drafts.discard_draft(actor=lister, work_id=work.pk)
        return
    if work.state == WorkState.DRAFT:
        registration.submit_work(actor=lister, work_id=work.pk)
        work.refresh_from_db()
    if work.state != WorkState.SUBMITTED:
        return
    registrar = account("registrar" if facts.serial % 3 else "registrar2")
    if facts.goal == WorkState.RETURNED:
        registration.return_work(
            actor=registrar, work_id=work.pk, remarks=list(REMARKS[: 1 + facts.serial % 2])
        )
    elif facts.goal in (WorkState.REGISTERED, WorkState.MERGED):
        registration.register_work(actor=registrar, work_id=work.pk)


@transaction.atomic(durable=True)
def _note_loaded() -> None:
    if not works_are_loaded():
        record_event(
            actor=None, action=LOADED, subject=account("operator"), works=len(plan.all_works())
        )
