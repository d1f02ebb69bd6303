"""Posts that nobody's secret had signed: which of our accounts they were about.

Strangers may post anything. So nothing is written while a post is answered: the last few bodies
are remembered, and the thread that says that we listen counts those that name an account of ours.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from typing import Any, Final

from django.db.models import F

from accounts.clock import database_now
from accounts.models import BusinessAccount
from webhooks.models import WrongSignature

MOST: Final = 32
LARGEST_BYTES: Final = 64 * 1024

_refused: deque[bytes] = deque(maxlen=MOST)


def remember(body: bytes) -> None:
    """From the door: this body carried a signature, and it fits no secret. Never blocks."""
    if len(body) <= LARGEST_BYTES:
        _refused.append(body)


def count() -> None:
    """Counts what was remembered for the accounts it is about. One query each, none mostly."""
    seen: Counter[str] = Counter()
    while _refused:
        seen.update(_accounts_in(_refused.popleft()))
    if not seen:
        return
    at = database_now()
    for account in BusinessAccount.objects.filter(waba_id__in=list(seen)):
        _row, made = WrongSignature.objects.get_or_create(
            account=account, defaults={"count": seen[account.waba_id], "last_at": at}
        )
        if not made:
            WrongSignature.objects.filter(pk=account.pk).update(
                count=F("count") + seen[account.waba_id], last_at=at
            )


def _accounts_in(body: bytes) -> set[str]:
    try:
        whole: Any = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    entries = whole.get("entry") if isinstance(whole, dict) else None
    rows = entries[:100] if isinstance(entries, list) else []
    return {str(row["id"])[:32] for row in rows if isinstance(row, dict) and "id" in row}
