"""Addresses of sales. The desks of houses and the live feed have their own files."""

from django.urls import include, path

from .views import (
    bids,
    deposits,
    lots,
    offers,
    papers,
    posts,
    powers,
    registration,
    resale,
    sales,
    settlement,
)

app_name = "auctions"
urlpatterns = [
    path("auctions/lots/<int:lot_id>/bids/", posts.post_bid, name="post_bid"),
    path("auctions/", sales.sales, name="sales"),
    path("auctions/<int:pk>/", sales.sale, name="sale"),
    path("auctions/<int:pk>/catalogue.pdf", sales.catalogue_pdf, name="catalogue_pdf"),
    path("auctions/<int:pk>/register/", registration.register, name="register"),
    path("auctions/<int:pk>/register/power/", powers.new_power, name="new_power"),
    path("auctions/<int:pk>/lots/<int:number>/", lots.lot, name="lot"),
    path("auctions/<int:pk>/lots/<int:number>/bid/", lots.bid, name="bid"),
    path("auctions/<int:pk>/lots/<int:number>/offer/", offers.make_offer, name="offer"),
    path("desk/buyer/bids/", bids.bids, name="bids"),
    path("desk/buyer/orders/", settlement.orders, name="orders"),
    path("desk/orders/<int:pk>/", settlement.order, name="order"),
    path("desk/orders/<int:pk>/<slug:name>/", settlement.act, name="order_act"),
    path("desk/invoices/<int:pk>.pdf", papers.invoice, name="invoice_pdf"),
    path("desk/buyer/offers/", offers.offers, name="offers"),
    path("desk/buyer/offers/<int:pk>/", offers.answer_chance, name="answer_chance"),
    path("desk/buyer/paddles/<int:pk>/limit/", registration.change_limit, name="change_limit"),
    path("desk/buyer/deposits/", deposits.deposits, name="deposits"),
    path("desk/buyer/deposits/<int:pk>/pay/", deposits.pay, name="pay_deposit"),
    path("desk/buyer/powers/", powers.powers, name="powers"),
    path("desk/buyer/powers/<int:pk>/", powers.power, name="power"),
    path("money/resale-rights/", resale.rights, name="resale_rights"),
    path("money/resale-rights/<int:pk>/", resale.right, name="resale_right"),
    path("", include("auctions.house_urls")),
]
