"""What callers send of campaigns and broadcasts. Aliases are those of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Any, ClassVar, Final, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from accounts.api.bodies import Body
from inbox.api.bodies import PlainContentIn

SENDER_ALIASES: Final[Mapping[str, str]] = {"phone_number_id": "from"}


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError(_("a time of the organization's own day, without a zone"))
    return value


LocalTime = Annotated[time, AfterValidator(_local)]
TemplateName = Annotated[str, Field(max_length=512)]
Language = Annotated[str, Field(max_length=24)]


class TemplateNameIn(Body):
    """A template by name and language."""

    name: TemplateName
    language: Language | None = None


class SegmentIn(Body):
    """Whoever has any of these labels, or all of them."""

    tags: list[str]
    match: Literal["any", "all"] = "any"


class ContactIn(Body):
    """What to call somebody who has no name yet."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset(
        {"first_name", "last_name", "email", "tags", "attributes", "external_id"}
    )

    name: Annotated[str, Field(max_length=120)] = ""


class RecipientIn(Body):
    """Somebody who is to get it. variables: their own values, which win."""

    to: str
    variables: dict[str, Any] = {}
    contact: ContactIn | None = None
    reference: Annotated[str, Field(max_length=255)] = ""


class RecipientsIn(Body):
    """POST /campaigns/{id}/recipients: at most 10,000."""

    recipients: list[RecipientIn]


class CampaignIn(Body):
    """POST /campaigns. template: a name, `name:language`, our id, or name and language."""

    ALIASES: ClassVar[Mapping[str, str]] = SENDER_ALIASES

    name: str
    template: str | TemplateNameIn
    language: Language | None = None
    sender: Annotated[str, Field(alias="from")]
    recipients: list[RecipientIn] = []
    segment: SegmentIn | None = None
    variables: dict[str, Any] = {}
    variables_map: dict[str, str] = {}
    scheduled_at: datetime | None = None
    per_second: int | None = None
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None


class CampaignEdit(Body):
    """PATCH /campaigns/{id}: what is given changes, null empties."""

    ALIASES: ClassVar[Mapping[str, str]] = SENDER_ALIASES
    NULLABLE: ClassVar[frozenset[str]] = frozenset(
        {"language", "segment", "scheduled_at", "per_second", "quiet_from", "quiet_until"}
    )

    name: str | None = None
    template: str | TemplateNameIn | None = None
    language: Language | None = None
    sender: Annotated[str | None, Field(alias="from")] = None
    # Refused by name: nobody is to guess whether it replaces those that are there.
    recipients: list[Any] | None = None
    segment: SegmentIn | None = None
    variables: dict[str, Any] | None = None
    variables_map: dict[str, str] | None = None
    scheduled_at: datetime | None = None
    per_second: int | None = None
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None


class BroadcastIn(PlainContentIn):
    """POST /messages/broadcast: one text, template or file to at most a thousand people."""

    ALIASES: ClassVar[Mapping[str, str]] = {
        **SENDER_ALIASES,
        "destination": "to",
        "source": "from",
        "scheduled": "scheduled_at",
    }
    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset({"valid_until"})

    to: Annotated[list[str], Field(min_length=1, max_length=1000)]
    sender: Annotated[str, Field(alias="from")]
    type: str
    reference: Annotated[str, Field(max_length=255)] = ""
    scheduled_at: datetime | None = None
