"""Addresses of sales. The desks of houses and the live feed have their own files."""

from django.urls import path

from .views import bids, lots, registration, sales

app_name = "auctions"
urlpatterns = [
    path("auctions/", sales.sales, name="sales"),
    path("auctions/<int:pk>/", sales.sale, name="sale"),
    path("auctions/<int:pk>/register/", registration.register, name="register"),
    path("auctions/<int:pk>/lots/<int:number>/", lots.lot, name="lot"),
    path("auctions/<int:pk>/lots/<int:number>/bid/", lots.bid, name="bid"),
    path("desk/buyer/bids/", bids.bids, name="bids"),
]
