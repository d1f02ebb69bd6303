"""The words of statuses, reasons, languages and faults, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from templates_app.compiler import Fault, Kind, Variable, Why
from templates_app.models import MessageTemplate, TemplateChange
from whatsapp.payload_checks import MESSAGES

# Meta's word: what a chip shows, and its tone.
STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "APPROVED": (noop("Approved"), "good"),
    "PENDING": (noop("In review"), "idle"),
    "REJECTED": (noop("Rejected"), "bad"),
    "PAUSED": (noop("Paused"), "warn"),
    "DISABLED": (noop("Disabled"), "bad"),
    "IN_APPEAL": (noop("In appeal"), "idle"),
    "PENDING_DELETION": (noop("Being deleted"), "idle"),
    "DELETED": (noop("Deleted"), "idle"),
    "LIMIT_EXCEEDED": (noop("Over the limit"), "warn"),
    "ARCHIVED": (noop("Archived"), "idle"),
}
QUALITIES: Final[Mapping[str, tuple[str, str]]] = {
    "GREEN": (noop("High"), "good"),
    "YELLOW": (noop("Medium"), "warn"),
    "RED": (noop("Low"), "bad"),
    "UNKNOWN": (noop("No rating yet"), "plain"),
}
CATEGORIES: Final[Mapping[str, str]] = {
    "MARKETING": noop("Marketing"),
    "UTILITY": noop("Utility"),
    "AUTHENTICATION": noop("Authentication"),
}
STATUS_SENTENCES: Final[Mapping[str, str]] = {
    "PENDING": noop("Meta has not approved this template yet."),
    "REJECTED": noop("Meta rejected this template."),
    "PAUSED": noop("Meta paused this template because of its quality."),
    "DISABLED": noop("Meta disabled this template."),
    "IN_APPEAL": noop("Meta is looking at this template again."),
    "PENDING_DELETION": noop("This template is being deleted."),
    "DELETED": noop("This template was deleted."),
    "LIMIT_EXCEEDED": noop("The account has more templates than Meta allows."),
    "ARCHIVED": noop("This template is archived."),
}
# Meta's reasons of a rejection, in plain words.
REJECTIONS: Final[Mapping[str, str]] = {
    "ABUSIVE_CONTENT": noop("Meta takes it for threatening, abusive or otherwise forbidden."),
    "CATEGORY_NOT_AVAILABLE": noop("This category is not open to this account."),
    "INCORRECT_CATEGORY": noop("Its content does not fit its category."),
    "INVALID_FORMAT": noop(
        "Its form is not right: look at variables, examples, links and spelling."
    ),
    "PROMOTIONAL": noop("It promotes something, and is not in the marketing category."),
    "SCAM": noop("Meta takes it for a fraud."),
    "TAG_CONTENT_MISMATCH": noop("Its text does not fit its language or its category."),
}
OBSTACLE_SENTENCES: Final[Mapping[str, str]] = {
    Why.CATALOG: noop("A button opens the catalogue. Baton cannot send that yet."),
    Why.PRODUCTS: noop("It shows products. Baton cannot send that yet."),
    Why.CALLS: noop("It is about calls. Baton cannot send that yet."),
    Why.UNKNOWN_BUTTON: noop("It has a button that Baton does not know: %(detail)s."),
    Why.UNKNOWN_PART: noop("It has a part that Baton does not know: %(detail)s."),
    Why.VARIABLES: noop("Its variables cannot be read."),
    Why.UNREADABLE: noop("It cannot be read."),
}
KIND_LABELS: Final[Mapping[str, str]] = {
    Kind.IMAGE: noop("Picture"),
    Kind.VIDEO: noop("Video"),
    Kind.DOCUMENT: noop("Document"),
    Kind.FILENAME: noop("File name"),
    Kind.LATITUDE: noop("Latitude"),
    Kind.LONGITUDE: noop("Longitude"),
    Kind.ONE_TIME_CODE: noop("One-time code"),
    Kind.MOMENT: noop("The offer ends"),
}
PLACE_LABELS: Final[Mapping[str, str]] = {
    "name": noop("Name of the place"),
    "address": noop("Address"),
}
PLACE_TEXTS: Final = tuple(f"header.{name}" for name in PLACE_LABELS)
FAULTS: Final[Mapping[str, str]] = {
    "LINE_BREAK": noop("WhatsApp allows no line breaks or tabs in a value."),
    "SPACES": noop("WhatsApp allows at most three spaces in a row in a value."),
    "CONTROL": noop("This holds a character that WhatsApp does not allow."),
    "FILE": noop("Give a file, or a link that begins with https://."),
    "DEGREES": noop("Give degrees as a number, such as 52.3702."),
    "MOMENT": noop("Give a day and a time."),
}


def status_label(status: str) -> str:
    """What a chip shows; a word of Meta's that we do not know stays as it is."""
    return _(STATUSES[status][0]) if status in STATUSES else status


def status_tone(status: str) -> str:
    """good, warn, bad or idle."""
    return STATUSES.get(status, ("", "idle"))[1]


def quality_label(quality: str) -> str:
    """Meta's rating in words."""
    return _(QUALITIES[quality][0]) if quality in QUALITIES else quality


def quality_tone(quality: str) -> str:
    """good, warn, bad or plain."""
    return QUALITIES.get(quality, ("", "plain"))[1]


def category_label(category: str) -> str:
    """Marketing, utility, authentication; else Meta's word."""
    return _(CATEGORIES[category]) if category in CATEGORIES else category


def language_label(code: str) -> str:
    """ "English (US)" for en_US; Meta's code itself where the language has no name here."""
    base, *rest = code.split("_")
    try:
        name = str(get_language_info(base)["name_translated"])
    except KeyError:
        return code
    name = name[:1].upper() + name[1:]
    return f"{name} ({'_'.join(rest)})" if rest else name


def not_sendable_sentence(template: MessageTemplate) -> str:
    """Why a template cannot be sent; "" when it can."""
    why, _colon, detail = template.not_sendable_reason.partition(":")
    if why == "status":
        return _status_sentence(template)
    sentence = OBSTACLE_SENTENCES.get(why)
    if sentence is None:
        # What an earlier release could not send: the next sync judges it anew.
        return _("Baton has not read it since its last update.") if why else ""
    return _(sentence) % {"detail": detail}


def _status_sentence(template: MessageTemplate) -> str:
    known = STATUS_SENTENCES.get(template.status)
    if known is None:
        return _("Meta's status of this template is %(status)s.") % {"status": template.status}
    return f"{_(known)} {rejection_sentence(template.rejected_reason)}".strip()


def rejection_sentence(reason: str) -> str:
    """Meta's reason in plain words; one that we do not know stays Meta's word, in brackets."""
    if reason in REJECTIONS:
        return _(REJECTIONS[reason])
    return f"({reason})" if reason else ""


def variable_label(variable: Variable) -> str:
    """What stands beside the field of a variable: never a bare number."""
    match variable.kind:
        case Kind.TEXT:
            return _text_label(variable)
        case Kind.SUFFIX:
            return _("End of the link of “%(button)s”") % {"button": variable.label}
        case Kind.CODE:
            return _("Code of “%(button)s”") % {"button": variable.label}
        case Kind.PAYLOAD:
            return _("What “%(button)s” tells a program") % {"button": variable.label}
        case kind if kind in KIND_LABELS:
            return _(KIND_LABELS[kind])
        case _:
            return variable.label


def _text_label(variable: Variable) -> str:
    name = variable.name.rpartition(".")[2]
    if variable.name.endswith(PLACE_TEXTS):
        return _(PLACE_LABELS[name])
    if not name.isdigit():
        return variable.label
    facts = {"number": name, "words": variable.before or variable.after}
    if variable.before:
        return _("%(number)s · after “%(words)s”") % facts
    if variable.after:
        return _("%(number)s · before “%(words)s”") % facts
    if variable.place == "header":
        return _("Value %(number)s of the heading") % facts
    return _("Value %(number)s of the text") % facts


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a value."""
    if fault.code in FAULTS:
        return _(FAULTS[fault.code])
    return _(MESSAGES[fault.code]).format(**fault.data)


def time_text(at: datetime, zone: str) -> str:
    """A date with its time, in the reader's zone."""
    return formats.date_format(at.astimezone(ZoneInfo(zone)), "DATETIME_FORMAT")


def day_text(at: datetime, zone: str) -> str:
    """A date in the reader's zone."""
    return formats.date_format(at.astimezone(ZoneInfo(zone)), "DATE_FORMAT")


def change_sentence(change: TemplateChange) -> str:
    """One line of a template's history."""
    if change.what in DEEDS:
        return _(DEEDS[change.what]) if change.by else _(DEEDS_AT_META[change.what])
    label, words = CHANGED[change.what]
    facts = {"before": words(change.before) or "–", "after": words(change.after) or "–"}
    sentence = _(label) % facts
    return f"{sentence}. {rejection_sentence(change.reason)}" if change.reason else sentence


DEEDS: Final[Mapping[str, str]] = {
    "made": noop("Handed in for review"),
    "edited": noop("Edited, and handed in again"),
    "deleted": noop("Deleted"),
    "woken": noop("Asked Meta to let it go on"),
}
DEEDS_AT_META: Final[Mapping[str, str]] = {
    **DEEDS,
    "edited": noop("Edited at Meta"),
}
CHANGED: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "status": (noop("Status: %(before)s → %(after)s"), status_label),
    "quality": (noop("Quality: %(before)s → %(after)s"), quality_label),
    "category": (noop("Category: %(before)s → %(after)s"), category_label),
}
