"""Pages of what happens: events, exhibitions with their viewing rooms, series, the list of all.

A page tells of a programme; dates, seats and works are the programme's, the same in both languages.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from cms.blocks import EventBlocks, ViewingBlocks
from cms.blocks.texts import FEATURES

from ..enums import Craft
from .base import BasePage
from .fields import BlocksField
from .programmes import Programme


class ProgrammePage(BasePage):
    """A page that tells of a programme."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss",
        verbose_name=_("活动安排"),
    )  # fmt: skip
    audience = models.CharField(_("适合谁"), max_length=160, blank=True, default="")
    craft = models.CharField(_("工艺"), max_length=10, choices=Craft, blank=True, default="")
    body = BlocksField(EventBlocks(), verbose_name=_("内容"), blank=True)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True, default="")
    terms = RichTextField(_("取消和退款"), features=FEATURES, blank=True, default="")

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("audience"),
        FieldPanel("programme"),
        FieldPanel("craft"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("contact"), FieldPanel("terms")],
            heading=_("主办和取消"),
            classname="collapsed",
        ),
    ]
    same_in_all_languages: ClassVar[tuple[str, ...]] = ("programme", "craft")

    class Meta:
        abstract = True


class SeriesPage(BasePage):
    """Events that belong together; its calendar holds the dates of all of them."""

    body = BlocksField(EventBlocks(), verbose_name=_("内容"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types: list[str] = []
    template = "cms/series_page.html"

    class Meta:
        verbose_name = _("系列活动")
        verbose_name_plural = _("系列活动")


class EventPage(ProgrammePage):
    series = models.ForeignKey(
        SeriesPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="events",
        verbose_name=_("系列"),
    )  # fmt: skip

    content_panels = [*ProgrammePage.content_panels, FieldPanel("series")]
    same_in_all_languages = (*ProgrammePage.same_in_all_languages, "series")
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types: list[str] = []
    template = "cms/event_page.html"

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")


class ExhibitionPage(ProgrammePage):
    """An exhibition: works from the registry in their rooms; after its end it stays, as ended."""

    opens_on = models.DateField(_("开幕"), null=True, blank=True)
    closes_on = models.DateField(_("闭幕"), null=True, blank=True)
    hours = models.CharField(_("开放时间"), max_length=160, blank=True, default="")
    closed_on = models.CharField(_("闭馆日"), max_length=160, blank=True, default="")
    school_visits = models.CharField(_("学校参观"), max_length=300, blank=True, default="")
    catalogue = models.ForeignKey(
        "wagtaildocs.Document", on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+", verbose_name=_("图录"),
    )  # fmt: skip

    content_panels = [
        *ProgrammePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
                FieldPanel("hours"),
                FieldPanel("closed_on"),
                FieldPanel("school_visits"),
                FieldPanel("catalogue"),
            ],
            heading=_("开放"),
        ),
    ]
    same_in_all_languages = (*ProgrammePage.same_in_all_languages, "opens_on", "closes_on")
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types = ["cms.ViewingRoomPage"]
    template = "cms/exhibition_page.html"

    class Meta:
        verbose_name = _("展览")
        verbose_name_plural = _("展览")


class ViewingRoomPage(BasePage):
    """A room of an exhibition on the screen: works one after another, with words."""

    body = BlocksField(ViewingBlocks(), verbose_name=_("内容"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.ExhibitionPage"]
    subpage_types: list[str] = []
    template = "cms/viewing_room_page.html"

    class Meta:
        verbose_name = _("线上展厅")
        verbose_name_plural = _("线上展厅")


class EventIndexPage(BasePage):
    """Events and exhibitions, found by date, place, series, craft and access."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.EventPage", "cms.ExhibitionPage", "cms.SeriesPage"]
    max_count_per_parent = 1
    template = "cms/event_index_page.html"
    shown: list[Any] | None = None
    """The pages of the list as it is shown to this reader; set while it is."""

    class Meta:
        verbose_name = _("展览与活动")
        verbose_name_plural = _("展览与活动")
