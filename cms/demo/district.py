"""The demonstration district in public: places, events, exhibitions, words, in both languages.

Facts and words stand in `district_facts`, `district_pages` and `district_words`,
pictures in `district_pictures`. May be run twice, or killed and run again.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText

from artmarket.core.demo import Stage
from catalog.models import Artist

from ..models import HomePage, Picture, Place, Programme, Room, SeriesPage
from ..setup import set_up_site
from . import programmes as planned
from .district_facts import PLACES as PLACE_FACTS
from .district_pages import HAPPENINGS, PLACES, PageFacts, Words
from .district_pictures import SCENES, jpeg
from .district_words import ARTICLES, PEOPLE, RULES, TOPICS

PAGES: Sequence[PageFacts] = (*PLACES, *HAPPENINGS, *ARTICLES, *PEOPLE, *TOPICS, *RULES)


def is_loaded() -> bool:
    """Whether every page is there, in each language that it has."""
    wanted = sum(1 + (page.en is not None) for page in PAGES)
    return Page.objects.filter(slug__in=[page.slug for page in PAGES]).count() >= wanted


def load(stage: Stage) -> None:
    """Make what is missing; what is there stays as it is."""
    set_up_site()
    if HomePage.objects.count() < 2:
        return
    places = load_places()
    pictures = load_pictures(stage)
    programmes = planned.load(places)
    loader = _Loader(places, pictures, programmes)
    made = [page.slug for page in PAGES if loader.make(page)]
    planned.finish()
    stage.say(f"district: {len(made)} pages made, {len(programmes)} programmes")


def load_places() -> dict[str, Place]:
    """The places with their rooms, by key."""
    found: dict[str, Place] = {}
    for facts in PLACE_FACTS:
        latitude, longitude = facts.point
        place, _made = Place.objects.get_or_create(
            name=facts.name,
            defaults={
                "kind": facts.kind, "name_en": facts.name_en, "latitude": latitude,
                "longitude": longitude, "part_of": found.get(facts.part_of),
                "address": facts.address, "address_en": facts.address_en,
                "transit": facts.transit, "transit_en": facts.transit_en,
                "step_free": facts.step_free, "access": facts.access,
                "access_en": facts.access_en, "hours": facts.hours,
                "heritage": facts.heritage, "heritage_en": facts.heritage_en,
            },
        )  # fmt: skip
        for room in facts.rooms:
            Room.objects.get_or_create(
                place=place, name=room.name,
                defaults={
                    "name_en": room.name_en, "capacity": room.capacity,
                    "step_free": room.step_free,
                },
            )  # fmt: skip
        found[facts.key] = place
    return found


def load_pictures(stage: Stage) -> dict[str, Picture]:
    """The drawn pictures, by name; none where the stage draws none."""
    if not stage.pictures:
        return {}
    found = {}
    for scene in SCENES.values():
        title = f"{scene.title}（演示）"
        picture = Picture.objects.filter(title=title).first()
        if picture is None:
            picture = Picture(
                title=title, description=scene.alt, description_en=scene.alt_en,
                credit="程序绘制，演示数据", credit_en="Drawn by a program, demonstration data",
                licence="演示用，随意使用", licence_en="For demonstration; use as you like",
                is_press=scene.name.startswith("kite"),
                focal_point_x=800, focal_point_y=480, focal_point_width=700, focal_point_height=600,
            )  # fmt: skip
            picture.file.save(f"demo-{scene.name}.jpg", ContentFile(jpeg(scene)), save=False)
            picture.width, picture.height = picture.file.width, picture.file.height
            picture.save()
        found[scene.name] = picture
    return found


class _Loader:
    """Makes pages, with what their facts name looked up."""

    def __init__(
        self, places: dict[str, Place], pictures: dict[str, Picture],
        programmes: dict[str, Programme],
    ) -> None:  # fmt: skip
        self.places, self.pictures, self.programmes = places, pictures, programmes
        self.chinese = Locale.objects.get(language_code="zh-hans")
        self.english = Locale.objects.get(language_code="en")

    def make(self, facts: PageFacts) -> bool:
        """The page and its translation where they are missing; whether one was."""
        model = apps.get_model("cms", facts.model)
        page = model.objects.filter(slug=facts.slug, locale=self.chinese).first()
        made = page is None
        if page is None:
            parent = Page.objects.get(slug=facts.under, locale=self.chinese, depth__gt=2)
            page = model(slug=facts.slug, locale=self.chinese, picture=self._picture(facts))
            self._fill(page, facts, facts.zh, english=False)
            parent.add_child(instance=page)
            page.save_revision().publish()
        if facts.en is not None and not page.get_translations().exists():
            translated = page.copy_for_translation(self.english)
            translated.slug = facts.slug
            self._fill(translated, facts, facts.en, english=True)
            translated.save_revision().publish()
            made = True
        return made

    def _picture(self, facts: PageFacts) -> Picture | None:
        return self.pictures.get(facts.picture)

    def _fill(self, page: Any, facts: PageFacts, words: Words, *, english: bool) -> None:
        page.title = page.draft_title = words.title
        page.summary = words.summary
        for name, value in (facts.fields | words.more).items():
            self._set(page, name, value, english=english)
        if hasattr(page, "body"):
            page.body = [block for one in words.body if (block := self._block(*one)) is not None]

    def _set(self, page: Any, name: str, value: Any, *, english: bool) -> None:
        match name:
            case "place":
                page.place = self.places[value]
            case "programme":
                page.programme = self.programmes.get(value)
            case "series":
                locale = self.english if english else self.chinese
                page.series = SeriesPage.objects.filter(slug=value, locale=locale).first()
            case "artist":
                page.artist = Artist.objects.filter(name=value).first()
            case "ago":
                page.day = planned.day(-value)
            case "opens":
                page.opens_on = planned.day(value)
            case "closes" if page._meta.model_name == "exhibitionpage":
                page.closes_on = planned.day(value)
            case "closes":
                page.closes_at = planned.moment(value, 17)
            case "versions":
                page.versions = [("version", _version(row)) for row in value]
            case _:
                setattr(page, name, value)

    def _block(self, kind: str, value: Any) -> tuple[str, Any] | None:
        """A block of a stream, with pictures and places looked up; None without its picture."""
        if kind == "text":
            return kind, RichText(value)
        if kind == "picture":
            found = self.pictures.get(value)
            return (kind, {"picture": found, "alt": "", "caption": ""}) if found else None
        if kind == "gallery":
            rows = [
                {"picture": self.pictures[name], "alt": "", "caption": ""}
                for name in value["pictures"]
                if name in self.pictures
            ]
            return (kind, value | {"pictures": rows}) if rows else None
        if kind == "map":
            return kind, value | {"places": [self.places[key].pk for key in value["places"]]}
        if kind == "works":
            numbers = planned.numbers()[:4]
            return ("work", {"number": numbers[0], "caption": ""}) if numbers else None
        if kind == "call":
            return kind, value | {"page": None}
        return kind, value


def _version(row: tuple[Any, ...]) -> dict[str, Any]:
    version, valid_from, valid_until, changes, words = row
    return {
        "version": version, "valid_from": valid_from, "valid_until": valid_until,
        "changes": changes, "text": RichText(words), "document": None,
    }  # fmt: skip
