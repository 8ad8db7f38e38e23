"""Blocks that editors put on pages; each renders with one template and shows real records."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from catalog import pages
from catalog.engine.numbers import NumberError, check_number
from catalog.selectors import works_for_cards


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


class CurrentBlock(blocks.StructBlock):
    """The one current thing of the home page; it disappears at its end."""

    kicker = blocks.CharBlock(label=_("眉题"), required=False, max_length=40)
    title = blocks.CharBlock(label=_("标题"), max_length=60)
    text = blocks.TextBlock(label=_("正文"), max_length=300)
    link = blocks.CharBlock(label=_("链接地址"), max_length=200, help_text=_("站内地址以/开头"))
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
        work = works_for_cards().public().filter(number=number).first() if number else None
        context["card"] = pages.card(work) if work else None
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

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        numbers = list(value["numbers"])
        found = {w.number: w for w in works_for_cards().public().filter(number__in=numbers)}
        context["cards"] = [pages.card(found[n]) for n in numbers if n in found]
        return context


class NoticeBlock(blocks.StructBlock):
    """A dated notice."""

    date = blocks.DateBlock(label=_("日期"))
    title = blocks.CharBlock(label=_("标题"), max_length=120)
    text = blocks.TextBlock(label=_("正文"), required=False, max_length=600)

    class Meta:
        template = "cms/blocks/notice.html"
        icon = "info-circle"
        label = _("公告")


FEATURES = ["h3", "bold", "ol", "ul", "link"]


class BodyBlocks(blocks.StreamBlock):
    """The body of a page of words."""

    heading = blocks.CharBlock(label=_("小标题"), max_length=80, template="cms/blocks/heading.html")
    text = blocks.RichTextBlock(label=_("正文"), features=FEATURES)
    works = WorksBlock()
    notice = NoticeBlock()
