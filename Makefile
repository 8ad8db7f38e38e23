# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SQLITE_WORKERS ?= 2
# The versions that the tests have seen; pyproject.toml says which others would do.
VERSIONS := artmarket/constraints.txt
export PYTHONUNBUFFERED := 1
# Tests start some hundred processes: none compiles all modules again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run install test lint migrated unit concurrency sqlite browser district lighthouse bench messages clean tools

help:
	@echo "make run      install, migrate, load the demo district once, start web and worker (HOST, PORT, DATABASE_URL)"
	@echo "make install  prepare $(VENV) only"
	@echo "make test     everything: lint, import contracts, PostgreSQL, concurrency, SQLite, browser"
	@echo "make district  the district's journey and pages in a browser (not part of test yet)"
	@echo "make lighthouse  how main pages load on a telephone (a quiet machine, minutes)"
	@echo "make bench    measure beside a baseline in the same run (BENCH_WORKS, default 1000000)"
	@echo "make messages collect the Chinese source strings into the English catalogue"

run: $(VENV)/.installed
	@exec $(BIN)/python -m artmarket.run

install: $(VENV)/.installed

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(VERSIONS) $(wildcard artmarket/locale/*/LC_MESSAGES/*.po) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(VERSIONS) -e .
	$(BIN)/pybabel --quiet compile --domain=django --directory=artmarket/locale
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VERSIONS) $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(VERSIONS) -e '.[test]'
	@touch $@

tools:
	@sh tests/tools.sh

# A browser waits for its pages half of the time: SQLite has one core meanwhile.
test:
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint migrated
	@$(MAKE) --no-print-directory unit concurrency
	@$(MAKE) --no-print-directory -j 2 --output-sync=target sqlite browser SQLITE_WORKERS=1

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy --strict --follow-imports=silent auctions/engine auctions/pledges/engine appraisal/engine catalog/engine cms/engine artmarket/accounts/engine artmarket/rulebook/book.py artmarket/core/calendars.py artmarket/core/search_tokens.py artmarket/ledger/engine
	$(BIN)/mypy --follow-imports=silent artmarket/core artmarket/accounts/services media/engine media/services artmarket/api/services catalog/services catalog/selectors.py catalog/representation.py catalog/pages.py catalog/completeness.py cms auctions/services auctions/selectors auctions/models auctions/lot_states.py auctions/rule_books.py auctions/pledges/services auctions/pledges/selectors auctions/pledges/models auctions/pledges/valuing.py auctions/pledges/reckoning.py auctions/pledges/law.py auctions/pledges/audit.py auctions/pledges/papers.py appraisal/services appraisal/models appraisal/cases appraisal/certificates appraisal/condition appraisal/tags appraisal/permissions.py appraisal/selectors.py artmarket/ledger
	DJANGO_SETTINGS_MODULE=artmarket.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

# Each engine's migrations once, at the same time: all tests begin with a copy of what they made.
migrated: $(VENV)/.installed-test tools
	ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest tests/core/test_events.py -q & \
	$(BIN)/python -m pytest tests/core/test_events.py -q && wait $$!

unit: $(VENV)/.installed-test tools
	ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest -n 2 tests --ignore=tests/concurrency --ignore=tests/browser -q

concurrency: $(VENV)/.installed-test tools
	ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest -n 2 tests/concurrency -q

# What asks no database, pages, and what its engine could not answer otherwise, was seen by `unit`.
sqlite: $(VENV)/.installed-test tools
	$(BIN)/python -m pytest -n $(SQLITE_WORKERS) --only-engine tests --ignore=tests/concurrency --ignore=tests/browser -q

browser: $(VENV)/.installed-test tools
	ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest tests/browser --ignore=tests/browser/test_lighthouse.py --ignore=tests/browser/district -q

# The district's journey and the looks of its pages: not part of `test` yet.
district: $(VENV)/.installed-test tools
	DISTRICT=1 ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest tests/browser/district tests/browser/test_every_page.py -q

# Scores of speed want a quiet machine: not part of `test`.
lighthouse: $(VENV)/.installed-test tools
	ARTMARKET_TEST_DB=postgres $(BIN)/python -m pytest tests/browser/test_lighthouse.py -q -s

bench: $(VENV)/.installed-test tools
	$(BIN)/python -m tests.bench

messages: $(VENV)/.installed-test
	$(BIN)/python manage.py collect_messages

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .mypy_cache
