"""Addresses of payments that are the same in every language."""

from django.urls import path

from .payments.views import machines

urlpatterns = [
    path("money/webhooks/stripe/", machines.stripe_webhook, name="stripe_webhook"),
    path("money/back/<slug:reference>/", machines.payment_back, name="payment_back"),
]
