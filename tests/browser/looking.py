"""How a page is looked at: axe, its width, what it fetches. Used by the tests of every page."""

import gzip
from dataclasses import dataclass, field
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "link-in-text-block"]
_RUN = """async (asked) => {
  const found = await axe.run(document, { ...asked, resultTypes: ["violations"] });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`);
}"""


@cache
def _axe_script() -> str:
    return Axe().axe_script


def violations(page: Page, *, colours: bool = True, words: bool = True) -> list[str]:
    """What axe finds.

    Args:
        colours: ask of colours too, which takes longest; another language has the same ones.
        words: ask of everything else too; another theme changes nothing else.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe_script())
    asked: dict = {"runOnly": {"type": "tag", "values": TAGS}}
    if not words:
        asked = {"runOnly": {"type": "rule", "values": CONTRAST}}
    elif not colours:
        asked["rules"] = {rule: {"enabled": False} for rule in CONTRAST}
    return page.evaluate(_RUN, asked)


_COVERED = """() => {
  const head = document.querySelector("main h1");
  const box = head?.getBoundingClientRect();
  if (!box?.width || box.top < 0 || box.bottom > innerHeight) return [];
  const above = document.elementFromPoint(box.left + 2, box.top + box.height / 2)?.closest("a");
  return above && !above.contains(head) && !head.contains(above) ? [above.outerHTML.slice(0, 120)] : [];
}"""


def covered(page: Page) -> list[str]:
    """The link that lies over the page's own heading, as one that fills more than its card does."""
    return [f"under a link: {link}" for link in page.evaluate(_COVERED)]


_WIDEST = """() => {
  const edge = document.documentElement.scrollWidth - 1;
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right >= edge && !element.closest(".scroll")
  );
  return wide.slice(-3).map((element) => element.outerHTML.slice(0, 120));
}"""


def overflow(page: Page, width: int) -> list[str]:
    """Nothing when the page is as wide as the window, else its width and what sticks out."""
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate("document.documentElement.scrollWidth")
    if found == width:
        return []
    return [f"{found} px wide in a window of {width}: {' '.join(page.evaluate(_WIDEST))}"]


@dataclass
class Traffic:
    """What a page fetched, and what its console said."""

    answers: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Traffic":
        """Begin to listen; call before the page is opened."""
        heard = cls()
        page.on("response", lambda answer: heard.answers.append(answer))
        page.on("pageerror", lambda error: heard.complaints.append(str(error)))
        page.on("console", heard._hear)
        return heard

    def _hear(self, message) -> None:
        # A page that answers 404 or 403 on purpose is reported by the browser as a failed load.
        own = "Failed to load resource" in message.text and not message.location.get(
            "url", ""
        ).endswith((".js", ".css", ".svg", ".avif", ".webp", ".jpg"))
        if message.type == "error" and not own:
            self.complaints.append(message.text)

    def sizes(self) -> dict[str, int]:
        """Bytes by kind: html as it is, script and style packed, and the number of requests."""
        total = {"html": 0, "script": 0, "style": 0, "requests": len(self.answers)}
        for answer in self.answers:
            kind = answer.headers.get("content-type", "")
            if not answer.ok:
                continue
            if "html" in kind:
                total["html"] += len(answer.body())
            elif "javascript" in kind:
                total["script"] += len(gzip.compress(answer.body(), 9))
            elif "css" in kind:
                total["style"] += len(gzip.compress(answer.body(), 9))
        return total
