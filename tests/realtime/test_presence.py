"""Who else looks at a conversation, and who types."""

from __future__ import annotations

from uuid import uuid4

from inbox import presence

DORAS, ANOTHER = str(uuid4()), str(uuid4())


def people(browser):
    """What the last presence frame of the conversation said: name to doing."""
    frames = [one for one in browser.of_type("presence") if one["conversation"] == DORAS]
    return {one["name"]: one["doing"] for one in frames[-1]["people"]} if frames else {}


async def test_two_people_in_one_conversation_see_each_other_come_and_go(cast, a_browser):
    async with a_browser(cast.amina, conversation=DORAS) as amina:
        async with a_browser(cast.ben, conversation=DORAS) as ben:
            await amina.until(lambda it: people(it) == {"Ben": "viewing"})
            await ben.until(lambda it: people(it) == {"Amina": "viewing"})
        await amina.until(lambda it: people(it) == {} and len(it.of_type("presence")) == 2)


async def test_typing_is_shown_and_ends_by_itself(cast, a_browser, monkeypatch):
    monkeypatch.setattr(presence, "TYPING_S", 0.3)
    async with (
        a_browser(cast.amina, conversation=DORAS) as amina,
        a_browser(cast.ben, conversation=DORAS) as ben,
    ):
        await ben.say(type="typing")
        await amina.until(lambda it: people(it) == {"Ben": "typing"})
        await amina.until(lambda it: people(it) == {"Ben": "viewing"})


async def test_going_to_another_conversation_is_leaving(cast, a_browser):
    async with (
        a_browser(cast.amina, conversation=DORAS) as amina,
        a_browser(cast.ben) as ben,
    ):
        await ben.say(type="viewing", conversation=DORAS)
        await amina.until(lambda it: people(it) == {"Ben": "viewing"})
        await ben.say(type="viewing", conversation=ANOTHER)
        await amina.until(lambda it: people(it) == {})


async def test_a_stranger_who_names_the_conversation_meets_nobody(cast, a_browser):
    async with (
        a_browser(cast.amina, conversation=DORAS) as amina,
        a_browser(cast.stranger, conversation=DORAS) as stranger,
    ):
        await stranger.say(type="typing")
        async with a_browser(cast.ben, conversation=DORAS):
            await amina.until(lambda it: people(it) == {"Ben": "viewing"})
        assert stranger.of_type("presence") == []
        assert all("Eve" not in str(frame) for frame in amina.frames)


async def test_ones_own_other_tab_is_nobody_else(cast, a_browser):
    async with (
        a_browser(cast.amina, conversation=DORAS) as one,
        a_browser(cast.amina, conversation=DORAS) as other,
    ):
        await other.say(type="typing")
        async with a_browser(cast.ben, conversation=DORAS) as ben:
            await ben.until(lambda it: people(it) == {"Amina": "typing"})
            await one.until(lambda it: people(it) == {"Ben": "viewing"})
