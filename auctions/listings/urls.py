from django.urls import path

from . import views

app_name = "listings"
urlpatterns = [
    path("desk/artist/works/<int:pk>/offer/", views.open_offer, name="open"),
    path("desk/artist/works/<int:pk>/offer/price/", views.change_price, name="price"),
    path("desk/artist/works/<int:pk>/offer/close/", views.close_offer, name="close"),
    path("desk/offers/", views.offers, name="offers"),
    path("desk/offers/enquiries/<int:pk>/", views.thread, name="thread"),
    path("works/<str:number>/ask/", views.ask, name="ask"),
]
