"""Addresses for programs, without a language; those that certificates carry may never change."""

from django.urls import path, re_path

from .certificates.addresses import CONTEXT_PATH
from .views import machine

app_name = "certificates"
urlpatterns = [
    path(".well-known/did.json", machine.platform_keys, name="platform_keys"),
    path("signers/<int:pk>/did.json", machine.signer_keys, name="signer_keys"),
    path(CONTEXT_PATH.removeprefix("/"), machine.context, name="context"),
    # The id that certificates carry, without an ending.
    re_path(r"^certificates/(?P<number>[0-9A-Za-z-]+)$", machine.identifier, name="identifier"),
    path("certificates/<str:number>.json", machine.certificate, name="certificate"),
    path("certificates/<str:number>.tlog-proof", machine.log_proof, name="log_proof"),
    path("certificates/<str:number>.zip", machine.package, name="package"),
    path("status/<int:number>.json", machine.status_list, name="status_list"),
]
