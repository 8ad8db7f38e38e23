import pytest


@pytest.fixture
def reader(client):
    """reader(user) signs in; reader(None) is a stranger."""

    def sign_in(user=None):
        client.logout()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
