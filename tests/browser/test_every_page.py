"""Every page in a real browser: accessible in both themes, within the window, right HTML, light.

One load serves all the checks of a page. Limits: the look document's sections 9, 11 and 12.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from artmarket.core.testing import PROJECT_DIR
from tests.browser.conftest import Platform, environment
from tests.browser.looking import Traffic, covered, overflow, violations
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


@dataclass(frozen=True)
class Look:
    """A page: its address (with {words} filled from the database), its reader, what to do first."""

    path: str
    role: str = ""
    status: int = 200
    prepare: Callable[[Page], None] | None = None
    languages: tuple[str, ...] = ("", "/en")


def type_two_characters(page: Page) -> None:
    """Open the list of suggestions."""
    page.locator("#browse-form [name=q]").press_sequentially("浮烟")
    expect(page.locator("#browse-form .suggestions li").first).to_be_visible()


def press(selector: str) -> Callable[[Page], None]:
    """Press something that opens or sends."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return act


def look_at_the_reading(page: Page) -> None:
    """Have a text read, with a passage that cannot be read and a seal, and save nothing."""
    page.locator("main textarea").fill("来源：张三旧藏；李四，其余不详……。鉴藏印：长物居（朱文）")
    page.locator("main button[name=check]").click()
    expect(page.locator("#reading mark")).to_be_visible()


def begin_check(page: Page) -> None:
    """Begin an identity check; in the second language it is begun already."""
    begin = page.locator("main form button[value=begin]")
    if begin.count():
        begin.first.click()
    expect(page.locator("#consents")).to_be_visible()


PAGES: dict[str, Look] = {
    "home": Look("/"),
    "browse": Look("/works/"),
    "browse-filtered": Look("/works/?q=山水"),
    "browse-nothing": Look("/works/?q=没有这样的东西&sort=new"),
    "browse-suggestions": Look("/works/", prepare=type_two_characters),
    "work": Look("/works/{plain}/"),
    "work-pledged": Look("/works/{pledged}/"),
    "work-merged": Look("/works/{merged}/"),
    "record": Look("/records/{record}/"),
    "history": Look("/works/{plain}/history/"),
    "artist": Look("/artists/{artist}/"),
    "find": Look("/works/find/"),
    "log": Look("/log/"),
    "find-wrong": Look("/works/find/?number=0000-0000"),
    "rules": Look("/rules/"),
    "rule": Look("/rules/media.max_pixels/"),
    "how": Look("/how-it-works/"),
    "privacy": Look("/privacy/"),
    "accessibility": Look("/accessibility/"),
    "complaints": Look("/complaints/"),
    "organisation-page": Look("/organisations/zhushi-gallery/"),
    "sign-in": Look("/account/login/"),
    "sign-in-wrong": Look("/account/login/", prepare=press("main form button[type=submit]")),
    "sign-up": Look("/account/signup/"),
    "reset": Look("/account/password/reset/"),
    "reset-sent": Look("/account/password/reset/done/"),
    "confirm-sent": Look("/account/confirm-email/"),
    "not-found": Look("/works/ZZZZZZZZ/", status=404),
    "home-artist": Look("/", "artist"),
    "account": Look("/account/", "artist"),
    "api": Look("/api/"),
    "tokens": Look("/account/tokens/", "artist"),
    "inbox": Look("/account/inbox/", "buyer"),
    "inbox-mail": Look("/account/inbox/mail/", "buyer"),
    "webhooks": Look("/account/webhooks/", "artist"),
    "profile": Look("/account/profile/", "artist"),
    "email": Look("/account/email/", "artist"),
    "password": Look("/account/password/change/", "artist"),
    "identity": Look("/account/identity/", "buyer"),
    "identity-begun": Look("/account/identity/", "gallery", prepare=begin_check),
    "licences": Look("/account/licences/", "gallery"),
    "own-data": Look("/account/data/", "artist"),
    "desk-identity": Look("/desk/identity/", "registrar"),
    "identity-check": Look("/desk/identity/checks/{check}/", "registrar"),
    "identity-licence": Look("/desk/identity/licences/{licence}/", "registrar"),
    "two-step": Look("/account/2fa/", "artist"),
    "two-step-demo-staff": Look("/account/2fa/", "registrar"),
    "passkeys": Look("/account/2fa/webauthn/", "artist"),
    "devices": Look("/account/sessions/", "artist"),
    "confirm-it-is-you": Look("/account/2fa/totp/activate/", "artist"),
    "sign-out": Look("/account/logout/", "artist"),
    "organisation": Look("/account/organisations/zhushi-gallery/", "gallery"),
    "saved": Look("/works/saved/", "buyer"),
    "save-search": Look("/works/saved/new/?q=山水", "buyer"),
    "desk-artist": Look("/desk/artist/", "artist"),
    "new-work": Look("/desk/artist/works/new/", "artist"),
    "edit-draft": Look("/desk/artist/works/{draft}/edit/", "artist"),
    "edit-returned": Look("/desk/artist/works/{returned}/edit/", "artist"),
    "preview": Look("/desk/artist/works/{draft}/", "artist"),
    "own-submitted": Look("/desk/artist/works/{submitted}/", "artist"),
    "own-registered": Look("/desk/artist/works/{own}/", "artist"),
    "wrong-role": Look("/desk/registrar/", "artist", status=403),
    "desk-registrar": Look("/desk/registrar/", "registrar"),
    "review": Look("/desk/registrar/works/{submitted}/", "registrar"),
    "review-registered": Look("/desk/registrar/works/{own}/", "registrar"),
    "correction": Look("/desk/registrar/works/{own}/correct/", "registrar"),
    "artist-record": Look("/desk/registrar/artists/{artist}/", "registrar"),
    "desk-bureau": Look("/desk/bureau/", "bureau"),
    "relic": Look("/desk/bureau/works/{undecided}/", "bureau"),
    "gates": Look("/desk/works/{undecided}/gates/", "registrar"),
    "gates-bureau": Look("/desk/works/{undecided}/gates/", "bureau"),
    "stolen": Look("/desk/registrar/stolen/", "registrar"),
    "stolen-hits": Look("/desk/registrar/stolen/hits/", "registrar"),
    "desk-operator": Look("/desk/operator/", "operator"),
    "person": Look("/desk/operator/people/{person}/", "operator"),
    "lending-concentration": Look("/lending/concentration/?lender={reporting}", "operator"),
    "lending-stress": Look("/lending/stress/?lender={reporting}", "operator"),
    "lending-reports": Look("/lending/reports/?lender={reporting}", "operator"),
    "lending-report": Look("/lending/reports/pledges/?lender={reporting}", "operator"),
    "books": Look("/money/", "operator"),
    "books-accounts": Look("/money/accounts/", "operator"),
    "books-account": Look("/money/accounts/{account}/", "operator"),
    "books-entry": Look("/money/entries/{entry}/", "operator"),
    "books-periods": Look("/money/periods/", "operator"),
    "payment-review": Look("/money/review/", "operator"),
    "payment-item": Look("/money/review/stray/{stray}/", "operator"),
    "all-payments": Look("/money/payments/", "operator"),
    "payment-at-desk": Look("/money/payments/{payment}/", "operator"),
    "bank-statements": Look("/money/statements/", "operator"),
    "own-payments": Look("/account/payments/", "buyer"),
    "own-payment": Look("/money/payments/{payment}/", "buyer"),
    "own-money": Look("/account/money/", "buyer"),
    "own-bank": Look("/account/money/bank/", "buyer"),
    "own-statement": Look("/account/money/{account}/", "buyer"),
    "signals": Look("/desk/signals/", "operator"),
    "signal": Look("/desk/signals/{score}/", "operator"),
    "organisations": Look("/desk/operator/organisations/", "operator"),
    "organisation-new": Look("/desk/operator/organisations/new/", "operator"),
    "events": Look("/desk/operator/events/", "operator"),
    "edition": Look("/desk/works/{draft}/edition/", "artist"),
    "offers": Look("/desk/offers/", "artist"),
    "offer": Look("/desk/artist/works/{own}/offer/", "artist"),
    "ask": Look("/works/{offered}/ask/", "buyer"),
    "sales": Look("/auctions/"),
    "sale": Look("/auctions/{sale}/"),
    "lot": Look("/auctions/{sale}/lots/1/"),
    "lot-buyer": Look("/auctions/{sale}/lots/1/", "buyer"),
    "register": Look("/auctions/{sale}/register/", "buyer"),
    "new-power": Look("/auctions/{sale}/register/power/", "buyer"),
    "bids": Look("/desk/buyer/bids/", "buyer"),
    "deposits": Look("/desk/buyer/deposits/", "buyer"),
    "powers": Look("/desk/buyer/powers/", "buyer"),
    "house-deposits": Look("/desk/house/deposits/", "auction"),
    "house-powers": Look("/desk/house/powers/", "auction"),
    "house-relations": Look("/desk/house/paddles/{paddle}/relations/", "auction"),
    "consign": Look("/desk/artist/works/{own}/consign/", "artist"),
    "consignments": Look("/desk/consignments/", "gallery"),
    "consignment": Look("/desk/consignments/{consignment}/", "gallery"),
    "house-desk": Look("/desk/house/", "auction"),
    "house-new-sale": Look("/desk/house/of/yuanfeng-auction/sales/new/", "auction"),
    "house-conditions": Look("/desk/house/of/yuanfeng-auction/conditions/", "auction"),
    "house-draft": Look("/desk/house/sales/{draft_sale}/", "auction"),
    "house-announced": Look("/desk/house/sales/{announced_sale}/", "auction"),
    "house-paddles": Look("/desk/house/sales/{announced_sale}/paddles/", "auction"),
    "house-paddle": Look("/desk/house/paddles/{paddle}/", "auction"),
    "house-withdraw": Look("/desk/house/lots/{lot}/withdraw/", "auction"),
    "house-cancel": Look("/desk/house/sales/{announced_sale}/cancel/", "auction"),
    "house-correction": Look("/desk/house/lots/{lot}/text/", "auction"),
    "house-after-default": Look("/desk/house/lots/{defaulted_lot}/after/", "operator"),
    "house-after-unsold": Look("/desk/house/lots/{unsold_lot}/after/", "operator"),
    "orders": Look("/desk/buyer/orders/", "buyer"),
    "pawns": Look("/pawn/", "artist"),
    "house-orders": Look("/desk/house/orders/", "operator"),
    "order": Look("/desk/orders/{order}/", "operator"),
    "resale-rights": Look("/money/resale-rights/", "operator"),
    "offers-to-me": Look("/desk/buyer/offers/", "buyer"),
    "house-bids": Look("/desk/house/lots/{lot}/bids/", "operator"),
    "house-consignments": Look("/desk/house/consignments/", "auction"),
    "house-consignment": Look("/desk/house/consignments/{offered_work}/", "auction"),
    "provenance-draft": Look("/desk/works/{draft}/provenance/", "artist"),
    "provenance-read": Look(
        "/desk/works/{draft}/provenance/", "artist", prepare=look_at_the_reading
    ),
    "provenance-shown": Look("/desk/works/{own}/provenance/", "artist"),
    "provenance-correction": Look("/desk/works/{own}/provenance/", "registrar"),
    "log-kept": Look("/desk/works/{own}/log/", "artist"),
    "certificates": Look("/desk/registrar/works/{own}/certificates/", "registrar"),
    "ask-appraisal": Look("/desk/artist/works/{own}/appraisal/", "artist"),
    "cases": Look("/desk/appraisals/", "artist"),
    "case-queue": Look("/desk/registrar/cases/", "registrar"),
    "case": Look("/desk/registrar/cases/{case}/", "registrar"),
    "case-result": Look("/appraisals/{case_number}/"),
    "appraisers": Look("/desk/registrar/appraisers/", "registrar"),
    "desk-appraiser": Look("/desk/appraiser/", "appraiser"),
    "own-valuations": Look("/desk/appraiser/valuations/", "appraiser"),
    "condition-report": Look("/works/{examined}/condition/2/"),
    "condition-handover": Look("/works/{examined}/condition/1/", "artist"),
    "condition-compare": Look("/works/{examined}/condition/2/compare/1/"),
    "condition-desk": Look("/desk/condition/works/{examined_work}/", "registrar"),
    "condition-editor": Look("/desk/condition/{condition_draft}/", "registrar"),
    "verify": Look("/verify/"),
    "verify-not-found": Look("/verify/ZS-0000-0000/", status=404),
    "verify-offline": Look("/verify/offline/"),
    "certificate": Look("/verify/{certificate}/"),
    "certificate-wrong-code": Look("/verify/{certificate}/?d=0000000000000000"),
    "certificate-desk": Look("/desk/registrar/works/{certified}/issued/", "registrar"),
    "certificate-desk-none": Look("/desk/registrar/works/{own}/issued/", "registrar"),
    "work-certified": Look("/works/{certified_number}/"),
    "mismatches": Look("/desk/registrar/mismatches/", "registrar"),
    "disposals": Look("/lending/disposals/", "operator"),
    "pre-acquirers": Look("/pre-acquirers/", "artist"),
    "loans": Look("/loans/", "collector"),
    "loan-products": Look("/loans/products/", "collector"),
    "loan-apply": Look("/loans/products/{loan_product}/apply/", "artist"),
    "loan-application": Look("/loans/applications/{loan_application}/", "collector"),
    "loan": Look("/loans/{loan}/", "collector"),
    "loan-contract": Look("/loans/{loan}/contract/", "collector"),
    "loan-statement": Look("/loans/{loan}/statement/", "collector"),
    "custody-desk": Look("/desk/custody/", "keeper2"),
    "custody-holding": Look("/desk/custody/{holding}/", "keeper2"),
    "components": Look("/components/", "operator", languages=("",)),
    # The lender's desk.
    "lending": Look("/lending/", "lender"),
    "lending-applications": Look("/lending/applications/", "lender"),
    "lending-application": Look("/lending/applications/{lent_application}/", "lender"),
    "lending-work": Look("/lending/applications/{lent_application}/works/{lent_work}/", "lender"),
    "lending-offer": Look(
        "/lending/applications/{lent_application}/offer/",
        "lender",
        prepare=press("main form button[value=preview]"),
    ),
    "lending-loan": Look("/lending/loans/{lent_loan}/", "lender"),
    "lending-release": Look("/lending/items/{lent_item}/release/", "lender"),
    "lending-money": Look("/lending/of/{lent_lender}/money/", "lender"),
    "lending-products": Look("/lending/of/{lent_lender}/products/", "lender"),
    "lending-product": Look("/lending/products/{lent_product}/", "lender"),
    "lending-terms": Look("/lending/products/{lent_product}/terms/", "lender"),
    "lending-custodians": Look("/lending/of/{lent_lender}/custodians/", "lender"),
    "lenders": Look("/desk/operator/lenders/", "operator"),
}
# Pages of the district: `make district` looks at them too, `make test` has no time for them yet.
OF_DISTRICT: dict[str, Look] = {
    "district": Look("/district/shihu-garden/"),
    "district-west": Look("/district/west-street/"),
    "street": Look("/district/shihu-garden/hujia-paifang-street/"),
    "place": Look("/district/shihu-garden/guo-weiqu-museum/"),
    "venue": Look("/district/west-street/west-street-68/"),
    "district-topic": Look("/district/"),
    "event": Look("/events/saturday-kite-class/"),
    "event-buyer": Look("/events/saturday-kite-class/", "buyer"),
    "event-cancelled": Look("/events/flying-day/"),
    "event-moved": Look("/events/sand-casting/"),
    "event-full": Look("/events/take-a-rubbing/"),
    "event-online": Look("/events/reading-a-certificate/"),
    "exhibition": Look("/events/wind-over-fuyan-hill/"),
    "exhibition-ended": Look("/events/one-block-five-colours/"),
    "viewing-room": Look("/events/wind-over-fuyan-hill/on-paper/"),
    "series": Look("/events/weekend-crafts/"),
    "event-index": Look("/events/"),
    "event-index-filtered": Look("/events/?children=1&free=1"),
    "event-index-nothing": Look("/events/?craft=repousse"),
    "article-index": Look("/news/"),
    "article": Look("/news/how-a-print-is-made/"),
    "article-untranslated": Look("/news/choosing-bamboo/"),
    "people": Look("/people/"),
    "district-person": Look("/people/lu-qingyu/"),
    "topic": Look("/topics/kites/"),
    "topics": Look("/topics/"),
    "policy": Look("/topics/rules-and-support/support-for-makers/"),
    "policy-old": Look("/topics/rules-and-support/support-for-makers/?version=1.0"),
    "standard": Look("/topics/rules-and-support/grading-bronzes/"),
    "enterprise-page": Look("/topics/qiming-foundry/"),
    "recruitment": Look("/district/west-street/workshops-to-let/"),
    "programmes": Look("/desk/bureau/programmes/", "bureau"),
    "programme-new": Look("/desk/bureau/programmes/new/", "bureau"),
    "programme": Look("/desk/bureau/programmes/{kite_class}/", "bureau"),
    "programme-exhibition": Look("/desk/bureau/programmes/{exhibition}/", "bureau"),
    "programme-edit": Look("/desk/bureau/programmes/{kite_class}/edit/", "bureau"),
    "programme-rule": Look("/desk/bureau/programmes/{kite_class}/rule/", "bureau"),
    "programme-cancel": Look("/desk/bureau/programmes/{kite_class}/cancel/", "bureau"),
    "programme-seats": Look("/desk/bureau/programmes/{kite_class}/seats/", "bureau"),
    "programme-quota": Look("/desk/bureau/programmes/{programme}/seats/{quota}/", "bureau"),
    "programme-works": Look("/desk/bureau/programmes/{exhibition}/works/", "bureau"),
    "programme-bookings": Look("/desk/bureau/programmes/{programme}/bookings/", "bureau"),
    "session-new": Look("/desk/bureau/programmes/{kite_class}/dates/new/", "bureau"),
    "session": Look("/desk/bureau/dates/{door}/", "bureau"),
    "session-move": Look("/desk/bureau/dates/{door}/move/", "bureau"),
    "bureau-calendar": Look("/desk/bureau/calendar/", "bureau"),
    "bureau-calendar-week": Look("/desk/bureau/calendar/?span=week", "bureau"),
    "doors": Look("/desk/bureau/door/", "bureau"),
    "door": Look("/desk/bureau/door/{door}/", "bureau"),
    "door-list": Look("/desk/bureau/door/{door}/list/", "bureau"),
    "door-ticket": Look("/ticket/{ticket}/", "bureau"),
    "bureau-enterprises": Look("/desk/bureau/enterprises/", "bureau"),
    "bureau-enterprise-new": Look("/desk/bureau/enterprises/new/", "bureau"),
    "bureau-enterprise": Look("/desk/bureau/enterprises/{enterprise}/", "bureau"),
    "bureau-key-list": Look("/desk/bureau/key-list/", "bureau"),
    "bureau-figures": Look("/desk/bureau/figures/", "bureau"),
    "enterprises": Look("/enterprises/"),
    "key-list": Look("/enterprises/key/"),
    "enterprise": Look("/enterprises/{enterprise_code}/"),
    "figures": Look("/figures/"),
    "book": Look("/events/{event_uuid}/book/", "artist"),
    "own-bookings": Look("/account/bookings/", "buyer"),
    "own-booking": Look("/account/bookings/{booking}/", "buyer"),
    "calendar-address": Look("/account/calendar/", "buyer"),
}
if "DISTRICT" in os.environ:
    PAGES |= OF_DISTRICT


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
