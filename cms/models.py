"""Pages that editors keep: the home page and pages of words. Wagtail does the editing."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from catalog import pages as catalog_pages
from catalog.enums import WorkState
from catalog.models import Work
from catalog.selectors import desk_counts, works_for_cards

from .blocks import BodyBlocks, CurrentBlock, NoticeBlock, WorksBlock


class HomePage(Page):
    """One current thing, what can be done here, what is new, figures, notices."""

    current = StreamField(
        [("current", CurrentBlock())], verbose_name=_("当前"), blank=True, max_num=1
    )
    body = StreamField([("works", WorksBlock())], verbose_name=_("专题"), blank=True)
    notices = StreamField([("notice", NoticeBlock())], verbose_name=_("公告"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("current"),
        FieldPanel("body"),
        FieldPanel("notices"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.ContentPage"]
    max_count_per_parent = 1
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        new = works_for_cards().public().filter(state=WorkState.REGISTERED)
        context["new_works"] = [catalog_pages.card(w) for w in new.order_by("-registered_at")[:8]]
        context["figures"] = {
            row["state"]: row["n"]
            for row in Work.objects.public().values("state").annotate(n=Count("pk")).order_by()
        }
        if request.user.is_authenticated and request.user.has_role("artist", "merchant"):
            context["own"] = desk_counts(request.user)
        if request.user.is_authenticated and request.user.has_perm("catalog.review_desk"):
            context["to_review"] = Work.objects.filter(state=WorkState.SUBMITTED).count()
        return context


class ContentPage(Page):
    """Words under a heading: privacy, accessibility, fees, complaints."""

    body = StreamField(BodyBlocks(), verbose_name=_("正文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    template = "cms/content_page.html"

    class Meta:
        verbose_name = _("文字页面")
        verbose_name_plural = _("文字页面")
