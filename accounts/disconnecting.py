"""Taking a number off: nothing is sent from then on, and Meta is asked to deliver no more."""

from __future__ import annotations

from datetime import datetime

from accounts import setup_words
from accounts.actions.setup import remove_number
from accounts.actors import Actor
from accounts.graph import client_for
from accounts.models import PhoneNumber
from accounts.setup_faults import FAULTS, fault


def disconnect(number: PhoneNumber, *, by: Actor, at: datetime) -> str:
    """Stops sending first, then unsubscribes the account once no other number of it is connected.

    Calls Meta: not to be called inside a transaction. The answer: "" or why Meta did not agree;
    the number is off all the same, and what Meta still delivers is stored.
    """
    remove_number(number.pk, by=by, at=at)
    others = PhoneNumber.objects.filter(account=number.account_id, removed_at=None)
    if others.exists():
        return ""
    try:
        client_for(number.account).unsubscribe_app(number.account.waba_id)
    except FAULTS as error:
        outcome = fault(error)
        return setup_words.sentence(outcome.code, outcome.facts)
    return ""
