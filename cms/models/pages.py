"""Pages that editors keep: the home page and pages of words. Wagtail does the editing."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.blocks import BodyBlocks, CurrentBlock, NoticeBlock, WorksBlock

from ..showing import fallbacks
from .base import BasePage
from .fields import BlocksField


class HomePage(BasePage):
    """One current thing, what can be done here, what is new, figures, notices."""

    current = BlocksField(
        [("current", CurrentBlock())], verbose_name=_("当前"), blank=True, max_num=1
    )
    body = BlocksField([("works", WorksBlock())], verbose_name=_("专题"), blank=True)
    notices = BlocksField([("notice", NoticeBlock())], verbose_name=_("公告"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("current"),
        FieldPanel("body"),
        FieldPanel("notices"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.ContentPage", "cms.DistrictPage", "cms.EventIndexPage", "cms.ArticleIndexPage",
        "cms.PeoplePage", "cms.TopicPage",
    ]  # fmt: skip
    max_count_per_parent = 1
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """As Wagtail does; what this language does not have is looked for in the other."""
        try:
            return super().route(request, path_components)
        except Http404:
            return fallbacks.route(self, request, path_components)


class ContentPage(BasePage):
    """Words under a heading: privacy, accessibility, fees, complaints."""

    body = BlocksField(BodyBlocks(), verbose_name=_("正文"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    template = "cms/content_page.html"

    class Meta:
        verbose_name = _("文字页面")
        verbose_name_plural = _("文字页面")
