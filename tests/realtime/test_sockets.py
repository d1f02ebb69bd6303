"""One bad browser, one bad event, one bad minute of the database: the others notice nothing."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from django.db import OperationalError

from inbox import fragments, live_read
from inbox.live_read import Viewer
from inbox.shapes import Variant
from inbox.sockets import ASK_AFTER, MOST_UNANSWERED, MOST_WAITING, TRY_AGAIN, Socket
from tests.realtime.happenings import happen, happen_at_once

AMINA = Viewer("session", uuid4(), uuid4(), "Amina", Variant("en", "UTC"))


class Server:
    """What a socket is pushed to. reads: whether send() returns; under Daphne it always does."""

    def __init__(self, *, reads: bool) -> None:
        self.reads = reads
        self.codes: list[int] = []

    async def send(self, text: str) -> None:
        if not self.reads:
            await asyncio.Event().wait()

    async def close(self, code: int) -> None:
        self.codes.append(code)


@pytest.mark.parametrize("text", ["{", "[]", "7", "null", '{"type": 3}', '{"type": "beat"}'])
async def test_nonsense_costs_a_browser_nothing(cast, a_browser, text):
    async with a_browser(cast.amina) as browser:
        await browser.say_text(text)
        await happen(cast.id)
        await browser.until(lambda it: it.seqs == [1])


@pytest.mark.case("S110")
async def test_a_flood_costs_the_socket_and_nobody_else(cast, a_browser):
    async with a_browser(cast.amina) as amina, a_browser(cast.ben) as ben:
        for _ in range(1000):
            await amina.say(type="typing")
        await amina.until(lambda it: it.closed_with)
        await happen(cast.id)
        await ben.until(lambda it: it.seqs == [1])
        assert amina.closed_with == 4008


@pytest.mark.case("S110")
async def test_one_person_has_so_many_sockets_and_no_more(cast, a_browser, monkeypatch):
    monkeypatch.setattr("inbox.hub.MOST_SOCKETS_OF_A_PERSON", 1)
    async with a_browser(cast.amina) as first, a_browser(cast.amina) as second:
        await second.until(lambda it: it.closed_with)
        async with a_browser(cast.ben) as ben:
            await ben.until(lambda it: it.frames)
        assert (first.closed_with, second.closed_with) == (None, 4008)


async def test_an_event_that_cannot_be_rendered_makes_its_viewers_reload(
    cast, a_browser, monkeypatch, quick_beats
):
    def breaks_at_two(events, *how):
        if any(event.seq == 2 for event in events):
            raise ValueError("a template is broken")
        return real(events, *how)

    real = fragments.fragments_of
    monkeypatch.setattr(live_read, "fragments_of", breaks_at_two)
    async with a_browser(cast.amina) as browser:
        await happen_at_once(cast.id, 3)
        await browser.until(lambda it: it.of_type("resync"))
        assert browser.seqs == [1, 2, 3]
        await browser.until(lambda it: it.frames[-1] == {"type": "beat", "seq": 3})
        assert len(browser.of_type("resync")) == 1


async def test_a_bad_minute_of_the_database_loses_nothing(cast, a_browser, monkeypatch):
    def away(*_):
        raise OperationalError("the server closed the connection")

    async with a_browser(cast.amina) as browser:
        await browser.until(lambda it: it.frames)
        with monkeypatch.context() as bad_minute:
            bad_minute.setattr(live_read, "fragments_of", away)
            await happen(cast.id, 3)
            await asyncio.sleep(0.2)
        await browser.until(lambda it: it.cursor == 3)
        assert browser.seqs == [1, 2, 3]


async def test_a_browser_that_stops_reading_is_closed_where_sending_waits():
    server = Server(reads=False)
    socket = Socket(AMINA, 0, server.send, server.close)
    for _ in range(MOST_WAITING + 1):
        socket.push("{}")
    await asyncio.sleep(0.01)
    assert server.codes == [TRY_AGAIN]


async def test_a_browser_that_never_answers_is_closed_where_sending_does_not_wait():
    server = Server(reads=True)
    socket = Socket(AMINA, 0, server.send, server.close)
    for _ in range(MOST_UNANSWERED // ASK_AFTER + 1):
        socket.push("x" * ASK_AFTER)
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert server.codes == [TRY_AGAIN]


async def test_a_browser_that_answers_may_read_for_ever():
    server = Server(reads=True)
    socket = Socket(AMINA, 0, server.send, server.close)
    for seq in range(1, 3 * MOST_UNANSWERED // ASK_AFTER):
        socket.give(seq, "x" * (ASK_AFTER + 1))
        await asyncio.sleep(0)
        socket.answered(seq)
    assert server.codes == []
    socket.stop()
