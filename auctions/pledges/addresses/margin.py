"""Addresses: margin."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
