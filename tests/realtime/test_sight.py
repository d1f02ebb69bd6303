"""Live pages show nobody what they may not see: neither frames, nor people, nor what went away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.db import connections
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.events import announce, last_seq, unit_of_work
from accounts.models import Organization, Team, TeamMember
from inbox.actions.assigning import assign
from inbox.actions.conversations import close, reopen
from inbox.models import Conversation
from tests.cast import Cast, Teams, a_cast, a_conversation, by, says, with_teams

COUNT = 200
TOMAS = "12025550171"
WAITS_S = 30  # on a machine that does much else; in rest a tenth of a second

pytestmark = pytest.mark.timeout(200)


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


@pytest.fixture
def teams(cast: Cast) -> Teams:
    return with_teams(cast)


@pytest.fixture
def aminas(cast: Cast, teams: Teams) -> Conversation:
    """A conversation with Dora that is Amina's own; there is one with Tomas that is her team's."""
    teams_own = a_conversation(cast.number, wa_id=TOMAS, name="Tomas")
    Conversation.objects.filter(pk=teams_own.pk).update(team=teams.theirs)
    return a_conversation(cast.number, assigned_to=cast.amina, name="Dora Lindqvist")


def much_happens(cast: Cast, thread: Conversation) -> list[str]:
    """Some 200 events in conversations of Amina and her team; every word that tells of them."""
    teams_own = Conversation.objects.exclude(pk=thread.pk).get()
    written = [says(cast.number, f"blue kettle {n}") for n in range(8)]
    written += [says(cast.number, "a red one", wa_id=TOMAS) for _ in range(2)]
    with unit_of_work():
        for n in range(COUNT - 16):
            row = written[n % len(written)]
            announce(
                "message.changed", cast.organization.pk, by=SYSTEM, at=timezone.now(),
                conversation_id=row.conversation_id, ids=[row.pk],
            )  # fmt: skip
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    reopen(thread.pk, by=by(cast.amina), at=timezone.now())
    ids = [thread.pk, teams_own.pk, thread.contact_id, *(row.pk for row in written)]
    return [*map(str, ids), "kettle", "a red one", "Dora", "Tomas", "12025550143", "Amina"]


def told(browser) -> str:
    return "".join(str(frame) for frame in browser.frames)


@pytest.mark.case("S77", "S78")
async def test_chidi_and_strangers_hear_nothing_of_aminas_conversations(
    cast, teams, aminas, a_browser
):
    seq = await present(cast.organization.pk)
    open_thread = {"conversation": str(aminas.pk)}
    async with (
        a_browser(teams.chidi, seq, **open_thread) as chidi,
        a_browser(cast.eve, 0, **open_thread) as eve,
        a_browser(cast.ben, seq) as ben,
        a_browser(cast.amina, seq, **open_thread) as amina,
    ):
        for text in ("{", "[]", '{"type": "viewing", "conversation": 7}', '{"type": "typing"}'):
            await chidi.say_text(text)
            await eve.say_text(text)
        await chidi.say(type="viewing", conversation=str(aminas.pk), seen=0)
        await amina.say(type="typing")
        secrets = await act(much_happens)(cast, aminas)
        last = await present(cast.organization.pk)
        assert last - seq > COUNT - 20
        for browser in (chidi, amina, ben):
            await browser.until_event(last, within_s=WAITS_S)
        assert [one for one in secrets if one in told(chidi) or one in told(eve)] == []
        assert "kettle" in told(amina)
        assert amina.of_type("presence") + eve.of_type("presence") == []
        # Dora's is Amina's own, Tomas' is of the team: Ben is told of his alone.
        assert ("a red one" in told(ben), "kettle" in told(ben)) == (True, False)


@pytest.mark.case("S78")
async def test_what_is_given_away_leaves_one_list_and_enters_another(
    cast, teams, aminas, a_browser
):
    seq, row = await present(cast.organization.pk), f'id="row-{aminas.pk}"'
    async with a_browser(teams.chidi, seq) as chidi, a_browser(cast.amina, seq) as amina:
        await amina.say(type="viewing", conversation=str(aminas.pk))
        await act(assign)(
            aminas.pk, person=None, team=teams.chidis, by=by(cast.amina), at=timezone.now()
        )
        last = await present(cast.organization.pk)
        await chidi.until_event(last, within_s=WAITS_S)
        await amina.until_event(last, within_s=WAITS_S)
        assert row in html(chidi)
        assert f'data-gone="{aminas.pk}"' not in html(chidi)
        assert f'data-gone="{aminas.pk}"' in html(amina)
        # She looks at it no more: Chidi, who opens it now, is alone there.
        await chidi.say(type="viewing", conversation=str(aminas.pk))
        await act(says)(cast.number, "is anybody there")
        last = await present(cast.organization.pk)
        await chidi.until(lambda it: "anybody there" in html(it), within_s=WAITS_S)
        await amina.until_event(last, within_s=WAITS_S)
        assert not chidi.of_type("presence")
        assert "anybody there" not in html(amina)


def html(browser) -> str:
    return "".join(frame.get("html", "") for frame in browser.frames)


@pytest.mark.case("S78")
@pytest.mark.parametrize("how", ["taken_out", "limits", "team_deleted"])
async def test_who_sees_less_is_told_to_load_again_before_anything_else(
    cast, teams, aminas, a_browser, how
):
    """A cached sight is looked at anew by the event that changes it."""
    thread = aminas.pk
    await act(Conversation.objects.filter(pk=thread).update)(assignee=cast.ben, team=teams.theirs)
    if how == "limits":
        await act(Organization.objects.update)(agents_see="all")
    seq = await present(cast.organization.pk)
    reader = teams.chidi if how != "taken_out" else cast.amina
    async with a_browser(reader, seq, conversation=str(thread)) as browser:
        await browser.until(lambda it: it.frames, within_s=WAITS_S)
        await act(CHANGES[how])(cast, teams)
        await act(says)(cast.number, "not for everybody")
        await browser.until(lambda it: it.of_type("resync"), within_s=WAITS_S)
        await browser.until_event(await present(cast.organization.pk), within_s=WAITS_S)
        assert ("not for everybody" in html(browser)) == (how == "team_deleted")


def taken_out(cast: Cast, teams: Teams) -> None:
    with unit_of_work():
        TeamMember.objects.filter(person=cast.amina).delete()
        _announced("team.changed", cast)


def limits(cast: Cast, teams: Teams) -> None:
    with unit_of_work():
        Organization.objects.filter(pk=cast.organization.pk).update(agents_see="own_and_team")
        _announced("organization.changed", cast)


def team_deleted(cast: Cast, teams: Teams) -> None:
    """Its conversation is nobody's from now on."""
    with unit_of_work():
        Conversation.objects.update(assignee=None)
        Team.objects.filter(pk=teams.theirs.pk).delete()
        _announced("team.deleted", cast)


CHANGES = {"taken_out": taken_out, "limits": limits, "team_deleted": team_deleted}


def _announced(kind: str, cast: Cast) -> None:
    at = timezone.now() - timedelta(seconds=1)
    announce(kind, cast.organization.pk, by=SYSTEM, at=at)


act = database_sync_to_async
present = database_sync_to_async(last_seq)
