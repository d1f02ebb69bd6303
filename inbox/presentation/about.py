"""All that is known of one message: its life, its earlier texts, and what Meta sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inbox.kind_shapes import About, Step
from inbox.models import Message, SendAttempt, StatusEvent
from inbox.presentation.life import life
from inbox.shapes import Variant
from inbox.times import to_the_second


def about(
    message: Message,
    reports: Sequence[StatusEvent],
    attempts: Sequence[SendAttempt],
    variant: Variant,
    *,
    at: datetime,
    with_deleted: bool,
    with_raw: bool,
) -> About:
    """What the reader may see. reports: the statuses Meta gave; attempts: our calls; oldest first.

    with_deleted: the text of a deleted message, and earlier texts of it. with_raw: Meta's JSON
    and ids.
    """
    deleted = message.deleted_at is not None
    return About(
        conversation_id=message.conversation_id,
        steps=tuple(_steps(message, reports, attempts, variant, at=at)),
        versions=() if deleted and not with_deleted else tuple(_versions(message, variant)),
        is_deleted=deleted,
        deleted=str(message.content.get("body") or "") if deleted and with_deleted else "",
        facts=tuple(_facts(message)) if with_raw else (),
        raw=_pretty(message.raw) if with_raw and message.raw is not None else "",
    )


def _steps(
    message: Message,
    reports: Sequence[StatusEvent],
    attempts: Sequence[SendAttempt],
    variant: Variant,
    *,
    at: datetime,
) -> Iterator[Step]:
    def step(label: str, moment: datetime | None, note: str = "") -> Iterator[Step]:
        if moment is not None:
            yield Step(label, to_the_second(moment, variant.zone), note)

    if message.direction == "inbound":
        yield from step(_("Written, by WhatsApp's clock"), message.meta_timestamp)
        yield from step(_("Arrived here"), message.created_at)
    else:
        yield from life(message, attempts, variant.zone, at=at)
    for one in reports:
        if one.participant:
            yield from step(one.status, one.at, one.participant)
    yield from step(_("Edited"), message.edited_at)
    yield from step(_("Deleted"), message.deleted_at)


def _versions(message: Message, variant: Variant) -> Iterator[tuple[str, str]]:
    kept = message.details.get("versions")
    for number, version in enumerate(kept if isinstance(kept, list) else []):
        body = str(version.get("body") or "") or _("without text")
        at = version.get("at") or (message.at.isoformat() if number == 0 else "")
        when = to_the_second(datetime.fromisoformat(at), variant.zone) if at else _("Then")
        yield when, body


def _facts(message: Message) -> Iterator[tuple[str, str]]:
    yield _("Id of WhatsApp"), message.wamid or "–"
    if message.failure and message.failure.get("meta_error"):
        meta: dict[str, Any] = message.failure["meta_error"]
        yield _("WhatsApp's code"), f"{meta.get('code')} {meta.get('title') or ''}".strip()
        if meta.get("details"):
            yield _("WhatsApp's words"), str(meta["details"])
    for error in message.details.get("errors") or ():
        yield _("WhatsApp's words"), f"{error.get('code')} {error.get('details') or ''}".strip()


def _pretty(raw: object) -> str:
    return json.dumps(raw, ensure_ascii=False, indent=2)
