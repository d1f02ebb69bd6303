"""The words of chips, ticks, kinds and times, in the viewer's language and zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import Conversation, Message
from inbox.ownership import OwnerState
from inbox.shapes import Chip, Tick, WindowChip
from inbox.times import clock as clock
from inbox.times import exact_time as exact_time
from inbox.times import local as local
from inbox.window import Window, WindowState

WARN = timedelta(hours=4)
URGENT = timedelta(hours=1)


def kind_label(kind: str) -> str:
    """What a row shows for a message without text."""
    labels = {
        "image": _("Photo"),
        "video": _("Video"),
        "audio": _("Audio"),
        "voice": _("Voice message"),
        "document": _("Document"),
        "sticker": _("Sticker"),
        "location": _("Location"),
        "contacts": _("Contact card"),
        "interactive": _("Answer"),
        "button": _("Button"),
        "reaction": _("Reaction"),
        "order": _("Order"),
        "template": _("Template"),
        "edit": _("Edited an earlier message"),
        "revoke": _("Deleted an earlier message"),
    }
    if kind.startswith("media_placehold"):  # the row's column is shorter than the word
        return _("File from before")
    return labels.get(kind, _("Message that cannot be shown here"))


KIND_ICONS = {
    "image": "image",
    "video": "video",
    "audio": "music",
    "voice": "mic",
    "document": "file-text",
    "sticker": "sticker",
    "location": "map-pin",
    "contacts": "contact",
    "order": "shopping-cart",
}


def window_chip(conversation_id: object, window: Window, *, at: datetime) -> WindowChip:
    """ "21 h left" plain, "3 h left" warn, "38 min left" bad, "Window closed" idle."""
    expires = window.expires_at
    if expires is None:
        text, tone, state = _("Never written"), "idle", WindowState.NEVER
    elif at >= expires:
        text, tone, state = _("Window closed"), "idle", WindowState.CLOSED
    else:
        left = expires - at
        state = WindowState.CLOSING if left < WARN else WindowState.OPEN
        tone = "bad" if left < URGENT else "warn" if left < WARN else "plain"
        text = time_left(left)
    return WindowChip(conversation_id, str(state), text, tone, expires)  # type: ignore[arg-type]


def time_left(left: timedelta) -> str:
    """Whole hours from an hour on, whole minutes below; "under 1 min" at the end."""
    minutes = int(left.total_seconds() // 60)
    if minutes >= 60:
        return ngettext("%(n)s h left", "%(n)s h left", minutes // 60) % {"n": minutes // 60}
    if minutes:
        return ngettext("%(n)s min left", "%(n)s min left", minutes) % {"n": minutes}
    return _("under 1 min left")


def dated(moment: datetime, zone: str, *, now: datetime) -> str:
    """ "18:00" of today, else "Mon 30 Nov, 09:00": true for as long as it is read."""
    day, today = local(moment, zone).date(), local(now, zone).date()
    if day == today:
        return clock(moment, zone)
    name = formats.date_format(day, "D j M" if day.year == today.year else "D j M Y")
    return f"{name}, {clock(moment, zone)}"


def near(moment: datetime, zone: str, *, now: datetime) -> str:
    """ "18:00" of today, "Mon, 09:00" within six days, else "30 Nov": short, for a chip."""
    day, today = local(moment, zone).date(), local(now, zone).date()
    if day == today:
        return clock(moment, zone)
    if abs(day - today) <= timedelta(days=6):
        return f"{formats.date_format(day, 'D')}, {clock(moment, zone)}"
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")


def snooze_chip(conversation: Conversation, zone: str, *, now: datetime) -> Chip | None:
    """Until when it is snoozed, or since when it is back; None for all others."""
    if conversation.status == "snoozed" and conversation.snoozed_until:
        until = conversation.snoozed_until
        text = _("Until %(time)s") % {"time": near(until, zone, now=now)}
        told = _("Snoozed until %(time)s") % {"time": exact_time(until, zone)}
        return Chip(text, "idle", "calendar-clock", title=told)
    if conversation.woken_at and conversation.status != "closed":
        text = _("Back since %(time)s") % {"time": near(conversation.woken_at, zone, now=now)}
        told = _("Its snooze is over, and nobody has written since")
        return Chip(text, "warn", "calendar-clock", title=told)
    return None


def owner_chip(conversation: Conversation) -> Chip:
    """Whose turn it is."""
    state = conversation.ownership.state
    if conversation.status == "closed":
        return Chip(_("Closed"), "idle", "check")
    if state is OwnerState.AI:
        return Chip(conversation.phone_number.bot_name or _("Assistant"), "ai", "sparkles")
    if state in (OwnerState.REQUESTED, OwnerState.QUEUED):
        return Chip(_("Waiting for a person"), "warn", "hourglass")
    if conversation.owned_by_phone:
        return Chip(_("Phone app"), "plain", "smartphone")
    if conversation.assignee is not None:
        return Chip(conversation.assignee.name, "plain", "user")
    if conversation.team is not None:
        return Chip(conversation.team.name, "plain", "users")
    return Chip(_("Unassigned"), "idle", "user")


TICK_ICONS = {
    "scheduled": "calendar-clock",
    "queued": "clock",
    "sending": "clock",
    "held": "pause-circle",
    "unconfirmed": "help-circle",
    "accepted": "check-thin",
    "sent": "check",
    "delivered": "check-check",
    "read": "check-check-read",
    "played": "play",
    "failed": "alert-circle",
    "cancelled": "slash-circle",
}


def tick(message: Message, *, zone: str) -> Tick | None:
    """The status of an outbound message: glyph and words."""
    if message.direction != "outbound":
        return None
    shown = message.shown_status
    return Tick(shown, TICK_ICONS[shown], _tick_text(message, zone))


def _tick_text(message: Message, zone: str) -> str:
    if message.shown_status != message.status:
        return _("Waiting for WhatsApp's answer")
    match message.status:
        case "queued" | "sending" if message.attempts:
            return _("Waiting: WhatsApp could not be reached. It goes out by itself.")
        case "queued":
            return _("Waiting to be sent")
        case "sending":
            return _("Sending")
        case "held":
            return _("Held")
        case "scheduled":
            return _("Scheduled")
        case "unconfirmed":
            return _("Not confirmed by WhatsApp")
        case "accepted":
            return _("Accepted by WhatsApp")
        case "sent":
            return _("Sent %(time)s") % {"time": clock(message.sent_at or message.at, zone)}
        case "delivered":
            return _("Delivered %(time)s") % {
                "time": clock(message.delivered_at or message.at, zone)
            }
        case "read":
            return _("Read %(time)s") % {"time": clock(message.read_at or message.at, zone)}
        case "played":
            return _("Played %(time)s") % {"time": clock(message.played_at or message.at, zone)}
        case "failed":
            return _("Not delivered")
        case _:
            return _("Cancelled")


def row_time(at: datetime | None, zone: str, *, now: datetime) -> str:
    """ "10:42" today, "Yesterday", a weekday within the week, else "12 Nov"."""
    if at is None:
        return ""
    day, today = local(at, zone).date(), local(now, zone).date()
    if day >= today:
        return clock(at, zone)
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=7):
        return formats.date_format(day, "l")
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")


def day_label(day: date, *, today: date) -> str:
    """ "Today", "Yesterday", "Friday 20 November"."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return formats.date_format(day, "l j F" if day.year == today.year else "l j F Y")


def initials(name: str) -> str:
    """One or two letters for an avatar; "#" for a number."""
    letters = [word[0] for word in name.replace("@", " ").split() if word[0].isalpha()]
    return "".join(letters[:2]).upper() or "#"


def size_text(size: int | None) -> str:
    """ "48 KB"."""
    if size is None:
        return ""
    if size < 1024 * 1024:
        return _("%(n)s KB") % {"n": max(1, size // 1024)}
    return _("%(n)s MB") % {"n": formats.number_format(size / 1024 / 1024, 1)}
