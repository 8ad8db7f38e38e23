"""Pages about the API, in both languages; the API itself and its schema have no language prefix."""

from django.urls import path

from .views import docs, tokens, webhooks

app_name = "api"
urlpatterns = [
    path("api/", docs.docs, name="docs"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("account/webhooks/", webhooks.webhooks, name="webhooks"),
    path("account/webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path(
        "account/webhooks/<int:pk>/deliveries/<int:delivery>/",
        webhooks.redeliver,
        name="redeliver",
    ),
]
