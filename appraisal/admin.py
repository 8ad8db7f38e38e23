"""Recorded papers in Django's admin: for reading."""

from django.contrib import admin

from catalog.admin import ReadOnly

from .models import RecordedCertificate


@admin.register(RecordedCertificate)
class RecordedCertificateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["work", "kind", "issuer", "number", "seen_by", "seen_at", "withdrawn_at"]
    list_filter = ["kind"]
    search_fields = ["=work__number", "issuer", "=number"]
    list_select_related = ["work", "seen_by"]
