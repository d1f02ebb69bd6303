"""Another number of an account that is connected already."""

from __future__ import annotations

from datetime import datetime

from accounts import connecting
from accounts.actors import Actor
from accounts.looking import Wanted
from accounts.models import BusinessAccount, PhoneNumber, SetupStep
from accounts.refusals import Refused
from accounts.setup import SETTLED
from accounts.setup_words import sentence


def register(
    account: BusinessAccount, phone_number_id: str, *, pin: str, by: Actor, at: datetime
) -> tuple[PhoneNumber, bool]:
    """Connects it with the account's token and registers it; the number, and whether it is new.

    Calls Meta: not to be called inside a transaction. Where Meta does not register it, the number
    is kept all the same, and waits for that step.
    Refuses: VALIDATION_ERROR (pin) for a wrong one; NUMBER_THROTTLED; as `connecting.connect`.
    """
    wanted = Wanted(account.waba_id, phone_number_id, account.access_token, pin=pin)
    connected = connecting.connect(account.organization_id, wanted, by=by, at=at)
    number = connected.number
    if number is None:
        raise RuntimeError(f"{phone_number_id} was connected and is not there")
    step = SetupStep.objects.get(number=number, name="register_number")
    if step.state not in SETTLED:
        raise _refusal(step)
    return number, connected.is_new


def _refusal(step: SetupStep) -> Refused:
    said = sentence(step.code, step.facts)
    meta_error = {"code": step.facts["error"]} if "error" in step.facts else None
    if step.code in ("pin_wrong", "pin_needed"):
        return Refused("VALIDATION_ERROR", said, field="pin", meta_error=meta_error)
    if step.code in ("registered_too_often", "registering_waits", "pin_locked", "rests"):
        return Refused("NUMBER_THROTTLED", said, meta_error=meta_error)
    return Refused("WHATSAPP_API_ERROR", said, meta_error=meta_error)
