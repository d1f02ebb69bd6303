"""Canned replies: whose they are, what is offered in a conversation, their pages."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import Event, Team, TeamMember
from inbox.actions.canned import Reply, create_reply
from inbox.models import CannedReply
from tests.cast import a_conversation, by

pytestmark = pytest.mark.once
SETTINGS = "/settings/canned-replies/"
HI = {"shortcut": "hi", "title": "Hello", "text": "Hi {{contact.first_name}}", "whose": "all"}


def a_reply(cast, shortcut: str, text: str = "Text", **whose) -> CannedReply:
    reply = Reply(shortcut, shortcut.title(), text, **whose)
    return create_reply(cast.organization.pk, reply, by=by(cast.ada), at=timezone.now())


@pytest.fixture
def team(cast) -> Team:
    team = Team.objects.create(organization=cast.organization, name="Repairs")
    TeamMember.objects.create(team=team, person=cast.ben)
    return team


@pytest.fixture
def replies(cast, team):
    return [
        a_reply(cast, "everybody"),
        a_reply(cast, "repairs", team_id=team.pk),
        a_reply(cast, "amina", owner_id=cast.amina.pk),
    ]


def shown(page) -> set[str]:
    return set(re.findall(r"<kbd>/(\w+)</kbd>", page.content.decode()))


@pytest.mark.parametrize(
    ("who", "offered", "listed"),
    [
        ("amina", {"everybody", "amina"}, {"everybody", "amina"}),
        ("ben", {"everybody", "repairs"}, {"everybody", "repairs"}),
        ("sara", {"everybody"}, {"everybody", "repairs"}),
        ("eve", None, set()),
    ],
)
def test_everybody_is_offered_their_own_their_teams_and_the_shared(
    cast, browser, replies, who, offered, listed
):
    client, thread = browser(getattr(cast, who)), a_conversation(cast.number)
    answer = client.get(f"/inbox/{thread.pk}/canned/")
    assert (shown(answer) if answer.status_code == 200 else None) == offered
    assert shown(client.get(SETTINGS)) == listed


def test_who_may_not_use_a_reply_gets_it_by_no_address(cast, browser, replies):
    _everybody, repairs, own = replies
    thread = a_conversation(cast.number)
    for one in (repairs, own):
        use = browser(cast.sara).post(f"/inbox/{thread.pk}/canned/{one.pk}/use/")
        prefilled = browser(cast.sara).get(f"/inbox/{thread.pk}/?canned={one.pk}")
        assert (use.status_code, prefilled.status_code) == (404, 404)
    assert browser(cast.sara).get(f"{SETTINGS}{own.pk}/").status_code == 404
    assert browser(cast.ben).get(f"{SETTINGS}{repairs.pk}/").status_code == 403


@pytest.mark.case("S114")
def test_an_offer_is_filled_for_this_customer_and_names_what_is_not_known(cast, browser):
    text = "Dear {{contact.name}}, {{agent.first_name}} of {{organization.name}}. {{contact.phone}}"
    reply = a_reply(cast, "dear", text)
    thread = a_conversation(cast.number, wa_id=None, bsuid="US.1", name="{{agent.name}} {{7*7}}")
    page = browser(cast.amina, htmx=True).get(f"/inbox/{thread.pk}/canned/?q=de")
    wanted = "Dear {{agent.name}} {{7*7}}, Amina of Kettle &amp; Co. {{contact.phone}}"
    assert f'data-text="{wanted}" data-missing="{{{{contact.phone}}}}"' in page.content.decode()
    without_script = browser(cast.amina).get(f"/inbox/{thread.pk}/?canned={reply.pk}")
    assert f">{wanted}</textarea>" in without_script.content.decode()


def test_what_is_used_most_comes_first_and_at_most_eight_are_offered(cast, browser):
    for n in range(10):
        a_reply(cast, f"r{n}")
    thread, last = a_conversation(cast.number), CannedReply.objects.get(shortcut="r9")
    client = browser(cast.amina, htmx=True)
    assert client.post(f"/inbox/{thread.pk}/canned/{last.pk}/use/").status_code == 204
    page = client.get(f"/inbox/{thread.pk}/canned/").content.decode()
    assert (page.count('role="option"'), page.index("/r9<") < page.index("/r0<")) == (8, True)
    assert client.get(f"/inbox/{thread.pk}/canned/?q=none").content.decode().strip() == ""


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "Hi {{contact.email}}", "no such variable: {{contact.email}}"),
        ("text", "Hi {{contact.name}", "no such variable: {{"),
        ("text", "  ", "1 to 4,096"),
        ("shortcut", "two words", "no spaces"),
        ("shortcut", "DEAR", "has this shortcut"),
        ("title", "", "required"),
        ("whose", "somebody", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(cast, browser, field, value, words):
    a_reply(cast, "dear")
    answer = browser(cast.sara).post(f"{SETTINGS}new/", HI | {field: value})
    page = answer.content.decode()
    assert (answer.status_code, CannedReply.objects.count()) == (422, 1)
    assert words in page[page.index(f'id="id_{field}_error"') :]


def test_the_preview_underlines_what_is_no_variable(cast, browser):
    text = "Hi {{contact.first_name}} <b> {{contact.email}}"
    page = browser(cast.amina).post(f"{SETTINGS}preview/", {"text": text}).content.decode()
    assert '<span class="preview__filled">Ama</span> &lt;b&gt;' in page
    assert re.search(r'class="preview__unknown"[^>]*>{{contact.email}}<', page)


def test_a_reply_is_written_moved_deleted_and_brought_back(cast, browser):
    sara = browser(cast.sara)
    assert sara.post(f"{SETTINGS}new/", HI)["Location"] == SETTINGS
    row = CannedReply.objects.get()
    sara.post(f"{SETTINGS}{row.pk}/", HI | {"whose": "me", "folder": "Small talk"})
    row.refresh_from_db()
    assert (row.owner, row.folder) == (cast.sara, "Small talk")
    page = sara.post(f"{SETTINGS}{row.pk}/delete/", follow=True).content.decode()
    assert ("“Hello” is deleted." in page, shown(sara.get(SETTINGS))) == (True, set())
    sara.post(f"{SETTINGS}{row.pk}/restore/")
    assert shown(sara.get(f"{SETTINGS}?q=HELLO&folder=Small talk")) == {"hi"}
    kinds = Event.objects.filter(kind__startswith="canned.").values_list("kind", flat=True)
    assert list(kinds) == [
        f"canned.{what}" for what in ("created", "changed", "deleted", "restored")
    ]


def test_a_shortcut_taken_meanwhile_is_not_brought_back(cast, browser):
    row = a_reply(cast, "hi")
    browser(cast.sara).post(f"{SETTINGS}{row.pk}/delete/")
    a_reply(cast, "HI")
    assert browser(cast.sara).post(f"{SETTINGS}{row.pk}/restore/").status_code == 409


def test_an_agent_writes_own_replies_only(cast, browser):
    answer = browser(cast.amina).post(f"{SETTINGS}new/", HI)
    assert (answer.status_code, CannedReply.objects.count()) == (422, 0)
    browser(cast.amina).post(f"{SETTINGS}new/", HI | {"whose": "me"})
    assert CannedReply.objects.get().owner == cast.amina
