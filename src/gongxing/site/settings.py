"""Django's settings, derived from ``config``. Nothing is decided here that a county should be able to change."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gongxing.site.config import ROOT, load, tile_host, trusted_origins

# pypinyin reads this when it is imported: initials are taken character by character, and its phrases would cost 40 MB a process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

CONFIG = load()
BASE_DIR = ROOT
DATA_DIR = Path(CONFIG.data_dir)
FILES_DIR = DATA_DIR / "files"
PACKS_DIR = Path(CONFIG.packs_dir)
COUNTY, DEMO = CONFIG.county, CONFIG.demo
WMTS_URL, TILE_HOST = CONFIG.wmts_url, tile_host(CONFIG)

SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
ALLOWED_HOSTS = [host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()]
ROOT_URLCONF = "gongxing.site.urls"
WSGI_APPLICATION = "gongxing.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "gongxing.kernel.packs",
    "gongxing.kernel.deadlines",
    "gongxing.kernel.org",
    "gongxing.kernel.access",
    "gongxing.kernel.audit",
    "gongxing.kernel.files",
    "gongxing.kernel.jobs",
    "gongxing.kernel.ledger",
    "gongxing.kernel.search",
    "gongxing.kernel.exchange",
    "gongxing.kernel.inbox",
    "gongxing.kernel.burden",
    "gongxing.kernel.office",
    "gongxing.kernel.documents",
    "gongxing.kernel.api",
    "gongxing.domains.firms",
    "gongxing.domains.chain",
    "gongxing.domains.projects",
    "gongxing.domains.policy",
    "gongxing.domains.land",
    "gongxing.domains.approvals",
    "gongxing.site",
]

MIDDLEWARE = [
    "gongxing.site.middleware.SecurityHeaders",
    "gongxing.site.middleware.Patience",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gongxing.site.middleware.Turns",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongxing.site.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gongxing.site.middleware.Acting",
    "gongxing.site.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src" / "gongxing" / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gongxing.site.context.page",
            ],
        },
    }
]


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "gongxing.kernel.database.sqlite",
        "NAME": str(DATA_DIR / f"{name}.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA mmap_size=0;"
                " PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
            ),
        },
        "TEST": {"NAME": str(DATA_DIR / f"test-{name}.sqlite3")},
    }


def _postgres(url: str) -> dict[str, Any]:
    """Pages are many small queries from several processes: compiling one (JIT) or spreading it over cores costs more than it saves."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    query["options"] = f"-c jit=off -c max_parallel_workers_per_gather=0 {query.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "OPTIONS": query,
    }


SINGLE_DATABASE = bool(CONFIG.database_url)
if SINGLE_DATABASE:
    DATABASES = {"default": _postgres(CONFIG.database_url), "ops": _postgres(CONFIG.database_url)}
    DATABASES["ops"]["TEST"] = {"MIRROR": "default"}
else:
    DATABASES = {"default": _sqlite("main"), "ops": _sqlite("ops")}
DATABASE_ROUTERS = ["gongxing.kernel.database.routing.Router"]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "gongxing.site.passwords.MixedCharacters"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "gongxing.site.login.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_CLIENT_IP_CALLABLE = "gongxing.site.login.client_address"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = CONFIG.session_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
# Behind a proxy that ends TLS: it says by X-Forwarded-Proto that the browser came by HTTPS, and by Host or X-Forwarded-Host to whom.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.https else None
USE_X_FORWARDED_HOST = CONFIG.https
CSRF_TRUSTED_ORIGINS = trusted_origins(CONFIG)
PROXIES = CONFIG.proxies if CONFIG.https else 0
PASSWORD_DAYS = CONFIG.password_days
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_FAILURE_VIEW = "gongxing.site.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["gongxing.site.uploads.LimitedUpload"]
UPLOAD_LIMIT_BYTES = CONFIG.upload_limit_mb * 1024 * 1024

LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "gongxing" / "site" / "locale"]
TIME_ZONE = CONFIG.time_zone
USE_TZ = USE_I18N = True
FORMAT_MODULE_PATH = ["gongxing.site.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "src" / "gongxing" / "site" / "static"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gongxing": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
NINJA_PAGINATION_MAX_LIMIT = 200
