"""Events as frames: made once for all sockets that read alike, have one cursor and see the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from inbox.live_read import Rendered, frame
from inbox.shapes import Variant
from inbox.sight import Sight
from inbox.sockets import Socket

# What has piled up goes out together: a hub that falls behind catches up by itself.
MOST_IN_A_FRAME: Final = 20


def push(
    events: Sequence[Rendered],
    group: Sequence[tuple[Socket, Variant]],
    *,
    lost: Callable[[Socket], None],
) -> None:
    """One frame for each socket. lost: called for one whose open conversation left its sight.

    What somebody does not see is no part of their frame; the frame goes out all the same, for its
    number is the cursor.
    """
    last = events[-1].seq
    made: dict[tuple[Variant, int, Sight], tuple[str, bool]] = {}
    for socket, variant in group:
        if socket.seq >= last:
            continue
        key = (variant, max(socket.seq + 1, events[0].seq), socket.viewer.sight)
        if key not in made:
            made[key] = _frame(events, *key)
        text, broken = made[key]
        socket.give(last, text, broken=broken)
        if any(one.takes_away(socket.viewing, variant, socket.viewer.sight) for one in events):
            lost(socket)


def _frame(
    events: Sequence[Rendered], variant: Variant, first: int, sight: Sight
) -> tuple[str, bool]:
    html = [event.text_for(variant, sight) for event in events if event.seq >= first]
    text = "".join(one or "" for one in html)
    return frame("events", first=first, seq=events[-1].seq, html=text), None in html
