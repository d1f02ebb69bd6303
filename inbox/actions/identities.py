"""A person's identifiers changed: the new ones become aliases of the old."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import SYSTEM
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox.actions.contacts import link_identities
from inbox.actions.unplaced import note_stranger_changed
from inbox.models import Conversation
from whatsapp.inbound import SystemNotice, WhatsAppUser


@transactional
def apply_system_notice(
    number: PhoneNumber, notice: SystemNotice, *, received_at: datetime
) -> None:
    """Links old and new identifiers. Opens no conversation, no window, makes nothing unread.

    A person we have never met is left alone, and the number's notices say so.
    """
    contact_id = link_identities(
        number.organization_id,
        old=WhatsAppUser(
            wa_id=notice.old_wa_id, bsuid=notice.old_bsuid, parent_bsuid=notice.old_parent_bsuid
        ),
        new=WhatsAppUser(
            wa_id=notice.new_wa_id, bsuid=notice.new_bsuid, parent_bsuid=notice.new_parent_bsuid
        ),
    )
    if contact_id is None:
        note_stranger_changed(number, at=received_at)
        return
    threads = Conversation.objects.filter(phone_number=number, contact_id=contact_id)
    for conversation_id in threads.values_list("pk", flat=True):
        announce(
            "contact.identity_changed",
            number.organization_id,
            by=SYSTEM,
            at=received_at,
            conversation_id=conversation_id,
            ids=[contact_id],
            what=notice.kind,
        )
