"""One settings file, fed by the environment; a wrong value stops with a sentence.

Product settings that an admin changes are rows, not environment. Every name read here is
described in `docs/settings.md`. A secret may also be given as a file: `<NAME>_FILE`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ  # type: ignore[import-untyped]  # ships no types
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.sign_ons import sign_ons

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if os.environ.get("BATON_ENV_FILE", ".env"):
    environ.Env.read_env(BASE_DIR / os.environ.get("BATON_ENV_FILE", ".env"))


def secret(name: str, default: str = "") -> str:
    """The value of `name`, or the content of the file that `<name>_FILE` points to."""
    path = env.str(f"{name}_FILE", "")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return str(env.str(name, default))


DEBUG = env.bool("DEBUG", False)
# Without DEBUG an empty value is a system-check error (accounts.checks) that says how to make one.
SECRET_KEY = secret("SECRET_KEY") or ("insecure-key-for-debugging-only" if DEBUG else "")
ENCRYPTION_KEYS = [key for key in secret("ENCRYPTION_KEYS").split(",") if key]
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000" if DEBUG else "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# Hosts and networks that are not in the internet and may be asked all the same (webhooks.outgoing).
OUTGOING_ALLOWED = env.list("OUTGOING_ALLOWED", default=[])

GRAPH_API_URL = env.str("GRAPH_API_URL", "https://graph.facebook.com").rstrip("/")
GRAPH_API_VERSION = env.str("GRAPH_API_VERSION", "v25.0")
META_APP_ID = env.str("META_APP_ID", "")
META_APP_SECRET = secret("META_APP_SECRET")
# The configuration of Meta's Embedded Signup; with it and the app's id admins get its dialog.
META_CONFIG_ID = env.str("META_CONFIG_ID", "")
WEBHOOK_VERIFY_TOKEN = secret("WEBHOOK_VERIFY_TOKEN")
RAW_LOG_DAYS = env.int("RAW_LOG_DAYS", 30)
METRICS_TOKEN = secret("METRICS_TOKEN")
SIGN_ONS = sign_ons(
    secret("OIDC_PROVIDERS"),
    {
        "name": env.str("OIDC_NAME", "single sign-on"),
        "issuer": env.str("OIDC_ISSUER", ""),
        "client_id": env.str("OIDC_CLIENT_ID", ""),
        "client_secret": secret("OIDC_CLIENT_SECRET"),
    },
)
SIMULATOR = env.bool("SIMULATOR", False)
FAILPOINTS_ENABLED = env.bool("FAILPOINTS_ENABLED", False)
FAILPOINTS = env.str("FAILPOINTS", "")

# --- Composition: who answers whom. Every dotted name is resolved by a system check. ---

# The field of a webhook change -> who applies its items.
WEBHOOK_HANDLERS = {
    "messages": "inbox.handlers.messages",
    "smb_message_echoes": "inbox.handlers.messages",
    "calls": "inbox.handlers.messages",
    "user_preferences": "inbox.handlers.messages",
    "standby": "inbox.handlers.messages",
    "messaging_handovers": "inbox.handlers.messages",
    "history": "inbox.handlers.messages",
    "smb_app_state_sync": "inbox.handlers.messages",
    **dict.fromkeys(
        (
            "account_alerts",
            "account_review_update",
            "account_update",
            "business_capability_update",
            "flows",
            "phone_number_name_update",
            "phone_number_quality_update",
            "security",
        ),
        "accounts.handlers.account_updates",
    ),
    "message_template_components_update": "templates_app.handlers.template_updates",
    "message_template_status_update": "templates_app.handlers.template_updates",
    "message_template_quality_update": "templates_app.handlers.template_updates",
    "template_category_update": "templates_app.handlers.template_updates",
}
# The kind of an event -> who hears of it inside the same transaction.
EVENT_LISTENERS = {
    "message.received": ["automation.listeners.message_received"],
    "conversation.owner_changed": ["automation.listeners.owner_changed"],
    "conversation.joined": ["automation.listeners.conversation_joined"],
    "person.deactivated": ["inbox.listeners.person_deactivated"],
    "message.queued": ["campaigns.listeners.message_queued"],
    "message.removed": ["campaigns.listeners.message_removed"],
}
# Who is told, after the commit, that an organization has new events.
LIVE_NOTIFIER = "inbox.live.notify"
# What the worker runs, each in its own thread: `drain(stop) -> did_something`.
WORKER_DRAINS = {
    "digest": "webhooks.drains.digest",
    "dead_letters": "webhooks.drains.retry_dead_letters",
    "purge": "webhooks.drains.purge",
    "outbox": "inbox.drains.outbox",
    "schedule": "inbox.drains.fire_scheduled",
    "reconciler": "inbox.drains.reconcile",
    "receipts": "inbox.drains.send_receipts",
    "uploads": "inbox.drains.upload_files",
    "media": "inbox.drains.fetch_media",
    "media_tidy": "inbox.drains.tidy_media",
    "erasures": "inbox.data_drains.erase",
    "exports": "inbox.data_drains.export",
    "imports": "inbox.data_drains.take_in",
    "turns": "automation.drains.run_turns",
    "campaigns": "campaigns.drains.run_campaigns",
    "templates": "templates_app.drains.sync_due",
    "doctor": "accounts.drains.check_connections",
}
# How long a drain waits where nothing is due and no bell of this process rings: what another
# process leaves it to do is seen after that. The others look five times a second.
WORKER_PATIENCE_S = {
    "dead_letters": 1.0,
    "schedule": 1.0,
    "receipts": 1.0,
    "uploads": 1.0,
    "media": 1.0,
    "campaigns": 0.5,
}
# What the drain `purge` removes when it is old: `purge() -> rows removed`, one batch a call.
PURGES = {
    "deliveries": "webhooks.purging.purge_deliveries",
    "parked statuses": "inbox.actions.purging.purge_parked_statuses",
    "idempotency records": "accounts.actions.purging.purge_idempotency_records",
    "events": "accounts.actions.purging.purge_events",
    "sessions": "accounts.actions.purging.purge_sessions",
    "audit log": "accounts.actions.audit.purge_audit_log",
    "closed conversations": "inbox.actions.purging.purge_closed_conversations",
    "exports": "inbox.actions.purging.purge_exports",
    "imports": "inbox.actions.purging.purge_imports",
    "campaigns": "campaigns.actions.forgetting.purge_recipients",
}
# Who above the inbox keeps something of people, too, and forgets who is erased:
# `forget(organization_id, contact_ids, words) -> rows`, with their conversations locked.
FORGETTERS = {"recipients": "campaigns.actions.forgetting.forget_recipients"}
# Kinds of events that a page shows however old they are: they go with their conversation.
EVENTS_KEPT = ["inbox.log_pages.TOLD", "accounts.actions.notices.KEPT"]
# What a number's page and API say of its traffic: `facts(number_ids) -> {id: facts}`.
NUMBER_FACTS = "inbox.number_facts.number_facts"
# Who above needs a number and says why it cannot be taken off: `why(number_id) -> sentence`.
NUMBER_BUSY = {"campaigns": "campaigns.numbers.why_busy"}
# What a person's page says of their work: `count(person_id)`.
OPEN_CONVERSATIONS_OF = "inbox.person_facts.open_conversations_of"
# What the pages of templates show of the inbox: when and where one was sent, and as what.
TEMPLATE_USES = {
    "last_used": "inbox.template_uses.last_used",
    "uses_of": "inbox.template_uses.uses_of",
    "letter_of": "inbox.letters.letter_of",
}
# Who knows what the ids of the audit log are called: noun -> `names(organization_id, ids)`.
AUDIT_NAMES = {
    "contact": "inbox.audit_names.contacts",
    "conversation": "inbox.audit_names.conversations",
    "template": "templates_app.audit_names.templates",
    "campaign": "campaigns.audit_names.campaigns",
}
# What the connection doctor asks of the apps above: `accounts.doctor.facts` says what each tells.
DOCTOR_CHECKS = {
    "reception": "webhooks.doctor.reception",
    "traffic": "inbox.doctor.traffic",
    "queue": "inbox.doctor.queue",
}
# The steps of connecting a number, in order: `step(setup) -> Outcome` (accounts.setup).
CONNECT_STEPS = {
    "check_token": "accounts.setup_steps.check_token",
    "read_account": "accounts.setup_steps.read_account",
    "read_number": "accounts.setup_steps.read_number",
    "subscribe_app": "accounts.setup_steps.subscribe_app",
    "register_number": "accounts.setup_steps.register_number",
    "check_webhook": "accounts.setup_steps.check_webhook",
    "start_sync": "accounts.setup_steps.start_sync",
    "sync_templates": "templates_app.setup_step.sync",
    "test_message": "accounts.setup_steps.test_message",
}
# The engines a bot may have: name -> class whose `reply(turn)` decides.
BOTS = {"rules": "automation.bots.rules.RulesBot"}

# --- Django ---

INSTALLED_APPS = [
    "daphne",
    "config",
    "campaigns",
    "automation",
    "inbox",
    "templates_app",
    "webhooks",
    "accounts",
    "channels",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "accounts.middleware.RequestId",
    "accounts.middleware.Whence",
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
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.Agents",
    "accounts.middleware.ShowRefusals",
    "accounts.middleware.PrivatePages",
    "accounts.middleware.Entrance",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

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
                "accounts.context.shell",
                "webhooks.context.menu",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"


def database() -> dict[str, Any]:
    """SQLite beside the project by default; PostgreSQL by `DATABASE_URL`."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'baton.sqlite3'}")
    config["CONN_MAX_AGE"] = 0
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a deferred transaction that becomes a writer fails at once, it does not wait.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # Deleted bytes are overwritten: who was erased is not left in free pages (S121).
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA secure_delete=ON;",
        }
        # Threads of the tests must see one database: in memory it would be one per connection.
        config["TEST"] = {"NAME": env.str("TEST_DATABASE", str(BASE_DIR / "test.sqlite3"))}
    else:
        config.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 24, "timeout": 10}
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
# Rate limits are counted here: together with Redis, else for each process by itself.
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "config.cache.SharedWhileItAnswers", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# Only the hub and the worker talk over this, to wake each other; no message rides on it.
CHANNEL_LAYERS: dict[str, Any] = (
    {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapter.InvitedOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None  # the login form asks
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_tokens.ResetTokens"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3600
# Of one user from everywhere, and of everybody from one address; a browser in which somebody has
# logged in before is counted by itself (accounts.adapter).
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}

ACCOUNT_FORMS = {
    "change_password": "accounts.entrance_forms.ChangePasswordForm",
    "login": "accounts.entrance_forms.LoginForm",
    "reauthenticate": "accounts.entrance_forms.PasswordAgainForm",
    "reset_password": "accounts.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance_forms.ResetPasswordKeyForm",
    "set_password": "accounts.entrance_forms.SetPasswordForm",
}
MFA_FORMS = {
    "activate_totp": "accounts.entrance_forms.FirstCodeForm",
    "add_webauthn": "accounts.entrance_forms.AddPasskeyForm",
    "authenticate": "accounts.entrance_forms.CodeForm",
    "edit_webauthn": "accounts.entrance_forms.EditPasskeyForm",
    "reauthenticate": "accounts.entrance_forms.CodeAgainForm",
}
MFA_ADAPTER = "accounts.second_factor.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin wrote it into the invitation
MFA_TOTP_ISSUER = "Baton"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it for localhost only

SOCIALACCOUNT_ADAPTER = "accounts.sign_on.KnownPeople"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [one.app for one in SIGN_ONS]}
}

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "baton_session"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Not "no-referrer": browsers then post forms with `Origin: null`, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],  # a voice note is listened to before it leaves the page
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those that Baton speaks; a catalogue in locale/ adds one
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from the folders themselves: `make run` needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
# Files in a bucket instead; MEDIA_ROOT then only holds what is being fetched.
MEDIA_BUCKET = env.str("MEDIA_BUCKET", "")
MEDIA_BUCKET_OPTIONS = {
    "bucket_name": MEDIA_BUCKET,
    "endpoint_url": env.str("MEDIA_BUCKET_ENDPOINT", "") or None,
    "region_name": env.str("MEDIA_BUCKET_REGION", "") or None,
    "access_key": env.str("MEDIA_BUCKET_KEY_ID", "") or None,
    "secret_key": secret("MEDIA_BUCKET_SECRET") or None,
}
MEDIA_STORE = "inbox.media_bucket.Bucket" if MEDIA_BUCKET else "inbox.media_storage.Disk"

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "baton@localhost")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
# Whether a mail reaches anybody: without a server, links are shown instead.
MAILS = not EMAIL_CONFIG["EMAIL_BACKEND"].endswith(("console.EmailBackend", "dummy.EmailBackend"))

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

LOG_FORMAT = env.str("LOG_FORMAT", "console")
# For everything: ours, and the libraries'. Without it ours says INFO and the libraries WARNING.
LOG_LEVEL = env.str("LOG_LEVEL", "").upper()
if LOG_LEVEL not in ("", "DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured("LOG_LEVEL is DEBUG, INFO, WARNING or ERROR, or not set.")
# At DEBUG these write bodies, headers, addresses with their queries, or whole contexts of pages.
TALKATIVE = (
    *("urllib3", "websockets", "django.db.backends", "django.template"),
    *("boto3", "botocore", "s3transfer"),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {
            "()": "accounts.logs.LineFormatter",
            "format": "{asctime} {levelname:7} {name} {message}",
            "style": "{",
        },
        "json": {"()": "accounts.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "console",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL or "WARNING"},
    "loggers": {
        name: {"handlers": ["stderr"], "level": LOG_LEVEL or "INFO", "propagate": False}
        for name in (
            *("baton", "accounts", "webhooks", "inbox", "templates_app"),
            *("automation", "campaigns"),
        )
    }
    | {name: {"level": "INFO"} for name in TALKATIVE if LOG_LEVEL in ("DEBUG", "INFO")},
}
