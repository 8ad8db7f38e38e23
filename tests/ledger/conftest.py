import pytest

from tests.factories import UserFactory


@pytest.fixture
def operator(db):
    return UserFactory(operator=True)
