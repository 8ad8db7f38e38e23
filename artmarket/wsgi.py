"""Pages, forms and the API in production run as WSGI (see docs/deploy.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.production")
application = get_wsgi_application()

from artmarket.core.memory import settle  # noqa: E402 - the apps are ready only now

settle()
