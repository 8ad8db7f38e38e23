import pytest

from .factories import forget_rule_sets


@pytest.fixture(autouse=True)
def _rule_sets_are_read_anew():
    forget_rule_sets()
