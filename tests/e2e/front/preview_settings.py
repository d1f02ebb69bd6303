"""The product's settings without what needs a database."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.e2e.front.preview_urls"
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tests.e2e.front.preview_urls.somebody",
]
INSTALLED_APPS = [
    "inbox",
    "django_htmx",
    "template_partials",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]  # noqa: F405
DATABASES = {}
LOGGING_CONFIG = None
# A browser keeps the files, as in production; Django's own way to serve them says nothing of it.
MIDDLEWARE.insert(0, "whitenoise.middleware.WhiteNoiseMiddleware")
WHITENOISE_MAX_AGE = 3600
