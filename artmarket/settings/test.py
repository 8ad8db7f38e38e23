"""The profile of the test suite; ARTMARKET_TEST_DB=postgres picks PostgreSQL."""

import atexit
import shutil
import tempfile
from pathlib import Path

from artmarket.core.messages import compile_catalogues
from artmarket.core.secrets import fernet_key

from .base import *  # noqa: F403
from .base import LOCALE_PATHS, STORAGES, database, env

DEBUG = False
DEMO = True
SECRET_KEY = "only-for-tests-" + "x7" * 24
FIELD_KEYS = [fernet_key("only-for-tests")]
FINGERPRINT_KEY = "only-for-tests"
PUBLIC_LOG_KEY = "only-for-tests"
SIGNING_MASTER_KEYS = ["only-for-tests-the-newer-of-two-secrets"]
ALLOWED_HOSTS = ["*"]
# The tests read English pages; compiled catalogues are not kept in the repository.
compile_catalogues(LOCALE_PATHS[0])
TEST_DIR = Path(tempfile.mkdtemp(prefix="artmarket-test-"))
atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)
# A sweep under test must not clear the spooled uploads of another process of the suite.
TEMPORARY = TEST_DIR / "tmp"
TEMPORARY.mkdir()
for folder in (TEST_DIR, TEMPORARY):
    folder.chmod(0o755)  # a test cluster runs as another user
tempfile.tempdir = str(TEMPORARY)

if env.str("ARTMARKET_TEST_DATABASE_URL", default=""):
    DATABASES = {"default": database(env.str("ARTMARKET_TEST_DATABASE_URL"))}
else:
    DATABASES = {"default": database(f"sqlite:///{TEST_DIR / 'main.db'}")}
    # In-memory databases lock under threads: the tests use a file.
    # ARTMARKET_TEST_SQLITE names one that outlives the run (with pytest's --reuse-db).
    file = env.str("ARTMARKET_TEST_SQLITE", default=str(TEST_DIR / "test.db"))
    DATABASES["default"]["TEST"] = {"NAME": file}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["default"]["OPTIONS"]["location"] = MEDIA_ROOT = TEST_DIR / "public"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT = TEST_DIR / "private"
LIVE_NOTIFY = False  # its thread would keep a connection to a database that is to be dropped
IIIF_CACHE_DIR = TEST_DIR / "iiif"
STATIC_ROOT = TEST_DIR / "static"
FILE_UPLOAD_TEMP_DIR = TEST_DIR / "incoming"
for folder in (STATIC_ROOT, FILE_UPLOAD_TEMP_DIR):
    folder.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True  # each client of a test would list all static files first
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, STRIPE_API_BASE = "", [], ""
BANK_ACCOUNT = "测试银行 000-111"
