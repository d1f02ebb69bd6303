"""No event is missed and none comes twice, whatever is cut, late, lost or wrong."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from tests.realtime.happenings import happen, happen_at_once, in_another_process, write_slowly


async def test_an_event_is_on_every_screen_of_its_organization_only(cast, a_browser):
    async with (
        a_browser(cast.amina) as amina,
        a_browser(cast.ben) as ben,
        a_browser(cast.stranger) as stranger,
    ):
        await happen(cast.id, 2)
        await amina.until(lambda it: it.seqs == [1, 2])
        await ben.until(lambda it: it.seqs == [1, 2])
        await happen(cast.stranger.organization_id)
        await stranger.until(lambda it: it.seqs)
        assert (amina.seqs, stranger.seqs) == ([1, 2], [1])


@pytest.mark.case("F57")
async def test_what_happened_while_the_socket_was_cut_comes_once_and_in_order(cast, a_browser):
    async with a_browser(cast.amina) as before:
        await happen(cast.id, 3)
        await before.until(lambda it: it.cursor == 3)
    await happen(cast.id, 50)
    async with a_browser(cast.amina, before.cursor) as after:
        await happen(cast.id, 5)
        await after.until(lambda it: it.cursor == 58)
        assert before.seqs + after.seqs == list(range(1, 59))


@pytest.mark.case("F58")
@pytest.mark.timeout(120)
async def test_late_commits_are_neither_missed_nor_doubled(cast, a_browser):
    each, pause_s = (38, 0.05) if connection.vendor == "postgresql" else (8, 0.01)
    last = 8 * each
    seen: list[list[int]] = []

    async def watch():  # a person whose connection is bad
        cursor, numbers = 0, []
        while cursor < last:
            async with a_browser(cast.amina, cursor) as browser:
                await browser.until_event(min(last, cursor + random.randint(1, 60)), within_s=60)
                cursor = browser.cursor
                numbers += browser.seqs
        seen.append(numbers)

    writers = [asyncio.to_thread(write_slowly, cast.id, each, pause_s, one) for one in range(8)]
    await asyncio.gather(*writers, *(watch() for _ in range(5)))
    assert seen == [list(range(1, last + 1))] * 5


@pytest.mark.case("F59")
async def test_the_next_notice_brings_what_lost_notices_did_not(cast, a_browser, settings):
    async with a_browser(cast.amina) as browser:
        await browser.until(lambda it: it.of_type("beat"))
        settings.FAILPOINTS = "live.drop_notice:raise"
        await happen(cast.id, 250)
        assert browser.seqs == []
        settings.FAILPOINTS = ""
        await happen(cast.id)
        await browser.until(lambda it: it.cursor == 251)
        assert browser.seqs == list(range(1, 252))


@pytest.mark.case("F59")
async def test_the_heartbeat_brings_what_lost_notices_did_not(
    cast, a_browser, settings, quick_beats
):
    settings.FAILPOINTS = "live.drop_notice:raise"
    async with a_browser(cast.amina) as browser:
        await happen(cast.id, 250)
        await browser.until(lambda it: it.of_type("beat")[-1:] == [{"type": "beat", "seq": 250}])
        assert browser.seqs == list(range(1, 251))


@pytest.mark.case("F62")
async def test_a_writer_that_dies_before_its_notice_is_seen_with_the_heartbeat(
    cast, a_browser, quick_beats
):
    async with a_browser(cast.amina) as browser:
        died = await asyncio.to_thread(
            in_another_process, cast.id, 1, FAILPOINTS="live.after_commit_before_notice:exit"
        )
        assert died == 137
        await browser.until(lambda it: it.seqs == [1])


@pytest.mark.case("F60")
@pytest.mark.parametrize("since", ["", "-1", "abc", "1e3", "٣", "605", "1000603", "102", "9" * 40])
async def test_a_bad_cursor_is_told_to_reload_once(cast, a_browser, since):
    await happen_at_once(cast.id, 603)
    async with a_browser(cast.amina, since) as browser:
        await browser.until(lambda it: it.frames)
        assert browser.frames == [{"type": "resync", "seq": 603}]
        await happen(cast.id)
        await browser.until(lambda it: it.seqs == [604])
    async with a_browser(cast.amina, browser.cursor) as again:
        await again.until(lambda it: it.frames)
        assert again.frames == [{"type": "beat", "seq": 604}]


@pytest.mark.case("F60")
async def test_five_hundred_events_are_still_replayed(cast, a_browser):
    await happen_at_once(cast.id, 603)
    async with a_browser(cast.amina, 103) as browser:
        await browser.until(lambda it: it.of_type("beat"))
        assert browser.seqs == list(range(104, 604))


@pytest.mark.case("F60")
@pytest.mark.parametrize(("hours", "first"), [(23, "events"), (25, "resync")])
async def test_a_cursor_of_yesterday_is_told_to_reload(cast, a_browser, hours, first):
    await happen(cast.id, 2)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        async with a_browser(cast.amina, 1) as browser:
            await browser.until(lambda it: it.frames)
            assert browser.frames[0]["type"] == first
            assert browser.frames[0]["seq"] == 2
