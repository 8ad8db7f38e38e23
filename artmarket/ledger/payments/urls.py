"""Pages of payments: the payer's, and the operator's."""

from django.urls import path

from .views import operating, paying

app_name = "payments"
urlpatterns = [
    path("account/payments/", paying.payments, name="own"),
    path("money/payments/", operating.payments, name="payments"),
    path("money/payments/<slug:reference>/", paying.payment, name="payment"),
    path("money/payments/<slug:reference>/receipts/<int:pk>.pdf", paying.receipt, name="receipt"),
    path("money/review/", operating.review, name="review"),
    path("money/review/<slug:kind>/<int:pk>/", operating.item, name="item"),
    path("money/statements/", operating.statements, name="statements"),
]
