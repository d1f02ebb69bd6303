"""A person's identifiers changed: the new ones become aliases of the old, and are answered."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from accounts.actors import SYSTEM
from accounts.events import announce, told_of, transactional
from accounts.models import PhoneNumber
from inbox.actions.answering import answer_successor, successor_of
from inbox.actions.contacts import link_identities
from inbox.actions.threads import locked
from inbox.models import Contact, Conversation, Identity, Message
from inbox.models.contacts import IdentityKind
from whatsapp.inbound import SystemNotice, WhatsAppUser
from whatsapp.phone import canonical, e164

KIND = "contact.identity_changed"


@transactional
def apply_system_notice(
    number: PhoneNumber, notice: SystemNotice, *, received_at: datetime
) -> Contact | None:
    """Links old and new identifiers. Opens no conversation, no window, makes nothing unread.

    A thread that answered an identifier which is gone answers its successor: the old number may
    be given to a stranger. Meta tells every business number of ours; only the first time is news.
    Of somebody we have never met a contact is made that has no thread: what they wrote may come
    later, in any order. Returns that contact, None where it was there.
    """
    old = WhatsAppUser(
        wa_id=notice.old_wa_id, bsuid=notice.old_bsuid, parent_bsuid=notice.old_parent_bsuid
    )
    new = WhatsAppUser(
        wa_id=notice.new_wa_id, bsuid=notice.new_bsuid, parent_bsuid=notice.new_parent_bsuid
    )
    changed_at = min(notice.at or received_at, received_at)
    linked = link_identities(
        number.organization_id, old=old, new=new, changed_at=changed_at, at=received_at
    )
    if linked is None:
        return None
    is_news = _show_newest_phone(linked.contact, new) or linked.is_news
    threads = Conversation.objects.filter(contact=linked.contact).order_by("pk")
    for conversation_id in list(threads.values_list("pk", flat=True)):
        conversation = locked(conversation_id)
        moved = answer_successor(conversation)
        if moved:
            conversation.save(update_fields=["identity", "updated_at"])
        # What moved its answers the thread tells, though it may have begun after that.
        since = changed_at if moved else None
        told = _tell_changes(conversation, at=received_at, since=since)
        if (moved or is_news) and not told:
            what = notice.kind if linked.is_conflict else "known_by_more"
            _tell(conversation, [], what=what, at=received_at)
    return linked.contact if linked.is_new else None


def tell_changes_since(
    conversation: Conversation, identity: Identity, *, written_at: datetime, at: datetime
) -> None:
    """Something came from an identifier that was already known to be gone, from before that.

    So the thread says what changed, as it would have if it had been there. No query otherwise.
    written_at: Meta's time of it.
    """
    if identity.replaced_at is not None and written_at <= identity.replaced_at:
        _tell_changes(conversation, at=at, since=written_at)


# --- the line in the thread ---


def _tell_changes(
    conversation: Conversation, *, at: datetime, since: datetime | None = None
) -> bool:
    """A line for each change that the thread was there for and does not tell yet; whether any.

    since: it is known to have begun by then.
    """
    gone = Identity.objects.filter(contact=conversation.contact_id, replaced_by__isnull=False)
    changes: dict[datetime, list[Identity]] = {}
    for one in gone.order_by("replaced_at", "pk"):
        if one.replaced_at is not None:
            changes.setdefault(one.replaced_at, []).append(one)
    news = False
    began_at = min(_began(conversation), since or at) if changes else at
    for changed_at, identities in changes.items():
        if began_at <= changed_at and not _is_told(conversation, identities):
            number = any(one.kind == IdentityKind.WA_ID for one in identities)
            what = "user_changed_number" if number else "user_changed_user_id"
            _tell(conversation, identities, what=what, at=at)
            news = True
    return news


def _began(conversation: Conversation) -> datetime:
    rows = Message.objects.filter(conversation=conversation)
    first = rows.aggregate(at=Min("at"))["at"]
    return min(first or conversation.created_at, conversation.created_at)


def _steps(identities: list[Identity]) -> list[str]:
    """What became what, by our ids: the same for every copy of the news."""
    return [f"{one.pk}>{one.replaced_by_id}" for one in identities]


def _is_told(conversation: Conversation, identities: list[Identity]) -> bool:
    told = {step for data in told_of(conversation.pk, KIND) for step in data.get("steps", ())}
    return not told.isdisjoint(_steps(identities))


def _tell(
    conversation: Conversation, identities: list[Identity], *, what: str, at: datetime
) -> None:
    announce(
        KIND,
        conversation.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=conversation.pk,
        ids=[conversation.contact_id] if conversation.contact_id else [],
        what=what,
        steps=_steps(identities),
    )


def _show_newest_phone(contact: Contact, new: WhatsAppUser) -> bool:
    """The number that is gone is no longer shown as theirs; whether another one is now."""
    theirs = Identity.objects.filter(contact=contact, kind=IdentityKind.WA_ID)
    if contact.phone:
        shown = theirs.filter(canonical=canonical(contact.phone)).select_related("replaced_by")
    else:
        shown = theirs.filter(canonical=canonical(new.wa_id or ""))
    one = shown.order_by("-replaced_at").first()
    newest = successor_of(one, since=None) if one else None
    if newest is None or newest.kind != IdentityKind.WA_ID:
        return False
    phone = e164(f"+{newest.value}")
    if phone is None or phone == contact.phone:
        return False
    contact.phone = phone
    contact.save(update_fields=["phone", "updated_at"])
    return True
