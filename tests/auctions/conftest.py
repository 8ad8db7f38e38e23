import pytest

from .factories import forget_rule_sets


@pytest.fixture(autouse=True)
def _rule_sets_are_read_anew():
    forget_rule_sets()


@pytest.fixture
def reader(client):
    """reader(user) signs in; reader(None) is a stranger."""

    def sign_in(user=None):
        client.logout()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
