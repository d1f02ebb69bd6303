"""Who does something: a person, a key, the assistant, the customer, the phone, or Baton itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from accounts.models import ApiKey, Person


@dataclass(frozen=True, slots=True)
class Actor:
    """type: a sender type of the REST contract (agent, api, ai, contact, device, campaign, system).

    person_id is set where a person stands behind it: an agent, or a key of kind `human`.
    """

    type: str
    id: UUID | None = None
    name: str = ""
    person_id: UUID | None = None


SYSTEM: Final = Actor("system", name="Baton")
CONTACT: Final = Actor("contact")
DEVICE: Final = Actor("device")


def agent(person: Person) -> Actor:
    """A person in the browser."""
    return Actor("agent", person.pk, person.name, person.pk)


def api_key(key: ApiKey) -> Actor:
    """What a send with this key counts as: a person's takeover, the bot, or neither."""
    if key.kind == "human" and key.user is not None:
        return Actor("agent", key.user.pk, key.user.name, key.user.pk)
    if key.kind == "ai":
        return Actor("ai", key.bot_id, key.name)
    return Actor("api", key.pk, key.name)


def bot(bot_id: UUID, name: str) -> Actor:
    """The assistant of a number."""
    return Actor("ai", bot_id, name)
