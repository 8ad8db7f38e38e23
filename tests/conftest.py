"""What every test shares: the engine it runs on, what a run leaves out, and clean tables."""

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import SimpleTestCase
from django.utils import translation

from tests.emptying import empty_only_what_is_filled, keep_rows
from tests.markup import checker  # noqa: F401 - a fixture for all
from tests.migrated import keep_migrated
from tests.scheduling import ByFile

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

    Every address answers on each engine (`test_every_url`), and so do services and selectors. Where
    files are kept, in folders or in buckets, is not the database's business.
    """
    variant = getattr(getattr(item, "callspec", None), "params", {})
    return (
        asks_database(item)
        and "client" not in getattr(item, "fixturenames", ())
        and variant.get("files_in") != "buckets"
    )


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
    """Keep the rows of the fresh database, to put them back after each flush (above)."""
    if not any(is_transactional(item) for item in request.session.items):
        return
    request.session._database_blocker = django_db_blocker
    with django_db_blocker.unblock():
        request.session._put_back = keep_rows()
    operations = type(connection.ops)
    operations.sql_flush = empty_only_what_is_filled(operations.sql_flush)
    # Django's own way of putting rows back is switched on, so that it fills in nothing else, and
    # finds nothing to do. It is asked of the class: a thread in which a browser's driver runs its
    # loop has another connection than it had before.
    type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = ""
    type(connection.creation).deserialize_db_from_string = lambda self, data: None


@pytest.fixture(autouse=True)
def _source_language():
    """Every test begins in Chinese: a request to an English page leaves its language behind."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()
