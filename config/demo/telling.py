"""Plays the stories into the database, through the doors that live messages use."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.actors import Actor, agent, bot
from accounts.events import unit_of_work
from accounts.models import Person, PhoneNumber
from automation.actions.turns import end_live
from automation.models import Bot, TurnState
from config.demo import webhooks
from config.demo.story import STORIES, Customer, Line, Story
from inbox import handlers, outgoing
from inbox.actions import conversations, notes, ownership, receipts
from inbox.actions.importing import import_file, import_outbound
from inbox.message_status import Status
from inbox.models import Conversation, Media, Message
from webhooks.works import Work
from whatsapp import inbound

SAMPLES: Final = Path(settings.BASE_DIR) / "simulator" / "samples"


class Teller:
    """Tells every story to one number."""

    def __init__(
        self, number: PhoneNumber, assistant: Bot, people: dict[str, Person], *, now: datetime
    ) -> None:
        self.number = number
        self.assistant = assistant
        self.people = people
        self.now = now

    def tell_all(self) -> None:
        """Plays them, then ends what the assistant would answer only now."""
        with unit_of_work():
            for story in STORIES:
                self._tell(story)
        with unit_of_work():
            for conversation in Conversation.objects.filter(phone_number=self.number):
                end_live(conversation.pk, TurnState.DROPPED, "demo", at=self.now)

    def _tell(self, story: Story) -> None:
        # Who began: the thread is made with the first line.
        assistant_spoke = any(line.who == "assistant" for line in story.lines)
        self.number.start_mode = "ai" if assistant_spoke else "human"
        lines = sorted(enumerate(story.lines), key=lambda pair: -pair[1].minutes)
        for place, line in lines:
            wamid = f"wamid.demo-{story.customer.key}-{place}"
            if line.who == "customer":
                self._customer_says(story.customer, line, wamid)
            else:
                self._we_say(story, line, wamid)
        self._hand_to(story)

    def _at(self, line: Line) -> datetime:
        return self.now - timedelta(minutes=line.minutes)

    def _customer_says(self, customer: Customer, line: Line, wamid: str) -> None:
        body = webhooks.body(
            customer,
            line,
            at=self._at(line),
            wamid=wamid,
            phone_number_id=self.number.meta_phone_number_id,
            waba_id=self.number.account.waba_id,
        )
        handlers.messages([Work(0, self._at(line), "", item, 0, 1) for item in inbound.parse(body)])
        if line.file:
            media = Media.objects.get(message__wamid=wamid)
            import_file(media.pk, SAMPLES / line.file)

    def _we_say(self, story: Story, line: Line, wamid: str) -> None:
        conversation = self._conversation(story)
        if conversation is None:
            # We wrote first: the thread is made as a send would make it.
            conversation = conversations.conversation_with(
                self.number,
                to=story.customer.wa_id or story.customer.bsuid,
                country_code=None,
                at=self._at(line),
            )
        import_outbound(
            conversation.pk,
            outgoing.text(line.text),
            by=self._actor(line.who),
            at=self._at(line),
            status=Status(line.status),
            wamid=wamid,
        )

    def _actor(self, who: str) -> Actor:
        if who == "assistant":
            return bot(self.assistant.pk, self.assistant.name)
        return agent(self.people[who])

    def _conversation(self, story: Story) -> Conversation | None:
        value = story.customer.wa_id or story.customer.bsuid
        return Conversation.objects.filter(
            phone_number=self.number, contact__identities__value=value
        ).first()

    def _hand_to(self, story: Story) -> None:
        conversation = self._conversation(story)
        if conversation is None:
            raise RuntimeError(f"the story of {story.customer.key} made no conversation")
        at = self.now - timedelta(minutes=min(line.minutes for line in story.lines) + 0.5)
        assistant = bot(self.assistant.pk, self.assistant.name)
        if story.owner == "waiting":
            ownership.request_handoff(conversation.pk, reason=story.reason, by=assistant, at=at)
        elif story.owner in self.people:
            self._give_to(conversation, story, at=at)

    def _give_to(self, conversation: Conversation, story: Story, *, at: datetime) -> None:
        person = agent(self.people[story.owner])
        answered = [line.minutes for line in story.lines if line.who == story.owner]
        taken = self.now - timedelta(minutes=max(answered, default=0) + 0.5)
        ownership.take_over(conversation.pk, by=person, at=taken)
        if story.note:
            notes.add_note(conversation.pk, body=story.note, by=person, at=at)
        if story.closed:
            receipts.mark_seen(conversation.pk, by=person, at=at, notify_customer=False)
            conversations.close(conversation.pk, by=person, at=at)


def already_told(number: PhoneNumber) -> bool:
    """Whether the stories are in the database."""
    return Message.objects.filter(phone_number=number, wamid__startswith="wamid.demo-").exists()
