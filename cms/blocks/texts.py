"""Blocks of words and facts: headings, text, quotation, notice, call to action, versions."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from . import previewing

FEATURES = ["h3", "bold", "ol", "ul", "link"]


class LinkBlock(blocks.CharBlock):
    """An address on this site, or one of the web: nothing that a browser would run."""

    def clean(self, value: str) -> str:
        value = super().clean(value).strip()
        on_site = value.startswith("/") and not value.startswith(("//", "/\\"))
        if value and not on_site and not value.lower().startswith(("https://", "http://")):
            raise ValidationError(_("站内地址以/开头，别处的以https://开头。"))
        return value


class HeadingBlock(blocks.CharBlock):
    class Meta:
        template = "cms/blocks/heading.html"
        icon = "title"
        label = _("小标题")
        preview_value = _("扎骨、糊面、绘彩")
        description = _("把正文分成几段，目录和读屏软件用它跳转")


class TextBlock(blocks.RichTextBlock):
    class Meta:
        template = "cms/blocks/text.html"
        icon = "pilcrow"
        label = _("正文")
        preview_value = _("<p>一只软翅风筝，从选竹到放飞要三十多道工序。</p>")
        description = _("段落、列表、小标题和链接")


class NoticeBlock(blocks.StructBlock):
    """A dated notice."""

    date = blocks.DateBlock(label=_("日期"))
    title = blocks.CharBlock(label=_("标题"), max_length=120)
    text = blocks.TextBlock(label=_("正文"), required=False, max_length=600)

    class Meta:
        template = "cms/blocks/notice.html"
        icon = "info-circle"
        label = _("公告")
        description = _("一件有日期的事")
        preview_value = {
            "date": date(2026, 4, 18),
            "title": _("放飞基地本周六闭场维护"),
            "text": _("周日照常开放。"),
        }


class QuotationBlock(blocks.StructBlock):
    """Somebody's words, with who said them and where."""

    text = blocks.TextBlock(label=_("原话"), max_length=600)
    who = blocks.CharBlock(label=_("谁说的"), max_length=120)
    source = blocks.CharBlock(label=_("出处"), required=False, max_length=200)

    class Meta:
        template = "cms/blocks/quotation.html"
        icon = "openquote"
        label = _("引语")
        description = _("谁说的话，在哪里说的")
        preview_value = {
            "text": _("风筝认风，人认手艺。"),
            "who": _("示例人物"),
            "source": _("示例出处"),
        }


class CallBlock(blocks.StructBlock):
    """Call to action: one thing to do, as a button."""

    text = blocks.TextBlock(label=_("为什么"), required=False, max_length=300)
    label = blocks.CharBlock(label=_("按钮文字"), max_length=30)
    page = blocks.PageChooserBlock(label=_("站内页面"), required=False)
    link = LinkBlock(
        label=_("链接地址"), required=False, max_length=200, help_text=_("站内地址以/开头")
    )

    class Meta:
        template = "cms/blocks/call.html"
        icon = "pick"
        label = _("行动按钮")
        description = _("请读者做一件事")
        preview_value = {"text": _("名额有限。"), "label": _("看全部活动"), "link": "/events/"}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """The address of the chosen page, in the language that is read, or the typed one."""
        context = super().get_context(value, parent_context=parent_context)
        page = value.get("page")
        chosen = page.localized if page is not None and page.live else None
        context["url"] = chosen.url if chosen is not None else value.get("link") or ""
        return context


class FactsBlock(blocks.StructBlock):
    """Key facts, as a list of labels and values."""

    title = blocks.CharBlock(label=_("标题"), max_length=60)
    facts = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("label", blocks.CharBlock(label=_("项目"), max_length=30)),
                ("value", blocks.CharBlock(label=_("内容"), max_length=200)),
            ]
        ),
        label=_("事实"), max_num=30,
    )  # fmt: skip

    class Meta:
        template = "cms/blocks/facts.html"
        icon = "list-ul"
        label = _("要点")
        description = _("项目和内容，一行一件")
        preview_value = {
            "title": _("带什么来"),
            "facts": [
                {"label": _("材料"), "value": _("现场提供，含在票价里")},
                {"label": _("时长"), "value": _("一个半小时")},
            ],
        }


class VersionBlock(blocks.StructBlock):
    """One version of a policy or standard, in force from a day."""

    version = blocks.CharBlock(label=_("版本号"), max_length=20)
    valid_from = blocks.DateBlock(label=_("施行日期"))
    valid_until = blocks.DateBlock(label=_("废止日期"), required=False)
    changes = blocks.TextBlock(label=_("改了什么"), required=False, max_length=600)
    text = blocks.RichTextBlock(label=_("全文"), features=FEATURES)
    document = DocumentChooserBlock(label=_("文件"), required=False)

    class Meta:
        template = "cms/blocks/version.html"
        icon = "doc-full"
        label = _("版本")
        description = _("一份文件的一个版本，从哪天起施行")
        preview_value = staticmethod(previewing.version)
