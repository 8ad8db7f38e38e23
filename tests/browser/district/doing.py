"""What people do about an event in a browser: plan it, register, wait, come in, count."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy
import psycopg
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from artmarket.core.clock import SHANGHAI
from tests.browser.conftest import Platform
from tests.browser.looking import covered, overflow, violations
from tests.browser.test_appraisal import press

HAN = re.compile(r"[\u4e00-\u9fff]")
SEATS = 3
# Tickets are read from an hour before, and this event takes people until it begins.
BEGINS_IN, LASTS = timedelta(minutes=55), timedelta(minutes=90)
TICKET = ("普通票", "Standard")
PATIENCE = 150  # seconds; the duties of the platform run every minute
BLOCKED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


@dataclass
class Scene:
    """An event under way: who is there, each in a browser of his own, and its keys as they come."""

    stage: Callable[..., dict]
    platform: Platform
    language: str
    made: dict
    people: dict[str, Page]
    visitors: list[Page]
    starts: datetime
    serial: str
    programme: int = 0
    session: int = 0
    page: int = 0
    url: str = ""
    bookings: dict[int, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Page:
        return self.people[name]

    def rows(self, sql: str) -> list[tuple]:
        return self.platform.rows(sql)

    def at(self, path: str) -> str:
        """The address of a page in the language of these people."""
        return f"/en{path}" if self.language == "en" else path

    def said(self, words: str, **values: Any) -> str:
        """What the platform says for these words in their language."""
        with override(self.language):
            return gettext(words) % values if values else gettext(words)

    @property
    def title(self) -> str:
        """What the event is called, on its page and in its plan."""
        return self.titles[self.language == "en"]

    @property
    def titles(self) -> tuple[str, str]:
        return f"风筝夜话{self.serial}", f"Kite evening {self.serial}"


def scene(
    stage: Callable[..., dict], who: Callable[..., Page], platform: Platform, language: str
) -> Scene:
    """Everybody, signed in; the stranger is not."""
    made = stage(do="begin", language=language)
    people = {name: who(made[name]) for name in ("editor", "approver", "publisher", "door")}
    starts = (datetime.now(SHANGHAI) + BEGINS_IN).replace(second=0, microsecond=0)
    return Scene(
        stage, platform, language, made, people | {"stranger": who()},
        [who(email) for email in made["visitors"]], starts, f"{time.time_ns() // 1_000_000}",
    )  # fmt: skip


def sound(at: Scene, page: Page) -> None:
    """Accessible, within the window of a phone, and in English nothing of ours left in Chinese."""
    wrong = [*covered(page), *violations(page), *overflow(page, 390)]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wrong == [], f"{page.url}: {wrong}"
    if at.language != "en":
        return
    assert page.locator("html").get_attribute("lang") == "en", page.url
    ours = "main h1, main h2, main h3, main th, main dt, main button, main legend, main label"
    given = re.compile("|".join(map(re.escape, (at.titles[0], *TICKET[:1], at.made["work"]))))
    texts = page.locator(ours).all_inner_texts()
    left = [text for text in texts if HAN.search(given.sub("", text))]
    assert left == [], f"{page.url}: {left}"


def until(page: Page, path: str, is_so: Callable[[Page], bool]) -> None:
    """Load the page again and again until the platform's duties have made it so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page.goto(path)
        if is_so(page):
            return
        page.wait_for_timeout(2000)
    raise AssertionError(f"{path} is not so after {PATIENCE} seconds: {page.title()}")


# ------------------------------------------------------------------ the bureau plans


def plan(at: Scene) -> None:
    """A programme of one date with three free places, whose waiting list moves by itself."""
    page, said = at.editor, at.said
    page.goto(at.at("/desk/bureau/programmes/"))
    sound(at, page)
    page.get_by_role("link", name=said("新的活动或展览")).click()
    for name, words in zip(("title", "title_en"), at.titles, strict=True):
        page.fill(f"[name={name}]", words)
    page.fill("[name=seats]", f"{SEATS}")
    page.fill("[name=cut_off_minutes]", "0")
    page.select_option("[name=place]", f"{at.made['place']}")
    page.select_option("[name=room]", f"{at.made['room']}")
    page.select_option("[name=booking]", "open")
    page.select_option("[name=waiting]", "automatic")
    sound(at, page)
    press(page, said("保存"))
    at.programme = int(re.search(r"/programmes/(\d+)/rule/", page.url)[1])
    sound(at, page)
    desk = at.at(f"/desk/bureau/programmes/{at.programme}/")
    page.goto(desk)
    page.get_by_role("link", name=said("加一场")).click()
    for name, moment in {"starts_at": at.starts, "ends_at": at.starts + LASTS}.items():
        page.fill(f"[name={name}]", f"{moment:%Y-%m-%dT%H:%M}")
    sound(at, page)
    press(page, said("排上这一场"))
    page.get_by_role("link", name=said("票种和名额")).click()
    for name, words in zip(("name_0", "name_en_0", "price_0"), (*TICKET, "0"), strict=True):
        page.fill(f"[name={name}]", words)
    sound(at, page)
    press(page, said("保存票种"))
    page.goto(desk)
    sound(at, page)
    press(page, said("开放"))
    expect(page.locator("main")).to_contain_text(said("已开放。"))
    found = at.rows(
        "SELECT s.id, q.size, p.state, p.waiting FROM cms_session s "
        "JOIN cms_programme p ON p.id = s.programme_id "
        "JOIN cms_quota_sessions m ON m.session_id = s.id JOIN cms_quota q ON q.id = m.quota_id "
        f"WHERE p.id = {at.programme}"
    )
    ((at.session, *others),) = found
    assert others == [SEATS, "open", "automatic"]


# ------------------------------------------------------------------ visitors


def fill_in(at: Scene, n: int) -> Page:
    """A visitor comes from the event's page to the form and fills it in, all but the last press."""
    page = at.visitors[n]
    page.goto(at.url)
    page.locator("#dates a[href*='/book/']").click()
    page.wait_for_url("**/book/**")
    page.fill("[name=name]", f"{at.said('联系人')}{n}")
    page.check("[name=consent]")
    sound(at, page)
    return page


def register(at: Scene, n: int) -> None:
    """A visitor registers and is let in at once."""
    page = fill_in(at, n)
    press(page, at.said("提交报名"))
    at.bookings[n] = urlsplit(page.url).path
    assert state(at, n) == "confirmed"
    expect(page.locator("#state")).to_contain_text(at.said("已确认"))
    sound(at, page)


def state(at: Scene, n: int) -> str:
    """How a visitor's booking stands in the database."""
    email = at.made["visitors"][n]
    found = at.rows(
        "SELECT b.state FROM cms_booking b JOIN accounts_user u ON u.id = b.user_id "
        f"WHERE u.email = '{email}' AND b.session_id = {at.session}"
    )
    return found[0][0] if found else ""


@contextlib.contextmanager
def held(at: Scene, waiting: int) -> Iterator[None]:
    """Nobody gets a place of the programme meanwhile; then all who wait for one go on at once.

    They are let go before any of them gives up (the platform's lock timeout is five seconds).
    """
    with psycopg.connect(at.platform.database_url) as mine:
        mine.execute("SELECT 1 FROM cms_programme WHERE id = %s FOR UPDATE", [at.programme])
        yield
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            n = at.rows(BLOCKED)[0][0]
            if n:
                end = min(end, time.monotonic() + 3)
            if n >= waiting:
                break


def race(at: Scene, *both: int) -> tuple[int, int]:
    """Two press at the same moment for the last place: who has it, and who waits."""
    pages = [fill_in(at, n) for n in both]
    with held(at, len(pages)):
        for page in pages:
            button = page.get_by_role("button", name=at.said("提交报名"), exact=True)
            button.click(no_wait_after=True)
    for n, page in zip(both, pages, strict=True):
        page.wait_for_url("**/account/bookings/*/")
        at.bookings[n] = urlsplit(page.url).path
    states = {state(at, n): n for n in both}
    assert sorted(states) == ["confirmed", "waiting"]
    won, lost = states["confirmed"], states["waiting"]
    expect(at.visitors[won].locator("#state")).to_contain_text(at.said("已确认"))
    there = at.visitors[lost].locator("#state")
    expect(there).to_contain_text(at.said("候补中"))
    expect(there).to_contain_text(at.said("候补第%(n)s位", n=1))
    for n in both:
        sound(at, at.visitors[n])
    return won, lost


def cancel(at: Scene, n: int) -> None:
    """A visitor finds his booking in his account and cancels it."""
    page = at.visitors[n]
    page.goto(at.at("/account/bookings/"))
    sound(at, page)
    page.get_by_role("link", name=at.title).click()
    press(page, at.said("取消这次报名"))
    expect(page.locator("main")).to_contain_text(at.said("报名已取消。"))
    assert state(at, n) == "cancelled"


def promoted(at: Scene, n: int) -> None:
    """Who waited first has the place, and is told so on his page, in his inbox and by mail."""
    page = at.visitors[n]
    words = at.said("候补成功：%(title)s", title=at.title)
    until(page, at.bookings[n], lambda page: page.locator("#tickets").count() == 1)
    expect(page.locator("#state")).to_contain_text(at.said("已确认"))
    expect(page.locator("#history")).to_contain_text(words)
    sound(at, page)
    page.goto(at.at("/account/inbox/"))
    expect(page.locator("main")).to_contain_text(words)
    until(page, at.at("/account/inbox/"), lambda _page: words in mail_to(at, n))


def mail_to(at: Scene, n: int) -> str:
    """The subjects of all mail to a visitor; the platform keeps mail in a folder."""
    import email
    from email import policy

    found = []
    for file in (at.platform.folder / "mail").glob("*.log"):
        for part in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
            letter = email.message_from_bytes(part.lstrip(), policy=policy.default)
            if at.made["visitors"][n] in str(letter["to"]):
                found.append(str(letter["subject"]))
    return "\n".join(found)


# ------------------------------------------------------------------ the door


def code_on(at: Scene, n: int) -> str:
    """What the picture of the visitor's ticket says, read from the screen as a scanner does."""
    page = at.visitors[n]
    page.goto(at.bookings[n])
    shown = page.locator("#tickets img")
    expect(shown).to_have_count(1)
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", value=True)
    picture = cv2.imdecode(numpy.frombuffer(shown.screenshot(), numpy.uint8), cv2.IMREAD_COLOR)
    words, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(picture)
    assert "/ticket/" in urlsplit(words).path, words
    return words


def scan(at: Scene, code: str) -> None:
    """The door reads the ticket: it lets in once, and the second time says when it did."""
    page = at.door
    page.goto(at.at("/desk/bureau/door/"))
    sound(at, page)
    page.get_by_role("link", name=at.title).click()
    page.wait_for_url(f"**/desk/bureau/door/{at.session}/")
    sound(at, page)
    for words in ("有效，请进", "已经用过"):
        page.fill("[name=code]", code)
        with page.expect_navigation():  # a scanner ends what it types so
            page.press("[name=code]", "Enter")
        expect(page.locator("#answer")).to_contain_text(at.said(words))
        sound(at, page)


def visitors_counted(at: Scene) -> int:
    """All visitors in the table of the dashboard."""
    page = at.door
    page.goto(at.at("/desk/bureau/figures/"))
    sound(at, page)
    cells = page.locator("#visitors tbody tr td:nth-of-type(1)").all_inner_texts()
    assert len(cells) == 12
    return sum(int(cell.replace(",", "")) for cell in cells)


__all__ = [
    "LASTS", "SEATS", "Scene", "cancel", "code_on", "fill_in", "plan", "promoted",
    "race", "register", "scan", "scene", "sound", "state", "until", "visitors_counted",
]  # fmt: skip
