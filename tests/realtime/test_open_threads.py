"""What is said in a thread goes to screens that show it; who opens it lacks nothing."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from inbox import live_read
from inbox.models import Message
from tests.cast import a_number, says
from tests.realtime.happenings import happen, present

LINE = re.compile(r"line \d{3}")

wrote = database_sync_to_async(lambda *args, **more: says(*args, **more))


@pytest.fixture
async def number(cast):
    return await database_sync_to_async(a_number)(cast.organization)


def bubbles(browser) -> str:
    """The lines of all frames that belong into a log."""
    parts = "".join(frame.get("html", "") for frame in browser.frames).split("<article")
    return "".join(part for part in parts if 'data-into="log"' in part)


async def test_a_line_goes_where_its_thread_is_open_and_the_row_to_everybody(
    cast, a_browser, number
):
    thread = (await wrote(number, "first")).conversation_id
    seq = await present(cast.id)
    async with a_browser(cast.ben, seq) as ben:
        await wrote(number, "nobody looks")
        await ben.until(lambda it: "nobody looks" in str(it.frames))
        async with a_browser(cast.amina, seq, conversation=str(thread)) as amina:
            await wrote(number, "Amina looks")
            await amina.until(lambda it: "Amina looks" in bubbles(it))
            await ben.until(lambda it: "Amina looks" in str(it.frames))
            assert "nobody looks" in bubbles(amina)
            assert "nobody looks" not in bubbles(ben)


async def test_who_opens_a_thread_gets_what_came_since_its_page(cast, a_browser, number):
    thread = (await wrote(number, "on the page")).conversation_id
    page = await present(cast.id)
    async with a_browser(cast.amina, page) as amina:
        await wrote(number, "while it loaded")
        await amina.until(lambda it: "while it loaded" in str(it.frames))
        await amina.say(type="viewing", conversation=str(thread), seen=page)
        await amina.until(lambda it: it.of_type("thread"))
        assert "while it loaded" in bubbles(amina)
        assert "on the page" not in bubbles(amina)


async def test_who_comes_back_gets_what_came_since_the_page_of_the_thread(cast, a_browser, number):
    thread = (await wrote(number, "on the page")).conversation_id
    page = await present(cast.id)
    await wrote(number, "before the cut")
    now = await present(cast.id)
    async with a_browser(cast.amina, now, conversation=str(thread), seen=page) as amina:
        await amina.until(lambda it: "before the cut" in bubbles(it))
        assert amina.of_type("thread")[0]["seq"] == now


@pytest.mark.parametrize("seen", ["the newest", "nothing said"])
async def test_who_lacks_nothing_is_told_nothing(cast, a_browser, number, seen):
    thread = (await wrote(number, "on the page")).conversation_id
    now = await present(cast.id)
    async with a_browser(cast.amina, now) as amina:
        said = {"seen": now} if seen == "the newest" else {}
        await amina.say(type="viewing", conversation=str(thread), **said)
        await happen(cast.id)
        await amina.until(lambda it: it.cursor > now)
        assert amina.of_type("thread") == []


async def test_an_old_page_of_a_busy_thread_is_loaded_again(cast, a_browser, number, monkeypatch):
    monkeypatch.setattr(live_read, "BATCH", 2)
    thread = (await wrote(number, "one")).conversation_id
    for text in ("two", "three", "four"):
        await wrote(number, text)
    async with a_browser(cast.amina, await present(cast.id)) as amina:
        await amina.say(type="viewing", conversation=str(thread), seen=0)
        await amina.until(lambda it: it.of_type("resync"))


async def test_whoever_opens_a_thread_while_it_rains_misses_no_line(cast, a_browser, number):
    thread = (await wrote(number, "line 000")).conversation_id
    async with a_browser(cast.amina, await present(cast.id)) as amina:
        enough = asyncio.Event()
        raining = asyncio.create_task(rain(number, enough))
        for _turn in range(8):
            await amina.say(type="viewing", conversation=None)
            await asyncio.sleep(0.05)
            page, on_page = await present(cast.id), await lines_of(thread)
            await asyncio.sleep(0.02)
            amina.frames.clear()
            await amina.say(type="viewing", conversation=str(thread), seen=page)
        enough.set()
        lines = await raining
        await amina.until(lambda it: lines[-1] in bubbles(it))
        shown = bubbles(amina)
        assert set(lines) - {*on_page, *LINE.findall(shown)} == set()


async def rain(number, enough: asyncio.Event) -> list[str]:
    """A line after the other until it is enough, and one more: what was written."""
    lines: list[str] = []
    while True:
        last = enough.is_set()
        lines.append(f"line {len(lines) + 1:03}")
        await wrote(number, lines[-1])
        if last:
            return lines


@database_sync_to_async
def lines_of(thread: UUID) -> list[str]:
    return [one.content["body"] for one in Message.objects.filter(conversation=thread)]
