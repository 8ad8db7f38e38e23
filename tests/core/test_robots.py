"""robots.txt: names what is closed in both languages, and hides no page that everybody may read."""

from urllib.robotparser import RobotFileParser

import pytest
from django.urls import reverse

OPEN = (
    "core:preferences", "catalog:browse", "catalog:find_number", "catalog:log", "rulebook:index",
    "auctions:sales", "appraisal:verify", "api:docs",
)  # fmt: skip
CLOSED = (
    "accounts:home", "account_login", "catalog:artist_desk", "catalog:saved_searches",
    "catalog:export_csv", "ledger:balance", "pledges:disposals",
)  # fmt: skip


@pytest.fixture
def rules(client) -> RobotFileParser:
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    read = RobotFileParser()
    read.parse(answer.content.decode().splitlines())
    return read


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_everybody_reads_may_be_collected_and_desks_may_not(rules, prefix):
    may = [name for name in OPEN if not rules.can_fetch("any", prefix + reverse(name))]
    may_not = [name for name in CLOSED if rules.can_fetch("any", prefix + reverse(name))]
    assert (may, may_not) == ([], [])
    assert rules.can_fetch("any", f"{prefix}/")


def test_the_administrations_are_not_collected(rules):
    assert not rules.can_fetch("any", "/cms/pages/")
    assert not rules.can_fetch("any", "/admin/")


@pytest.mark.django_db
def test_the_site_map_is_named_by_its_whole_address_and_is_there(client, settings):
    settings.SITE_URL = "https://art.example"
    assert (
        "Sitemap: https://art.example/sitemap.xml\n" in client.get("/robots.txt").content.decode()
    )
    assert client.get("/sitemap.xml").status_code == 200
