"""The operator, and the loopback Stripe as our gateway."""

import pytest

from tests.factories import UserFactory
from tests.ledger.stripe_account import SECRET_KEY, WEBHOOK_SECRET
from tests.ledger.stripe_server import StripeServer


@pytest.fixture
def operator(db):
    return UserFactory(operator=True)


@pytest.fixture
def stripe(settings, tmp_path):
    """The account of a server that runs for this test, set up as our gateway."""
    server = StripeServer(tmp_path / "stripe.db").start()
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    settings.STRIPE_API_BASE = server.url
    yield server.stripe
    server.stop()
