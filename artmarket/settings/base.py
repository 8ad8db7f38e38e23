"""Settings shared by every profile, read from the environment (12-factor).

Profiles: `local` (the default of manage.py), `test`, `production`. Nothing here is secret;
`docs/deploy.md` lists every variable.
"""

import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.limits import RuledLimits
from artmarket.settings import files

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

SITE_NAME = _("潍城艺术")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
ICP_NUMBER = env.str("ICP_NUMBER", default="")
PUBLIC_SECURITY_NUMBER = env.str("PUBLIC_SECURITY_NUMBER", default="")
OPERATOR_NAME = env.str("OPERATOR_NAME", default="")
COMPLAINTS_EMAIL = env.str("COMPLAINTS_EMAIL", default="")
DEMO = env.bool("DEMO", default=False)

INSTALLED_APPS = [
    "artmarket.core",
    "artmarket.rulebook",
    "artmarket.accounts",
    "artmarket.ledger",
    "media",
    "catalog",
    "appraisal",
    "auctions",
    "auctions.listings",
    "auctions.pledges",
    "artmarket.api",
    "cms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django_structlog",
    "health_check",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "media.middleware.OpenTilesMiddleware",  # IIIF: after it, requests cost a session
    "media.middleware.SharedCacheMiddleware",  # IIIF
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "artmarket.accounts.requests.RequestContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "artmarket.accounts.sessions.SessionActivityMiddleware",
    "artmarket.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "artmarket.core.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",  # asked when nothing was found
]

ROOT_URLCONF = "artmarket.urls"
WSGI_APPLICATION = "artmarket.wsgi.application"
ASGI_APPLICATION = "artmarket.asgi.application"

# django-cotton's automatic configuration and a second loader silently render nothing:
# the loaders are therefore written out.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "artmarket" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wagtail.contrib.settings.context_processors.settings",
                "artmarket.core.context.site",
            ],
        },
    }
]
COTTON_DIR = "cotton"

# ---------------------------------------------------------------- database
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA busy_timeout=20000; PRAGMA cache_size=-64000;"
    ),
}


LOCK_TIMEOUT_MS = env.int("LOCK_TIMEOUT_MS", default=5000)
PREPARE_AFTER = env.int("PREPARE_AFTER", default=1)


def database(url: str) -> dict:
    """Turn a database URL into Django's settings, with each engine's needs filled in.

    The refusal never repeats the address: it holds a password.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its warning would print the password
            config = env.db_url_config(url)
    except ValueError:  # the port is none
        config = {}
    if not config.get("ENGINE", "").startswith("django."):
        raise ImproperlyConfigured(
            "DATABASE_URL is not the address of a database; "
            "write it like postgres://user:password@host:5432/name or sqlite:////folder/file.db."
        )
    if "sqlite" in config["ENGINE"]:
        config["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        config["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
        config["CONN_HEALTH_CHECKS"] = True
        if config["ENGINE"] == "django.db.backends.postgresql":
            config["ENGINE"] = "artmarket.core.postgresql"
            # Nobody waits longer for a row: said once a connection, not once a lock. No question of
            # a page lasts long enough to be worth a compilation (50 ms where a list takes 50).
            options = f"-c lock_timeout={LOCK_TIMEOUT_MS}ms -c jit=off"
            if PREPARE_AFTER:  # what is asked again and again is planned once (core.statements)
                options += " -c plan_cache_mode=force_generic_plan"
            config.setdefault("OPTIONS", {})["options"] = options
            config["OPTIONS"]["prepare_threshold"] = PREPARE_AFTER or None
    config["ATOMIC_REQUESTS"] = False
    return config


DATABASES = {
    "default": database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'artmarket.db'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Limits on sign-ins are counted here: nobody may flush them by filling the table.
        "OPTIONS": {"MAX_ENTRIES": env.int("CACHE_MAX_ENTRIES", default=100_000)},
    },
    # Which files a page's pictures have, in each process: the name holds the digest of the file,
    # so that what is kept never grows old, and asking costs no query.
    "renditions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "renditions",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

# ------------------------------------------------------------------ people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "artmarket.accounts.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "artmarket.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "artmarket.accounts.forms.SignupForm"
ACCOUNT_LOGIN_METHODS = {"email"}
# Whoever reads the mailbox is not yet the person: no code by mail where we ask again who it is.
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_USER_DISPLAY = "artmarket.accounts.adapter.display_name"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = RuledLimits()
SIGN_UPS_PER_HOUR = env.int("SIGN_UPS_PER_HOUR", default=30)  # of one network address
RESETS_PER_HOUR = env.int("RESETS_PER_HOUR", default=5)  # mails to one e-mail address
# How many proxies of our own stand before the web processes: the client's address is taken from
# that place of X-Forwarded-For, or from a header that the proxy sets (docs/deploy.md).
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = env.str("TRUSTED_CLIENT_IP_HEADER", default="") or None
MFA_ADAPTER = "artmarket.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds, for clocks that go wrong
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A further address is confirmed before it counts, also beside a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "artmarket.accounts.security_forms.SecondStepForm",
    "reauthenticate": "artmarket.accounts.security_forms.ConfirmForm",
    "activate_totp": "artmarket.accounts.security_forms.ActivateAppForm",
    "add_webauthn": "artmarket.accounts.security_forms.AddPasskeyForm",
    "edit_webauthn": "artmarket.accounts.security_forms.EditPasskeyForm",
    "authenticate_webauthn": "artmarket.accounts.security_forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "artmarket.accounts.security_forms.ConfirmPasskeyForm",
    "login_webauthn": "artmarket.accounts.security_forms.SignInPasskeyForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@artmarket.example")

# --------------------------------------------------------------- languages
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "artmarket" / "locale"]
FORMAT_MODULE_PATH = ["artmarket.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ------------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "artmarket" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "public"
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES = files.folders(public=MEDIA_ROOT, private=PRIVATE_ROOT, base_url=MEDIA_URL)
if env.str("FILES", default="folders") == "s3":
    STORAGES, MEDIA_URL = files.buckets(env)
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
# Tiles that were drawn, and copies of pyramids from a storage beyond this machine: may be deleted.
IIIF_CACHE_DIR = Path(env.str("IIIF_CACHE_DIR", default=str(VAR_DIR / "cache" / "iiif")))
IIIF_TILE_CACHE_BYTES = env.int("IIIF_TILE_CACHE_BYTES", default=2 * 1024**3)
IIIF_PYRAMID_CACHE_BYTES = env.int("IIIF_PYRAMID_CACHE_BYTES", default=20 * 1024**3)
FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)  # Django insists that it exists
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# -------------------------------------------------------------- public log
# The origin never changes once something is signed, the key only as docs/public-log.md says.
# Without a key entries wait and nothing is signed.
PUBLIC_LOG_KEY = env.str("PUBLIC_LOG_KEY", default="")
PUBLIC_LOG_ORIGIN = env.str("PUBLIC_LOG_ORIGIN", default="")
# Verifier keys (name+ID+base64): earlier keys of the log, and witnesses whose signatures are taken.
PUBLIC_LOG_OLD_KEYS = env.list("PUBLIC_LOG_OLD_KEYS", default=[])
PUBLIC_LOG_WITNESSES = env.list("PUBLIC_LOG_WITNESSES", default=[])

# ------------------------------------------------------------------ labels
# A sheet of labels, in millimetres: 3 × 8 labels of 63.5 × 33.9 on A4.
LABEL_SHEET = {
    "columns": env.int("LABEL_COLUMNS", default=3),
    "rows": env.int("LABEL_ROWS", default=8),
    "left": env.float("LABEL_LEFT", default=7.2),
    "top": env.float("LABEL_TOP", default=12.9),
    "width": env.float("LABEL_WIDTH", default=63.5),
    "height": env.float("LABEL_HEIGHT", default=33.9),
    "step_x": env.float("LABEL_STEP_X", default=66.0),
    "step_y": env.float("LABEL_STEP_Y", default=33.9),
}

# ---------------------------------------------------------------- signatures
# Seal the signing keys, the newest first; without one no certificate and no result is signed.
SIGNING_MASTER_KEYS = env.list("SIGNING_MASTER_KEYS", default=[])

# ------------------------------------------------------------------- tasks
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}
}

# Wake live watchers by NOTIFY; without it (PgBouncer by transaction) they see bids a second later.
LIVE_NOTIFY = env.bool("LIVE_NOTIFY", default=True)

# ---------------------------------------------------------------- security
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "artmarket.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "artmarket.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
    # Wagtail's editor and Django's admin carry inline script and style of their own.
    "EXCLUDE_URL_PREFIXES": ["/cms/", "/admin/", "/en/cms/"],
}

if not MEDIA_URL.startswith("/"):
    parts = urlsplit(MEDIA_URL)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"{parts.scheme}://{parts.netloc}")

# --------------------------------------------------------------------- cms
WAGTAIL_SITE_NAME = "Artmarket"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
# Who people are is looked after by the account pages alone.
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# Cuts queries like the texts: stock search finds no Chinese words (cms/search_fields.py).
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.search_backend"}}
WAGTAILIMAGES_IMAGE_MODEL = "cms.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.uploads.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = None  # the rule book says how large (cms/uploads.py)
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.uploads.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "jpg", "jpeg", "png", "webp", "tif", "tiff"]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True  # what was approved is what is published
WAGTAILEMBEDS_FINDERS = []
WAGTAIL_ALLOW_UNICODE_SLUGS = False

RULE_OVERRIDES = env.json("RULE_OVERRIDES", default={})

# ------------------------------------------------------------------- money
# Without the key Stripe is not offered. Several webhook secrets while one takes the other's place.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
# What a payer by bank transfer is told: holder, bank and number of the account.
BANK_ACCOUNT = env.str("BANK_ACCOUNT", default="")
# Headings of the bank's CSV beside the common ones: {"date": "…", "amount": "…", …}.
BANK_CSV_COLUMNS = env.json("BANK_CSV_COLUMNS", default={})

# --------------------------------------------------------------------- api
# True lets webhooks go to http and to private addresses; the production profile has it off.
WEBHOOKS_ANYWHERE = False
WEBHOOKS_CA_FILE = ""

# ----------------------------------------------------------------- logging
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "json",
            # The task worker sets its own loggers to INFO; the handler keeps to ours.
            "level": LOG_LEVEL,
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,  # before work is put into words nobody reads
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
