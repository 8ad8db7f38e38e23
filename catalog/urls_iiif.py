"""Addresses of manifests; without a language, because a manifest speaks both."""

from django.urls import path

from .views import manifests

app_name = "manifests"
urlpatterns = [
    path("record-<int:pk>", manifests.record, name="record"),
    path("<str:number>", manifests.work, name="work"),
]
