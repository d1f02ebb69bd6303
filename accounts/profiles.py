"""The business profile that customers read about a number: it is at Meta, and only there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import setup_words
from accounts.actors import Actor
from accounts.events import announce, unit_of_work
from accounts.graph import client_for
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from accounts.setup_faults import FAULTS, UNREACHABLE, fault
from whatsapp import limits
from whatsapp.setup_calls import BusinessProfile

MOST: Final[Mapping[str, int]] = {
    "about": limits.PROFILE_ABOUT,
    "address": limits.PROFILE_ADDRESS,
    "description": limits.PROFILE_DESCRIPTION,
    "email": limits.PROFILE_EMAIL,
}
# Meta's words for a line of business, in Meta's order (OpenAPI v23.0, read 2026-09).
VERTICALS: Final[Mapping[str, Any]] = {
    "OTHER": gettext_lazy("Other"),
    "AUTO": gettext_lazy("Cars"),
    "BEAUTY": gettext_lazy("Beauty, spa and salon"),
    "APPAREL": gettext_lazy("Clothing"),
    "EDU": gettext_lazy("Education"),
    "ENTERTAIN": gettext_lazy("Entertainment"),
    "EVENT_PLAN": gettext_lazy("Event planning"),
    "FINANCE": gettext_lazy("Finance and banking"),
    "GROCERY": gettext_lazy("Food and groceries"),
    "GOVT": gettext_lazy("Public service"),
    "HOTEL": gettext_lazy("Hotel and lodging"),
    "HEALTH": gettext_lazy("Medical and health"),
    "NONPROFIT": gettext_lazy("Non-profit"),
    "PROF_SERVICES": gettext_lazy("Professional services"),
    "RETAIL": gettext_lazy("Shopping and retail"),
    "TRAVEL": gettext_lazy("Travel and transport"),
    "RESTAURANT": gettext_lazy("Restaurant"),
    "ALCOHOL": gettext_lazy("Alcoholic drinks"),
    "ONLINE_GAMBLING": gettext_lazy("Online gambling"),
    "PHYSICAL_GAMBLING": gettext_lazy("Gambling on the spot"),
    "OTC_DRUGS": gettext_lazy("Over-the-counter drugs"),
}


def read_profile(number: PhoneNumber) -> BusinessProfile:
    """As Meta has it now. Refuses: WHATSAPP_API_ERROR, UNAVAILABLE."""
    try:
        return client_for(number.account).business_profile(number.meta_phone_number_id)
    except FAULTS as error:
        raise _refusal(error) from error


def change_profile(
    number: PhoneNumber, changes: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Sets these at Meta; what is left out stays. Calls Meta: not inside a transaction.

    changes: about, address, description, email, websites (a list), vertical.
    Refuses: VALIDATION_ERROR before Meta is asked; WHATSAPP_API_ERROR; UNAVAILABLE.
    """
    for field, sentence in faults_of(changes):
        raise Refused("VALIDATION_ERROR", sentence, field=field)
    try:
        client = client_for(number.account)
        client.change_business_profile(number.meta_phone_number_id, changes)
    except FAULTS as error:
        raise _refusal(error) from error
    with unit_of_work():
        announce(
            "number.profile_changed",
            number.organization_id,
            by=by,
            at=at,
            ids=[number.pk],
            fields=sorted(changes),
        )


def faults_of(changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What Meta would refuse, as (field, sentence)."""
    for field, most in MOST.items():
        value = str(changes.get(field, ""))
        if len(value) > most:
            counted = {"most": most, "n": len(value)}
            yield field, _("At most %(most)s characters; this has %(n)s.") % counted
    if changes.get("about") == "":
        yield "about", _("Meta does not take an empty one.")
    if (email := changes.get("email")) and not _is_email(email):
        yield "email", _("This is no e-mail address.")
    yield from _faults_of_websites(changes.get("websites") or ())
    if changes.get("vertical") and changes["vertical"] not in VERTICALS:
        yield "vertical", _("Meta knows no such line of business.")


def _faults_of_websites(websites: Any) -> Iterator[tuple[str, str]]:
    if len(websites) > limits.PROFILE_WEBSITES:
        yield "websites", _("At most two websites.")
    for one in websites:
        if urlsplit(one).scheme not in ("http", "https") or not urlsplit(one).netloc:
            yield "websites", _("A website begins with https://.")
        elif len(one) > limits.PROFILE_WEBSITE:
            yield "websites", _("At most %(most)s characters.") % {"most": limits.PROFILE_WEBSITE}


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _refusal(error: Exception) -> Refused:
    outcome = fault(error)
    sentence = setup_words.sentence(outcome.code, outcome.facts)
    code = "UNAVAILABLE" if outcome.code in UNREACHABLE else "WHATSAPP_API_ERROR"
    return Refused(code, sentence)
