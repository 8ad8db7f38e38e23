"""Files of the public log (C2SP tlog-tiles): without a language, the same for everybody."""

from django.urls import path

from .views import public_log

app_name = "log"
urlpatterns = [
    path("checkpoint", public_log.checkpoint, name="checkpoint"),
    path("cosignature", public_log.cosignature, name="cosignature"),
    path("proof/<int:position>.tlog-proof", public_log.proof, name="proof"),
    path("tile/<path:path>", public_log.tile, name="tile"),
]
