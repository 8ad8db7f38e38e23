"""A test that commits for real must not rob the tests after it of what migrations filled."""

import pytest

from catalog.models import Term

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_turn", [1, 2])
def test_each_finds_the_vocabulary_and_the_root_page_whole(_turn):
    from wagtail.models import Page

    assert Page.get_first_root_node() is not None
    assert Term.objects.filter(pk="300033618").exists()
    Term.objects.filter(pk="300033618").delete()
