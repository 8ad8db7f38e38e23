"""The registry in Django's admin: for reading. Changes go through the desks and their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import (
    Artist,
    Attribution,
    Dimension,
    Edition,
    Encumbrance,
    ImportRejection,
    ImportRun,
    Inscription,
    RegistryNumber,
    Term,
    TitleEvent,
    TitleShare,
    Work,
    WorkPhoto,
    WorkTerm,
)
from .permissions import is_staff
from .selectors import history_of


class ReadOnly:
    """Staff with a role may look; nobody adds, changes or deletes here."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_staff(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def inline(model: type, **options: Any) -> type:
    """A read-only table of related rows."""
    members = {"model": model, "extra": 0, "fk_name": "work", **options}
    return type(f"{model.__name__}Inline", (ReadOnly, admin.TabularInline), members)


@admin.register(Work)
class WorkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "number", "state", "objectid_score", "created_by", "registered_at"]
    list_filter = ["state", "relic_status", "source_kind", "is_open_data"]
    search_fields = ["=number", "title", "title_en"]
    show_full_result_count = False
    list_select_related = ["created_by"]
    readonly_fields = ["all_changes"]
    inlines = [
        inline(m)
        for m in (
            WorkTerm,
            Dimension,
            Inscription,
            Attribution,
            WorkPhoto,
            TitleEvent,
            TitleShare,
            Encumbrance,
        )
    ]

    @admin.display(description=_("变更历史"))
    def all_changes(self, work: Work) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:catalog_work_changes", args=[work.pk]),
            _("查看全部变更"),
        )

    def get_urls(self) -> list[Any]:
        own = path(
            "<int:pk>/changes/",
            self.admin_site.admin_view(self.changes),
            name="catalog_work_changes",
        )
        return [own, *super().get_urls()]

    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every change with who, when, before and after."""
        work = get_object_or_404(Work, pk=pk)
        if not self.has_view_permission(request):
            return self.admin_site.login(request)
        context = {
            **self.admin_site.each_context(request),
            "title": work.display_title,
            "changes": history_of(work, request.user),
            "opts": Work._meta,
            "work": work,
        }
        return render(request, "catalog/admin_changes.html", context)


@admin.register(Artist)
class ArtistAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "name_en", "birth_edtf", "death_edtf", "living", "account"]
    list_filter = ["living", "is_open_data"]
    search_fields = ["name", "name_en", "names__text"]
    show_full_result_count = False
    list_select_related = ["account"]


@admin.register(Encumbrance)
class EncumbranceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["work", "kind", "taken_at", "taken_by", "released_at"]
    list_filter = ["kind"]
    list_select_related = ["work", "taken_by"]


class RejectionInline(ReadOnly, admin.TabularInline):
    model = ImportRejection
    extra = 0


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["profile", "file_name", "state", "created", "updated", "unchanged", "rejected"]
    list_filter = ["profile", "state"]
    inlines = [RejectionInline]


@admin.register(Edition, RegistryNumber, Term)
class PlainAdmin(ReadOnly, admin.ModelAdmin):
    pass
