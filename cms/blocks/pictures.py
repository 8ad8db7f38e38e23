"""Blocks that are looked at: gallery, map, timetable, figure, chart.

Each says the same in words beside it.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from . import previewing


class PictureBlock(blocks.StructBlock):
    """One picture with its caption; its alternative text is the picture's own, or said here."""

    picture = ImageChooserBlock(label=_("图片"))
    alt = blocks.CharBlock(label=_("替代文字"), required=False, max_length=200)
    caption = blocks.CharBlock(label=_("图注"), required=False, max_length=200)

    class Meta:
        template = "cms/blocks/picture.html"
        icon = "image"
        label = _("图片")
        description = _("一张图和图注；替代文字是图片自己的，也可以在这里改写")
        preview_value = staticmethod(previewing.picture)


class GalleryBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=60)
    pictures = blocks.ListBlock(PictureBlock(), label=_("图片"), min_num=2, max_num=24)

    class Meta:
        template = "cms/blocks/gallery.html"
        icon = "grid"
        label = _("图集")
        description = _("两张以上的图，按焦点裁成一样大")
        preview_value = staticmethod(previewing.gallery)


class MapBlock(blocks.StructBlock):
    """Places on a map drawn by the server, and the same places as an equal list beside it."""

    title = blocks.CharBlock(label=_("标题"), max_length=60)
    places = blocks.ListBlock(
        blocks.IntegerBlock(label=_("场所编号"), min_value=1), label=_("场所"), max_num=40
    )

    class Meta:
        template = "cms/blocks/map.html"
        icon = "site"
        label = _("地图")
        description = _("几个场所的示意图，旁边是同样的列表")
        preview_value = staticmethod(previewing.map_)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """The places in the order chosen; two queries."""
        context = super().get_context(value, parent_context=parent_context)
        context["atlas"] = shown_places(list(value["places"]), context)
        return context


class TimetableBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=60)
    rows = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("time", blocks.CharBlock(label=_("时间"), max_length=40)),
                ("what", blocks.CharBlock(label=_("内容"), max_length=120)),
                ("who", blocks.CharBlock(label=_("主讲或地点"), required=False, max_length=120)),
            ]
        ),
        label=_("日程"), min_num=1, max_num=60,
    )  # fmt: skip

    class Meta:
        template = "cms/blocks/timetable.html"
        icon = "calendar-alt"
        label = _("日程表")
        description = _("一天里什么时候做什么")
        preview_value = {
            "title": _("第一天"),
            "rows": [
                {"time": "9:00", "what": _("扎骨"), "who": _("示例讲师")},
                {"time": "10:30", "what": _("糊面、绘彩"), "who": ""},
            ],
        }


class FigureBlock(blocks.StructBlock):
    """One number with what it means, its source and its day."""

    value = blocks.CharBlock(label=_("数值"), max_length=30)
    label = blocks.CharBlock(label=_("含义"), max_length=80)
    source = blocks.CharBlock(label=_("来源"), max_length=200)
    day = blocks.DateBlock(label=_("数据日期"))

    class Meta:
        template = "cms/blocks/figure.html"
        icon = "order"
        label = _("数字")
        description = _("一个数字、它的含义、来源和日期")
        preview_value = {
            "value": "128",
            "label": _("登记在册的作品（示例）"),
            "source": _("示例出处"),
            "day": date(2026, 4, 1),
        }


class ChartBlock(blocks.StructBlock):
    """Bars drawn by the server from the table below them; the title says the finding."""

    title = blocks.CharBlock(label=_("结论"), max_length=80)
    unit = blocks.CharBlock(label=_("单位"), max_length=20)
    rows = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("label", blocks.CharBlock(label=_("项目"), max_length=40)),
                ("value", blocks.DecimalBlock(label=_("数值"), min_value=0)),
            ]
        ),
        label=_("数据"), min_num=2, max_num=24,
    )  # fmt: skip
    source = blocks.CharBlock(label=_("来源"), max_length=200)

    class Meta:
        template = "cms/blocks/chart.html"
        icon = "history"
        label = _("图表")
        description = _("标题写结论；图下面是同样的数字")
        preview_value = {
            "title": _("春天来的人最多（示例）"),
            "unit": _("人次"),
            "rows": [
                {"label": _("春"), "value": 320}, {"label": _("夏"), "value": 180},
                {"label": _("秋"), "value": 240}, {"label": _("冬"), "value": 90},
            ],
            "source": _("示例出处"),
        }  # fmt: skip

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """The rows with the length of their bars, in thousandths of the longest."""
        context = super().get_context(value, parent_context=parent_context)
        most = max((row["value"] for row in value["rows"]), default=0)
        context["bars"] = [
            {
                "label": row["label"],
                "value": row["value"],
                "length": round(row["value"] / most * 1000) if most else 0,
            }
            for row in value["rows"]
        ]
        return context


def shown_places(keys: list[int], context: dict[str, Any]) -> Any:
    """The map of places by their keys; those that are gone are left out."""
    from ..selectors.atlas import atlas
    from ..selectors.listings import addresses_of_places

    found = apps.get_model("cms", "Place")._default_manager.in_bulk(keys)
    places = [found[key] for key in keys if key in found]
    locale = getattr(context.get("page"), "locale_id", None)
    if locale is None:
        return atlas(places, {})
    request = context.get("request")
    return atlas(places, addresses_of_places(keys, locale_id=locale, request=request))
