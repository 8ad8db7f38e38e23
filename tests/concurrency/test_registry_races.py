"""Two people decide at once: one number, one lock, one impression. Each with its control."""

import threading

import pytest
from django.db import IntegrityError, connection

from artmarket.core.errors import DomainError, WrongState
from artmarket.core.models import Event
from catalog.models import Encumbrance, RegistryNumber, Term, Work
from catalog.services import artists, editions, encumbrances, registration
from catalog.services.encumbrances import Encumbered
from tests.catalog.factories import draft, person, registered, submitted
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture(autouse=True)
def _vocabulary(transactional_db):
    """A flush empties the vocabulary that a migration filled: put back what the works use."""
    Term.objects.bulk_create(
        [
            Term(id="300033618", en="paintings", zh="绘画", category="work-type"),
            Term(id="300265079", en="hanging scrolls", zh="立轴", category="work-type"),
            Term(id="300015012", en="ink", zh="墨", category="material"),
            Term(id="300014109", en="paper", zh="纸", category="material"),
            Term(id="300310141", en="xieyi", zh="写意", category="technique"),
        ],
        ignore_conflicts=True,
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_registrars_approving_at_once_end_with_one_number(_round):
    work = submitted()
    registrars = [person("registrar") for _ in range(4)]
    results = race(
        *(lambda r=r: registration.register_work(actor=r, work_id=work.pk) for r in registrars)
    )
    assert sum(isinstance(r, Work) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 3
    work.refresh_from_db()
    assert list(RegistryNumber.objects.filter(work=work).values_list("number", flat=True)) == [
        work.number
    ]
    assert work.title_shares.count() == 1
    assert Event.objects.about(work).filter(action="work.registered").count() == 1


def test_without_the_lock_the_losers_run_into_the_database_instead(monkeypatch):
    """The control: without the row lock everybody passes the check; only the constraint is left."""
    registrars = [person("registrar") for _ in range(3)]
    work = submitted()
    together = threading.Barrier(3, timeout=10)
    ready = registration.check_ready

    def check_together(locked):
        ready(locked)
        together.wait()

    monkeypatch.setattr(registration, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(registration, "check_ready", check_together)
    results = race(
        *(lambda r=r: registration.register_work(actor=r, work_id=work.pk) for r in registrars)
    )
    assert not any(isinstance(r, WrongState) for r in results)
    assert sum(isinstance(r, IntegrityError) for r in results) == 2
    assert RegistryNumber.objects.filter(work=work).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_locks_taken_at_once_exactly_one_lives(_round):
    work = registered()
    kinds = ["sale", "pledge", "loan_out", "dispute"]
    actors = [person("registrar") for _ in kinds]
    results = race(
        *(
            lambda a=a, k=k: encumbrances.take_encumbrance(
                actor=a, work_id=work.pk, kind=k, reference="1"
            )
            for a, k in zip(actors, kinds, strict=True)
        )
    )
    assert sum(isinstance(r, Encumbrance) for r in results) == 1
    assert sum(isinstance(r, Encumbered) for r in results) == 3
    assert Encumbrance.objects.live().filter(work=work).count() == 1


def test_without_the_row_lock_the_constraint_still_lets_one_live(monkeypatch):
    """The second line: the service's lock off, the database's constraint decides alone."""
    work = registered()
    actors = [person("registrar") for _ in range(4)]
    monkeypatch.setattr(encumbrances, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(encumbrances, "live_encumbrance", lambda _work: None)
    results = race(
        *(
            lambda a=a: encumbrances.take_encumbrance(
                actor=a, work_id=work.pk, kind="pledge", reference="1"
            )
            for a in actors
        )
    )
    assert sum(isinstance(r, Encumbrance) for r in results) == 1
    assert sum(isinstance(r, DomainError) for r in results) == 3


def test_without_lock_and_constraint_more_than_one_would_live(monkeypatch):
    """The control of both: this is what they prevent."""
    work = registered()
    actors = [person("registrar") for _ in range(4)]
    monkeypatch.setattr(encumbrances, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(encumbrances, "live_encumbrance", lambda _work: None)
    constraint = next(c for c in Encumbrance._meta.constraints if c.name == "encumbrance_one_live")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Encumbrance, constraint)
    try:
        race(
            *(
                lambda a=a: encumbrances.take_encumbrance(
                    actor=a, work_id=work.pk, kind="pledge", reference="1"
                )
                for a in actors
            )
        )
        assert Encumbrance.objects.live().filter(work=work).count() > 1
    finally:
        Encumbrance.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Encumbrance, constraint)


def test_two_prints_claiming_the_last_copy_end_with_one():
    owner = person("artist")
    edition = editions.create_edition(
        actor=owner, artist=artists.own_artist(owner), title="鱼", label="初版", size=1
    )
    works = [draft(owner) for _ in range(3)]
    results = race(
        *(
            lambda w=w: editions.place_in_edition(
                actor=owner, work_id=w.pk, edition=edition, kind="numbered", number=1
            )
            for w in works
        )
    )
    assert sum(isinstance(r, Work) for r in results) == 1
    assert edition.impressions.count() == 1
