"""Two tabs save one provenance at the same moment: one is kept, the other is told. With its control."""

import threading

import pytest

from artmarket.core.errors import WrongState
from catalog.models import ProvenanceText, Work
from catalog.services import provenance
from catalog.services.provenance import Written
from tests.catalog.factories import draft
from tests.concurrency.racing import race
from tests.concurrency.test_registry_races import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TEXTS = ("来源：张三。", "来源：李四。", "来源：王五。")


def saves(work: Work, opened: int):
    """The same form, opened once and sent from several tabs with different words."""
    return (
        lambda text=text: provenance.set_provenance(
            actor=work.created_by, work_id=work.pk, text=text, version=opened
        )
        for text in TEXTS
    )


@pytest.mark.parametrize("_round", range(3))
def test_of_several_tabs_one_is_kept_and_the_others_are_told(_round):
    work = draft()
    results = race(*saves(work, work.version))
    (kept,) = (r for r in results if isinstance(r, Written))
    assert sum(isinstance(r, WrongState) and r.code == "stale" for r in results) == 2
    work.refresh_from_db()
    (text,) = ProvenanceText.objects.filter(work=work)
    assert work.provenance_text == text.text == kept.work.provenance_text
    assert text.periods.count() == 1


def test_without_the_lock_one_tab_writes_over_another_without_a_word(monkeypatch):
    work = draft()
    together = threading.Barrier(len(TEXTS), timeout=10)
    check = provenance.check_version

    def check_together(read, version):
        check(read, version)
        together.wait()

    monkeypatch.setattr(provenance, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(provenance, "check_version", check_together)
    results = race(*saves(work, work.version))
    assert sum(isinstance(r, Written) for r in results) > 1
