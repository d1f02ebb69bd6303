"""Posts that nobody's secret had signed: which of our accounts they were about.

Strangers may post anything. So nothing is written while a post is answered: the last few bodies
are remembered, and the thread that says that we listen counts those that name an account of ours.
"""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from accounts.models import BusinessAccount
from webhooks.models import Delivery, WrongSignature
from webhooks.secrets import fingerprint_for

MOST: Final = 32
LARGEST_BYTES: Final = 64 * 1024

_refused: deque[tuple[bytes, datetime]] = deque(maxlen=MOST)


def remember(body: bytes) -> None:
    """From the door: this body carried a signature, and it fits no secret. Never blocks."""
    if len(body) <= LARGEST_BYTES:
        _refused.append((body, timezone.now()))


def count() -> None:
    """Counts what was remembered for the accounts it is about. Mostly no query at all."""
    seen: dict[str, list[datetime]] = {}
    while _refused:
        body, at = _refused.popleft()
        for waba_id in _accounts_in(body):
            seen.setdefault(waba_id, []).append(at)
    for account in BusinessAccount.objects.filter(waba_id__in=list(seen)) if seen else ():
        _count(account, seen[account.waba_id])


def _count(account: BusinessAccount, times: list[datetime]) -> None:
    known = WrongSignature.objects.filter(account=account).first()
    goes_on = known is not None and not _was_right_since(account, known.last_at)
    before = known.count if known is not None and goes_on else 0
    WrongSignature.objects.update_or_create(
        account=account, defaults={"count": before + len(times), "last_at": max(times)}
    )


def _was_right_since(account: BusinessAccount, at: datetime) -> bool:
    signer = fingerprint_for(account)
    return Delivery.objects.filter(received_at__gt=at, secret_fingerprint=signer).exists()


def _accounts_in(body: bytes) -> set[str]:
    try:
        whole: Any = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    entries = whole.get("entry") if isinstance(whole, dict) else None
    rows = entries[:100] if isinstance(entries, list) else []
    return {str(row["id"])[:32] for row in rows if isinstance(row, dict) and "id" in row}
