"""Which message an edit or a deletion means."""

from __future__ import annotations

from accounts.models import PhoneNumber
from inbox.actions.contacts import contact_named
from inbox.models import Conversation, Message
from inbox.other_ids import known_otherwise
from whatsapp.ids import own_part
from whatsapp.inbound import WhatsAppUser


def target_of(
    number: PhoneNumber, wamid: str, *, user: WhatsAppUser, group_id: str = ""
) -> Message | None:
    """The message that an edit or deletion of this person's is about, if it is here.

    By its wamid; where nothing has that, by what all ids of a message share, in the thread with
    this person, or of this group.
    """
    found = Message.objects.filter(phone_number=number, wamid=wamid).first()
    if found is not None or not own_part(wamid):
        return found
    threads = Conversation.objects.filter(phone_number=number, group_id=group_id)
    if not group_id:
        threads = threads.filter(contact=contact_named(number.organization_id, user))
    thread_id = threads.values_list("pk", flat=True).first()
    return known_otherwise([(thread_id, wamid)]).get((thread_id, wamid)) if thread_id else None
