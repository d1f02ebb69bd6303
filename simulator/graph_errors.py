"""Refusals in the shape of Graph, with Meta's titles and HTTP statuses."""

import secrets
from collections.abc import Mapping
from typing import Final

from simulator.wire import Json, Response, as_json

HELP: Final = (
    "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"
)
TITLES: Final[Mapping[int, tuple[int, str]]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "API Too Many Calls"),
    10: (403, "API Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    101: (400, "Error validating application"),
    190: (401, "Error validating access token"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130403: (400, "User is blocked by the business"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name approval needed"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped user id is not supported for this message"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Template hydrated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132068: (400, "Flow is in blocked state"),
    132069: (400, "Flow is in throttled state"),
    133004: (503, "Server temporarily unavailable"),
    133005: (400, "Two step verification PIN mismatch"),
    133010: (400, "Phone number not registered"),
    133015: (400, "Please wait a few minutes before attempting to register this phone number"),
    133016: (400, "Account register deregister rate limit exceeded"),
    135000: (400, "Generic user error"),
    2593107: (400, "Synchronization request limit exceeded"),
    137000: (400, "Recipient identity key hash mismatch"),
}
DETAILS: Final[Mapping[int, str]] = {
    131026: "Message Undeliverable.",
    131047: (
        "Message failed to send because more than 24 hours have passed since the customer last "
        "replied to this number."
    ),
    131049: (
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."
    ),
    131056: "Message failed to send because there were too many messages to this user too quickly.",
    130429: "Message failed to send because there were too many messages from this number.",
    132015: "Template is paused due to low quality.",
    133010: "The account is not registered.",
}


class Refusal(Exception):
    """Graph says no. Becomes the HTTP answer at the edge of the Graph side."""

    def __init__(
        self,
        code: int,
        details: str | None = None,
        *,
        http: int | None = None,
        subcode: int | None = None,
        retry_after_s: int | None = None,
        user_message: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.http = http
        self.subcode = subcode
        self.retry_after_s = retry_after_s
        self.user_message = user_message

    def response(self) -> Response:
        """The answer of Graph: HTTP status of the table, one `error` object."""
        status, title = TITLES.get(self.code, (400, "Unknown error"))
        headers = {"retry-after": str(self.retry_after_s)} if self.retry_after_s else {}
        return as_json({"error": self._body(title)}, self.http or status, headers)

    def _body(self, title: str) -> Json:
        error: Json = {
            "message": f"(#{self.code}) {title}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {
                "messaging_product": "whatsapp",
                "details": self.details or DETAILS.get(self.code, title),
            },
            "fbtrace_id": f"A{secrets.token_urlsafe(16)[:22]}",
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.user_message:
            error |= {"error_user_title": title, "error_user_msg": self.user_message}
        return error


def unknown_object(name: str) -> Refusal:
    """Graph's answer to an id or path it does not know (100, subcode 33)."""
    details = (
        f"Unsupported request. Object with ID '{name}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation"
    )
    return Refusal(100, details, subcode=33)


def webhook_error(code: int, details: str | None = None) -> Json:
    """An entry of `errors[]` in a webhook."""
    title = TITLES.get(code, (400, "Unknown error"))[1]
    text = details or DETAILS.get(code, title)
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": text},
        "href": HELP,
    }
