"""A test that commits for real must not rob the tests after it of what migrations filled."""

import pytest

from catalog.models import Term


@pytest.mark.django_db(transaction=True)
def test_a_first_test_commits_for_real():
    assert Term.objects.count() > 200
    Term.objects.filter(pk="300033618").delete()


@pytest.mark.django_db
def test_the_next_one_finds_the_vocabulary_and_the_root_page_whole():
    from wagtail.models import Page

    assert Term.objects.filter(pk="300033618").exists()
    assert Page.get_first_root_node() is not None
