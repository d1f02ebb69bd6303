"""What a simulator is told at its start."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PHONE_NUMBER_ID: Final = "106540352242922"
WABA_ID: Final = "102290129340398"


@dataclass(frozen=True, slots=True)
class BusinessNumber:
    """A number of the business, as Graph knows it; `display` is digits only."""

    id: str = PHONE_NUMBER_ID
    waba_id: str = WABA_ID
    display: str = "15550783881"
    verified_name: str = "Kettle & Co"


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses, secrets and ids; `accept_log` gets one line per accepted message."""

    webhook_url: str | None = None
    app_secret: str = "simulator-app-secret"  # noqa: S105 - the secret of a make-believe app
    access_token: str = "simulator-token"  # noqa: S105 - the token of a make-believe app
    app_id: str = "670843887433847"
    pin: str = "123456"
    numbers: tuple[BusinessNumber, ...] = field(default_factory=lambda: (BusinessNumber(),))
    accept_log: Path | None = None
    seed: int = 1
    switches: dict[str, object] = field(default_factory=dict)
