"""Offers in Django's admin: for reading. What people write to each other is not shown here."""

from django.contrib import admin

from catalog.admin import ReadOnly

from .models import Offer


@admin.register(Offer)
class OfferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["work", "price", "seller", "opened_at", "closed_at"]
    list_filter = ["condition"]
    search_fields = ["=work__number", "work__title"]
    list_select_related = ["work", "seller"]
