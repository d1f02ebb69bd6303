"""Scripted lives of customers: numbers in every form, ids that come and go, and what must follow.

A person here is the truth that Baton cannot see. What they send carries whatever Meta would show
of them at that moment; `Ledger` says, by the rule alone, to which contact that belongs.
"""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions import outbox, settling
from inbox.actions.guards import Guards
from inbox.actions.merging import merge_contacts, unmerge_contact
from inbox.actions.sending import send
from inbox.models import Contact, Conversation, Identity
from tests.cast import Cast, arrives, by, envelope, says
from whatsapp.client import Accepted
from whatsapp.ids import Wamid
from whatsapp.phone import canonical

# Each number in every form in which Meta, phones and people write it.
COUNTRIES = (
    lambda n: (f"1202{n:07}",),
    lambda n: (f"5511{90000000 + n}", f"55119{90000000 + n}"),
    lambda n: (f"52{5500000000 + n}", f"521{5500000000 + n}"),
    lambda n: (f"54{1100000000 + n}", f"549{1100000000 + n}"),
)


@dataclass
class Life:
    """One person: the number they have now, in its forms, and the id under which we see them."""

    name: str
    forms: tuple[str, ...]
    bsuid: str
    hidden: bool = False  # a username is taken: the number is not shown
    ever: set[str] = field(default_factory=set)  # every address that is or was theirs

    def __post_init__(self) -> None:
        self.moves(self.forms, self.bsuid)

    def moves(self, forms: tuple[str, ...], bsuid: str) -> None:
        """From now on they have this number and this id."""
        self.forms, self.bsuid = forms, bsuid
        self.ever |= {canonical(one) for one in forms} | {bsuid}

    def ids(self, dice: random.Random) -> dict[str, Any]:
        """The identifiers that a message of theirs carries now."""
        number = None if self.hidden else dice.choice(self.forms)
        bsuid = self.bsuid if self.hidden or dice.random() < 0.8 else None
        return {"wa_id": number, "bsuid": bsuid}


@dataclass
class Ledger:
    """Which address belongs to which contact, by the rule: the number decides, else the id.

    Addresses that only the news of a change has named are anybody's who writes with one of them.
    """

    owner: dict[str, int] = field(default_factory=dict)
    wrote: set[int] = field(default_factory=set)

    def belongs(self, *addresses: str | None, writes: bool = False) -> int:
        """The contact of these addresses, best first; the unknown ones become its own."""
        known = [self.key(one) for one in addresses if one]
        owners = [self.owner[one] for one in known if one in self.owner]
        fallback = owners[0] if owners else len(self.owner) + 1
        found = next((one for one in owners if one in self.wrote), fallback)
        for address, owner in self.owner.items():
            if owner in owners and owner not in self.wrote:
                self.owner[address] = found
        for one in known:
            self.owner.setdefault(one, found)
        self.wrote |= {found} if writes else set()
        return found

    @staticmethod
    def key(address: str) -> str:
        """The same for every form of a number."""
        return address if "." in address else canonical(address)


class Story:
    """So many people and one shop. Every answer is checked against who wrote."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice, self.ledger = cast, random.Random(seed), Ledger()
        self.serial = seed * 100
        self.lives = [self._born(f"life {seed}.{n}") for n in range(2)]
        self.wrote: dict[uuid.UUID, Life] = {}  # who wrote last in a thread
        self.wrong: list[str] = []

    def _born(self, name: str) -> Life:
        return Life(name, self._number(), self._bsuid())

    def _number(self) -> tuple[str, ...]:
        self.serial += 1
        return self.dice.choice(COUNTRIES)(self.serial)

    def _bsuid(self) -> str:
        self.serial += 1
        return f"US.{self.serial:020}"

    # --- what happens ---

    def writes(self) -> None:
        """Somebody writes: into their own thread, or something is wrong."""
        life = self.dice.choice(self.lives)
        ids = life.ids(self.dice)
        message = says(self.cast.number, "hello", name=life.name, **ids)
        self.ledger.belongs(ids["wa_id"], ids["bsuid"], writes=True)
        before = self.wrote.get(message.conversation_id, life)
        if before is not life:
            self.wrong.append(f"{life.name} wrote into the thread of {before.name}")
        self.wrote[message.conversation_id] = life

    def hides(self) -> None:
        """A username is taken, or given up."""
        life = self.dice.choice(self.lives)
        life.hidden = not life.hidden

    def changes_number(self) -> None:
        """Meta says so to the old number's thread, once or twice; a new id comes with it."""
        life = self.dice.choice(self.lives)
        old, old_id = life.forms, life.bsuid
        life.moves(self._number(), self._bsuid())
        self._notice(
            "user_changed_number",
            old=(self.dice.choice(old), old_id),
            new=(life.forms[0], life.bsuid),
        )

    def changes_id(self) -> None:
        """The id is made anew, and no number is told."""
        life = self.dice.choice(self.lives)
        old = life.bsuid
        life.moves(life.forms, self._bsuid())
        self._notice("user_changed_user_id", old=(None, old), new=(None, life.bsuid))

    def _notice(
        self, kind: str, *, old: tuple[str | None, str], new: tuple[str | None, str]
    ) -> None:
        system = {"type": kind, "body": "changed", "user_id": new[1], "previous_user_id": old[1]}
        if new[0]:
            system |= {"wa_id": new[0], "new_wa_id": new[0]}
        message: dict[str, Any] = {
            "id": f"wamid.{uuid.uuid4().hex}",
            "timestamp": str(int(timezone.now().timestamp())),
            "type": "system",
            "system": system,
        }
        if old[0]:
            message["from"] = old[0]
        for _again in range(self.dice.choice((1, 1, 2))):
            arrives(self.cast.number, envelope({"messages": [message]}))
        self.ledger.belongs(*old, *new)

    def answers(self) -> None:
        """Somebody of the shop answers in a thread: to a person who wrote there, nobody else."""
        if not self.wrote:
            return
        thread = self.dice.choice(sorted(self.wrote))
        life, at = self.wrote[thread], timezone.now()
        guards = Guards(force=True)
        send(thread, outgoing.text("an answer"), by=by(self.cast.amina), at=at, guards=guards)
        claimed = outbox.claim(16)
        for one in claimed:
            address = one.payload.get("to") or one.payload.get("recipient") or ""
            if self.ledger.key(address.removeprefix("+")) not in life.ever:
                self.wrong.append(f"an answer to {life.name} went to {address}")
        accepted = [Accepted(wamid=Wamid(f"wamid.{uuid.uuid4().hex}")) for _one in claimed]
        pairs = zip(claimed, accepted, strict=True)
        settling.settle([settling.Settlement(*pair) for pair in pairs])

    def joins(self) -> None:
        """Somebody says that two contacts are one person: rightly, or by mistake."""
        contacts = Conversation.objects.filter(pk__in=self.wrote).values_list("contact", flat=True)
        known = sorted(contacts)
        if len(known) < 2:
            return
        one, other = self.dice.sample(known, 2)
        with suppress(Refused):  # they are one already
            merge_contacts(one, other, by=by(self.cast.sara), at=timezone.now())

    def parts(self) -> None:
        """And takes it back."""
        joined = Contact.objects.filter(merged_into__isnull=False, pk__in=self._contact_ids())
        for contact_id in joined.order_by("pk").values_list("pk", flat=True)[:1]:
            unmerge_contact(contact_id, by=by(self.cast.sara), at=timezone.now())

    def _contact_ids(self) -> list[uuid.UUID]:
        mine = Identity.objects.filter(canonical__in=self.ledger.owner)
        return list(mine.values_list("contact", flat=True))

    # --- what must be true ---

    def contacts(self) -> set[frozenset[str]]:
        """The addresses of each contact that this story made."""
        mine = Identity.objects.filter(canonical__in=self.ledger.owner)
        found: dict[uuid.UUID, set[str]] = {}
        for one in mine:
            found.setdefault(one.contact_id, set()).add(one.canonical)
        return {frozenset(addresses) for addresses in found.values()}

    def wanted(self) -> set[frozenset[str]]:
        """The same, by the ledger."""
        found: dict[int, set[str]] = {}
        for address, owner in self.ledger.owner.items():
            found.setdefault(owner, set()).add(address)
        return {frozenset(addresses) for addresses in found.values()}

    def threads(self) -> int:
        """How many conversations the story has."""
        return (
            Conversation.objects.filter(contact__identities__canonical__in=self.ledger.owner)
            .distinct()
            .count()
        )
