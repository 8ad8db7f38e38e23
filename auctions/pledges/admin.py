"""Loans in Django's admin: for reading."""

from django.contrib import admin

from catalog.admin import ReadOnly

from .models import (
    Application,
    Holding,
    Lender,
    Loan,
    LoanDefault,
    PledgeItem,
    PreAcquisition,
    Product,
    ProductVersion,
    RealisationCase,
)


@admin.register(Lender)
class LenderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["organisation", "kind", "confirmed_at", "ended_at"]
    list_filter = ["kind"]
    list_select_related = ["organisation"]


@admin.register(Product)
class ProductAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "lender", "kind", "opened_at", "closed_at"]
    list_filter = ["kind"]
    list_select_related = ["lender__organisation"]


@admin.register(ProductVersion)
class ProductVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["product", "number", "valid_from", "annual_pct"]
    list_select_related = ["product"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["pk", "product", "state", "applied_at"]
    list_filter = ["state"]
    list_select_related = ["product"]


@admin.register(Loan)
class LoanAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "lender", "state", "started_on", "matures_on", "overdue_days"]
    list_filter = ["state", "five_class"]
    search_fields = ["=number"]
    list_select_related = ["lender__organisation"]


@admin.register(PledgeItem)
class PledgeItemAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["loan", "work", "state", "pledged_at", "value_until"]
    list_filter = ["state"]
    list_select_related = ["loan", "work"]


@admin.register(Holding)
class HoldingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["receipt", "custodian", "state", "in_at", "out_at", "last_counted_at"]
    list_filter = ["state"]
    list_select_related = ["custodian__organisation"]


@admin.register(LoanDefault)
class LoanDefaultAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["loan", "ground", "state", "noticed_at", "cure_until", "declared_at"]
    list_filter = ["state", "ground"]
    list_select_related = ["loan"]


@admin.register(RealisationCase)
class RealisationCaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["loan", "state", "opened_at", "sell_by", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["loan"]


@admin.register(PreAcquisition)
class PreAcquisitionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["pk", "party", "state", "expires_on", "signed_at"]
    list_filter = ["state"]
    list_select_related = ["party"]
