"""`make bench`: every figure of the documents, measured here, beside a baseline of the same run.

Runs on a throw-away PostgreSQL with durable settings. BENCH_WORKS (default 1,000,000) says how many
works the search is measured on; the import is measured when the shared museum files are there.
"""

import os
import subprocess
import sys
import tempfile

from artmarket.core.testing import PROJECT_DIR, shared_dir
from artmarket.core.testing_postgres import Cluster
from tests.migrated import begin_migrated


def manage(url: str, *arguments: str) -> None:
    """Run one management command against this database; a failure ends the bench."""
    with tempfile.TemporaryDirectory(prefix="artmarket-bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": url,
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "artmarket.settings.local",
        }
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT_DIR, env=environment, check=True
        )


def prepared(cluster: Cluster, name: str) -> str:
    """A migrated database of its own."""
    url = cluster.database(name)
    begin_migrated(url)
    manage(url, "migrate", "--verbosity", "0")
    manage(url, "createcachetable", "--verbosity", "0")
    return url


def alone(module: str, **environment: str) -> None:
    """Run a measurement that starts servers of its own; a failure ends the bench."""
    subprocess.run(
        [sys.executable, "-m", module], cwd=PROJECT_DIR, env=os.environ | environment, check=True
    )


def main() -> None:
    cluster = Cluster(durable=True)
    print("== search ==", flush=True)
    searched = prepared(cluster, "search")
    manage(searched, "bench_search", "--works", os.environ.get("BENCH_WORKS", "1000000"))
    print("== api ==", flush=True)
    manage(searched, "bench_api")
    files = sorted((shared_dir() / "data" / "museum").glob("*_objects*.jsonl.gz"))
    print("== import ==", flush=True)
    if files:
        manage(prepared(cluster, "importing"), "import_artworks", *map(str, files))
    else:
        print("the museum files are not beside the project: import not measured")
    print("== pictures ==", flush=True)
    manage(prepared(cluster, "pictures"), "bench_pictures")
    print("== deep zoom ==", flush=True)
    manage(prepared(cluster, "zoom"), "bench_deep_zoom")
    print("== bids ==", flush=True)
    alone("tests.bench_bids", DATABASE_URL=prepared(cluster, "bids"))
    print("== books ==", flush=True)
    alone("tests.bench_ledger", DATABASE_URL=prepared(cluster, "books"))
    print("== loans ==", flush=True)
    alone("tests.bench_loans")
    print("== a night of loans ==", flush=True)
    alone("tests.bench_night", DATABASE_URL=prepared(cluster, "night"))
    print("== the district ==", flush=True)
    alone("tests.bench_district", DATABASE_URL=prepared(cluster, "district"))
    print("== watchers ==", flush=True)
    alone("tests.bench_live")
    print("== public log ==", flush=True)
    alone("tests.bench_log")
    manage(prepared(cluster, "log"), "bench_log")


if __name__ == "__main__":
    main()
