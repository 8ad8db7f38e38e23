"""Addresses of browse, suggestions and saved searches; catalog.urls takes them in."""

from django.urls import path

from . import views_search as views

urlpatterns = [
    path("works/", views.browse, name="browse"),
    path("works/suggest/", views.suggestions, name="suggest"),
    path("works/saved/", views.list_saved, name="saved_searches"),
    path("works/saved/new/", views.save_search, name="save_search"),
    path("works/saved/<int:pk>/", views.change_saved, name="change_saved"),
    path("works/saved/<int:pk>/open/", views.open_saved, name="open_saved"),
    path("works/saved/<int:pk>/delete/", views.delete_saved, name="delete_saved"),
]
