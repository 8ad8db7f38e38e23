"""The profile of `make run`: one machine, embedded database, demo accounts, mail to a folder."""

from artmarket.core.secrets import fernet_key, local_secret

from .base import *  # noqa: F403
from .base import MIDDLEWARE, VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret(VAR_DIR / "secret_key")
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [fernet_key(local_secret(VAR_DIR / "field_key"))]
FINGERPRINT_KEY = env.str("FINGERPRINT_KEY", default="") or local_secret(
    VAR_DIR / "fingerprint_key"
)
PUBLIC_LOG_KEY = env.str("PUBLIC_LOG_KEY", default="") or local_secret(VAR_DIR / "public_log_key")
SIGNING_MASTER_KEYS = env.list("SIGNING_MASTER_KEYS", default=[]) or [
    local_secret(VAR_DIR / "signing_master_key")
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# A reader of the terminal must find the confirmation link: mail is kept as files, see README.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
# Invented, so that the page of a transfer says all that it says elsewhere.
BANK_ACCOUNT = env.str("BANK_ACCOUNT", default="演示银行（虚构）0000 1111 2222" if DEMO else "")
WEBHOOKS_ANYWHERE = DEBUG or DEMO  # a receiver on this machine, to try them

MIDDLEWARE.insert(0, "artmarket.core.packing.PackTextMiddleware")
