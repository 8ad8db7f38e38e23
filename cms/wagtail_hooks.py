"""What the editors' admin has beside Wagtail's own: views of our pages, places, lists, refusals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail_localize.wagtail_hooks import page_listing_more_buttons as translation_buttons

from artmarket.core.clock import today
from artmarket.core.errors import DomainError

from .choosing import ProgrammeChooser
from .groups import share_out
from .models import MissedSearch, Place, ProgrammePage
from .page_views import bureau_pages, tell
from .publishing import OwnEdit, last_editor
from .selectors.reviews import due_for_review


class PlaceViewSet(SnippetViewSet):
    """Places with their rooms."""

    model = Place
    icon = "site"
    menu_label = _("场所")
    menu_order = 210
    add_to_admin_menu = True
    list_display = ["name", "name_en", "kind"]
    list_filter = ["kind"]
    list_per_page = 50


class MissedSearchViewSet(SnippetViewSet):
    """What readers looked for and did not find; to be read only."""

    model = MissedSearch
    icon = "search"
    menu_label = _("没有结果的搜索")
    list_display = ["words", "language", "day", "times"]
    list_filter = ["language", "day"]
    inspect_view_enabled = True
    copy_view_enabled = False


register_snippet(PlaceViewSet)
register_snippet(MissedSearchViewSet)


# Two questions for each row of every list: the same buttons stand above an opened page. Wagtail has
# no call that takes a hook back.
hooks._hooks["register_page_listing_more_buttons"].remove((translation_buttons, 0))


@hooks.register("register_admin_viewset", order=10)  # after Wagtail's own views of every page
def register_page_views() -> list[Any]:
    return [*bureau_pages(), ProgrammeChooser("programme_chooser", url_prefix="programmes/choose")]


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [path("reports/reviews/", reviews, name="cms_reviews")]


@hooks.register("register_reports_menu_item")
def register_reviews() -> MenuItem:
    return MenuItem(
        _("待复核的页面"), reverse("cms_reviews"), icon_name="calendar-check", order=650
    )


@hooks.register("register_admin_menu_item")
def register_planning() -> MenuItem | None:
    """The desk on which programmes are planned; it is not part of the content system."""
    address = _planning_address()
    if not address:
        return None
    return MenuItem(_("活动安排"), address, icon_name="calendar-alt", order=205)


def reviews(request: HttpRequest) -> HttpResponse:
    """Pages to be looked at again."""
    return render(request, "cms/admin/reviews.html", {"rows": due_for_review(today())})


@hooks.register("after_create_page")
def share_out_section(request: HttpRequest, page: Any) -> None:
    """A new section is open to the editors as the others are."""
    share_out()


@hooks.register("before_copy_page")
def refuse_published_copy(request: HttpRequest, page: Any) -> HttpResponse | None:
    """A copy is a draft: it has been approved by nobody."""
    if request.method == "POST" and (
        request.POST.get("publish_copies") or request.POST.get("alias")
    ):
        messages.error(request, _("副本只能存成草稿，审核后再发布。"))
        return redirect("wagtailadmin_pages:copy", page.pk)
    return None


@hooks.register("before_edit_page", order=-10)
def refuse_own_translation(request: HttpRequest, page: Any) -> HttpResponse | None:
    """The translator does not publish; said in words before wagtail-localize only refuses."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    if last_editor(page) != request.user.pk:
        return None
    refusal: DomainError = OwnEdit()
    tell(request, refusal)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_edit_page", order=20)
@hooks.register("before_create_page", order=20)
def offer_new_programme(request: HttpRequest, page: Any, model: Any = None) -> None:
    """A page of an event without a programme: say where one is made."""
    kind = model or type(page)
    if request.method != "GET" or not issubclass(kind, ProgrammePage):
        return
    if model is None and page.get_latest_revision_as_object().programme_id:
        return  # what the draft says: the page itself stays as it was until it is published
    if address := _planning_address():
        messages.info(
            request,
            _("这一页还没有活动安排。日期、名额和报名都在活动安排里。"),
            buttons=[messages.button(address, _("新建活动安排"), new_window=True)],
        )


def _planning_address() -> str:
    try:
        return reverse("cms:programmes")
    except NoReverseMatch:  # where nothing is planned
        return ""
