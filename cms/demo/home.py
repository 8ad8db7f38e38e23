"""The demonstration district's home page: one current thing, notices, a chosen row of works."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from artmarket.core.clock import today
from artmarket.core.demo import Stage
from catalog.enums import WorkState
from catalog.models import Work

from ..models import HomePage
from ..setup import is_set_up, set_up_site

WORDS = {
    "zh-hans": {
        "kicker": "登记开放",
        "title": "一件一号，逐件可核",
        "text": "潍城的书画、风筝、木版年画和仿古铜，从今天起逐件登记。每件作品有号码、有照片、有来历，任何人都可以核对。",
        "link": "/works/",
        "link_text": "看全部作品",
        "row": "杨家埠与十笏园",
        "notice": "登记员每个工作日审核提交",
        "notice_text": "提交后一般三个工作日内有结果；退回的会写明要改哪里。演示数据。",
    },
    "en": {
        "kicker": "The registry is open",
        "title": "One work, one number",
        "text": "Paintings, kites, woodblock prints and bronzes of Weicheng are being registered one by one. Each work has a number, photographs and a history that anyone can check.",
        "link": "/en/works/",
        "link_text": "See all works",
        "row": "From Yangjiabu and the Shihu Garden",
        "notice": "Registrars review submissions every working day",
        "notice_text": "Expect a result within three working days; a returned submission says what to change. Demonstration data.",
    },
}


def is_loaded() -> bool:
    """Whether both home pages carry the demonstration's current thing."""
    return is_set_up() and all(home.current for home in HomePage.objects.all())


def load(stage: Stage) -> None:
    """Set up the site and fill the home pages; a page that an editor filled stays as it is."""
    stage.say("pages: " + (", ".join(set_up_site()) or "already there"))
    numbers = list(
        Work.objects.public()
        .filter(state=WorkState.REGISTERED)
        .order_by("pk")
        .values_list("number", flat=True)[:8]
    )
    for home in HomePage.objects.all():
        if not home.current:
            _fill(home, WORDS[home.locale.language_code], numbers)


def _fill(home: HomePage, words: dict[str, str], numbers: list[str | None]) -> None:
    day: date = today()
    end = datetime.combine(day + timedelta(days=90), datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    current = {key: words[key] for key in ("kicker", "title", "text", "link", "link_text")}
    home.current = [("current", current | {"work": numbers[0] if numbers else "", "ends_at": end})]
    home.body = [("works", {"title": words["row"], "numbers": numbers[1:5]})] if numbers[1:] else []
    home.notices = [
        ("notice", {"date": day, "title": words["notice"], "text": words["notice_text"]})
    ]
    home.save_revision().publish()
