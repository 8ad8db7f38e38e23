"""What every test shares: the engine it runs on, and SQLite's way of emptying tables."""

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import SimpleTestCase
from django.utils import translation

from artmarket.core.triggers import create_statements, drop_statements, thaw_statements
from tests.markup import checker  # noqa: F401 - a fixture for all
from tests.migrated import keep_migrated
from tests.scheduling import ByFile

APPEND_ONLY = (
    "core_event", "catalog_registrynumber", "accounts_personaldataaccess", "auctions_bid",
    "auctions_bidvoid", "auctions_lotevent", "auctions_ruleset", "auctions_conditions",
    "auctions_buyerdefault", "auctions_lotcorrection", "auctions_depositmovement",
    "auctions_signalreview", "catalog_logentry", "catalog_logcheckpoint", "catalog_logaudit",
    "catalog_logcosignature", "appraisal_casestep", "appraisal_resultsignature",
    "appraisal_valuation", "appraisal_valuationapproach", "appraisal_tagreading",
    "appraisal_statusindex", "appraisal_certificatechange", "catalog_provenancetext",
    "appraisal_conditionsignature", "catalog_gateclearance", "catalog_stolenchange",
    "auctions_invoice", "auctions_settlementstep", "auctions_instalment",
    "auctions_invoicereceipt", "auctions_claimstatement",
    "ledger_entry", "ledger_transfer", "ledger_period",
    "ledger_receipt", "ledger_gatewaymovement",
    "pledges_productversion", "pledges_registryquery", "pledges_loansignature",
    "pledges_loanevent", "pledges_loanposting", "pledges_custodyevent", "pledges_snapshot",
    "pledges_marginstep", "pledges_revaluation", "pledges_revaluationanswer",
    "pledges_capacitycheck", "pledges_classchange", "pledges_distribution",
    "pledges_pawnterms", "pledges_pawnsignature", "pledges_pawnstep", "pledges_pawnposting",
    "pledges_pawnloss", "cms_checkin", "cms_keylistchange",
)  # fmt: skip
# Tables of which some rows freeze (`triggers.frozen_when`).
FROZEN = (
    "appraisal_conditionreport", "appraisal_conditionpicture", "appraisal_conditionfinding",
)  # fmt: skip

# Minutes each, about what no engine changes.
SEEN_ONCE = (
    "tests/api/test_described.py", "tests/test_every_html.py", "tests/media/test_attacks.py",
    "tests/appraisal/test_any_course.py", "tests/catalog/importing/test_museums.py",
    "tests/ledger/test_webhooks.py", "tests/accounts/test_lock_out.py",
)  # fmt: skip

# No test is judged by a clock: the machine may be busy.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--only-engine`: what another engine can change, after a run of everything on the first."""
    parser.addoption(
        "--only-engine", action="store_true", help="leave out what asks no database, and pages"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what empties tables; leave tests marked `postgres` out of a run on SQLite."""
    for item in items:
        if is_transactional(item) and "django_db_serialized_rollback" not in item.fixturenames:
            item.fixturenames.append("django_db_serialized_rollback")
    deselected = []
    if connection.vendor != "postgresql":
        deselected += [i for i in items if i.get_closest_marker("postgres")]
    if config.getoption("--only-engine"):
        seen = [i for i in items if i.nodeid.startswith(SEEN_ONCE) or not another_engine_matters(i)]
        deselected += [i for i in seen if i not in deselected]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        gone = set(deselected)
        items[:] = [i for i in items if i not in gone]


def another_engine_matters(item: pytest.Item) -> bool:
    """Whether the test is about what the database does, and not about a page that shows it.

    Every address answers on each engine (`test_every_url`), and so do services and selectors.
    """
    return asks_database(item) and "client" not in getattr(item, "fixturenames", ())


def asks_database(item: pytest.Item) -> bool:
    """Whether the test reads or writes the database, by its mark, its fixtures or its class."""
    cls = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or (cls is not None and issubclass(cls, SimpleTestCase))
        or bool({"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))
    )


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test commits for real, so that the tables are emptied after it."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    """Put back what migrations had filled (vocabulary, Wagtail's roots), once a flush took it.

    After the last test there is nothing to put back: its teardown dropped the database too.
    """
    result = yield
    put_back = getattr(item.session, "_put_back", None)
    if nextitem is not None and is_transactional(item) and put_back:
        with item.session._database_blocker.unblock():
            if not ContentType.objects.exists():  # a test that was skipped emptied nothing
                put_back()
    return result


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Migrations run once, not once a run and worker."""
    keep_migrated(connection.creation)


@pytest.fixture(autouse=True, scope="session")
def _what_migrations_filled(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker
) -> None:
    """Keep the rows of the fresh database, for Django to put back (serialized rollback).

    They are kept with the classes: a thread in which a browser's driver runs its loop has another
    connection than it had before.
    """
    if not any(is_transactional(item) for item in request.session.items):
        return
    request.session._database_blocker = django_db_blocker
    creation = type(connection.creation)
    deserialize = creation.deserialize_db_from_string
    with django_db_blocker.unblock():
        contents = connection.creation.serialize_db_to_string()
        kinds = list(ContentType.objects.all())
    type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = contents

    # The rows are put back after each flush (above). Django's own second helping, before the next
    # test, would write over them, which append-only tables rightly refuse.
    def put_back() -> None:
        ContentType.objects.clear_cache()
        ContentType.objects.bulk_create(kinds)  # first: saving the others asks for them
        deserialize(connection.creation, contents)

    request.session._put_back = put_back
    creation.deserialize_db_from_string = lambda self, data: None


@pytest.fixture(autouse=True, scope="session")
def _flush_past_append_only_triggers():
    """On SQLite a flush deletes row by row, which the append-only triggers rightly refuse."""
    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    original = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = original(self, style, tables, **options)
        guarded = [t for t in APPEND_ONLY if t in tables]
        before = [s for t in guarded for s in drop_statements("sqlite", t)]
        after = [s for t in guarded for s in create_statements("sqlite", t)]
        freezing = [t for t in FROZEN if t in tables]
        before += [s for t in freezing for s in thaw_statements("sqlite", t)]
        after += _freezing_triggers(freezing)
        return before + statements + after

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = original


def _freezing_triggers(tables: list[str]) -> list[str]:
    """The statements that made the triggers of these tables, as SQLite keeps them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_frozen_%%'",
            [],
        )
        return [sql for table, sql in cursor.fetchall() if table in tables]


@pytest.fixture(autouse=True)
def _source_language():
    """Every test begins in Chinese: a request to an English page leaves its language behind."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()
