"""Everything about one person as a ZIP that is written while it is sent: HTML, JSON, files.

Nothing is held but a page of messages and one part of one file. The pages hold no script and link
to nothing outside; every text is escaped by the templates.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from mimetypes import guess_extension
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch, Q, QuerySet
from django.template.loader import render_to_string

from accounts.models import Event
from inbox import export_shapes as shapes
from inbox import panels, persons, presentation, wording
from inbox.bubble_shapes import MessageView
from inbox.media_storage import store
from inbox.models import (
    CallStep,
    Contact,
    Conversation,
    Draft,
    Identity,
    Media,
    Message,
    Note,
    Reaction,
    Suggestion,
)
from inbox.shapes import Variant

PAGE: Final = 200
PART: Final = 256 * 1024
LONGEST_NAME: Final = 80
RUNS: Final = frozenset(
    {
        *("html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "xml", "js", "mjs", "hta", "jar"),
        *("exe", "com", "bat", "cmd", "ps1", "vbs", "scr", "lnk", "msi", "url", "desktop", "sh"),
    }
)
"""Endings on which a double click runs something: such a file gets another one behind."""
LINES: Final = b"<!-- lines -->"
"""Where the messages stand in a conversation's page; no text can hold it, for texts are escaped."""
_UNSAFE: Final = re.compile(r"[^\w.\-]+")


class _Pipe:
    """What the ZIP is written to: keeps the bytes until they are taken. Cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept elsewhere."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


@dataclass(frozen=True, slots=True)
class _Line:
    """A message on an exported page. versions: earlier texts; statuses: (word, time)."""

    view: MessageView
    versions: tuple[str, ...]
    statuses: tuple[tuple[str, str], ...]
    file: str
    is_image: bool


@dataclass
class _Export:
    contact: Contact
    variant: Variant
    at: datetime
    bundle: zipfile.ZipFile
    told: Callable[[int], None]
    among: QuerySet[Conversation] | None = None
    files: list[tuple[Media, str]] = field(default_factory=list)


def archive(
    contact: Contact,
    *,
    zone: str,
    at: datetime,
    language: str = "en",
    among: QuerySet[Conversation] | None = None,
    told: Callable[[int], None] = lambda _messages: None,
) -> Iterator[bytes]:
    """The bytes of the ZIP, part by part. Queries run while it is read: five and six a page.

    among: the conversations that whoever takes it may see (`inbox.access`); None: all.
    told: called with how many messages more are done; each counts twice, as HTML and as JSON.
    """
    pipe = _Pipe()
    bundle = zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED)
    with bundle:
        export = _Export(contact, Variant(language, zone), at, bundle, told, among)
        for _step in _written(export):
            if chunk := pipe.taken():
                yield chunk
    yield pipe.taken()


def _written(export: _Export) -> Iterator[None]:
    contacts = persons.contacts_of(export.contact)
    ids = [one.pk for one in contacts]
    identities = list(Identity.objects.filter(contact__in=ids).order_by("created_at", "pk"))
    threads = list(persons.threads_of(ids, export.among).select_related("identity"))
    named = [(thread, f"conversations/{place}") for place, thread in enumerate(threads, start=1)]
    found = finders.find("css/export.css")
    export.bundle.writestr("style.css", Path(str(found)).read_bytes() if found else b"")
    person = shapes.person_out(contacts, identities) | {
        "exported_at": export.at,
        "conversations": [
            shapes.conversation_out(thread, f"{name}.json") for thread, name in named
        ],
    }
    export.bundle.writestr("person.json", _json(person))
    export.bundle.writestr("index.html", _index(export, contacts, identities, named))
    yield
    for thread, name in named:
        yield from _thread(export, thread, name)
    for media, name in export.files:
        yield from _file(export.bundle, media, name)


def _index(
    export: _Export,
    contacts: list[Contact],
    identities: list[Identity],
    named: list[tuple[Conversation, str]],
) -> bytes:
    context = {
        "name": presentation.name_of_contact(contacts[0]),
        "contacts": contacts,
        "identities": [(panels.identity_label(one), one.value) for one in identities],
        "threads": [
            (f"{name}.html", thread.phone_number.short_name, thread.message_count)
            for thread, name in named
        ],
        "at": wording.exact_time(export.at, export.variant.zone),
    }
    return _html("inbox/export/index.html", context)


def _thread(export: _Export, thread: Conversation, name: str) -> Iterator[None]:
    """The page and the JSON of one conversation, read twice: a ZIP has one open entry at a time."""
    start = len(export.files)
    context = {
        "name": presentation.name_of(thread),
        "number": thread.phone_number.short_name,
        "answers": panels.shown_identity(thread.identity),
    }
    head, tail = _html("inbox/export/conversation.html", context).split(LINES)
    with export.bundle.open(f"{name}.html", "w", force_zip64=True) as page:
        page.write(head)
        for messages in _pages(thread):
            lines = [_line(export, message) for message in messages]
            page.write(_html("inbox/export/lines.html", {"lines": lines}))
            export.told(len(messages))
            yield
        page.write(tail)
    named = {media.message_id: file for media, file in export.files[start:]}
    with export.bundle.open(f"{name}.json", "w", force_zip64=True) as page:
        page.write(b'{"messages": [')
        between = b"\n"
        for messages in _pages(thread):
            for message in messages:
                page.write(between + _json(shapes.message_out(message, named.get(message.pk))))
                between = b",\n"
            export.told(len(messages))
            yield
        page.write(b'\n], "besides": ' + _json(_besides(thread)) + b"}\n")
    yield


def _pages(thread: Conversation) -> Iterator[list[Message]]:
    """Its messages, oldest first, so many at a time. Five queries a page."""
    rows = (
        Message.objects.filter(conversation=thread, in_thread=True)
        .exclude(type="reaction")  # they stand below what they are about
        .select_related("media", "reply_to")
        .prefetch_related(
            "status_events",
            "retries",
            Prefetch("reactions", Reaction.objects.select_related("carrier").order_by("at")),
        )
        .order_by("at", "pk")
    )
    page = list(rows[:PAGE])
    while page:
        yield page
        last = page[-1]
        beyond = Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk)
        page = list(rows.filter(beyond)[:PAGE])


def _besides(thread: Conversation) -> dict[str, Any]:
    return shapes.rest_out(
        Reaction.objects.filter(conversation=thread, message=None).order_by("at"),
        Note.objects.filter(conversation=thread).order_by("created_at", "pk"),
        Suggestion.objects.filter(conversation=thread).order_by("created_at"),
        Draft.objects.filter(conversation=thread).select_related("person").order_by("updated_at"),
        Message.objects.filter(conversation=thread, in_thread=False).order_by("created_at"),
        Media.objects.filter(conversation=thread, message=None).order_by("created_at"),
        CallStep.objects.filter(conversation=thread).order_by("pk"),
        Event.objects.filter(conversation=thread.pk).order_by("seq"),
    )


def _line(export: _Export, message: Message) -> _Line:
    zone = export.variant.zone
    media = getattr(message, "media", None)
    file = ""
    if media is not None and media.state == "ready":
        file = f"media/{len(export.files) + 1:04}-{safe_name(media.filename, media.mime_type)}"
        export.files.append((media, file))
    versions = list(message.details.get("versions", []))
    if message.deleted_at is not None:
        versions.append(message.content)  # the page shows the tombstone, the export what was said
    return _Line(
        view=presentation.message_view(message, export.variant, at=export.at),
        versions=tuple(str(one.get("body") or "") for one in versions),
        statuses=tuple(
            (one.status, wording.exact_time(one.at, zone)) for one in message.status_events.all()
        ),
        file=file,
        is_image=bool(file) and media is not None and media.mime_type in _SHOWN,
    )


_SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


def safe_name(wanted: str, mime_type: str) -> str:
    """A file name that is one on every system and starts nothing when it is opened."""
    name = PurePosixPath(wanted.replace("\\", "/")).name
    stem, _dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    stem = _UNSAFE.sub("_", stem).strip("._-")[:LONGEST_NAME] or "file"
    ending = _UNSAFE.sub("", ending).lower()[:10] or (guess_extension(mime_type) or ".bin")[1:]
    return f"{stem}.{ending}.bin" if ending in RUNS else f"{stem}.{ending}"


def _file(bundle: zipfile.ZipFile, media: Media, name: str) -> Iterator[None]:
    at = media.created_at.timetuple()[:6]
    try:
        source = store().open(media.path, 0, media.size or 0)
    except OSError as error:  # said where somebody looks for it, and no reason to stop
        note = zipfile.ZipInfo(f"{name}.missing.txt", date_time=at)
        bundle.writestr(note, f"This file could not be read: {type(error).__name__}\n")
        return
    entry = zipfile.ZipInfo(name, date_time=at)
    with closing(source), bundle.open(entry, "w", force_zip64=True) as target:
        while part := source.read(PART):
            target.write(part)
            yield


def _json(value: object) -> bytes:
    return _bytes(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))


def _html(template: str, context: dict[str, Any]) -> bytes:
    return _bytes(render_to_string(template, context))


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")  # half a surrogate pair has no UTF-8
