"""Events as HTML: the same partials as the page, rendered once per event and variant.

A fragment shows the row as it is now. What a later event of the same batch would render again is
rendered once, with the later one. What only an open thread shows is rendered for threads that
somebody has open (at 80 messages and 240 statuses a second all of it took more than one core).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Event
from inbox import presentation, queries
from inbox.models import Conversation, Message
from inbox.shapes import Variant

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
    "conversation.status_changed": frozenset({"row", "header", "composer", "panel"}),
    "conversation.window_closed": frozenset({"row", "header", "composer"}),
    "conversation.routed": frozenset({"row", "header", "composer"}),
    "contact.identity_changed": frozenset({"row", "header", "panel"}),
    "contact.consent_changed": frozenset({"panel"}),
    "contact.renamed": frozenset({"row", "header", "composer", "panel"}),
    "contact.merged": frozenset({"row", "header", "composer", "panel"}),
    "contact.unmerged": frozenset({"row", "header", "composer", "panel"}),
    "contact.kept_apart": frozenset({"panel"}),
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

# Changes of a message that show in a quote of it as well.
QUOTED: Final = frozenset({"edited", "deleted"})


def fragments_of(
    events: Sequence[Event],
    variant: Variant,
    open_threads: Collection[UUID] | None = None,
    *,
    at: datetime | None = None,
) -> dict[int, str]:
    """HTML by sequence number; "" where an event changes nothing on a page.

    open_threads: those on somebody's screen; of the others only the list's row changes. None: all.
    Ten queries for any number of events, and two to seven per open thread whose pane changes.
    """
    moment = at or timezone.now()
    with translation.override(variant.language), timezone.override(ZoneInfo(variant.zone)):
        return dict(_Batch(events, variant, moment, open_threads).rendered())


class _Batch:
    def __init__(
        self,
        events: Sequence[Event],
        variant: Variant,
        at: datetime,
        open_threads: Collection[UUID] | None,
    ) -> None:
        self.events = events
        self.open_threads = open_threads
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

    def _conversations(self) -> dict[UUID, Conversation]:
        wanted = {event.conversation for event in self.events if event.conversation}
        rows = Conversation.objects.filter(pk__in=wanted).select_related(
            "phone_number", "contact__merged_into", "identity", "assignee"
        )
        return {row.pk: row for row in rows}

    def _is_open(self, event: Event) -> bool:
        return self.open_threads is None or event.conversation in self.open_threads

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
            for part in PARTS.get(event.kind, frozenset()) - {"bubble"}:
                if event.conversation:
                    last[(event.conversation, part)] = event.seq
        return last

    def rendered(self) -> Iterator[tuple[int, str]]:
        for event in self.events:
            yield event.seq, "".join(self._parts(event))

    def _parts(self, event: Event) -> Iterator[str]:
        if event.kind in STALE_NUMBER | STALE_TEMPLATES:
            for row_id in event.ids:
                yield self._html("inbox/_stale.html", row_id=row_id)
        conversation = self.conversations.get(event.conversation) if event.conversation else None
        if conversation is None:
            return
        wanted = PARTS.get(event.kind, frozenset())
        if self._is_open(event):
            yield from self._lines(event, wanted)
        else:
            wanted &= IN_THE_LIST
        for part, render in _RENDER.items():
            if part in wanted and self.last_seq_of[(conversation.pk, part)] == event.seq:
                yield render(self, conversation)

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
        line = presentation.event_line(event, self.variant, at=self.at)
        return self._html("inbox/_event.html", event=line) if line else ""

    def _row(self, conversation: Conversation) -> str:
        return self._html("inbox/_row.html", row=self.rows[conversation.pk])

    def _header(self, conversation: Conversation) -> str:
        return self._html("inbox/_header.html", header=queries.header(conversation, at=self.at))

    def _composer(self, conversation: Conversation) -> str:
        state = queries.composer(conversation, at=self.at)
        return self._html("inbox/_composer_state.html", composer=state)

    def _panel(self, conversation: Conversation) -> str:
        shape = queries.contact_panel(conversation, self.variant)
        return self._html("inbox/_panel.html", panel=shape)

    def _html(self, template: str, **context: object) -> str:
        return render_to_string(template, context)


_RENDER: Final[dict[str, Callable[[_Batch, Conversation], str]]] = {
    "header": _Batch._header,
    "composer": _Batch._composer,
    "panel": _Batch._panel,
    "row": _Batch._row,
}
