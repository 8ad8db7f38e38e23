"""Certificates checked in a real browser: a file never leaves it; without script the server checks.

The certificates are issued and revoked by the platform's own services while it runs.
"""

import base64
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from .conftest import Platform
from .looking import overflow, violations
from .staging import staged
from .test_uploads import DROP

VERIFY = "/verify/"
KEYS = "/.well-known/did.json"


@pytest.fixture(scope="module")
def certify(platform: Platform):
    return partial(staged, platform, stage="tests.appraisal.certificate_stage")


@pytest.fixture(scope="module")
def certificate(certify) -> dict:
    """A certificate that stays valid."""
    return certify(do="certify")


def choose(page: Page, name: str, content: bytes, kind: str) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})


def drop(page: Page, name: str, content: bytes, kind: str) -> None:
    file = {"name": name, "type": kind, "content": base64.b64encode(content).decode()}
    page.evaluate(DROP, [[file], "file-drop .drop-zone"])


def verdict(page: Page):
    return page.locator("#check-result .verdict-title")


def answer(page: Page, question: str):
    return page.locator(f'#check-result [data-question="{question}"]')


def test_a_dropped_file_is_valid_and_nothing_of_it_is_sent(visit, certificate):
    page = visit(VERIFY)
    sent = []
    page.on("request", lambda request: sent.append(request))
    drop(page, "certificate.json", certificate["text"].encode(), "application/json")
    expect(verdict(page)).to_have_text("有效")
    expect(answer(page, "proof")).to_have_attribute("data-finding", "proven")
    assert {request.method for request in sent} == {"GET"}
    told = " ".join(request.url for request in sent)
    assert KEYS in told
    for secret in (certificate["number"], certificate["digest"][:12], certificate["registry"]):
        assert secret not in told
    expect(page.locator("#check-result")).to_contain_text(certificate["title"])
    assert violations(page) == []
    for width in (390, 1280):
        assert overflow(page, width) == []


def test_one_changed_byte_is_refuted_and_named(visit, certificate):
    page = visit(VERIFY)
    place = certificate["text"].index('"sha256":"') + len('"sha256":"')
    old = certificate["text"][place]
    changed = certificate["text"][:place] + ("0" if old != "0" else "1")
    changed += certificate["text"][place + 1 :]
    choose(page, "certificate.json", changed.encode(), "application/json")
    expect(verdict(page)).to_have_text("不成立")
    expect(page.locator("#check-result .verdict")).to_contain_text("电子签名：签名与内容不符")
    expect(page.locator("#check-result .answer").first).to_have_attribute("data-question", "proof")
    assert violations(page) == []


def test_a_paper_is_checked_by_the_file_inside_it(visit, certify, certificate):
    content = base64.b64decode(certify(do="paper", number=certificate["number"])["pdf"])
    page = visit(VERIFY)
    drop(page, "certificate.pdf", content, "application/pdf")
    expect(verdict(page)).to_have_text("有效")
    choose(page, "other.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    expect(page.locator("#check-result")).to_contain_text("没有附证书文件")


def test_a_revoked_one_says_so_with_its_date(visit, certify):
    made = certify(do="certify")
    year = certify(do="revoke", number=made["number"], reason="画心被揭裱")["year"]
    page = visit(VERIFY)
    choose(page, "certificate.json", made["text"].encode(), "application/json")
    expect(verdict(page)).to_have_text("已撤销")
    expect(answer(page, "revocation")).to_have_attribute("data-finding", "refuted")
    page.locator("#check-result a").first.click()
    expect(page.locator("h1")).to_have_text("已撤销")
    expect(page.locator(".verdict")).to_contain_text(f"自{year}年")


def test_a_number_with_spaces_and_letters_for_figures_is_understood(visit, certificate):
    page = visit(VERIFY)
    typed = " ".join(certificate["number"].replace("-", "").replace("0", "O").lower())
    page.fill("#number", typed)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/verify')[0]}/verify/{certificate['number']}/")
    expect(page.locator("h1")).to_have_text("有效")
    assert violations(page) == []


def test_the_page_of_a_certificate_checks_again_in_the_browser(visit, certificate):
    page = visit(f"/en/verify/{certificate['number']}/?d={certificate['digest'][:16]}")
    expect(page.locator("main")).to_contain_text("The digest in the code is that of the registered")
    page.locator("[data-check-this]").click()
    expect(verdict(page)).to_have_text("Valid")
    expect(page.locator("#check-result")).to_contain_text("does not prove who made it")
    assert violations(page) == []


def test_without_script_the_server_checks_what_is_sent(visit, certificate):
    page = visit(VERIFY, script=False)
    choose(page, "certificate.json", certificate["text"].encode(), "application/json")
    page.locator("#by-file button[type=submit]").click()
    expect(page.locator("#checked .verdict-title")).to_have_text("有效")
    assert page.context.cookies() == []


def test_a_lost_connection_is_said_and_blames_nobody(visit, certificate):
    page = visit(VERIFY)
    page.route(f"**{KEYS}", lambda route: route.abort())
    choose(page, "certificate.json", certificate["text"].encode(), "application/json")
    expect(page.locator("#check-result")).to_contain_text("没有拿到签发人的公钥")


def test_by_keyboard_a_mismatch_is_reported(visit, certificate):
    page = visit(f"/verify/{certificate['number']}/")
    page.locator("#what").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("落款不同")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#report")).to_contain_text("已经报告登记员")
