"""The production profile: refuses to start on a missing or a default secret.

`manage.py check --deploy` passes without warnings; docs/deploy.md lists what must be set.
"""

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import CONTENT_SECURITY_POLICY, PUBLIC_LOG_KEY, SIGNING_MASTER_KEYS, STORAGES, env

DEBUG = False
DEMO = False


def required(name: str) -> str:
    """The variable's value; an empty or missing one stops the start with its name."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; the production profile needs it.")
    return value


SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("django-insecure"):
    raise ImproperlyConfigured(
        "SECRET_KEY is a default or too weak: give at least 50 random characters."
    )
FIELD_KEYS = [key.strip() for key in required("FIELD_KEYS").split(",") if key.strip()]
for key in FIELD_KEYS:
    try:
        Fernet(key)
    except ValueError:
        raise ImproperlyConfigured(
            "FIELD_KEYS must be keys of 32 random bytes in URL-safe base64, separated by commas."
        ) from None
FINGERPRINT_KEY = required("FINGERPRINT_KEY")
if len(FINGERPRINT_KEY) < 32:
    raise ImproperlyConfigured("FINGERPRINT_KEY is too short: give at least 32 random characters.")
if PUBLIC_LOG_KEY and len(PUBLIC_LOG_KEY) < 32:
    raise ImproperlyConfigured("PUBLIC_LOG_KEY is too short: give at least 32 random characters.")
SIGNING_MASTER_KEYS = [key.strip() for key in SIGNING_MASTER_KEYS if key.strip()]
if any(len(key) < 32 for key in SIGNING_MASTER_KEYS):
    raise ImproperlyConfigured(
        "SIGNING_MASTER_KEYS: each must have at least 32 random characters, separated by commas."
    )
if not required("DATABASE_URL").startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
if "*" in (ALLOWED_HOSTS := [h.strip() for h in required("ALLOWED_HOSTS").split(",")]):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, not '*'.")
SITE_URL = required("SITE_URL")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must start with https:// in production.")
WAGTAILADMIN_BASE_URL = SITE_URL
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
# Without this every client would be the proxy, and one guesser would lock out everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_CONFIG = env.email_url_config(required("EMAIL_URL"))
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

WHITENOISE_USE_FINDERS = False
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
