"""Deliveries as Meta posts them, through storage and digest, without the HTTP in front."""

from __future__ import annotations

import threading
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from tests.cast import wire
from webhooks.digest import digest_batch
from webhooks.models import Delivery
from whatsapp.signature import fingerprint


def delivered(*bodies: object, at: datetime | None = None) -> None:
    """Stores each body as a signed delivery and digests all that is due."""
    for body in bodies:
        Delivery.objects.create(
            body=wire(body),
            secret_fingerprint=fingerprint(settings.META_APP_SECRET),
            received_at=at or timezone.now(),
        )
    while digest_batch(threading.Event()):
        pass
