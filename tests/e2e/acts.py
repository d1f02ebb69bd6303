"""What may happen to a thread and its surroundings: at least one act for each kind of event (F77).

Each is done by a hand inside the installation or by a customer at the make-believe Meta.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.shop import Hand, Shop

Deed = Callable[[Shop, Hand], None]
Act = tuple[str, str, Deed]
"""The kind of the event, what happens in words, and what makes it happen."""

PRELUDE = (
    "from django.utils import timezone\n"
    "from accounts.actors import SYSTEM, agent, bot\n"
    "from accounts.models import *\n"
    "from inbox.models import *\n"
    "from inbox import outgoing\n"
    "from inbox.actions import merging, ownership, conversations, sending, statuses\n"
    "from inbox.actions.guards import Guards\n"
    "now = timezone.now()\n"
    "c = Conversation.objects.get(contact__profile_name='Dora Lindqvist')\n"
    "ben = agent(Person.objects.get(email='ben@baton.example'))\n"
    "number = PhoneNumber.objects.get()\n"
    "other = Contact.objects.exclude(pk=c.contact_id).order_by('created_at').first()\n"
)
LAST_OURS = "m = c.messages.filter(direction='outbound').exclude(wamid=None).latest('at')\n"


def inbound(kind: str, **content: object) -> Deed:
    return lambda shop, _: void(shop.customer("dora", kind, **content))


def run(code: str) -> Deed:
    return lambda _, hand: hand(PRELUDE + code)


def webhook(call: str, event: str, *, missed: bool = False) -> Deed:
    return run(
        "from whatsapp.inbound import CallEvent, WhatsAppUser\n"
        "from inbox.actions.calls import receive_call\n"
        f"call = CallEvent(call_id='{call}', event='{event}', direction='USER_INITIATED',"
        f" user=WhatsAppUser(wa_id='12025550143'), at=now, missed={missed})\n"
        "receive_call(number, call, received_at=now)"
    )


def routed(kind: str, role: str) -> Deed:
    return run(
        "from whatsapp.inbound import HandoverEvent, WhatsAppUser\n"
        "from inbox.actions.routing import change_watching\n"
        f"event = HandoverEvent('{kind}', WhatsAppUser(wa_id='12025550143'), now,"
        f" new_owner_role='{role}')\n"
        "change_watching(number, event, received_at=now)"
    )


def void(_: object) -> None:
    return None


def status(word: str, code: int = 0) -> Deed:
    error = f"WebhookError({code}, 'title', 'message', 'details')," if code else ""
    return run(
        LAST_OURS
        + "from whatsapp.inbound import Status as S, WebhookError\n"
        + f"reported = S(m.wamid, '{word}', now, errors=({error}))\n"
        + "statuses.apply_status(number, reported, received_at=now)"
    )


def wrote(wamid: str, kind: str, content: str, context: str = "None") -> Deed:
    return run(
        "from whatsapp import inbound as i\n"
        "from inbox.actions.receiving import receive_message\n"
        "who = i.WhatsAppUser(wa_id='12025550143')\n"
        f"content = {content}\n"
        "said = getattr(content, 'body', None)\n"
        f"m = i.InboundMessage('{wamid}', who, now, '{kind}', said, content, {context})\n"
        "receive_message(number, m, received_at=now)"
    )


SEND = "sending.send(c.pk, outgoing.text('from Ben'), by=ben, at=now, guards=Guards(force=True))"
LATER = (
    "from datetime import timedelta\n"
    "from inbox.actions import firing, scheduling\n"
    "from inbox.schedule import IfChanged, IfClosed\n"
    "later = scheduling.Later(now + timedelta(hours=1), IfClosed.HOLD, IfChanged.HOLD)\n"
    "scheduling.schedule(c.pk, outgoing.text('for later'), later, by=ben, at=now,"
    " guards=Guards(force=True))\n"
)

BROADCAST = (
    "from campaigns.actions.broadcasting import broadcast\n"
    "stopped = Contact.objects.filter(pk=c.contact_id)\n"
    "stopped.update(opted_out_at=now)\n"
    "broadcast(number, ['+12025550143'], outgoing.text('to all'), by=ben, at=now)\n"
    "stopped.update(opted_out_at=None)\n"
)


def template(name: str, values: dict[str, str]) -> Deed:
    return run(
        "from inbox import picking\n"
        "from templates_app.models import MessageTemplate\n"
        f"t = MessageTemplate.objects.get(name='{name}', language='en_US')\n"
        f"made = picking.outgoing_template(c, t.pk, {values!r}, zone='Europe/Berlin')\n"
        "sending.send(c.pk, made, by=ben, at=now, guards=Guards(force=True))"
    )


LABEL = (
    "from inbox.actions import labels\n"
    "vip = Label.objects.filter(name__in=['VIP', 'Regular']).first()\n"
    "refund = Label.objects.filter(name='Refund').first()\n"
)
LABELLED = (
    "from inbox.actions import labels\n"
    "made = labels.labels_named(c.organization_id, ['VIP', 'Refund', 'Third'], by=ben, at=now)\n"
    "labels.relabel(c.pk, add=[one.pk for one in made], by=ben, at=now)"
)
WINTER = "https://media.shop.example/winter.jpg"
OFFER = {"header.media": WINTER, "1": "Dora", "2": "KETTLE20", "button.0": "KETTLE20"}
OFFER |= {"button.1": "weekend", "offer.expires_at": "2030-11-29T18:00"}
CARDS = {"1": "Dora"} | {
    f"card.{n}.{name}": value
    for n in (0, 1)
    for name, value in (("header.media", WINTER), ("1", "9 EUR"), ("button.1", "kettle"))
}

# Every kind that changes a page stands here: `test_every_kind_of_event_has_its_act`.
ACTS: list[Act] = [
    ("message.received", "a text", inbound("text", text="One *more* thing")),
    ("message.received", "a place", inbound("location")),
    ("message.received", "a link", inbound("text", text="See https://kettle.example/blue")),
    ("message.changed", "a picture, then its file", inbound("image")),
    ("message.received", "an original", wrote("wamid.q1", "text", "i.Text('an original')")),
    (
        "message.received",
        "a quote of it",
        wrote("wamid.q2", "text", "i.Text('this one')", "i.Context(wamid='wamid.q1')"),
    ),
    (
        "message.changed",
        "the original is edited, and stands in a quote",
        wrote("wamid.q3", "edit", "i.Edit('wamid.q1', 'text', 'better', i.Text('better'))"),
    ),
    ("message.changed", "a reaction", wrote("wamid.q4", "reaction", "i.Reaction('wamid.q2', 'x')")),
    (
        "message.changed",
        "the original is deleted",
        wrote("wamid.q5", "revoke", "i.Revoke('wamid.q1')"),
    ),
    (
        "message.changed",
        "an edit of nothing we have",
        wrote("wamid.q6", "edit", "i.Edit('wamid.none', 'text', 'x', i.Text('x'))"),
    ),
    (
        "message.received",
        "an unknown kind",
        wrote("wamid.q7", "unsupported", "i.UnsupportedContent('hologram', None, {'a': 1})"),
    ),
    ("message.changed", "deleted before it came", wrote("w.r", "revoke", "i.Revoke('wamid.x')")),
    ("message.removed", "and there it is", wrote("wamid.x", "text", "i.Text('blue')")),
    ("message.changed", "a voice note, then its file", inbound("voice")),
    (
        "message.changed",
        "a lost file is asked for again",
        run(
            "from inbox.actions.media import retry_fetch\n"
            "lost = Media.objects.latest('created_at')\n"
            "Media.objects.filter(pk=lost.pk).update(state='expired')\n"
            "retry_fetch(lost.pk, by=ben)"
        ),
    ),
    ("message.queued", "an offer that ends", template("weekend_deal", OFFER)),
    ("message.queued", "cards side by side", template("two_that_fit", CARDS)),
    ("message.queued", "a colleague answers", run(SEND)),
    ("message.scheduled", "one for later", run(LATER)),
    (
        "message.status",
        "it is given up",
        run(
            "w = c.messages.filter(status='scheduled').latest('id')\n"
            "sending.cancel(w.pk, by=ben, at=now)"
        ),
    ),
    (
        "message.queued",
        "the time of another has come",
        run(
            LATER + "Message.objects.filter(status='scheduled').update(scheduled_at=now)\n"
            "firing.fire_due()"
        ),
    ),
    ("message.status", "a broadcast that she does not want", run(BROADCAST)),
    (
        "message.removed",
        "an answer is taken back",
        run(
            SEND.replace("by=ben", "undo_s=30, by=ben").replace("sending", "m = sending")
            + "\nfrom inbox.actions.undoing import undo\nundo(m.pk, by=ben, at=now)"
        ),
    ),
    (
        "message.changed",
        "a reaction of ours, sent and read",
        run(
            "from inbox.actions.reacting import react\n"
            "seen = c.messages.filter(direction='inbound', wamid='wamid.q2').get()\n"
            "react(c.pk, seen.pk, chr(0x1f44d), by=ben, at=now)"
        ),
    ),
    (
        "message.status",
        "a reaction of ours that is cancelled",
        run(
            "from inbox.actions.reacting import react\n"
            "seen = c.messages.filter(direction='inbound', wamid='wamid.q2').get()\n"
            "Message.objects.filter(type='reaction').update(not_before=None)\n"
            "from accounts.events import unit_of_work\n"
            "with unit_of_work():\n"
            "    x = react(c.pk, seen.pk, chr(0x2764), by=ben, at=now)\n"
            "    sending.cancel(x.pk, by=ben, at=now)"
        ),
    ),
    (
        "message.queued",
        "a picture of ours",
        run(
            "from pathlib import Path\n"
            "from inbox import composing\n"
            "from inbox.actions.attachments import attach\n"
            "from inbox.taking_in import Given\n"
            "data = Path('simulator/samples/kettle.jpg').read_bytes()\n"
            "given = Given([data], 'kettle.jpg', 'image/jpeg')\n"
            "file = attach(given, number=number, conversation=c, by=ben, at=now)\n"
            "parts = composing.messages_of('The blue one', [file], {})\n"
            "sending.send_all(c.pk, parts, by=ben, at=now, guards=Guards(force=True))"
        ),
    ),
    (
        "message.status",
        "a file that waits is refused",
        run(
            "from inbox import composing\n"
            "from inbox.actions import uploads\n"
            "ours = Media.objects.filter(direction='outbound').exclude(message=None)\n"
            "parts = composing.messages_of('', [ours.latest('created_at')], {})\n"
            "MetaUpload.objects.update(state='failed', failure={'message': 'No.', 'retry': 'no',"
            " 'kind': 'rejected', 'code': '131053', 'next_step': 'edit'})\n"
            "x = sending.send_all(c.pk, parts, by=ben, at=now, guards=Guards(force=True))[0]\n"
            "MetaUpload.objects.update(state='failed', failure={'message': 'No.', 'retry': 'no',"
            " 'kind': 'rejected', 'code': '131053', 'next_step': 'edit'})\n"
            "uploads.release()"
        ),
    ),
    ("message.status", "delivered", status("delivered")),
    ("message.status", "read", status("read")),
    (
        "message.status",
        "unconfirmed",
        run(
            SEND.replace("sending.send", "x = sending.send") + "\nimport time; time.sleep(1)\n"
            "Message.objects.filter(pk=x.pk).update(status='unconfirmed', status_rank=0)\n"
            "from accounts.events import unit_of_work\n"
            "from inbox.actions.status_news import announce_status\n"
            "with unit_of_work(): announce_status(x, 'unconfirmed', by=SYSTEM, at=now)"
        ),
    ),
    ("message.status", "failed", status("failed", 131026)),
    ("conversation.owner_changed", "given back", run("ownership.give_back(c.pk, by=ben, at=now)")),
    (
        "suggestion.added",
        "a late text",
        run("ownership.note_refused_text(c.pk, 'too late', reason='stale_epoch', epoch=0, at=now)"),
    ),
    (
        "suggestion.dismissed",
        "thrown away",
        run(
            "s = c.suggestions.filter(dismissed_at=None).latest('created_at')\n"
            "ownership.dismiss_suggestion(c.pk, s.pk, by=ben, at=now)"
        ),
    ),
    (
        "conversation.owner_changed",
        "handed to people",
        run("ownership.request_handoff(c.pk, reason='customer_asked', by=SYSTEM, at=now)"),
    ),
    ("conversation.owner_changed", "taken over", run("ownership.take_over(c.pk, by=ben, at=now)")),
    (
        "conversation.team_changed",
        "a team gets it",
        run(
            "from inbox.actions.assigning import Why, assign\n"
            "team = Team.objects.create(organization=number.organization, name='Tea')\n"
            "assign(c.pk, team=team, why=Why.LANGUAGE, by=ben, at=now)"
        ),
    ),
    (
        "conversation.owner_changed",
        "given to a colleague",
        run(
            "from inbox.actions.assigning import assign\n"
            "amina = Person.objects.get(email='amina@baton.example')\n"
            "assign(c.pk, person=amina, by=ben, at=now)"
        ),
    ),
    (
        "conversation.team_changed",
        "and no team any more",
        run("from inbox.actions.assigning import assign\nassign(c.pk, team=None, by=ben, at=now)"),
    ),
    (
        "note.added",
        "a note for the team",
        run(
            "from inbox.actions.notes import add_note\n"
            "add_note(c.pk, body='Asked the maker.\\nThey call back.', by=ben, at=now)"
        ),
    ),
    (
        "conversation.status_changed",
        "snoozed",
        run(
            "from datetime import timedelta\n"
            "from inbox.actions.snoozing import snooze_conversation\n"
            "until = now + timedelta(hours=20)\n"
            "snooze_conversation(c.pk, until=until, by=ben, at=now)"
        ),
    ),
    (
        "conversation.status_changed",
        "back from a snooze",
        run(
            "from inbox.actions.snoozing import wake_due\n"
            "Conversation.objects.filter(pk=c.pk).update(snoozed_until=now)\n"
            "wake_due()"
        ),
    ),
    ("conversation.status_changed", "closed", run("conversations.close(c.pk, by=ben, at=now)")),
    ("conversation.status_changed", "reopened", run("conversations.reopen(c.pk, by=ben, at=now)")),
    ("conversation.labelled", "labels are put on", run(LABELLED)),
    (
        "label.changed",
        "one has another name",
        run(LABEL + "labels.change_label(vip.pk, name='Regular', colour='pink', by=ben, at=now)"),
    ),
    (
        "label.merged",
        "two become one",
        run(LABEL + "labels.merge_labels(vip.pk, refund.pk, by=ben, at=now)"),
    ),
    (
        "label.deleted",
        "one goes",
        run(LABEL + "labels.delete_label(refund.pk, by=ben, at=now)"),
    ),
    ("call.connected", "it rings", webhook("wacid.1", "connect")),
    ("call.ended", "it ends", webhook("wacid.1", "terminate")),
    ("call.missed", "a missed call", webhook("wacid.2", "terminate", missed=True)),
    (
        "contact.identity_changed",
        "a new number",
        run(
            "from whatsapp.inbound import SystemNotice\n"
            "from inbox.actions.identities import apply_system_notice\n"
            "apply_system_notice(number, SystemNotice(None, now, 'user_changed_number',"
            " old_wa_id='12025550143', new_wa_id='12025550199'), received_at=now)"
        ),
    ),
    (
        "conversation.joined",
        "who wrote from a new number is the same person",
        run(
            "from datetime import timedelta\n"
            "from whatsapp import inbound as i\n"
            "from whatsapp.inbound import SystemNotice\n"
            "from inbox.actions.identities import apply_system_notice\n"
            "from inbox.actions.receiving import receive_message\n"
            "who = i.WhatsAppUser(wa_id='12025550177')\n"
            "said = i.Text('I am it')\n"
            "m = i.InboundMessage('wamid.new.number', who, now, 'text', 'I am it', said, None)\n"
            "receive_message(number, m, received_at=now)\n"
            "then = now - timedelta(minutes=1)\n"
            "apply_system_notice(number, SystemNotice(None, then, 'user_changed_number',"
            " old_wa_id='12025550199', new_wa_id='12025550177'), received_at=now)"
        ),
    ),
    (
        "contact.consent_changed",
        "marketing stopped",
        run(
            "from whatsapp.inbound import UserPreference, WhatsAppUser\n"
            "from inbox.actions.consent import set_marketing_consent\n"
            "set_marketing_consent(number, UserPreference(WhatsAppUser(wa_id='12025550143'),"
            " 'marketing_messages', 'stop', now), received_at=now)"
        ),
    ),
    (
        "contact.renamed",
        "a name of ours",
        run("merging.rename_contact(c.contact_id, name='Dora L.', by=ben, at=now)"),
    ),
    (
        "contact.kept_apart",
        "two people after all",
        run(
            "merging.suggest_merge(c.contact, [other], reason='own_card')\n"
            "hint = MergeSuggestion.objects.get()\n"
            "merging.dismiss_merge(hint.pk, by=ben, at=now)"
        ),
    ),
    (
        "contact.merged",
        "one person",
        run("merging.merge_contacts(c.contact_id, other.pk, by=ben, at=now)"),
    ),
    ("contact.unmerged", "two again", run("merging.unmerge_contact(other.pk, by=ben, at=now)")),
    ("conversation.window_closed", "131047", status("failed", 131047)),
    ("message.received", "the customer is back", inbound("text", text="Hello again")),
    ("conversation.routed", "another app answers", routed("control_passed", "ai_agent")),
    ("conversation.routed", "it is ours again", routed("control_passed", "customer_service")),
    (
        "number.changed",
        "paused",
        run(
            "from accounts.actions.numbers import pause_number\n"
            "pause_number(number.pk, reason='payment', message='Billing.', by=SYSTEM, at=now)"
        ),
    ),
    (
        "number.changed",
        "repaired",
        run(
            "from accounts.actions.numbers import resume_number\n"
            "resume_number(number.pk, by=SYSTEM, at=now)"
        ),
    ),
    (
        "number.changed",
        "nobody answers its calls",
        run(
            "from datetime import timedelta\n"
            "from accounts.actions.numbers import rest_number\n"
            "rest_number(number.pk, until=now + timedelta(hours=1), reason='no_answer',"
            " message='WhatsApp is not answering.', by=SYSTEM, at=now)"
        ),
    ),
    (
        "number.changed",
        "it answers again",
        run(
            "from accounts.actions.numbers import end_rest\nend_rest(number.pk, by=SYSTEM, at=now)"
        ),
    ),
    (
        "number.changed",
        "named, and given other rules",
        run(
            "from accounts.actions.number_settings import change_number\n"
            "change_number(number.pk, label='Teas', closing_soon_minutes=700,"
            " read_receipts='never', by=SYSTEM, at=now)"
        ),
    ),
    (
        "number.changed",
        "its assistant is switched off",
        run(
            "from automation.actions.linking import switch_auto_reply\n"
            "switch_auto_reply(number, enabled=False, by=SYSTEM, at=now)"
        ),
    ),
]
