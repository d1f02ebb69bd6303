"""Canned replies: written, changed, deleted and brought back; how often each is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions.organizations import hold_organization
from accounts.actions.rows import check_free, writing_row
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import Team
from accounts.refusals import Refused
from inbox.canned import faults
from inbox.models import CannedReply
from whatsapp import limits

SHORTCUT: Final = re.compile(r"[\w.\-]{1,30}")
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What a canned reply says. team_id, owner_id: whose alone it is; neither: everybody's."""

    shortcut: str
    title: str
    text: str
    folder: str = ""
    team_id: UUID | None = None
    owner_id: UUID | None = None

    @property
    def scope(self) -> str:
        """Within this a shortcut stands once."""
        if self.owner_id:
            return f"person:{self.owner_id}"
        return f"team:{self.team_id}" if self.team_id else "all"


@transactional
def create_reply(organization_id: UUID, reply: Reply, *, by: Actor, at: datetime) -> CannedReply:
    """A new canned reply. Refuses: VALIDATION_ERROR (shortcut, text), ALREADY_EXISTS (shortcut)."""
    row = CannedReply(organization_id=organization_id, created_at=at)
    with writing_row("canned.created", row, by=by, at=at):
        _check_count(organization_id)
        _write(row, reply)
    return row


@transactional
def change_reply(reply_id: UUID, reply: Reply, *, by: Actor, at: datetime) -> None:
    """Says it anew. Refuses: as `create_reply`."""
    row = CannedReply.objects.get(pk=reply_id)
    with writing_row("canned.changed", row, by=by, at=at):
        _write(row, reply)


@transactional
def delete_reply(reply_id: UUID, *, by: Actor, at: datetime) -> None:
    """Nobody is offered it any more; it can be brought back."""
    row = CannedReply.objects.get(pk=reply_id)
    if CannedReply.objects.filter(pk=reply_id, deleted_at=None).update(deleted_at=at):
        announce("canned.deleted", row.organization_id, by=by, at=at, ids=[reply_id])


@transactional
def restore_reply(reply_id: UUID, *, by: Actor, at: datetime) -> None:
    """As before the deletion. Refuses: ALREADY_EXISTS when its shortcut is taken meanwhile."""
    row = CannedReply.objects.get(pk=reply_id)
    hold_organization(row.organization_id)
    _check_free(row)
    if CannedReply.objects.filter(pk=reply_id, deleted_at__isnull=False).update(deleted_at=None):
        announce("canned.restored", row.organization_id, by=by, at=at, ids=[reply_id])


@transactional
def note_use(reply_id: UUID) -> None:
    """Counts it: what is used most is offered first."""
    CannedReply.objects.filter(pk=reply_id).update(uses=F("uses") + 1)


def _check_count(organization_id: UUID) -> None:
    if CannedReply.objects.filter(organization=organization_id, deleted_at=None).count() >= MOST:
        raise Refused("VALIDATION_ERROR", _("There are 1,000 canned replies. Delete some."))


def _write(row: CannedReply, reply: Reply) -> None:
    _check(row.organization_id, reply)
    for name in Reply.__dataclass_fields__:
        setattr(row, name, getattr(reply, name))
    row.scope, row.shortcut_key = reply.scope, reply.shortcut.casefold()
    _check_free(row)
    row.save()


def _check(organization_id: UUID, reply: Reply) -> None:
    if not SHORTCUT.fullmatch(reply.shortcut):
        raise Refused(
            "VALIDATION_ERROR",
            _("A shortcut has 1 to 30 letters, digits, dots or dashes, and no spaces."),
            field="shortcut",
        )
    if not reply.text.strip() or limits.length(reply.text) > limits.TEXT_BODY:
        raise Refused("VALIDATION_ERROR", _("A text has 1 to 4,096 characters."), field="text")
    wrong = faults(reply.text)
    if wrong:
        raise Refused(
            "VALIDATION_ERROR",
            _("There is no such variable: %(names)s") % {"names": ", ".join(wrong)},
            field="text",
            detail="unknown_variable",
        )
    if (
        reply.team_id
        and not Team.objects.filter(pk=reply.team_id, organization=organization_id).exists()
    ):
        raise Refused("NOT_FOUND", _("There is no such team."), field="whose")


def _check_free(row: CannedReply) -> None:
    same = CannedReply.objects.filter(
        scope=row.scope, shortcut_key=row.shortcut_key, deleted_at=None
    )
    sentence = _("Another reply for the same people has this shortcut.")
    check_free(same, row, sentence, field="shortcut")
