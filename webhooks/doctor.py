"""What the receiving side knows of a number's connection (`DOCTOR_CHECKS`, "reception")."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from accounts.crypto import WrongPlace
from accounts.doctor.examining import callback_url
from accounts.doctor.facts import Reception
from accounts.models import BusinessAccount, PhoneNumber
from webhooks.hearing import heard_since
from webhooks.models import Delivery, WrongSignature
from webhooks.secrets import fingerprint_for
from whatsapp.errors import NotSent, OutcomeUnknown
from whatsapp.transport import Transport

LATELY: Final = timedelta(days=1)
ECHO_TOTAL_S: Final = 10.0
ECHO_TIMEOUT: Final = (3, 5)  # seconds: to connect, to read
MOST_BYTES: Final = 1024


def reception(number: PhoneNumber, *, at: datetime) -> Reception:
    """What has come for this number's app, and whether our address answers. Four queries."""
    account = number.account
    token, signer = _verify_token(account), fingerprint_for(account)
    echo, status = _echo(token) if token else ("none", None)
    wrong = WrongSignature.objects.filter(account=account).first()
    heard = _heard(signer, since=at - LATELY) if signer else None
    # One that was well signed since then: the secret is right again.
    counts = wrong is not None and (heard is None or heard < wrong.last_at)
    return Reception(
        echo=echo,
        status=status,
        has_verify_token=bool(token),
        has_secret=signer is not None,
        wrong_signatures=wrong.count if wrong and counts else 0,
        last_wrong_at=wrong.last_at if wrong and counts else None,
        heard_at=heard,
        listening_since=heard_since(at=at),
    )


def _heard(signer: str, *, since: datetime) -> datetime | None:
    # The newest first: with a limit in time, a secret that never signed costs no whole table.
    lately = Delivery.objects.filter(received_at__gte=since, secret_fingerprint=signer)
    signed = lately.order_by("-received_at")
    return signed.values_list("received_at", flat=True).first()


def _verify_token(account: BusinessAccount) -> str:
    try:
        return account.verify_token or settings.WEBHOOK_VERIFY_TOKEN
    except WrongPlace:  # sealed with a key that is gone
        return ""


def _echo(token: str) -> tuple[str, int | None]:
    """Our own challenge, sent to the address that Meta uses, through every proxy before it."""
    word = secrets.token_hex(8)
    query = {"hub.mode": "subscribe", "hub.challenge": word, "hub.verify_token": token}
    try:
        with Transport().exchange(
            "GET", callback_url(), total_s=ECHO_TOTAL_S, timeout=ECHO_TIMEOUT, params=query
        ) as exchange:
            body = next(exchange.chunks(MOST_BYTES, decode=True), b"")
            status = exchange.response.status_code
    except (NotSent, OutcomeUnknown):
        return "none", None
    return ("answered" if status == 200 and body == word.encode() else "wrong"), status
