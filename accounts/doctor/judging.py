"""What the answers of Meta mean: one small judgement for each check. No fault names another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.doctor.facts import MetaFacts, NoAnswer, NoToken, Own, Refusal, Subscription
from accounts.doctor.verdicts import Name, Repair, State, Verdict, skipped
from whatsapp.answers import PhoneNumberFacts
from whatsapp.errors import Remedy, rule_for
from whatsapp.setup_calls import MANAGEMENT, MESSAGING, TokenFacts

ENDS_SOON: Final = timedelta(days=14)
TOKEN_REFUSED: Final = frozenset({0, 102, 104, 190})
# Words of Meta's reference and of its OpenAPI file for a number that is registered all the same.
REGISTERED: Final = frozenset({"CONNECTED", "FLAGGED", "RESTRICTED", "RATE_LIMITED", "BANNED"})
LIMITED: Final = frozenset({"FLAGGED", "RESTRICTED", "RATE_LIMITED"})
# Error codes of `health_status`; 131042 is what a send gets for the same reason.
PAYMENT_CODES: Final = frozenset({141006, 131042})
# Which `status_reason` of a number each check explains.
STOPPED_FOR: Final[Mapping[Name, frozenset[str]]] = {
    Name.TOKEN: frozenset({"token_expired"}),
    Name.NUMBER_REGISTERED: frozenset({"not_registered"}),
    Name.QUALITY: frozenset({"locked", "restricted"}),
    Name.PAYMENT: frozenset({"payment"}),
}
NEEDED: Final = (MANAGEMENT, MESSAGING)


def token(facts: MetaFacts, own: Own, *, at: datetime) -> Verdict:
    """Whether Meta takes the token at all."""
    match facts.token:
        case NoToken():
            return _broken(Name.TOKEN, "no_token", repair=Repair.REPLACE_TOKEN)
        case NoAnswer() as none:
            return Verdict(Name.TOKEN, State.UNKNOWN, "no_answer", {"reason": none.reason})
        case Refusal() as refusal:
            if refusal.code not in TOKEN_REFUSED:  # some tokens may not be asked about themselves
                return Verdict(Name.TOKEN, State.UNKNOWN, "not_told", refusal.evidence)
            return _broken(Name.TOKEN, "token_refused", refusal.evidence, Repair.REPLACE_TOKEN)
        case TokenFacts() as known:
            return _known_token(known, own, at=at)


def _known_token(known: TokenFacts, own: Own, *, at: datetime) -> Verdict:
    ends = known.expires_at
    evidence = {"expires_at": ends.isoformat() if ends else None, "app_id": known.app_id}
    if not known.is_valid:
        return _broken(Name.TOKEN, "token_refused", evidence, Repair.REPLACE_TOKEN)
    if own.stopped_for in STOPPED_FOR[Name.TOKEN]:
        return _to_resume(Name.TOKEN, evidence)
    if ends and ends - at < ENDS_SOON:
        repair = Repair.REPLACE_TOKEN
        return Verdict(Name.TOKEN, State.WARNING, "token_ends_soon", evidence, repair)
    return Verdict(Name.TOKEN, State.OK, "token_ends" if ends else "token_for_ever", evidence)


def permissions(facts: MetaFacts) -> Verdict:
    """Whether the token may do both: look at the account, and send."""
    if stopped := _stopped(Name.PERMISSIONS, facts, _dead_token(facts)):
        return stopped
    if not isinstance(facts.token, TokenFacts):
        return Verdict(Name.PERMISSIONS, State.UNKNOWN, "not_told")
    missing = [scope for scope in NEEDED if scope not in facts.token.scopes]
    if missing:
        evidence = {"missing": missing}
        return _broken(Name.PERMISSIONS, "missing", evidence, Repair.REPLACE_TOKEN)
    return Verdict(Name.PERMISSIONS, State.OK, "all", {"scopes": list(NEEDED)})


def account_visible(facts: MetaFacts, own: Own) -> Verdict:
    """Whether the token sees the account, and the account has the number."""
    name, evidence = Name.ACCOUNT_VISIBLE, {"waba_id": own.waba_id}
    if stopped := _stopped(name, facts, _not_reached(facts)):
        return stopped
    match facts.listed:
        case Refusal() as refusal:
            found = evidence | refusal.evidence
            return _broken(name, "not_visible", found, Repair.ASSIGN_ACCOUNT)
        case False if isinstance(facts.number, PhoneNumberFacts):
            return _broken(name, "other_account", evidence, Repair.ASSIGN_ACCOUNT)
        case None | NoAnswer():
            return _no_answer(name)
    return Verdict(name, State.OK, "visible", evidence)


def number_registered(facts: MetaFacts, own: Own) -> Verdict:
    """Whether the number may send by the Cloud API."""
    name = Name.NUMBER_REGISTERED
    if stopped := _stopped(name, facts, _unseen(facts)):
        return stopped
    match facts.number:
        case Refusal() as refusal:
            return _broken(name, "deleted", refusal.evidence, Repair.OPEN_MANAGER)
        case None | NoAnswer():
            return _no_answer(name)
    status = facts.number.status
    if status is None or status in REGISTERED:
        if own.stopped_for in STOPPED_FOR[name]:
            return _to_resume(name, {"status": status})
        return Verdict(name, State.OK, "registered", {"status": status})
    repair = Repair.OPEN_MANAGER if own.coexistence else Repair.REGISTER
    return _broken(name, "not_registered", {"status": status}, repair)


def webhook_subscription(facts: MetaFacts) -> Verdict:
    """Whether the account's webhooks come to the app of this token."""
    name = Name.WEBHOOK_SUBSCRIPTION
    if stopped := _stopped(name, facts, _unseen(facts)):
        return stopped
    match facts.subscription:
        case Subscription(subscribed=True):
            return Verdict(name, State.OK, "subscribed", {"app_id": _app_id(facts)})
        case Subscription():
            evidence = {"app_id": _app_id(facts)}
            return _broken(name, "not_subscribed", evidence, Repair.SUBSCRIBE_APP)
        case Refusal() as refusal:
            return _broken(name, "not_subscribed", refusal.evidence, Repair.SUBSCRIBE_APP)
    return _no_answer(name)


def webhook_override(facts: MetaFacts, own: Own) -> Verdict:
    """Whether the messages of this number go to our address: the first that is set counts."""
    name = Name.WEBHOOK_OVERRIDE
    if stopped := _stopped(name, facts, _unseen(facts)):
        return stopped
    places = _addresses(facts)
    if places is None:
        return _no_answer(name)
    level, address = next(places, ("application", ""))
    evidence = {"address": address, "ours": own.callback, "level": level}
    if address and not same_address(address, own.callback):
        return _broken(name, "elsewhere", evidence, Repair.USE_OUR_ADDRESS)
    return Verdict(name, State.OK, "ours" if address else "none_set", evidence)


def has_address(facts: MetaFacts) -> bool | None:
    """Whether Meta has any address for this number's messages; None: not known."""
    if isinstance(facts.token, NoAnswer) or _unseen(facts):
        return None
    places = _addresses(facts)
    if places is None or not isinstance(facts.number, PhoneNumberFacts):
        return None
    if facts.number.webhook_configuration is None:
        return None
    return next(places, None) is not None


def _addresses(facts: MetaFacts) -> Iterator[tuple[str, str]] | None:
    number, subscription = facts.number, facts.subscription
    if not isinstance(number, PhoneNumberFacts):
        return None
    told = number.webhook_configuration or {}
    override = subscription.override if isinstance(subscription, Subscription) else ""
    places = {
        "phone_number": told.get("phone_number"),
        "whatsapp_business_account": told.get("whatsapp_business_account") or override,
        "application": told.get("application"),
    }
    return ((level, str(address)) for level, address in places.items() if address)


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one: the slash at the end is nobody's difference."""
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()


def quality(facts: MetaFacts, own: Own) -> Verdict:
    """What customers make of the number, and what Meta limits for it."""
    name = Name.QUALITY
    if stopped := _stopped(name, facts, _unread(facts)):
        return stopped
    if not isinstance(facts.number, PhoneNumberFacts):
        return _no_answer(name)
    number = facts.number
    evidence: dict[str, Any] = {"rating": number.quality_rating, "limit": number.messaging_limit}
    stops = [one for one in _complaints(number) if one["code"] not in PAYMENT_CODES]
    if number.status == "BANNED" or stops:
        return _broken(name, "blocked", evidence | _first(stops), Repair.OPEN_MANAGER)
    if number.status in LIMITED:
        return Verdict(
            name,
            State.WARNING,
            "limited",
            evidence | {"status": number.status},
            Repair.OPEN_MANAGER,
        )
    if number.quality_rating in ("RED", "YELLOW"):
        code = "low" if number.quality_rating == "RED" else "medium"
        return Verdict(name, State.WARNING, code, evidence, Repair.OPEN_MANAGER)
    if own.stopped_for in STOPPED_FOR[name]:
        return _to_resume(name, evidence)
    known = number.quality_rating == "GREEN"
    return Verdict(name, State.OK, "high" if known else "unrated", evidence)


def payment(facts: MetaFacts, own: Own) -> Verdict:
    """Whether Meta blocks sending for want of money."""
    name = Name.PAYMENT
    if stopped := _stopped(name, facts, _unread(facts)):
        return stopped
    if not isinstance(facts.number, PhoneNumberFacts):
        return _no_answer(name)
    unpaid = [one for one in _complaints(facts.number) if one["code"] in PAYMENT_CODES]
    if unpaid:
        return _broken(name, "unpaid", _first(unpaid), Repair.OPEN_BILLING)
    if own.stopped_for in STOPPED_FOR[name]:
        return _to_resume(name, {})
    return Verdict(name, State.OK, "paid")


def _to_resume(name: Name, evidence: dict[str, Any]) -> Verdict:
    """What stopped sending is over, and only a person lets it go on."""
    return Verdict(name, State.WARNING, "works_again", evidence, Repair.RESUME)


def _complaints(number: PhoneNumberFacts) -> list[dict[str, Any]]:
    entities = (number.health_status or {}).get("entities")
    return [
        {
            "code": error.get("error_code"),
            "meta": str(error.get("error_description") or "")[:300],
            "solution": str(error.get("possible_solution") or "")[:300],
        }
        for entity in _rows(entities)
        if entity.get("can_send_message") == "BLOCKED"
        for error in _rows(entity.get("errors"))
    ]


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _first(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return rows[0] if rows else {}


def is_trouble(refusal: Refusal) -> bool:
    """Whether Meta only could not answer just now: that says nothing about the connection."""
    return rule_for(refusal.code, subcode=refusal.subcode).remedy is Remedy.RETRY


def _app_id(facts: MetaFacts) -> str:
    return facts.token.app_id if isinstance(facts.token, TokenFacts) else ""


def _stopped(name: Name, facts: MetaFacts, reason: Name | None) -> Verdict | None:
    """What stands for a check that something before it makes impossible."""
    if isinstance(facts.token, NoAnswer):
        return _no_answer(name)
    return skipped(name, because=reason) if reason else None


def _dead_token(facts: MetaFacts) -> Name | None:
    match facts.token:
        case NoToken() | Refusal(code=0 | 102 | 104 | 190) | TokenFacts(is_valid=False):
            return Name.TOKEN
    return None


def may_ask(facts: MetaFacts) -> bool:
    """Whether anything below the token can be asked."""
    return not isinstance(facts.token, NoAnswer) and _not_reached(facts) is None


def _not_reached(facts: MetaFacts) -> Name | None:
    """Why the account was not asked about."""
    if dead := _dead_token(facts):
        return dead
    token = facts.token
    lacks = isinstance(token, TokenFacts) and MANAGEMENT not in token.scopes
    return Name.PERMISSIONS if lacks else None


def _unseen(facts: MetaFacts) -> Name | None:
    """Why nothing below the account can be judged."""
    if reason := _not_reached(facts):
        return reason
    other = facts.listed is False and isinstance(facts.number, PhoneNumberFacts)
    return Name.ACCOUNT_VISIBLE if isinstance(facts.listed, Refusal) or other else None


def _unread(facts: MetaFacts) -> Name | None:
    """Why nothing about the number itself can be judged."""
    if reason := _unseen(facts):
        return reason
    return Name.NUMBER_REGISTERED if isinstance(facts.number, Refusal) else None


def _no_answer(name: Name) -> Verdict:
    return Verdict(name, State.UNKNOWN, "no_answer")


def _broken(
    name: Name, code: str, evidence: dict[str, Any] | None = None, repair: Repair | None = None
) -> Verdict:
    return Verdict(name, State.BROKEN, code, evidence or {}, repair)
