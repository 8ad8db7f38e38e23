"""Pages of payments: the payer's, and the operator's."""

from django.urls import path

from .payment_views import paying

app_name = "payments"
urlpatterns = [
    path("money/payments/<slug:reference>/", paying.payment, name="payment"),
]
