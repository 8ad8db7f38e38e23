"""Every kind of entry that is posted anywhere has words, and so has each cause of a payment."""

import re
from pathlib import Path

import pytest

from artmarket.ledger import hooks
from artmarket.ledger.wording import kind_words, purpose_words

ROOT = Path(__file__).resolve().parents[2]
KIND = re.compile(r'\bkind="([a-z]+\.[a-z_]+)"')


def posted_kinds() -> list[str]:
    """The kinds that services post with, read off their source."""
    folders = ("artmarket/ledger/services", "auctions/services")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted({kind for path in sources for kind in KIND.findall(path.read_text("utf-8"))})


def test_kinds_are_found():
    assert {"settlement.release", "deposit.kept", "payment.received"} <= set(posted_kinds())


@pytest.mark.parametrize("kind", posted_kinds())
def test_a_posted_kind_has_words(kind):
    assert kind_words(kind) != kind


@pytest.mark.parametrize("purpose", ["deposit", "invoice", "recourse"])
def test_a_cause_of_payments_has_words_and_a_handler(purpose):
    assert purpose in hooks.purposes()
    assert purpose_words(purpose) != purpose
