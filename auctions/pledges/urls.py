"""Addresses of loans, by who uses them; each part of the app keeps its own."""

from django.urls import include, path

app_name = "pledges"
urlpatterns = [
    path("", include(f"auctions.pledges.addresses.{part}"))
    for part in ("borrower", "lender", "custody", "margin", "realisation", "pawn", "reports")
]
