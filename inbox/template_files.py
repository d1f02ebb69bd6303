"""Our own files in a template: of the right kind, and a document under its own name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.models import Media, MediaState
from inbox.outgoing.file_ids import files_in
from templates_app.compiler import FILES, OWN, Compiled

Json = dict[str, Any]


def with_files(
    compiled: Compiled, *, organization_id: UUID, conversation_id: UUID | None = None
) -> Compiled:
    """The same, with the names of documents that were given none. One query where it has files.

    conversation_id: only files that were put into this thread; None for programs.
    Refuses: MEDIA_NOT_FOUND; MEDIA_TYPE_UNSUPPORTED for a file of another kind than the template
    shows (data: kind).
    """
    ids = files_in(compiled.components)
    if not ids:
        return compiled
    rows = Media.objects.filter(pk__in=ids, organization_id=organization_id, state=MediaState.READY)
    if conversation_id is not None:
        rows = rows.filter(conversation_id=conversation_id)
    files = {row.pk: row for row in rows}
    names = {}
    for kind, media_id, file in _places(compiled.components):
        row = files.get(media_id)
        if row is None:
            raise Refused("MEDIA_NOT_FOUND", _("The file is no longer here. Attach it again."))
        _check_kind(row, kind)
        if kind == "document" and not file.get("filename") and row.filename:
            names[media_id] = row.filename
    return _named(compiled, names) if names else compiled


def _places(value: object) -> Iterator[tuple[str, UUID, Json]]:
    """Each of our files in components, at any depth: the kind that is shown, its id, the object."""
    if isinstance(value, Mapping):
        kind = value.get("type")
        file = value.get(kind) if isinstance(kind, str) and kind in FILES else None
        if isinstance(file, dict) and (found := files_in(file)):
            yield str(kind), found[0], file
        else:
            for inner in value.values():
                yield from _places(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _places(inner)


def _check_kind(row: Media, kind: str) -> None:
    # Any file may go as a document.
    if kind not in (row.kind, "document"):
        names = {"image": _("picture"), "video": _("video")}
        raise Refused(
            "MEDIA_TYPE_UNSUPPORTED",
            _("This template shows a %(kind)s. Choose another file.") % {"kind": names[kind]},
            field="template.header.media",
            kind=kind,
        )


def _named(compiled: Compiled, names: Mapping[UUID, str]) -> Compiled:
    components = [_with_names(component, names) for component in compiled.components]
    media = compiled.content.get("media") or {}
    name = names.get(UUID(media["id"])) if media.get("id") else None
    content = compiled.content
    if name:
        content = content | {"media": media | {"filename": name}}
    return replace(compiled, components=components, content=content)


def _with_names(value: Any, names: Mapping[UUID, str]) -> Any:
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    if not isinstance(value, dict):
        return value
    own = value.get("id")
    if isinstance(own, str) and own.startswith(OWN) and (found := files_in(value)):
        name = names.get(found[0])
        return {**value, "filename": name} if name else value
    return {key: _with_names(inner, names) for key, inner in value.items()}
