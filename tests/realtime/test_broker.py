"""Between processes: at once through Redis, within seconds without it."""

from __future__ import annotations

import asyncio
import time

import pytest

from inbox import live
from tests.realtime.happenings import in_another_process

pytestmark = pytest.mark.services


@pytest.fixture
def broker(one_process, private_redis, settings):
    settings.REDIS_URL = private_redis.url
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [private_redis.url]},
        }
    }
    return private_redis


async def elsewhere(cast, url: str, count: int = 1) -> None:
    await asyncio.to_thread(in_another_process, cast.id, count, REDIS_URL=url)


async def test_what_another_process_did_is_on_screen_at_once(cast, a_browser, broker):
    async with a_browser(cast.amina) as browser:
        await asyncio.sleep(0.5)  # the subscription
        await elsewhere(cast, broker.url)
        await browser.until(lambda it: it.seqs == [1], within_s=1)


async def test_without_the_broker_it_takes_seconds_and_then_it_is_quick_again(
    cast, a_browser, broker, monkeypatch
):
    monkeypatch.setattr(live, "PROBE_EVERY_S", 0.5)
    async with a_browser(cast.amina) as browser:
        await asyncio.sleep(0.5)
        broker.crash()
        await elsewhere(cast, "", 3)
        await browser.until(lambda it: it.cursor == 3, within_s=9)
        broker.start()
        await asyncio.sleep(4)
        await elsewhere(cast, broker.url)
        await browser.until(lambda it: it.cursor == 4, within_s=1)
        assert browser.seqs == [1, 2, 3, 4]


async def test_a_broker_that_hangs_holds_up_no_writer_and_piles_up_nothing(
    cast, a_browser, broker, monkeypatch
):
    monkeypatch.setattr(live, "PROBE_EVERY_S", 0.5)
    async with a_browser(cast.amina) as browser:
        await asyncio.sleep(0.5)
        broker.freeze()
        try:
            publisher, began = live.Publisher(), time.monotonic()
            for _ in range(10_000):
                publisher.add((cast.id,))
            assert time.monotonic() - began < 1.5  # who waits once in a thousand needs longer
            await elsewhere(cast, "")
            await browser.until(lambda it: it.seqs == [1], within_s=9)
        finally:
            broker.thaw()
