"""Our ids of files in a payload that is kept, and Meta's in their place when it is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

PREFIX: Final = "baton:"


def file_id(media_id: UUID) -> str:
    """What stands for Meta's id until the message is claimed."""
    return f"{PREFIX}{media_id}"


def files_in(payload: object) -> list[UUID]:
    """Our files in a payload, at any depth (headers, cards), each once and in order."""
    return list(dict.fromkeys(_ids_in(payload)))


def _ids_in(value: object) -> Iterator[UUID]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "id" and isinstance(inner, str) and inner.startswith(PREFIX):
                found = _uuid(inner.removeprefix(PREFIX))
                if found is not None:
                    yield found
            else:
                yield from _ids_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _ids_in(inner)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None  # somebody's own id of a button may look like ours


def with_ids(payload: Any, ids: Mapping[UUID, str]) -> Any:
    """The payload with the given ids in the place of ours; what is not in `ids` stays."""
    if isinstance(payload, Mapping):
        return {key: _replaced(key, inner, ids) for key, inner in payload.items()}
    if isinstance(payload, list | tuple):
        return [with_ids(inner, ids) for inner in payload]
    return payload


def _replaced(key: str, inner: Any, ids: Mapping[UUID, str]) -> Any:
    if key == "id" and isinstance(inner, str) and inner.startswith(PREFIX):
        found = _uuid(inner.removeprefix(PREFIX))
        return ids.get(found, inner) if found is not None else inner
    return with_ids(inner, ids)
