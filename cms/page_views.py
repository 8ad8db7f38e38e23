"""The editor's views, with refusals told in the editor and two people on one page kept apart.

Wagtail's own views do the work; what is added: a refusal of `publishing` leads back to the draft
with words, and a save of a page that somebody else saved meanwhile overwrites nothing: what was
typed is kept as a version of its own. Rules: cms-events.md §3.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry
from wagtail.models import Page, Revision, get_page_models

from artmarket import rulebook
from artmarket.core.errors import DomainError, NotAllowed

from .checks import findings
from .listing import SeatsColumn, WhenColumn, read_programmes
from .models import BasePage, EventIndexPage
from .publishing import NotReady, OwnEdit, check_withdrawal, last_editor
from .selectors.published import with_roots


class BureauChecks(ChecksSidePanel):
    """Wagtail's checks, and first of all what keeps the page from being published."""

    template_name = "cms/admin/checks_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["findings"] = findings(self.object)
        return context


class BureauEditView(EditView):
    """Edit a page of the district."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.expects_json_response and self._is_behind_others():
            return self._kept_apart()
        refused = self._refused_publication()
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except DomainError as refusal:
            tell(request, refusal)
            return self.redirect_and_remain()
        if refused and answer.status_code == 302:
            tell(request, refused)
        return answer

    def _is_behind_others(self) -> bool:
        """Whether somebody else saved since this form was opened or saved itself.

        One's own newer version is none of these: the form's saving by itself may still be on its
        way when a button is pressed.
        """
        if not self.is_out_of_date:
            return False
        sent, known = self.request.POST, None
        if own := sent.get("overwrite_revision_id"):
            rows = self.page.revisions.filter(pk=own) if own.isdigit() else Revision.objects.none()
            known = rows.values_list("created_at", flat=True).first()
        elif opened := sent.get("loaded_revision_created_at"):
            with suppress(ValueError):
                known = parse_datetime(opened)
        if known is None:
            return True
        newer = self.page.revisions.filter(created_at__gt=known)
        return bool(newer.exclude(user=self.request.user).exists())

    def _refused_publication(self) -> DomainError | None:
        """Why a wish to publish only saves the draft: Wagtail's view does so without a word."""
        if "action-publish" not in self.request.POST or self.action_name != "save":
            return None
        return OwnEdit() if last_editor(self.page) == self.request.user.pk else NotAllowed()

    def _kept_apart(self) -> HttpResponse:
        """Somebody saved a newer version: keep what was typed beside it, and say so."""
        self.form = self.form_class(
            self.request.POST,
            self.request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=self.request.user,
        )
        self.form.defer_required_fields()
        newest = self.latest_revision
        if not self.form.is_valid():
            self.form.restore_required_fields()
            messages.error(self.request, _meanwhile(newest))
            answer: HttpResponse = self.form_invalid(self.form)
            return answer
        typed = self.form.save(commit=False)
        kept = Revision.objects.create(
            content_object=typed,
            base_content_type=typed.get_base_content_type(),
            user=self.request.user,
            content=typed.serializable_data(),
            object_str=str(typed),
        )
        # Beside the newer version, not after it: the draft stays what the other one saved.
        Revision.objects.filter(pk=kept.pk).update(
            created_at=newest.created_at - timedelta(microseconds=1)
        )
        compare = reverse(
            "wagtailadmin_pages:revisions_compare", args=(self.page.pk, newest.pk, kept.pk)
        )
        messages.error(
            self.request,
            format_html(
                "{} {}",
                _meanwhile(newest),
                _("你写的内容没有覆盖它，已经存成另一个版本，可以比较后再补上。"),
            ),
            buttons=[
                messages.button(compare, _("比较两个版本")),
                messages.button(self.get_history_url() or self.get_edit_url(), _("全部版本")),
            ],
        )
        return redirect(self.get_edit_url())

    def get_side_panels(self) -> Any:
        panels = super().get_side_panels()
        return MediaContainer([_with_findings(panel, self) for panel in panels])


class BureauCreateView(CreateView):
    """Make a page of the district: a draft, whatever button was pressed."""

    def post(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = super().post(request)
        if "action-publish" in request.POST and self.page.pk:
            tell(request, OwnEdit())
        return answer


class BureauWorkflowAction(WorkflowActionView):
    """Approve or send back from the list or the box."""

    def check_action(self) -> None:
        """As Wagtail does; who may not approve because the words are his own reads that."""
        try:
            super().check_action()
        except PermissionDenied:
            if self.action_name == "approve" and last_editor(self.object) == self.request.user.pk:
                raise OwnEdit() from None
            raise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        except DomainError as refusal:
            tell(request, refusal)
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                whole = {"step": "success", "redirect": self.redirect_url}
                answer = self.render_modal_json(request, whole)
            else:
                answer = redirect(self.redirect_url)
        return answer


class BureauUnpublishView(UnpublishView):
    """Take a page down, unless it is a notice that was public."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            check_withdrawal(self.object, with_descendants=False)
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        except DomainError as refusal:
            tell(request, refusal)
            return redirect("wagtailadmin_pages:edit", self.object.pk)
        return answer


class BureauDeleteView(DeleteView):
    """Delete a page, unless a notice that was public would go with it."""

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponse:
        try:
            check_withdrawal(get_object_or_404(Page, pk=page_id), with_descendants=True)
            answer: HttpResponse = super().dispatch(request, page_id)
        except DomainError as refusal:
            tell(request, refusal)
            return redirect("wagtailadmin_pages:edit", page_id)
        return answer


class BureauPages(PageViewSet):
    """The views of a page of the district; `bureau_pages` makes one of each class."""

    parent_models = ()
    edit_view_class = BureauEditView
    add_view_class = BureauCreateView
    workflow_action_view_class = BureauWorkflowAction
    unpublish_view_class = BureauUnpublishView
    delete_view_class = BureauDeleteView


class WhatsOnIndexView(ExplorableIndexView):
    """Pages below the list of events, with their dates and seats.

    Few a page: what Wagtail writes of a row takes it four milliseconds.
    """

    paginate_by = 15

    @cached_property
    def explorable_columns(self) -> list[Column]:
        first, *others = super().explorable_columns
        title, *others = others
        when = WhenColumn("when", label=_("日期"))
        return [first, title, when, SeatsColumn("seats", label=_("名额")), *others]

    def get_table(self, object_list: Any) -> Any:
        read_programmes(object_list)
        return super().get_table(object_list)


class WhatsOnListing(PageViewSet):
    """Events, exhibitions and series below their index, with dates and seats."""

    model = Page
    parent_models = ()
    index_view_class = WhatsOnIndexView

    def on_register(self) -> None:
        """Only the list below the index is other than Wagtail's."""
        page_viewset_registry.values_by_parent_model[EventIndexPage] = self


class FoundView(SearchView):
    """The search of the admin; its rows look up the roots of the site once."""

    verbose_name_plural = Page._meta.verbose_name_plural  # Wagtail's own has none: "12 of 12 None"

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(with_roots(object_list))


class EveryPage(PageViewSet):
    """What Wagtail asks the views of no particular page for: its search."""

    model = Page
    parent_models = ()
    search_view_class = FoundView


def bureau_pages() -> list[PageViewSet]:
    """The views of every class of page of the district."""
    models = [model for model in get_page_models() if issubclass(model, BasePage)]
    made = [type(f"{m.__name__}Views", (BureauPages,), {"model": m}) for m in models]
    return [*(views() for views in made), EveryPage(), WhatsOnListing()]


def tell(request: HttpRequest, refusal: DomainError) -> None:
    """A refusal as a message of the admin: what, what to do, which rule."""
    parts = [str(refusal.message), str(refusal.hint)]
    lines = [str(each.words) for each in refusal.found] if isinstance(refusal, NotReady) else []
    text = format_html_join(" ", "{}", ((part,) for part in parts if part))
    if lines:
        text = format_html(
            "{}<ul>{}</ul>", text, format_html_join("", "<li>{}</li>", ((x,) for x in lines))
        )
    buttons = []
    if refusal.rule:
        cited = rulebook.cite(refusal.rule)
        buttons.append(messages.button(cited.url, _("规则：%(rule)s") % {"rule": cited.title}))
    messages.error(request, text, buttons=buttons)


def _meanwhile(newest: Revision) -> str:
    if newest.user is None:
        return _("你打开这一页之后，它已经被改过。")
    return _("你打开这一页之后，%(name)s已经改过它。") % {"name": newest.user.display_name}


def _with_findings(panel: Any, view: Any) -> Any:
    return BureauChecks(view.page, view.request) if type(panel) is ChecksSidePanel else panel
