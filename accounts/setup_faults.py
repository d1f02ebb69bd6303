"""Why Meta did not do what a step of the setup asked: which sentence, and whether to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accounts.crypto import WrongPlace
from accounts.graph import NoToken
from accounts.setup import Outcome, failed
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

FAULTS: Final = (CloudApiError, NotSent, OutcomeUnknown, NoToken, WrongPlace)
# No other step comes out better while this is so.
STOPS: Final = frozenset(
    {"token_refused", "token_missing", "unreachable", "no_clear_answer", "rests"}
)
OF_META: Final[Mapping[int, str]] = {
    190: "token_refused",
    10: "token_may_not",
    200: "token_may_not",
    133005: "pin_wrong",
    133006: "number_unverified",
    133008: "pin_locked",
    133009: "pin_locked",
    133010: "number_not_registered",
    133015: "registering_waits",
    133016: "registered_too_often",
    4: "rests",
    80007: "rests",
    2593107: "sync_started",
    2593108: "sync_too_late",
}
UNREACHABLE: Final = frozenset({"unreachable", "no_clear_answer"})
UNKNOWN_OBJECT: Final = 33  # a subcode of 100
CHALLENGE_FAILED: Final = 2200


def fault(error: Exception) -> Outcome:
    """The failed step. error: one of FAULTS."""
    match error:
        case CloudApiError():
            said = {"error": error.code, "details": error.details or error.title}
            return failed(_code_of(error), **said)
        case NoToken():
            return failed("token_missing")
        case WrongPlace():
            return failed("token_sealed")
        case NotSent():
            return failed("unreachable")
    return failed("no_clear_answer")


def _code_of(error: CloudApiError) -> str:
    if error.code == 100 and error.subcode == UNKNOWN_OBJECT:
        return "unknown_object"
    if error.code == 100 and error.subcode == CHALLENGE_FAILED:
        return "challenge_failed"
    return OF_META.get(error.code, "meta_says")
