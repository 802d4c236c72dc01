"""Settings, read top to bottom, fed by the environment. Every variable stands in `.env.example`."""

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from taoyan import queues

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = BASE_DIR / "var"


def setting(name: str, default: str = "") -> str:
    """The environment's value; empty means absent."""
    return env.str(name, default="").strip() or default


def whole(name: str, default: int) -> int:
    """A whole number above zero."""
    value = setting(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number above zero.")
    return int(value)


SAID_SIMPLY = {"1", "true", "yes", "on", "0", "false", "no", "off"}


def networks(listed: str, name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses or networks with commas between them."""
    try:
        return [ip_network(each.strip()) for each in listed.split(",")]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


DEBUG = setting("DEBUG", "false").lower() in {"1", "true", "yes", "on"}
DEMO = setting("DEMO", "false").lower() in {"1", "true", "yes", "on"}
SECRET_KEY = setting("SECRET_KEY", "debug-only-" + "x" * 50 if DEBUG else "")
HERE = ("localhost", "127.0.0.1", "[::1]", "testserver")
ALLOWED_HOSTS = [
    h.strip() for h in setting("ALLOWED_HOSTS", ",".join(HERE[:3]) if DEBUG else "").split(",") if h.strip()
]
SERVED_OVER_HTTPS = setting("HTTPS", "false" if DEBUG or DEMO else "true").lower() in {"1", "true", "yes", "on"}
BEHIND_PROXY = setting("BEHIND_PROXY", "off").lower()
if not DEBUG:
    if len(SECRET_KEY) < 32:
        raise ImproperlyConfigured("SECRET_KEY must be set to at least 32 characters when DEBUG is off.")
    # A sample's, a debug run's, or one that nobody drew at random: the least of that has far more different characters.
    if re.search("change.?me|debug-only|insecure|example|sample", SECRET_KEY.lower()) or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured("SECRET_KEY must be the portal's own, drawn at random, not a sample.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's hosts when DEBUG is off.")
elif set(ALLOWED_HOSTS) - set(HERE) or SERVED_OVER_HTTPS or BEHIND_PROXY not in {"0", "false", "no", "off"}:
    raise ImproperlyConfigured("DEBUG must be off where others reach the portal (ALLOWED_HOSTS, HTTPS, BEHIND_PROXY).")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "django_htmx",
    "axes",
    "common.apps.CommonConfig",
    "audit",
    "accounts",
    "goals",
    "ledgers",
    "projects",
    "economy",
    "urban_rural",
    "culture_tourism",
    "ecology",
    "livelihood",
    "safety",
    "supervision",
    "dashboard",
    "operations.apps.OperationsConfig",
]

MIDDLEWARE = [
    "common.middleware.PeerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "compression_middleware.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.middleware.LanguageMiddleware",
    "common.middleware.HostileRequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "accounts.middleware.NewPasswordMiddleware",
    "common.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Who may read /metrics: addresses, or whoever has the token. Neither: nobody, and nothing is counted.
METRICS_ALLOWED = networks(setting("METRICS_ALLOWED"), "METRICS_ALLOWED") if setting("METRICS_ALLOWED") else []
METRICS_TOKEN = setting("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN must have at least 20 characters.")
if METRICS_ALLOWED or METRICS_TOKEN:
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")
PROMETHEUS_EXPORT_MIGRATIONS = False

ROOT_URLCONF = "taoyan.urls"
WSGI_APPLICATION = "taoyan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.navigation.portal",
            ]
        },
    }
]

# SQLite writes are taken in turn (IMMEDIATE), so that concurrent requests wait and don't fail.
DATABASES: dict[str, Any] = {
    "default": env.db_url_config(setting("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"))
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A connection is kept for each thread, and asked whether it still lives before a request uses it.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    # What takes longer is stopped by the server: half a minute for a page (`wsgi.py`), as long as a task may take for
    # a worker, no limit for a command (`manage.py`). 0 sends no option at all, which some poolers ask for.
    if STATEMENT_SECONDS := setting("STATEMENT_SECONDS", "600"):
        if not STATEMENT_SECONDS.isascii() or not STATEMENT_SECONDS.isdigit():
            raise ImproperlyConfigured("STATEMENT_SECONDS must be a whole number; 0 sets no limit.")
        if milliseconds := int(STATEMENT_SECONDS) * 1_000:
            limits = ("statement_timeout", "idle_in_transaction_session_timeout")
            # Reading here and there costs little more than reading in a row, for what is read often is in memory; and
            # no query is long enough to be worth compiling.
            tuned = ["-c random_page_cost=1.1", "-c jit=off"]
            options.setdefault("options", " ".join([*(f"-c {limit}={milliseconds}" for limit in limits), *tuned]))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The broker is only a doorbell: marks are in the database, so publishing gives up at once.
REDIS_URL = setting("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_QUEUES = queues.QUEUES
CELERY_TASK_DEFAULT_QUEUE = queues.DEFAULT
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The client tries a few times within one publishing, each so long: a page waits less (`wsgi.py`).
BROKER_SECONDS = float(setting("BROKER_SECONDS", "1"))
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "socket_timeout": BROKER_SECONDS,
        "socket_connect_timeout": BROKER_SECONDS,
        "retry_on_timeout": False,
        "visibility_timeout": 3600,
        # Connecting anew, before a message is published, is tried once: by default several times, seconds apart.
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
    if REDIS_URL
    else {"polling_interval": 0.02}
)
# What all processes count together. A Redis that hangs delays one request by as much, and then none for a while.
_LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
CACHES: dict[str, Any] = {"default": _LOCAL | {"LOCATION": "default"}, "local": _LOCAL | {"LOCATION": "local"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "taoyan",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 0)},
    }
CELERY_TIMEZONE = "Asia/Shanghai"
SWEEP_SECONDS = 15
CHECK_HOUR = 3
REMIND_MINUTES = 5
CELERY_BEAT_SCHEDULE = {
    # What the doorbell missed.
    "sweep": {"task": "goals.tasks.sweep", "schedule": float(SWEEP_SECONDS)},
    "deliver": {"task": "goals.tasks.deliver_due", "schedule": float(SWEEP_SECONDS)},
    # Nothing should ever differ; if it does, the log says so in the morning.
    "check": {"task": "goals.tasks.check_stored", "schedule": crontab(hour=str(CHECK_HOUR), minute="17")},
    # Due from 07:30 (`goals.daily`); rung often, so that a beat that slept or a run that died is made up for.
    "remind": {"task": "goals.tasks.remind", "schedule": crontab(minute=f"*/{REMIND_MINUTES}")},
    # What the date alone changes, as soon as there is a new one.
    "renew": {"task": "goals.tasks.renew", "schedule": crontab(minute=f"*/{REMIND_MINUTES}")},
    # What lags anew is proposed to the leaders, from the night's progress.
    "propose": {"task": "supervision.tasks.propose", "schedule": crontab(hour=str(CHECK_HOUR), minute="27")},
    # Idempotency keys that nobody can ask for any more.
    "forget_keys": {"task": "accounts.tasks.forget_keys", "schedule": crontab(hour=str(CHECK_HOUR), minute="37")},
    # Uploads that nobody confirmed.
    "clear_imports": {"task": "goals.tasks.clear_imports", "schedule": crontab(hour=str(CHECK_HOUR), minute="47")},
    # Messages to hooks that nobody looks at any more.
    "clear_deliveries": {
        "task": "goals.tasks.clear_deliveries",
        "schedule": crontab(hour=str(CHECK_HOUR), minute="52"),
    },
    # Files that a crash left behind.
    "clear_evidence": {"task": "goals.tasks.clear_evidence", "schedule": crontab(hour=str(CHECK_HOUR), minute="57")},
}

# Absent: reminders are shown in the portal only, nothing is sent.
EMAIL_URL = setting("EMAIL_URL")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = setting("DEFAULT_FROM_EMAIL", "portal@localhost")
PORTAL_URL = setting("PORTAL_URL").rstrip("/")
if PORTAL_URL and not PORTAL_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("PORTAL_URL must begin with http:// or https://.")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PortalBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.Length"},
    {"NAME": "accounts.passwords.Classes"},
    {"NAME": "accounts.passwords.WithoutName"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotOfLate"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_DAYS = 90
SESSION_IDLE_MINUTES = whole("SESSION_IDLE_MINUTES", 30)
SESSION_HOURS = whole("SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
# So many wrong passwords for a name from an address within the time lock it for that time (`accounts/lockout.py`).
AXES_HANDLER = "accounts.lockout.Handler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
# An hour's failures, over any names, after which an address is refused.
LOGIN_FAILURES_PER_ADDRESS = 100

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# 佐证: outside of everything that is served as a file. A scanner reads each on its input; any exit code but 0 refuses.
EVIDENCE_ROOT = Path(setting("EVIDENCE_ROOT", str(VAR_DIR / "evidence"))).resolve()
EVIDENCE_SCANNER = setting("EVIDENCE_SCANNER")
if any(EVIDENCE_ROOT.is_relative_to(served) for served in (BASE_DIR / "static", STATIC_ROOT)):
    raise ImproperlyConfigured("EVIDENCE_ROOT must not lie where static files are served from.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "common.pages.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS and not DEBUG
# Asked from within, past the proxy.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_HTTPS and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
PROXIES = (
    networks(BEHIND_PROXY, "BEHIND_PROXY must be 1 or the proxies' addresses")
    if BEHIND_PROXY not in SAID_SIMPLY
    else []
)
if BEHIND_PROXY not in {"0", "false", "no", "off"}:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "accounts.tokens.ExportPassword",
        "accounts.tokens.PortalSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "accounts.tokens.TokenScope"],
    "DEFAULT_RENDERER_CLASSES": ["common.rest.renderers.JSON"],
    "DEFAULT_PARSER_CLASSES": ["common.rest.parsers.JSON"],
    "DEFAULT_PAGINATION_CLASS": "common.rest.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["common.rest.filters.StrictFilters"],
    "DEFAULT_SCHEMA_CLASS": "common.rest.schema.Described",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_THROTTLE_CLASSES": ["common.rest.throttling.ByToken"],
    "DEFAULT_THROTTLE_RATES": {
        "token": setting("THROTTLE_TOKEN", "6000/minute"),
        "address": setting("THROTTLE_ADDRESS", "600/minute"),
    },
    "COERCE_DECIMAL_TO_STRING": False,
    "NUM_PROXIES": 0,
    "URL_FORMAT_OVERRIDE": None,
}
IDEMPOTENCY_KEEPER = "accounts.idempotency"
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "common.rest.errors.PortalErrors",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "陶堰街道年度工作督查平台 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "PlanStateEnum": "goals.models.plan.Plan.State",
        "ReadingStateEnum": "goals.models.reading.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.rest.schema.say_null",
        "common.rest.schema.describe_parameters",
        "common.rest.schema.describe_errors",
        "taoyan.examples.add_examples",
    ],
    "SERVE_PERMISSIONS": ["common.rest.permissions.MayReadSchema"],
}

# Only `common.clock` reads this; it fixes today for demonstrations and tests.
TAOYAN_TODAY = setting("TAOYAN_TODAY")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "common.logs.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
