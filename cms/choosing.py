"""Choose what a page tells of: programmes by a part of their name, the newest first."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from .models import Programme


class ProgrammeFilter(BaseFilterForm):
    """A part of the name, in either language."""

    q = forms.CharField(label=_("名称"), required=False, max_length=80)

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        words = self.cleaned_data.get("q", "").strip()
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        return objects.filter(Q(title__icontains=words) | Q(title_en__icontains=words))


class _Listed:
    """What both views of the list share."""

    filter_form_class = ProgrammeFilter

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("kind", label=_("种类"), accessor="get_kind_display"),
            Column("state", label=_("状态"), accessor="get_state_display"),
            DateColumn("starts_at", label=_("开始")),
        ]

    def get_object_list(self) -> Any:
        return Programme.objects.order_by("-pk")


class ProgrammeChooseView(_Listed, ChooseView):
    pass


class ProgrammeResultsView(_Listed, ChooseResultsView):
    pass


class ProgrammeChooser(ChooserViewSet):
    """The chooser of the forms of event and exhibition pages."""

    model = Programme
    icon = "calendar-alt"
    choose_one_text = _("选择活动安排")
    choose_another_text = _("选择另一个")
    edit_item_text = _("修改这个安排")
    choose_view_class = ProgrammeChooseView
    choose_results_view_class = ProgrammeResultsView
