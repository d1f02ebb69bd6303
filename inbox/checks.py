"""System checks: a bucket that could not be used is said at start-up, with the way out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string


def check_bucket(**_kwargs: Any) -> list[CheckMessage]:
    """Errors for a bucket without its library, half of a key, or an address that is none."""
    if not settings.MEDIA_BUCKET:
        return []
    found: list[CheckMessage] = []
    options = settings.MEDIA_BUCKET_OPTIONS
    try:
        import_string(settings.MEDIA_STORE)
    except ImportError as error:
        found.append(
            Error(
                f"MEDIA_BUCKET is set, but its library is not installed: {error}",
                hint="Install it: pip install '.[s3]'",
                id="baton.E020",
            )
        )
    if bool(options["access_key"]) != bool(options["secret_key"]):
        found.append(
            Error(
                "One of MEDIA_BUCKET_KEY_ID and MEDIA_BUCKET_SECRET is missing.",
                hint="Set both, or neither where the machine's role may use the bucket.",
                id="baton.E021",
            )
        )
    endpoint = options["endpoint_url"] or "https://"
    if not endpoint.startswith(("https://", "http://")):
        found.append(
            Error(
                "MEDIA_BUCKET_ENDPOINT is no address.",
                hint="Write it with its scheme, such as https://s3.example.org",
                id="baton.E022",
            )
        )
    return found
