"""The doctor's buttons: each makes one call to Meta, then has the number looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actions.checkups import ask_for_checkup
from accounts.actions.numbers import resume_number
from accounts.actors import Actor
from accounts.crypto import WrongPlace
from accounts.doctor.examining import callback_url
from accounts.doctor.judging import same_address
from accounts.doctor.verdicts import Name, Repair
from accounts.events import announce, transactional
from accounts.graph import NoToken, client_for
from accounts.models import BusinessAccount, Check, NumberStatus, PhoneNumber
from accounts.refusals import Refused
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

PIN_REFUSED: Final = frozenset({133005, 133006, 133008, 133009})
TOO_OFTEN: Final = frozenset({133008, 133009, 133015, 133016})


def repair(number: PhoneNumber, what: Repair, *, pin: str = "", by: Actor, at: datetime) -> None:
    """Does what one button says. pin: for `register` only.

    Refuses: VALIDATION_ERROR (field pin for a wrong one, 133005), NUMBER_THROTTLED,
    NO_CONNECTED_ACCOUNT without a token, WHATSAPP_API_ERROR for every other no of Meta's.
    """
    if what is Repair.RESUME:
        resume_number(number.pk, by=by, at=at)
    elif act := ACTS.get(what):
        _ask_meta(number, lambda client: act(client, number, pin))
    else:
        raise Refused("VALIDATION_ERROR", _("There is no such repair."), field="repair")
    _repaired(number, what, by=by, at=at)


@transactional
def _repaired(number: PhoneNumber, what: Repair, *, by: Actor, at: datetime) -> None:
    announce(
        "number.repaired", number.organization_id, by=by, at=at, ids=[number.pk], repair=what.value
    )
    number.refresh_from_db(fields=["status", "status_reason"])
    stopped_for = number.status_reason if number.status == NumberStatus.ERROR else ""
    if what is Repair.REGISTER and stopped_for == "not_registered":
        resume_number(number.pk, by=by, at=at)
    ask_for_checkup(number.pk, by=by, at=at)


def _register(client: CloudApi, number: PhoneNumber, pin: str) -> None:
    if not (pin.isascii() and pin.isdigit() and len(pin) == 6):
        raise Refused("VALIDATION_ERROR", _("The PIN has six digits."), field="pin")
    client.register(number.meta_phone_number_id, pin)


def _subscribe(client: CloudApi, number: PhoneNumber, _pin: str) -> None:
    """Subscribing without an address takes one away that is set: ours is named again."""
    level, address = _place(number)
    if level == "whatsapp_business_account" and same_address(address, callback_url()):
        _send_challenge(client, number, "")
    else:
        client.subscribe_app(number.account.waba_id)


def _use_our_address(client: CloudApi, number: PhoneNumber, _pin: str) -> None:
    """Takes away what leads elsewhere; where the app's own address does, sets ours before it."""
    level, _address = _place(number)
    if level == "phone_number":
        client.set_number_callback(number.meta_phone_number_id)
    elif level == "whatsapp_business_account":
        client.subscribe_app(number.account.waba_id)
    else:
        _send_challenge(client, number, "")


def _place(number: PhoneNumber) -> tuple[str, str]:
    """Where the address that counts is set, and which it is, as the doctor has last seen it."""
    row = Check.objects.filter(phone_number=number, name=Name.WEBHOOK_OVERRIDE.value).first()
    seen = row.evidence if row else {}
    return str(seen.get("level", "")), str(seen.get("address", ""))


def _send_challenge(client: CloudApi, number: PhoneNumber, _pin: str) -> None:
    """Meta asks our address at once, and takes it for this account when it answers."""
    token = _verify_token(number.account)
    if not token:
        raise Refused("STATE_CONFLICT", _("There is no verify token: set WEBHOOK_VERIFY_TOKEN."))
    client.subscribe_app(number.account.waba_id, callback_url=callback_url(), verify_token=token)


def _verify_token(account: BusinessAccount) -> str:
    try:
        return account.verify_token or settings.WEBHOOK_VERIFY_TOKEN
    except WrongPlace:  # sealed with a key that is gone
        return str(settings.WEBHOOK_VERIFY_TOKEN)


ACTS: Final[Mapping[Repair, Callable[[CloudApi, PhoneNumber, str], None]]] = {
    Repair.REGISTER: _register,
    Repair.SUBSCRIBE_APP: _subscribe,
    Repair.USE_OUR_ADDRESS: _use_our_address,
    Repair.SEND_CHALLENGE: _send_challenge,
}


def _ask_meta(number: PhoneNumber, act: Callable[[CloudApi], None]) -> None:
    try:
        act(client_for(number.account))
    except (NoToken, WrongPlace) as error:
        raise Refused("NO_CONNECTED_ACCOUNT", _("Its account has no access token yet.")) from error
    except CloudApiError as error:
        raise refused_by_meta(error) from error
    except (NotSent, OutcomeUnknown) as error:
        raise Refused(
            "WHATSAPP_API_ERROR", _("Meta did not answer. Try again in a moment.")
        ) from error


def refused_by_meta(error: CloudApiError) -> Refused:
    """Meta's no in the words of the error table; a wrong PIN lands at its field."""
    told: dict[str, Any] = {"meta_code": error.code, "meta_subcode": error.subcode}
    sentence = error.rule.fill(_(error.rule.sentence), error.details or error.title)
    if error.code == 100 and error.subcode == 2200:
        sentence = _("Meta sent its challenge to our address and got no right answer.")
    if error.code in TOO_OFTEN:
        return Refused("NUMBER_THROTTLED", sentence, field="pin", **told)
    if error.code in PIN_REFUSED:
        return Refused("VALIDATION_ERROR", sentence, field="pin", **told)
    return Refused("WHATSAPP_API_ERROR", sentence or error.details, **told)
