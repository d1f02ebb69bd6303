"""What can be wrong with a connection: everything `POST /control {"setup": {…}}` can change.

A token that works again, in place of the present one: `POST /control/token`.

Keys left out stay as they are; a list or an object replaces the one before:

``token``            "valid", "expired" (463), "password_changed" (460) or "invalid" (467)
``expires_in_s``     seconds until the token expires, as `/debug_token` tells; 0: never
``missing_scopes``   permissions the token lacks
``hidden_accounts``  WABAs the token does not see
``unsubscribed``     WABAs the app is not subscribed to: none of their webhooks is sent
``overrides``        ``{WABA or phone number id: address}``: where messages go instead of to us
``challenge``        "answered"; "none": the app has no address yet, so no webhooks but to an
                     override; "lost": as "none", and no challenge is ever answered
``other_secret``     true: webhooks are signed with another app secret
``stalled``          "messages", "statuses": what Meta keeps back while everything looks connected.
                     An address that answers its challenge ends the first, a subscription of the
                     app the second; what was kept back then comes
``quality``          GREEN, YELLOW, RED, UNKNOWN
``limit``            TIER_250 … TIER_UNLIMITED
``blocked``          what `health_status` complains of: "", "payment" or "policy"
``on_phone_app``     phone number ids that live in the phone app, too (coexistence)
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from simulator.wire import Json

SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging")
STALLING: Final = frozenset({"messages", "statuses"})
SUBCODES: Final[Mapping[str, int]] = {"expired": 463, "password_changed": 460, "invalid": 467}
CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "token": frozenset({"valid", *SUBCODES}),
    "challenge": frozenset({"answered", "none", "lost"}),
    "blocked": frozenset({"", "payment", "policy"}),
}
COMPLAINTS: Final[Mapping[str, tuple[int, str, str]]] = {
    "payment": (
        141006,
        "There is an error with the payment method.",
        "Add or repair the payment method in the Billing Hub.",
    ),
    "policy": (
        141010,
        "The account does not comply with the WhatsApp Business Messaging Policy.",
        "Request a review in Business Support Home.",
    ),
}


@dataclass(slots=True)
class Setup:
    """The switches as they are now; the module says what each does."""

    token: str = "valid"  # noqa: S105 - a state, no secret
    expires_in_s: float = 0.0
    missing_scopes: list[str] = field(default_factory=list)
    hidden_accounts: list[str] = field(default_factory=list)
    unsubscribed: list[str] = field(default_factory=list)
    overrides: dict[str, str] = field(default_factory=dict)
    challenge: str = "answered"
    other_secret: bool = False
    stalled: list[str] = field(default_factory=list)
    quality: str = "GREEN"
    limit: str = "TIER_2K"
    blocked: str = ""
    on_phone_app: list[str] = field(default_factory=list)

    def apply(self, changes: Json) -> None:
        """Change what `changes` names; all or nothing. Raises: ValueError, TypeError."""
        known = {entry.name for entry in fields(self)}
        if unknown := set(changes) - known:
            raise ValueError(f"unknown switch: {', '.join(sorted(unknown))}")
        checked = {name: self._checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def _checked(self, name: str, value: Any) -> Any:
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(sorted(CHOICES[name]))}")
        if name == "overrides":
            return {str(key): str(url) for key, url in value.items() if url}
        if name == "stalled" and not STALLING.issuperset(value):
            raise ValueError(f"{name} holds any of {', '.join(sorted(STALLING))}")
        return type(getattr(self, name))(value)

    def as_json(self) -> Json:
        """The switches in the shape `apply` takes."""
        return asdict(self)

    def stalls(self, value: Json) -> bool:
        """Whether a change with this value is kept back."""
        return not value.keys().isdisjoint(self.stalled)

    def flows(self, what: str) -> None:
        """This is no longer kept back."""
        self.stalled = [other for other in self.stalled if other != what]

    def lacks(self, scope: str) -> bool:
        """Whether the token was not given this permission."""
        return scope in self.missing_scopes

    def health(self, entity_id: str, kind: str) -> Json:
        """`health_status` of a number (PHONE_NUMBER) or an account (WABA)."""
        if not self.blocked:
            return {"can_send_message": "AVAILABLE", "entities": []}
        code, description, solution = COMPLAINTS[self.blocked]
        error = {
            "error_code": code,
            "error_description": description,
            "possible_solution": solution,
        }
        entity = {"entity_type": kind, "id": entity_id, "can_send_message": "BLOCKED"}
        return {"can_send_message": "BLOCKED", "entities": [entity | {"errors": [error]}]}
