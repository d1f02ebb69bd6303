"""What callers send to have a conversation or a message changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from accounts.api.bodies import Body

Tag = Annotated[str, Field(min_length=1, max_length=50)]


class ConversationIn(Body):
    """What may be changed of a conversation: its status, whose it is, its tags."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset({"priority"})
    NULLABLE: ClassVar[frozenset[str]] = frozenset({"assignee_id", "team_id"})

    status: Literal["open", "pending_customer", "snoozed", "closed"] | None = None
    snoozed_until: AwareDatetime | None = None
    assignee_id: UUID | Literal["me"] | None = None
    team_id: UUID | None = None
    tags: Annotated[list[Tag] | None, Field(max_length=50)] = None
    tags_add: Annotated[list[Tag], Field(max_length=50)] = []
    tags_remove: Annotated[list[Tag], Field(max_length=50)] = []
    expected_version: int | None = None


class OpenIn(Body):
    """POST /conversations: with whom, from which number."""

    ALIASES: ClassVar[Mapping[str, str]] = {
        "destination": "to",
        "phone": "to",
        "source": "from",
        "phone_number_id": "from",
    }

    to: Annotated[str, Field(min_length=1)] | None = None
    contact_id: UUID | None = None
    sender: Annotated[str | None, Field(alias="from")] = None
    country_code: str | None = None
    contact: dict[str, Any] | None = None


class MarkReadIn(Body):
    """POST /messages/read."""

    ALIASES: ClassVar[Mapping[str, str]] = {"message_id": "message_ids"}

    message_ids: Annotated[list[str], Field(min_length=1, max_length=100)]


class TypingIn(Body):
    """POST /messages/{id}/read."""

    typing: bool = False


class SeenIn(Body):
    """POST /conversations/{id}/read."""

    up_to_message_id: str | None = None
    notify_customer: bool | None = None


class TakeoverIn(Body):
    """POST /conversations/{id}/takeover."""

    user_id: UUID | None = None
    expected_version: int | None = None


class AssignIn(Body):
    """POST /conversations/{id}/assign: what is not named stays as it is, null is nobody."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"user_id", "team_id"})

    user_id: UUID | None = None
    team_id: UUID | None = None
    expected_version: int | None = None


class HandoffIn(Body):
    """POST /conversations/{id}/handoff."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset(
        {"summary", "facts", "promises", "open_question", "language", "suggested_reply"}
        | {"team_id", "user_id", "tell_customer"}
    )

    reason: Annotated[str | None, Field(max_length=24)] = None
    owner_epoch: int | None = None
    expected_version: int | None = None


class ReturnIn(Body):
    """POST /conversations/{id}/return-to-ai."""

    note: Annotated[str, Field(max_length=2000)] = ""
    answer_now: bool = False
    expected_version: int | None = None


class RetryIn(Body):
    """POST /messages/{id}/retry."""

    confirm_duplicate: bool = False


class CancelIn(Body):
    """POST /messages/{id}/cancel."""

    confirm_unknown: bool = False
