"""People in Django's admin: for reading. Roles and accounts are changed at the operator's desk,
where the services check, lock and record; passwords and their hashes are never shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from artmarket.core.models import Event

from .models import Membership, Organisation, Party, RoleGrant, User
from .permissions import is_registrar


class ReadOnly:
    """Registrars and operators may look; nobody adds, changes or deletes here."""

    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_registrar(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_registrar(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleGrantInline(ReadOnly, admin.TabularInline):
    model = RoleGrant
    fk_name = "user"
    extra = 0


class MembershipInline(ReadOnly, admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin):
    fields = [
        "email", "display_name", "phone", "language", "is_active", "is_staff",
        "date_joined", "last_login",
    ]  # fmt: skip
    readonly_fields = ["date_joined"]
    list_display = ["email", "display_name", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "display_name"]
    inlines = [RoleGrantInline, MembershipInline]


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "kind", "slug", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "name_en", "slug"]
    inlines = [MembershipInline]


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["user", "role", "granted_by", "granted_at", "revoked_by", "revoked_at"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__display_name"]
    list_select_related = ["user", "granted_by", "revoked_by"]


@admin.register(Party)
class PartyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "kind", "is_public"]
    search_fields = ["name"]


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "actor", "action", "object_type", "object_id"]
    search_fields = ["=action", "=object_id", "=request_id", "actor__email"]
    list_select_related = ["actor"]
