"""Sales in Django's admin: for reading. No reserve, no maximum and no sealed amount is shown."""

from django.contrib import admin

from catalog.admin import ReadOnly

from .models import Bid, BidVoid, Conditions, Consignment, Lot, Paddle, RuleSet, Sale

SECRETS_OF_A_LOT = (
    "reserve_minor", "leader", "leader_maximum", "leader_number", "runner_up",
    "runner_up_maximum", "runner_up_number", "house_leads",
)  # fmt: skip


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["kind", "name", "version", "house", "currency", "sureness"]
    list_filter = ["kind", "currency", "sureness"]
    search_fields = ["name", "house"]


@admin.register(Conditions)
class ConditionsAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["house", "version", "published_by", "published_at"]
    list_select_related = ["house", "published_by"]


@admin.register(Sale)
class SaleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "house", "format", "state", "opens_at", "closes_at"]
    list_filter = ["state", "format"]
    search_fields = ["title", "title_en", "house__name"]
    list_select_related = ["house"]


@admin.register(Lot)
class LotAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "sale", "work", "state", "price_minor", "ends_at"]
    list_filter = ["state"]
    search_fields = ["=work__number", "work__title", "sale__title"]
    list_select_related = ["sale", "work"]
    exclude = SECRETS_OF_A_LOT


@admin.register(Consignment)
class ConsignmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["work", "house", "state", "offered_at", "contracted_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["=work__number", "work__title", "house__name"]
    list_select_related = ["work", "house"]
    exclude = ("reserve_minor",)


@admin.register(Paddle)
class PaddleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["sale", "number", "state", "registered_at", "decided_by"]
    list_filter = ["state"]
    search_fields = ["=number", "sale__title"]
    list_select_related = ["sale", "decided_by"]


@admin.register(Bid)
class BidAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["lot", "paddle", "result", "bar", "channel", "received_at"]
    list_filter = ["result", "bar", "channel"]
    list_select_related = ["lot", "paddle"]
    exclude = ("amount_minor", "maximum_minor", "answer", "key")


@admin.register(BidVoid)
class BidVoidAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["bid", "by", "reason", "at"]
    list_select_related = ["bid", "by"]
