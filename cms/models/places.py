"""Places of the district and the pages that tell of them.

A place is one row for both languages (its point, its rooms, its sessions are the same); the pages
are Wagtail's, one for each language. Rules: cms-events.md §1; pages.md, "District page".
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.search import index

from cms.blocks import DistrictBlocks
from cms.place_form import HOURS_FIELDS, PlaceForm
from cms.search_fields import Beginnings, Words

from ..enums import PlaceKind, StepFree
from .base import BasePage
from .fields import BlocksField


class Place(index.Indexed, ClusterableModel):
    """Where something is: its point, its address, how to get there and get in."""

    kind = models.CharField(_("种类"), max_length=8, choices=PlaceKind)
    name = models.CharField(_("名称"), max_length=120, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=160)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts",
        verbose_name=_("属于"),
    )  # fmt: skip
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    address_en = models.CharField(_("英文地址"), max_length=240, blank=True, default="")
    latitude = models.DecimalField(
        _("纬度"), max_digits=8, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("经度"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    transit = models.CharField(_("怎么到"), max_length=300, blank=True, default="")
    transit_en = models.CharField(_("怎么到（英文）"), max_length=400, blank=True, default="")
    step_free = models.CharField(
        _("无障碍"), max_length=7, choices=StepFree, default=StepFree.UNKNOWN
    )
    access = models.CharField(_("无障碍说明"), max_length=300, blank=True, default="")
    access_en = models.CharField(_("无障碍说明（英文）"), max_length=400, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    heritage = models.CharField(
        _("文物保护级别"), max_length=120, blank=True, default="",
        help_text=_("只写公布过的级别和年份"),
    )  # fmt: skip
    heritage_en = models.CharField(
        _("文物保护级别（英文）"), max_length=160, blank=True, default=""
    )
    hours = models.JSONField(
        _("开放时间"), default=dict, blank=True,
        help_text=_("星期一到星期日各写开门和关门，例如09:00-17:00；空的是不开门"),
    )  # fmt: skip

    panels = [
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_en")]),
        FieldPanel("part_of"),
        MultiFieldPanel(
            [
                FieldPanel("address"), FieldPanel("address_en"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                FieldPanel("transit"), FieldPanel("transit_en"),
            ],
            heading=_("在哪里"),
        ),
        MultiFieldPanel(
            [FieldPanel("step_free"), FieldPanel("access"), FieldPanel("access_en")],
            heading=_("无障碍"),
        ),
        FieldPanel("phone"),
        MultiFieldPanel(
            [FieldPanel(name) for name in HOURS_FIELDS],
            heading=_("开放时间"),
            help_text=_("例如09:00-12:00,14:00-17:00；空的是不开门"),
        ),
        FieldRowPanel([FieldPanel("heritage"), FieldPanel("heritage_en")]),
        InlinePanel("rooms", label=_("场地")),
    ]  # fmt: skip
    base_form_class = PlaceForm
    search_fields = [
        Words("name"), Beginnings("name"), Words("name_en"), Beginnings("name_en"),
        Words("address"), index.FilterField("kind"),
    ]  # fmt: skip
    texts_are_cut = True

    class Meta:
        verbose_name = _("场所")
        verbose_name_plural = _("场所")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="place_point_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class Room(models.Model):
    """A room, hall or court in which one thing at a time happens."""

    place = ParentalKey(Place, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    capacity = models.PositiveIntegerField(_("容纳人数"), null=True, blank=True)
    step_free = models.CharField(
        _("无障碍"), max_length=7, choices=StepFree, default=StepFree.UNKNOWN
    )

    class Meta:
        verbose_name = _("场地")
        verbose_name_plural = _("场地")
        ordering = ["place_id", "name"]
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="room_name_once"),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class PlaceBasePage(BasePage):
    """A page of one place."""

    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("场所"),
    )  # fmt: skip
    body = BlocksField(DistrictBlocks(), verbose_name=_("正文"), blank=True)
    sources = models.CharField(_("资料出处"), max_length=300, blank=True, default="")

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("place"),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]

    same_in_all_languages = ("place",)

    class Meta:
        abstract = True


class DistrictPage(PlaceBasePage):
    """十笏园, 创意西街, 浮烟山: what is on, where, open when."""

    parent_page_types = ["cms.HomePage", "cms.TopicPage"]
    subpage_types = ["cms.StreetPage", "cms.PlacePage", "cms.VenuePage", "cms.RecruitmentPage"]
    template = "cms/district_page.html"

    class Meta:
        verbose_name = _("街区")
        verbose_name_plural = _("街区")


class StreetPage(PlaceBasePage):
    parent_page_types = ["cms.DistrictPage"]
    subpage_types = ["cms.PlacePage", "cms.VenuePage"]
    template = "cms/place_page.html"

    class Meta:
        verbose_name = _("街道")
        verbose_name_plural = _("街道")


class PlacePage(PlaceBasePage):
    """A museum, an academy, a park, a mall."""

    parent_page_types = ["cms.DistrictPage", "cms.StreetPage"]
    subpage_types = ["cms.VenuePage"]
    template = "cms/place_page.html"

    class Meta:
        verbose_name = _("场所页面")
        verbose_name_plural = _("场所页面")


class VenuePage(PlaceBasePage):
    """A house with rooms in which events happen."""

    parent_page_types = ["cms.DistrictPage", "cms.StreetPage", "cms.PlacePage"]
    subpage_types: list[str] = []
    template = "cms/place_page.html"

    class Meta:
        verbose_name = _("场馆")
        verbose_name_plural = _("场馆")
