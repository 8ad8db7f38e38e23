"""Blocks that show real records: works, artists, sales, the current thing of the home page."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from auctions import wording
from auctions.selectors.sales import phase_of, public_sales
from catalog import pages
from catalog.engine.numbers import NumberError, check_number
from catalog.enums import AttributionStatus
from catalog.models import Artist, Work
from catalog.selectors import works_for_cards

from . import previewing
from .texts import LinkBlock

FEATURE_HIGH = 480  # CSS pixels: the 30rem of .feature-picture

KEPT_WORKS = "works_by_number"
"""Where a page that has read the works of its blocks keeps them for these, by number."""


def public_works(numbers: list[str], context: Any) -> dict[str, Work]:
    """The public works of these numbers: those that the page has read already, or read now."""
    kept = (context or {}).get(KEPT_WORKS)
    if kept is not None:
        return {number: kept[number] for number in numbers if number in kept}
    rows = works_for_cards().public().filter(number__in=numbers)
    return {str(work.number): work for work in rows}


def numbers_in(blocks: Iterable[Any]) -> set[str]:
    """The registry numbers that some blocks name."""
    found: set[str] = set()
    for block in blocks:
        if block.block_type not in ("work", "works", "current"):
            continue
        found.update(block.value.get("numbers") or ())
        found.update(filter(None, (block.value.get("work"), block.value.get("number"))))
    return found


class NumberBlock(blocks.CharBlock):
    """A registry number, checked as it is typed; stored in its normal form."""

    def clean(self, value: str) -> str:
        value = super().clean(value)
        if not value:
            return value
        try:
            return check_number(value)
        except NumberError as error:
            raise ValidationError(_("登记号不对，请再核对一遍。")) from error

    def get_translatable_segments(self, value: str) -> list[Any]:
        """A number is the same in every language (asked by wagtail-localize)."""
        return []

    def restore_translated_segments(self, value: str, segments: Any) -> str:
        return value


class CurrentBlock(blocks.StructBlock):
    """The one current thing of the home page; it disappears at its end."""

    kicker = blocks.CharBlock(label=_("眉题"), required=False, max_length=40)
    title = blocks.CharBlock(label=_("标题"), max_length=60)
    text = blocks.TextBlock(label=_("正文"), max_length=300)
    link = LinkBlock(label=_("链接地址"), max_length=200, help_text=_("站内地址以/开头"))
    link_text = blocks.CharBlock(label=_("链接文字"), max_length=30)
    work = NumberBlock(label=_("配图作品的登记号"), required=False)
    ends_at = blocks.DateTimeBlock(label=_("到何时为止"))

    class Meta:
        template = "cms/blocks/current.html"
        icon = "date"
        label = _("当前")

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        number = value.get("work")
        work = public_works([number], parent_context).get(number) if number else None
        card = pages.card(work) if work else None
        context["card"] = card
        if card and card["picture"]:
            context["picture"] = card["picture"].at_most_high(FEATURE_HIGH)
        context["is_over"] = bool(value.get("ends_at") and value["ends_at"] < timezone.now())
        return context


class WorksBlock(blocks.StructBlock):
    """Works chosen by an editor, shown as cards; those that are not public are left out."""

    title = blocks.CharBlock(label=_("标题"), max_length=60)
    numbers = blocks.ListBlock(NumberBlock(label=_("登记号")), label=_("作品"), max_num=24)

    class Meta:
        template = "cms/blocks/works.html"
        icon = "image"
        label = _("作品")
        description = _("几件登记在册的作品，随登记册更新")
        preview_value = staticmethod(previewing.works)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        numbers = list(value["numbers"])
        found = public_works(numbers, parent_context)
        context["cards"] = [pages.card(found[n]) for n in numbers if n in found]
        return context


class WorkBlock(blocks.StructBlock):
    """One work of the registry, live: its picture, maker and state of authentication."""

    number = NumberBlock(label=_("登记号"))
    caption = blocks.CharBlock(label=_("说明"), required=False, max_length=200)

    class Meta:
        template = "cms/blocks/work.html"
        icon = "image"
        label = _("一件作品")
        description = _("一件登记在册的作品，随登记册更新")
        preview_value = staticmethod(previewing.work)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        work = public_works([value["number"]], parent_context).get(value["number"])
        context["card"] = pages.card(work) if work else None
        return context


class ArtistBlock(blocks.StructBlock):
    """A maker of the registry and the newest public works."""

    artist_id = blocks.IntegerBlock(label=_("作者编号"), min_value=1)
    text = blocks.TextBlock(label=_("介绍"), required=False, max_length=400)

    class Meta:
        template = "cms/blocks/artist.html"
        icon = "user"
        label = _("作者")
        description = _("登记册里的一位作者")
        preview_value = staticmethod(previewing.artist)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        artist = Artist.objects.filter(pk=value["artist_id"]).first()
        context["artist"] = artist
        if artist is not None:
            rows = (
                works_for_cards()
                .public()
                .filter(attributions__artist=artist, attributions__status=AttributionStatus.CURRENT)
            )
            context["cards"] = [
                pages.card(work) for work in rows.distinct().order_by("-registered_at", "-pk")[:4]
            ]
        return context


class SaleBlock(blocks.StructBlock):
    """A sale, with its live state and times."""

    sale_id = blocks.IntegerBlock(label=_("拍卖会编号"), min_value=1)
    text = blocks.TextBlock(label=_("介绍"), required=False, max_length=400)

    class Meta:
        template = "cms/blocks/sale.html"
        icon = "tag"
        label = _("拍卖会")
        description = _("一场拍卖会，状态和时间随时更新")
        preview_value = staticmethod(previewing.sale)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        sale = public_sales().filter(pk=value["sale_id"]).first()
        context["sale"] = sale
        if sale is not None:
            phase = phase_of(sale, timezone.now())
            context["phase"] = phase
            context["phase_kind"] = wording.PHASE_KINDS.get(phase, "neutral")
            context["opens"] = wording.moment(sale.opens_at) if sale.opens_at else ""
            context["closes"] = wording.moment(sale.closes_at) if sale.closes_at else ""
        return context
