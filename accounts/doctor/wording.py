"""The doctor's sentences, in the reader's language. Stored are codes and evidence only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.doctor.verdicts import Name, Repair, State

TITLES: Final[Mapping[str, str]] = {
    Name.TOKEN: noop("Access token"),
    Name.PERMISSIONS: noop("Permissions of the token"),
    Name.ACCOUNT_VISIBLE: noop("Business account"),
    Name.NUMBER_REGISTERED: noop("Registration of the number"),
    Name.WEBHOOK_SUBSCRIPTION: noop("Subscription of the app"),
    Name.WEBHOOK_OVERRIDE: noop("Address for webhooks"),
    Name.CHALLENGE: noop("Meta's challenge"),
    Name.SIGNATURE: noop("Signature"),
    Name.LAST_INBOUND: noop("Messages from customers"),
    Name.LAST_STATUS: noop("Reports of what was sent"),
    Name.QUALITY: noop("Quality and limits"),
    Name.PAYMENT: noop("Payment"),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    State.OK: (noop("Works"), "good"),
    State.WARNING: (noop("Look at it"), "warn"),
    State.BROKEN: (noop("Broken"), "bad"),
    State.UNKNOWN: (noop("Not looked at"), "idle"),
}
# What a check that was not made says of the one that prevented it.
BECAUSE: Final[Mapping[str, str]] = {
    Name.TOKEN: noop("Not looked at, because the token does not work."),
    Name.PERMISSIONS: noop("Not looked at, because the token lacks a permission."),
    Name.ACCOUNT_VISIBLE: noop("Not looked at, because the token does not see the account."),
    Name.NUMBER_REGISTERED: noop("Not looked at, because Meta does not know the number."),
    Name.WEBHOOK_SUBSCRIPTION: noop("Not looked at, because the app is not subscribed."),
    Name.WEBHOOK_OVERRIDE: noop("Not looked at, because messages go to another address."),
    Name.CHALLENGE: noop("Not looked at, because Meta has no address that answers."),
    Name.SIGNATURE: noop("Not looked at, because the signature does not fit."),
}
SENTENCES: Final[Mapping[tuple[str, str], str]] = {
    (Name.TOKEN, "no_token"): noop("The account has no access token: nothing can be sent."),
    (Name.TOKEN, "token_refused"): noop(
        "Meta refuses the access token. Nothing can be sent until it is replaced."
    ),
    (Name.TOKEN, "not_told"): noop("Meta tells nothing of this token; the next checks use it."),
    (Name.TOKEN, "works_again"): noop("The token works again, and sending is still paused."),
    (Name.TOKEN, "token_ends_soon"): noop("The token works until {expires_at}. Replace it before."),
    (Name.TOKEN, "token_ends"): noop("The token works until {expires_at}."),
    (Name.TOKEN, "token_for_ever"): noop("The token works and does not expire."),
    (Name.PERMISSIONS, "not_told"): noop("Meta tells nothing of this token's permissions."),
    (Name.PERMISSIONS, "missing"): noop("The token lacks the permission {missing}."),
    (Name.PERMISSIONS, "all"): noop("The token may look at the account and send from it."),
    (Name.ACCOUNT_VISIBLE, "not_visible"): noop(
        "The token does not see the account {waba_id}. Assign the account to its system user."
    ),
    (Name.ACCOUNT_VISIBLE, "other_account"): noop(
        "The number belongs to another account than {waba_id}."
    ),
    (Name.ACCOUNT_VISIBLE, "visible"): noop("The token sees the account."),
    (Name.NUMBER_REGISTERED, "deleted"): noop("Meta does not know this number any more."),
    (Name.NUMBER_REGISTERED, "not_registered"): noop(
        "The number is not registered with WhatsApp (Meta says {status})."
    ),
    (Name.NUMBER_REGISTERED, "works_again"): noop(
        "The number is registered again, and sending is still paused."
    ),
    (Name.NUMBER_REGISTERED, "registered"): noop("The number is registered."),
    (Name.WEBHOOK_SUBSCRIPTION, "not_subscribed"): noop(
        "The app is not subscribed to this account: nothing that customers write arrives."
    ),
    (Name.WEBHOOK_SUBSCRIPTION, "subscribed"): noop("The app is subscribed to this account."),
    (Name.WEBHOOK_OVERRIDE, "elsewhere"): noop(
        "Messages of this number go to another address: {address}"
    ),
    (Name.WEBHOOK_OVERRIDE, "ours"): noop("Messages go to our address."),
    (Name.WEBHOOK_OVERRIDE, "none_set"): noop("No other address is set."),
    (Name.CHALLENGE, "no_verify_token"): noop(
        "There is no verify token: WEBHOOK_VERIFY_TOKEN is empty, and the account has none."
    ),
    (Name.CHALLENGE, "no_address"): noop(
        "Meta has no address for webhooks: its challenge was never answered."
    ),
    (Name.CHALLENGE, "wrong_answer"): noop(
        "Our address answers the challenge wrongly: {address}. Look at the proxy before it."
    ),
    (Name.CHALLENGE, "unreachable"): noop(
        "Our address did not answer from here: {address}. Meta may not reach it either."
    ),
    (Name.CHALLENGE, "reached_all_the_same"): noop(
        "Meta reaches us, though our address does not answer from here."
    ),
    (Name.CHALLENGE, "answered"): noop("Our address answers the challenge."),
    (Name.SIGNATURE, "no_secret"): noop(
        "There is no app secret: nothing that Meta sends can be believed."
    ),
    (Name.SIGNATURE, "wrong_secret"): noop(
        "Webhooks come signed with another app secret than ours, the last one {last_at}."
    ),
    (Name.SIGNATURE, "right_secret"): noop("Webhooks come signed with our app secret."),
    (Name.SIGNATURE, "nothing_yet"): noop("No webhook has come yet, so none with a wrong one."),
    (Name.LAST_INBOUND, "silent"): noop(
        "Nothing has come since {since}. About {expected} messages are usual in that time."
    ),
    (Name.LAST_INBOUND, "received"): noop("The last message came {last_at}."),
    (Name.LAST_INBOUND, "none_yet"): noop("No customer has written yet."),
    (Name.LAST_STATUS, "unreported"): noop(
        "Meta has taken messages since {since} and reported nothing of them."
    ),
    (Name.LAST_STATUS, "reported"): noop("The last report came {last_at}."),
    (Name.LAST_STATUS, "none_sent"): noop("Nothing was sent lately, so nothing is to be reported."),
    (Name.QUALITY, "blocked"): noop("Meta does not let this number send. {meta}"),
    (Name.QUALITY, "limited"): noop("Meta limits this number ({status})."),
    (Name.QUALITY, "low"): noop("The quality is low: customers block or report this number."),
    (Name.QUALITY, "medium"): noop("The quality is medium: some customers block this number."),
    (Name.QUALITY, "works_again"): noop(
        "Meta lets this number send again, and sending is still paused."
    ),
    (Name.QUALITY, "high"): noop("The quality is high."),
    (Name.QUALITY, "unrated"): noop("Meta has not rated this number yet."),
    (Name.PAYMENT, "unpaid"): noop("Meta blocks sending for the payment. {meta}"),
    (Name.PAYMENT, "works_again"): noop(
        "Meta no longer complains about the payment, and sending is still paused."
    ),
    (Name.PAYMENT, "paid"): noop("Meta does not complain about the payment."),
}
NO_ANSWER: Final = noop("Meta did not answer. It is asked again in a few minutes.")
BUTTONS: Final[Mapping[str, str]] = {
    Repair.REPLACE_TOKEN: noop("Replace the token"),
    Repair.ASSIGN_ACCOUNT: noop("Open Meta's settings"),
    Repair.REGISTER: noop("Register the number"),
    Repair.SUBSCRIBE_APP: noop("Subscribe the app"),
    Repair.USE_OUR_ADDRESS: noop("Use our address"),
    Repair.SEND_CHALLENGE: noop("Have Meta challenge us"),
    Repair.ROTATE_SECRET: noop("Enter the app secret"),
    Repair.RESUME: noop("Resume sending"),
    Repair.OPEN_BILLING: noop("Open Meta's billing"),
    Repair.OPEN_MANAGER: noop("Open WhatsApp Manager"),
}
LABELS: Final[Mapping[str, str]] = {
    "code": noop("Code"),
    "subcode": noop("Subcode"),
    "meta": noop("Meta says"),
    "solution": noop("Meta advises"),
    "trace": noop("Trace for Meta's support"),
    "expires_at": noop("Expires"),
    "app_id": noop("App"),
    "missing": noop("Missing"),
    "scopes": noop("Permissions"),
    "waba_id": noop("Account"),
    "status": noop("Status"),
    "address": noop("Address"),
    "ours": noop("Our address"),
    "level": noop("Set at"),
    "count": noop("How many"),
    "last_at": noop("Last"),
    "since": noop("Since"),
    "expected": noop("Usual in that time"),
    "rating": noop("Quality"),
    "limit": noop("Messaging limit"),
    "reason": noop("Reason"),
}

PLACE: Final = re.compile(r"\{(\w+)\}")


def sentence(name: str, code: str, evidence: Mapping[str, Any]) -> str:
    """What a check found, in one sentence."""
    if code == "skipped":
        return _(BECAUSE[evidence["because"]])
    if code == "no_answer":
        return _(NO_ANSWER)
    text = _(SENTENCES[name, code])
    return PLACE.sub(lambda place: shown(evidence.get(place[1])), text).strip()


def evidence_lines(evidence: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a check has seen, each (label, value); what is not known is left out."""
    return tuple(
        (_(LABELS[key]), shown(value))
        for key, value in evidence.items()
        if key in LABELS and value not in (None, "")
    )


def shown(value: object) -> str:
    """A value of the evidence; moments in the reader's zone and language."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    moment = _moment(value)
    if moment is not None:
        return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return "" if value is None else str(value)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or "T" not in value or len(value) > 40:
        return None
    try:
        return parse_datetime(value)
    except ValueError:
        return None
