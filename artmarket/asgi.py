"""One ASGI process serves everything in `make run`; in production only streams run as ASGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.production")
django_application = get_asgi_application()

from artmarket.core.memory import settle  # noqa: E402 - the apps are ready only now
from auctions.realtime.stream import mounted  # noqa: E402

application = mounted(django_application)
settle()
