"""Django's settings, made from the one table of settings in `environment.py`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from openiru.config import environment, postgres
from openiru.errors import Unreadable
from openiru.platforms import mastodon

OPENIRU = environment.read()
HOME = Path(OPENIRU["OPENIRU_HOME"])
PACKAGE = Path(__file__).resolve().parent.parent


def _secret(name: str) -> str:
    """A secret of this installation, made on first use and readable by its owner only."""
    path = HOME / "keys" / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        fresh.chmod(0o600)
        fresh.rename(path)
    return path.read_text(encoding="ascii")


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_openiru"},
    }


def _know_instances(path: str) -> None:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
        mastodon.know_instances(line for line in lines if line.strip() and not line.startswith("#"))
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"OPENIRU_INSTANCES: {path} cannot be read: {error}") from error
    except Unreadable as error:
        raise ImproperlyConfigured(f"OPENIRU_INSTANCES: {error.value!r} is no host") from error


_know_instances(OPENIRU["OPENIRU_INSTANCES"])
EMBEDDED = not OPENIRU["DATABASE_URL"]
DATABASES = {"default": _database(OPENIRU["DATABASE_URL"] or postgres.describe(HOME).url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = _secret("django")
SEAL_KEY = _secret("seal").encode()
KEYS = HOME / "keys"
EVIDENCE = HOME / "evidence"
DEBUG = OPENIRU["OPENIRU_DEBUG"] == "1"
ALLOWED_HOSTS = [host.strip() for host in OPENIRU["OPENIRU_HOSTS"].split(",")]
BASE_URL = OPENIRU["OPENIRU_BASE_URL"] or f"http://{OPENIRU['OPENIRU_LISTEN']}"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "openiru.faces.console",
    "openiru.ledger",
    "openiru.people",
    "openiru.stages.register",
    "openiru.stages.intake",
    "openiru.stages.matching",
    "openiru.stages.evidence",
    "openiru.stages.cases",
    "openiru.stages.notices",
    "openiru.stages.verify",
    "openiru.stages.redress",
    "openiru.stages.transparency",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "openiru.faces.console.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "openiru.config.urls"
WSGI_APPLICATION = "openiru.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openiru.faces.console.context.page",
            ]
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BASE_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ur", "اردو")]
LOCALE_PATHS = [PACKAGE / "faces" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"openiru": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
