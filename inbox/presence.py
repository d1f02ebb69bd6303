"""Who else looks at a conversation, and who is typing. Known to one process, kept nowhere."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, Final
from uuid import UUID

from inbox.live_read import frame
from inbox.sockets import Socket

TYPING_S: Final = 6.0

# The organization belongs to it: another one's id leads to an empty room.
Place = tuple[UUID, UUID]


class Presence:
    """The sockets of each conversation that is on a screen."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._at: defaultdict[Place, set[Socket]] = defaultdict(set)

    def view(self, socket: Socket, conversation_id: UUID | None) -> None:
        """This socket now shows this conversation, or none."""
        if socket.viewing == conversation_id:
            return
        self.leave(socket)
        socket.viewing = conversation_id
        if place := _place(socket):
            self._at[place].add(socket)
            self._tell(place)

    def leave(self, socket: Socket) -> None:
        """This socket shows no conversation any more."""
        place = _place(socket)
        socket.viewing, socket.typing_until, socket.people_shown = None, 0.0, ""
        if place:
            self._at[place].discard(socket)
            self._tell(place)

    def typed(self, socket: Socket, *, on: bool) -> None:
        """A key was pressed in the composer; on=False: it is empty again."""
        if place := _place(socket):
            socket.typing_until = self._loop.time() + TYPING_S if on else 0.0
            self._tell(place)
            self._loop.call_later(TYPING_S, self._tell, place)

    def _tell(self, place: Place) -> None:
        here = self._at.get(place)
        if not here:
            self._at.pop(place, None)
            return
        people = self._people(here)
        for socket in here:
            others = [one for one in people if one["id"] != str(socket.viewer.person_id)]
            text = frame("presence", conversation=str(place[1]), people=others)
            if text != socket.people_shown and (others or socket.people_shown):
                socket.people_shown = text
                socket.push(text)

    def _people(self, here: set[Socket]) -> list[dict[str, Any]]:
        now = self._loop.time()
        names = {socket.viewer.person_id: socket.viewer.name for socket in here}
        typing = {socket.viewer.person_id for socket in here if socket.typing_until > now}
        return [
            {"id": str(person), "name": name, "doing": "typing" if person in typing else "viewing"}
            for person, name in sorted(names.items(), key=lambda item: item[1])
        ]


def _place(socket: Socket) -> Place | None:
    if socket.viewing is None:
        return None
    return socket.viewer.organization_id, socket.viewing
