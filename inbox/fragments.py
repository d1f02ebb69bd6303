"""Events as HTML: the same partials as the page, rendered once per event and variant.

A fragment shows the row as it is now. What a later event of the same batch would render again is
rendered once, with the later one. What only an open thread shows is rendered for threads that
somebody has open (at 80 messages and 240 statuses a second all of it took more than one core).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Event
from inbox import log_pages, presentation, queries
from inbox.models import Conversation, Message
from inbox.shapes import Variant
from inbox.sight import Holder, Sight, holder_in

# Which parts of the page an event of this kind changes, besides its own line in the thread.
# bubble: the message named in `ids`; status: only its small status line.
PARTS: Final[dict[str, frozenset[str]]] = {
    "message.received": frozenset({"bubble", "row", "header", "composer", "panel"}),
    "message.queued": frozenset({"bubble", "row", "header", "composer", "panel"}),
    "message.scheduled": frozenset({"composer"}),
    "message.status": frozenset({"bubble", "row", "composer"}),
    "message.changed": frozenset({"bubble", "row", "panel"}),
    "message.removed": frozenset({"bubble", "row", "header", "composer", "panel"}),
    "conversation.owner_changed": frozenset({"row", "header", "composer", "panel"}),
    "conversation.team_changed": frozenset({"row", "header", "composer", "panel"}),
    "conversation.status_changed": frozenset({"row", "header", "composer", "panel"}),
    "conversation.labelled": frozenset({"row", "header", "composer", "panel"}),
    "conversation.joined": frozenset({"row"}),
    "conversation.window_closed": frozenset({"row", "header", "composer"}),
    "conversation.routed": frozenset({"row", "header", "composer"}),
    "contact.identity_changed": frozenset({"row", "header", "panel"}),
    "contact.consent_changed": frozenset({"panel"}),
    "contact.renamed": frozenset({"row", "header", "composer", "panel"}),
    "contact.merged": frozenset({"row", "header", "composer", "panel"}),
    "contact.unmerged": frozenset({"row", "header", "composer", "panel"}),
    "contact.kept_apart": frozenset({"panel"}),
    "note.added": frozenset(),
    "suggestion.added": frozenset({"composer"}),
    "suggestion.dismissed": frozenset({"composer"}),
    "call.connected": frozenset({"row", "header", "composer"}),
    "call.ended": frozenset({"row", "header", "composer"}),
    "call.missed": frozenset({"row", "header", "composer"}),
}
# What shows without its thread being open.
IN_THE_LIST: Final = frozenset({"row"})
# Events of a whole number: panes that show one of its conversations load again.
STALE_NUMBER: Final = frozenset({"number.changed"})
# Events of a label: panes and lists that show labels load again.
STALE_LABELS: Final = frozenset({"label.changed", "label.merged", "label.deleted"})
# The conversation is gone: its row goes, and who has it open is led away.
GONE: Final = frozenset({"contact.erased", "conversation.went_into"})
# Another conversation came into this one: whoever has it open loads it again.
STALE_THREAD: Final = frozenset({"conversation.joined"})
# Events of a template, or of all of an account: an open picker asks for its list again.
STALE_TEMPLATES: Final = frozenset(
    {
        *("template.updated", "templates.synced", "template.created", "template.edited"),
        *("template.deleted", "template.unpaused"),
        *("template_draft.made", "template_draft.dropped"),
    }
)
# Statuses that show more than the small line: coming or going, the whole bubble is rendered again.
WHOLE_BUBBLE: Final = frozenset({"failed", "unconfirmed", "cancelled"})

# What a reader's sight changes in a pane: rendered for each sight that has the thread open.
BY_SIGHT: Final = "panel"

# Changes of a message that show in a quote of it as well.
QUOTED: Final = frozenset({"edited", "deleted"})


# Who has a thread open: how they read, and what they see.
Looking = Mapping[UUID, Collection[tuple[Variant, Sight]]]


@dataclass(frozen=True, slots=True)
class Fragments:
    """What one event changes on a page.

    html: the same for every reader; "" for nothing. panels: by sight, of an open thread.
    holder: whose its conversation is now, or was when it went; None for an event of none. before:
    whose it was, where the event changed that. farewell: for whoever saw it and does not now.
    """

    html: str
    panels: Mapping[Sight, str]
    holder: Holder | None = None
    before: Holder | None = None
    farewell: str = ""

    def text_for(self, sight: Sight) -> str:
        """What a reader gets to see of it."""
        if self.holder is None or sight.sees(self.holder):
            return self.html + self.panels.get(sight, "")
        return self.farewell if self.takes_away(sight) else ""

    def takes_away(self, sight: Sight) -> bool:
        """Whether the conversation left a reader's sight by this event."""
        if self.before is None or self.holder is None:
            return False
        return sight.sees(self.before) and not sight.sees(self.holder)


def parts_of(event: Event) -> frozenset[str]:
    """What it changes: what did not go after all is no answer, so that one is due again."""
    parts = PARTS.get(event.kind, frozenset())
    told = {event.data.get("status"), event.data.get("before")}
    if event.kind == "message.status" and told & WHOLE_BUBBLE:
        return parts | {"panel"}
    return parts


def fragments_of(
    events: Sequence[Event],
    variant: Variant,
    looking: Looking,
    *,
    at: datetime | None = None,
) -> dict[int, Fragments]:
    """What each event changes, by its sequence number.

    looking: the threads on somebody's screen; of the others only the list's row changes.
    Eleven queries for any number of events, and two to seven per open thread whose pane changes,
    three more for each reader of it who does not see everything.
    """
    moment = at or timezone.now()
    with translation.override(variant.language), timezone.override(ZoneInfo(variant.zone)):
        return dict(_Batch(events, variant, moment, looking).rendered())


class _Batch:
    def __init__(
        self,
        events: Sequence[Event],
        variant: Variant,
        at: datetime,
        looking: Looking,
    ) -> None:
        self.events = events
        self.looking = looking
        self.variant = variant
        self.at = at
        self.conversations = self._conversations()
        self.messages = self._messages()
        self.quoting = self._quoting()
        self.rows = {
            row.id: row
            for row in queries.row_shapes(list(self.conversations.values()), variant, at=at)
        }
        self.last_seq_of = self._last_seq_of()
        self.names = log_pages.names_in(events)

    def _conversations(self) -> dict[UUID, Conversation]:
        wanted = {event.conversation for event in self.events if event.conversation}
        rows = Conversation.objects.filter(pk__in=wanted).select_related(
            "phone_number", "contact__merged_into", "identity", "assignee", "team"
        )
        return {row.pk: row for row in rows}

    def _is_open(self, event: Event) -> bool:
        return event.conversation in self.looking

    def _messages(self) -> dict[str, Message]:
        wanted = [
            event.ids[0]
            for event in self.events
            if event.ids and event.kind.startswith("message.") and self._is_open(event)
        ]
        found = {str(row.pk): row for row in queries.shown_messages().filter(pk__in=wanted)}
        return found | self._targets(found)

    def _targets(self, found: Mapping[str, Message]) -> dict[str, Message]:
        """By the id of what carries a reaction: the message below which it stands."""
        about = {
            key: row.reply_to_id
            for key, row in found.items()
            if row.type == "reaction" and row.reply_to_id is not None
        }
        if not about:
            return {}
        rows = {row.pk: row for row in queries.shown_messages().filter(pk__in=about.values())}
        return {key: rows[target] for key, target in about.items() if target in rows}

    def _quoting(self) -> dict[str, list[Message]]:
        """Bubbles above which a changed message stands as a quote, by its id."""
        changed = [
            event.ids[0]
            for event in self.events
            if event.kind == "message.changed"
            and event.data.get("what") in QUOTED
            and self._is_open(event)
        ]
        found: dict[str, list[Message]] = defaultdict(list)
        if changed:
            for row in queries.shown_messages().filter(reply_to__in=changed):
                found[str(row.reply_to_id)].append(row)
        return found

    def _last_seq_of(self) -> dict[tuple[UUID, str], int]:
        """The newest event of the batch that changes a part: that one renders it."""
        last: dict[tuple[UUID, str], int] = defaultdict(int)
        for event in self.events:
            for part in parts_of(event) - {"bubble"}:
                if event.conversation:
                    last[(event.conversation, part)] = event.seq
        return last

    def rendered(self) -> Iterator[tuple[int, Fragments]]:
        for event in self.events:
            yield event.seq, self._fragments(event)

    def _fragments(self, event: Event) -> Fragments:
        conversation = self.conversations.get(event.conversation) if event.conversation else None
        if conversation is None:
            return Fragments(self._of_no_conversation(event), {}, holder=holder_in(event.data))
        before = holder_in(event.data)
        return Fragments(
            html="".join(self._parts(event, conversation)),
            panels=dict(self._panels(event, conversation)),
            holder=conversation.holder,
            before=before,
            farewell=self._html("inbox/_farewell.html", row_id=conversation.pk) if before else "",
        )

    def _of_no_conversation(self, event: Event) -> str:
        if event.kind in STALE_NUMBER | STALE_TEMPLATES:
            return "".join(self._html("inbox/_stale.html", row_id=one) for one in event.ids)
        if event.kind in STALE_LABELS:
            return self._html("inbox/_stale.html", row_id="labels")
        if event.kind in GONE and event.conversation:
            return self._html("inbox/_gone.html", row_id=event.conversation)
        return ""

    def _parts(self, event: Event, conversation: Conversation) -> Iterator[str]:
        wanted = parts_of(event)
        if self._is_open(event):
            yield from self._lines(event, wanted)
            if event.kind in STALE_THREAD:
                yield self._html("inbox/_stale.html", row_id=conversation.pk)
        else:
            wanted &= IN_THE_LIST
        for part, render in _RENDER.items():
            if part in wanted and self._is_last(event, part):
                yield render(self, conversation)

    def _panels(self, event: Event, conversation: Conversation) -> Iterator[tuple[Sight, str]]:
        wanted = BY_SIGHT in parts_of(event)
        if not (wanted and self._is_open(event) and self._is_last(event, BY_SIGHT)):
            return
        for variant, sight in self.looking[conversation.pk]:
            if variant == self.variant:
                yield sight, self._panel(conversation, sight)

    def _is_last(self, event: Event, part: str) -> bool:
        thread = event.conversation
        return thread is not None and self.last_seq_of[(thread, part)] == event.seq

    def _lines(self, event: Event, wanted: frozenset[str]) -> Iterator[str]:
        if "bubble" in wanted and event.ids:
            yield self._bubble(event)
            for row in self.quoting.get(str(event.ids[0]), ()):
                yield self._whole_bubble(row)
        yield self._line(event)

    def _bubble(self, event: Event) -> str:
        if event.kind == "message.removed":
            return self._html("inbox/messages/_removed.html", row_id=event.ids[0])
        message = self.messages.get(str(event.ids[0]))
        if message is None:
            return ""
        data = event.data
        told = {data.get("status"), data.get("before")}
        small = event.kind == "message.status" and not told & WHOLE_BUBBLE
        small &= str(message.pk) == str(event.ids[0])  # else it is about a reaction below it
        if not small:
            return self._whole_bubble(message)
        view = presentation.message_view(message, self.variant, at=self.at)
        return self._html("inbox/_status.html", message=view)

    def _whole_bubble(self, message: Message) -> str:
        view = presentation.message_view(message, self.variant, at=self.at)
        return self._html("inbox/messages/_message.html", message=view)

    def _line(self, event: Event) -> str:
        if event.kind not in queries.TOLD:
            return ""
        line = presentation.event_line(event, self.variant, at=self.at, names=self.names)
        return self._html("inbox/_event.html", event=line) if line else ""

    def _row(self, conversation: Conversation) -> str:
        return self._html("inbox/_row.html", row=self.rows[conversation.pk])

    def _header(self, conversation: Conversation) -> str:
        return self._html("inbox/_header.html", header=queries.header(conversation, at=self.at))

    def _composer(self, conversation: Conversation) -> str:
        state = queries.composer(conversation, at=self.at)
        return self._html("inbox/_composer_state.html", composer=state)

    def _panel(self, conversation: Conversation, sight: Sight) -> str:
        shape = queries.contact_panel(conversation, self.variant, sight, at=self.at)
        return self._html("inbox/_panel.html", panel=shape)

    def _html(self, template: str, **context: object) -> str:
        return render_to_string(template, context)


_RENDER: Final[dict[str, Callable[[_Batch, Conversation], str]]] = {
    "header": _Batch._header,
    "composer": _Batch._composer,
    "row": _Batch._row,
}
