"""A person's identifiers changed: the new ones become aliases of the old, and are answered."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import SYSTEM
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox.actions.answering import answer_successor
from inbox.actions.contacts import link_identities
from inbox.actions.threads import locked
from inbox.actions.unplaced import note_stranger_changed
from inbox.models import Contact, Conversation, Identity
from inbox.models.contacts import IdentityKind
from whatsapp.inbound import SystemNotice, WhatsAppUser
from whatsapp.phone import canonical, e164


@transactional
def apply_system_notice(
    number: PhoneNumber, notice: SystemNotice, *, received_at: datetime
) -> None:
    """The same as `apply_if_known`; of somebody we have never met the number's notices say so."""
    if not apply_if_known(number, notice, received_at=received_at):
        note_stranger_changed(number, at=received_at)


@transactional
def apply_if_known(number: PhoneNumber, notice: SystemNotice, *, received_at: datetime) -> bool:
    """Links old and new identifiers. Opens no conversation, no window, makes nothing unread.

    A thread that answered an identifier which is gone answers its successor: the old number may
    be given to a stranger. Meta tells every business number of ours; only the first time is news.
    Whether anybody has one of them: a person we have never met is left alone.
    """
    old = WhatsAppUser(
        wa_id=notice.old_wa_id, bsuid=notice.old_bsuid, parent_bsuid=notice.old_parent_bsuid
    )
    new = WhatsAppUser(
        wa_id=notice.new_wa_id, bsuid=notice.new_bsuid, parent_bsuid=notice.new_parent_bsuid
    )
    at = min(notice.at or received_at, received_at)
    linked = link_identities(number.organization_id, old=old, new=new, at=at)
    if linked is None:
        return False
    is_news = _show_new_phone(linked.contact, old, new) or linked.is_news
    threads = Conversation.objects.filter(contact=linked.contact).order_by("pk")
    for conversation_id in list(threads.values_list("pk", flat=True)):
        conversation = locked(conversation_id)
        moved = answer_successor(conversation)
        if moved:
            conversation.save(update_fields=["identity", "updated_at"])
        if moved or is_news:
            announce(
                "contact.identity_changed",
                number.organization_id,
                by=SYSTEM,
                at=received_at,
                conversation_id=conversation_id,
                ids=[linked.contact.pk],
                what=notice.kind,
            )
    return True


def _show_new_phone(contact: Contact, old: WhatsAppUser, new: WhatsAppUser) -> bool:
    """The number that is gone is no longer shown as theirs."""
    if not new.wa_id or (contact.phone and canonical(contact.phone) != canonical(old.wa_id or "")):
        return False
    theirs = Identity.objects.filter(
        contact=contact, kind=IdentityKind.WA_ID, canonical=canonical(new.wa_id)
    )
    phone = e164(f"+{new.wa_id}")
    if phone is None or phone == contact.phone or not theirs.exists():
        return False
    contact.phone = phone
    contact.save(update_fields=["phone", "updated_at"])
    return True
