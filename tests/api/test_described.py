"""The API does what its description says: schemathesis over every operation, as everybody.

All of its checks are on. Each role sends valid and invalid requests; whatever answers, answers as
described, never with a server error, and never lets invalid data pass.
"""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.config import SchemathesisConfig
from schemathesis.pytest.lazy import get_all_tests

from artmarket.accounts.enums import Role
from artmarket.wsgi import application
from catalog.services import public_log
from tests.api.conftest import token_for
from tests.catalog import factories
from tests.factories import UserFactory
from tests.listings.factories import offered

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
EVERYBODY = ("anonymous", *Role.values, "lister")
# Everything that may be done is done by these; the others are refused most of it, so that a few
# requests of each kind show it.
THOROUGH = {"anonymous": 4, "lister": 4, "registrar": 4}
FEW = 2
PLENTY = {"api.requests_per_minute": {"anonymous": 10**6, "token": 10**6, "write": 10**6}}
# What a schema can't say (a term that is not in the list, a state that does not allow it) is refused
# with one of these.
DOMAIN = ["2xx", "304", "401", "403", "404", "409", "412", "413", "422", "428", "429", "503"]


@pytest.fixture
def described(request: pytest.FixtureRequest, settings, monkeypatch):
    """The schema as the server gives it, for one reader; the registry has one of each thing."""
    settings.RULE_OVERRIDES = PLENTY
    who = request.param
    work = factories.registered()
    offered(work)
    lister = work.created_by
    factories.submitted(lister)
    factories.draft(lister)
    public_log.integrate()
    config = SchemathesisConfig.from_dict(
        {
            "checks": {"positive_data_acceptance": {"expected-statuses": DOMAIN}},
            "generation": {"deterministic": True, "database": "none", "allow-x00": False},
            "phases": {"coverage": {"enabled": who in THOROUGH}},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application, config=config)
    schema.headers, schema.examples = {}, THOROUGH.get(who, FEW)
    if who != "anonymous":
        person = lister if who == "lister" else UserFactory(**{who: True})
        role = "artist" if who == "lister" else who
        schema.headers = {"Authorization": f"Bearer {token_for(person, role)}"}
    return schema


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's own connection stays open between the requests, as with Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("described", EVERYBODY, indirect=True)
def test_every_operation_keeps_to_its_description(described, subtests):
    """One subtest an operation: the library's own plugin does not know this pytest yet."""

    def check(case):
        case.call_and_validate(headers=described.headers)

    bounded = hypothesis.settings(max_examples=described.examples, deadline=None, derandomize=True)
    built = get_all_tests(schema=described, test_func=check, settings=bounded, given_kwargs=None)
    for result in built:
        operation, run = result.ok()
        with subtests.test(operation.label):
            run()
