"""Every page in a real browser: accessible in both themes, within the window, right HTML, light.

One load serves all the checks of a page. Limits: the look document's sections 9, 11 and 12.
"""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from artmarket.core.testing import PROJECT_DIR
from tests.browser.conftest import Platform, environment
from tests.browser.looking import Traffic, covered, overflow, violations
from tests.browser.looks import PAGES
from tests.browser.staging import asking, staged
from tests.catalog.importing.samples import CMOA, write_lines

BUDGET = {"html": 60_000, "script": 30_000, "style": 25_000, "requests": 25}
FIRST_PICTURE = 150_000
PLAIN = (
    "w.state = 'registered' AND w.is_public AND w.relic_status = 'not_relic' AND NOT EXISTS "
    "(SELECT 1 FROM catalog_encumbrance e WHERE e.work_id = w.id AND e.released_at IS NULL)"
)
PLEDGED = (
    "w.state = 'registered' AND w.is_public AND EXISTS (SELECT 1 FROM catalog_encumbrance e "
    "WHERE e.work_id = w.id AND e.released_at IS NULL AND e.kind = 'pledge')"
)
OFFERED = (
    "w.state = 'registered' AND w.is_public AND EXISTS "
    "(SELECT 1 FROM listings_offer o WHERE o.work_id = w.id AND o.closed_at IS NULL)"
)
ARTIST = "(SELECT id FROM accounts_user WHERE email LIKE 'artist@%')"
EXAMINED = "(SELECT min(work_id) FROM appraisal_conditionreport WHERE state = 'closed')"
NOT_OPENED_TWICE = "AND w.title NOT IN ('浮烟山放鸢图', 'Kites above Fuyan Hill')"


def after_the_hammer(platform: Platform) -> dict[str, str]:
    """A lot whose buyer did not pay, with claim and second chance, and an unsold one with an offer."""
    made = staged(platform, do="aftermath")
    return {name: str(pk) for name, pk in made.items()}


def a_signed_case(platform: Platform) -> dict[str, str]:
    """A case whose result is signed, with a dissenting opinion."""
    made = staged(platform, stage="tests.appraisal.stage", do="signed")
    return {"case": str(made["case"]), "case_number": made["number"]}


@pytest.fixture(scope="session")
def words(platform: Platform, tmp_path_factory) -> dict[str, str]:
    """What the addresses stand for, asked of the platform's database; one museum record is added."""
    rows = write_lines(tmp_path_factory.mktemp("record") / "cmoa_objects.jsonl.gz", [CMOA])
    subprocess.run(
        [sys.executable, "manage.py", "import_artworks", str(rows), "--profile", "cmoa"],
        cwd=PROJECT_DIR, check=True, timeout=120,
        env=environment(0, platform.folder, DATABASE_URL=platform.database_url,
                        DJANGO_SETTINGS_MODULE="artmarket.settings.local"),
    )  # fmt: skip

    def one(column: str, condition: str) -> str:
        found = platform.rows(
            f"SELECT w.{column} FROM catalog_work w WHERE {condition} ORDER BY w.id LIMIT 1"
        )
        assert found, condition
        return str(found[0][0])

    def only(rest: str) -> str:
        return str(platform.rows(f"SELECT min(id) FROM {rest}")[0][0])

    certified = staged(platform, stage="tests.appraisal.certificate_stage", do="certify")
    own = f"w.created_by_id = {ARTIST} {NOT_OPENED_TWICE}"
    booked = staged(platform, stage="tests.ledger.stage", do="book")
    reported = staged(platform, stage="tests.pledges.report_stage", do="lend")
    lent = staged(platform, stage="tests.pledges.lender_stage", do="lend")
    happening: dict = {}
    if "DISTRICT" in os.environ:
        with asking(platform, "tests.browser.district_stage") as ask:
            happening = ask(do="shown")
    return {
        "reporting": str(reported["lender"]),
        **{name: str(pk) for name, pk in booked.items()},
        **{f"lent_{name.removeprefix('loan_')}": str(pk) for name, pk in lent.items()},
        "plain": one("number", PLAIN),
        "pledged": one("number", PLEDGED),
        "offered": one("number", OFFERED),
        "merged": one("number", "w.state = 'merged'"),
        "record": one("id", "w.is_open_data"),
        "draft": one("id", f"w.state = 'draft' AND {own}"),
        "returned": one("id", f"w.state = 'returned' AND {own}"),
        "submitted": one("id", f"w.state = 'submitted' AND {own}"),
        "own": one("id", f"w.state = 'registered' AND {own}"),
        "examined": one("number", f"w.id = {EXAMINED}"),
        "examined_work": one("id", f"w.id = {EXAMINED}"),
        "condition_draft": only("appraisal_conditionreport WHERE state = 'draft'"),
        "undecided": one("id", "w.state = 'registered' AND w.relic_status = 'unknown'"),
        "artist": str(platform.rows("SELECT min(artist_id) FROM catalog_attribution")[0][0]),
        "certificate": certified["number"],
        "certified": str(certified["work"]),
        "certified_number": certified["registry"],
        "sale": str(staged(platform, do="begin", minutes=300, lots=3)["sale"]),
        **after_the_hammer(platform),
        **a_signed_case(platform),
        "score": str(staged(platform, do="score")["score"]),
        "check": str(platform.rows("SELECT max(id) FROM accounts_identitycheck")[0][0]),
        "licence": str(platform.rows("SELECT max(id) FROM accounts_licence")[0][0]),
        "announced_sale": only("auctions_sale WHERE state = 'announced'"),
        "draft_sale": only("auctions_sale WHERE state = 'draft'"),
        "lot": only("auctions_lot WHERE state = 'announced'"),
        "paddle": only("auctions_paddle WHERE state = 'pending'"),
        "offered_work": only("auctions_consignment WHERE state = 'offered'"),
        "consignment": only(
            "auctions_consignment WHERE offered_by_id = "
            "(SELECT id FROM accounts_user WHERE email LIKE 'gallery@%')"
        ),
        "person": str(platform.rows("SELECT id FROM accounts_user WHERE email LIKE 'buyer@%'")[0][0]),
        "loan_product": only("pledges_product"),
        "loan_application": only("pledges_application WHERE state = 'submitted'"),
        "loan": only("pledges_loan WHERE state = 'active'"),
        "holding": only("pledges_holding WHERE state = 'kept'"),
        "kite_class": only("cms_programme WHERE rule <> '' AND kind = 'event'"),
        "exhibition": only("cms_programme WHERE kind = 'exhibition' AND state = 'open'"),
        "enterprise": only("cms_enterprise"),
        "enterprise_code": str(
            platform.rows("SELECT code FROM cms_enterprise ORDER BY id LIMIT 1")[0][0]
        ),
        **{name: str(value) for name, value in happening.items()},
    }  # fmt: skip


@pytest.fixture(scope="module")
def window(platform: Platform, browser: Browser, session_of: Callable):
    """window(role) → a page in that role's browser; each browser is made once."""
    contexts: dict[str, object] = {}

    def page(role: str) -> Page:
        if role not in contexts:
            context = browser.new_context(
                base_url=platform.url,
                storage_state=session_of(role),
                reduced_motion="reduce",
                viewport={"width": 1280, "height": 900},
            )
            context.set_default_timeout(15_000)
            contexts[role] = context
        return contexts[role].new_page()

    yield page
    for context in contexts.values():
        context.close()


def check_frame(page: Page, language: str) -> list[str]:
    """One h1, under nothing, a title, the right language."""
    wrong = []
    if (n := page.locator("h1").count()) != 1:
        wrong.append(f"{n} h1")
    if not page.title().strip():
        wrong.append("no title")
    if (lang := page.locator("html").get_attribute("lang")) != ("en" if language else "zh-CN"):
        wrong.append(f"lang {lang}")
    wrong += covered(page)
    return wrong


def check_all_themes(page: Page) -> list[str]:
    """axe in light at both widths and in dark, then the narrow window and large type."""
    wrong = overflow(page, 1280)
    wrong += [f"1280 light: {v}" for v in violations(page)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"1280 dark: {v}" for v in violations(page, words=False)]
    page.emulate_media(color_scheme="light")
    wrong += overflow(page, 360)
    wrong += [f"360 light: {v}" for v in violations(page)]
    wrong += overflow(page, 320)
    page.evaluate("document.documentElement.dataset.size = 'large'")
    wrong += [f"large type: {w}" for w in overflow(page, 320) + overflow(page, 1280)]
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_fits_and_is_quiet(name, window, words, checker):
    look = PAGES[name]
    wrong = []
    page = window(look.role)
    for language in look.languages:
        heard = Traffic.of(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        answer = page.goto(language + look.path.format(**words))
        if answer.status != look.status:
            wrong.append(f"{language} answers {answer.status}")
            continue
        wrong += [f"{language} {complaint}" for complaint in checker.complaints(answer.text())]
        if look.prepare:
            look.prepare(page)
        wrong += check_frame(page, language)
        found = violations(page, colours=False) if language else check_all_themes(page)
        wrong += [f"{language} {w}" for w in found + heard.complaints]
    page.close()
    assert wrong == []


@pytest.mark.parametrize("name", ["home", "browse", "work"])
def test_a_public_page_keeps_its_budget(name, browser, platform, words):
    context = browser.new_context(base_url=platform.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    heard = Traffic.of(page)
    page.goto(PAGES[name].path.format(**words), wait_until="networkidle")
    sizes = heard.sizes()
    print(name, sizes)
    assert {k: v for k, v in sizes.items() if v > BUDGET[k]} == {}
    picture = page.locator("main img").first
    picture.scroll_into_view_if_needed()  # works of other tests, without pictures, may stand above
    page.wait_for_function(
        "image => image.complete && image.currentSrc", arg=picture.element_handle()
    )
    first = picture.evaluate("image => image.currentSrc")
    bodies = [len(a.body()) for a in heard.answers if a.url == first]
    assert bodies and bodies[0] <= FIRST_PICTURE, (first, bodies)
    context.close()


def test_a_reader_finds_every_page_of_the_navigation(browser, platform):
    context = browser.new_context(base_url=platform.url)
    page = context.new_page()
    for home in ("/", "/en/"):
        page.goto(home)
        inside = page.locator("header a, footer a, main a").evaluate_all(
            "all => all.map((a) => a.href).filter((h) => h.startsWith(location.origin))"
        )
        wrong = {h: a.status for h in set(inside) if not (a := context.request.get(h)).ok}
        assert wrong == {}
        assert len(set(inside)) > 10
    context.close()
