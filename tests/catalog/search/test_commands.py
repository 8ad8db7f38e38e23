"""generate_works and reindex."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.engine.numbers import make_number
from catalog.enums import WorkState
from catalog.models import SearchEntry, SearchName, Work
from catalog.search.generate import MARK

from .making import ask, record


@pytest.mark.django_db
def test_reindex_rebuilds_what_was_lost(capsys):
    work = record("风筝")
    SearchEntry.objects.all().delete()
    SearchName.objects.all().delete()
    call_command("reindex")
    assert ask("风筝").work_ids == [work.pk]
    assert "1 entries written, 1 works can be found" in capsys.readouterr().out


@pytest.mark.django_db
def test_generated_works_never_join_registered_ones():
    Work.objects.create(title="真", state=WorkState.REGISTERED, number=make_number(5))
    with pytest.raises(CommandError, match="registered works"):
        call_command("generate_works", 3)
    assert Work.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL the benchmark makes them")
def test_generated_works_are_marked_and_found(capsys):
    call_command("generate_works", 60, seed=3)
    assert set(Work.objects.values_list("credit", "state")) == {(MARK, WorkState.RECORDED)}
    assert ask().total.n == 60
    assert sum(o.count for f in ask().facets if f.name == "source" for o in f.options) == 60
