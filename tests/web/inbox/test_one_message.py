"""A link to one message, and what is known of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from inbox.models import Message
from tests.cast import DORA, Cast, all_say, arrives, envelope, says


@pytest.fixture
def long_ago(cast: Cast) -> list[Message]:
    """130 messages of one thread, a minute apart, oldest first."""
    began = timezone.now() - timedelta(hours=3)
    return all_say(
        cast.number,
        *({"text": f"line {n}", "at": began + timedelta(minutes=n)} for n in range(130)),
    )


def shown(html: str, messages: list[Message]) -> list[int]:
    return [n for n, one in enumerate(messages) if f'id="m-{one.pk}"' in html]


def test_a_link_to_a_message_shows_what_was_around_it(cast: Cast, browser, long_ago) -> None:
    thread = f"/inbox/{long_ago[0].conversation_id}/"
    client = browser(cast.amina, htmx=True)
    page = client.get(f"{thread}?message={long_ago[60].pk}").text
    assert shown(page, long_ago) == list(range(35, 86))
    assert f'data-looked-for="m-{long_ago[60].pk}"' in page
    assert "data-older" in page
    newer = page.split("newer/?after=")[1].split('"')[0]
    rest = client.get(f"{thread}newer/?after={newer}").text
    assert shown(rest, long_ago) == list(range(86, 130))
    assert "data-newer" not in rest


@pytest.mark.parametrize("which", ["unknown", "no id", "of another thread"])
def test_a_link_to_no_message_of_the_thread_shows_its_end(
    cast: Cast, browser, long_ago, which: str
) -> None:
    other = says(cast.number, "hello", wa_id="12025550999", name="Karl")
    wanted = {"unknown": uuid4(), "no id": "x", "of another thread": other.pk}[which]
    page = browser(cast.amina, htmx=True).get(
        f"/inbox/{long_ago[0].conversation_id}/?message={wanted}"
    )
    assert shown(page.text, long_ago) == list(range(80, 130))
    assert "data-newer" not in page.text


def change(cast: Cast, **content) -> None:
    head = {"from": DORA, "id": f"wamid.{uuid4().hex}"}
    at = str(int(timezone.now().timestamp()) + 5)
    arrives(cast.number, envelope({"messages": [head | {"timestamp": at} | content]}))


def about(browser, person, message: Message) -> str:
    address = f"/inbox/{message.conversation_id}/messages/{message.pk}/"
    answer = browser(person, htmx=True).get(address)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.case("F82")
def test_everybody_reads_earlier_texts_and_leads_a_deleted_one(cast: Cast, browser) -> None:
    message = says(cast.number, "first words")
    target = {"original_message_id": message.wamid}
    better = {"type": "text", "text": {"body": "better words"}}
    change(cast, type="edit", edit=target | {"message": better})
    assert "first words" in about(browser, cast.amina, message)
    change(cast, type="revoke", revoke=target)
    assert "words" not in about(browser, cast.amina, message)
    for lead in (cast.sara, cast.ada):
        assert "better words" in about(browser, lead, message)
        assert "first words" in about(browser, lead, message)


@pytest.mark.case("F22")
def test_admins_alone_read_what_meta_sent(cast: Cast, browser) -> None:
    change(cast, type="hologram", hologram={"depth": "seven fathoms"})
    message = Message.objects.get()
    assert "seven fathoms" in about(browser, cast.ada, message)
    for other in (cast.amina, cast.sara):
        assert "seven fathoms" not in about(browser, other, message)


@pytest.mark.case("F82")
def test_a_quote_of_a_deleted_message_shows_nothing_of_it(cast: Cast, browser) -> None:
    message = says(cast.number, "a secret of mine")
    change(cast, type="text", text={"body": "that one"}, context={"id": message.wamid})
    change(cast, type="revoke", revoke={"original_message_id": message.wamid})
    page = browser(cast.amina, htmx=True).get(f"/inbox/{message.conversation_id}/").text
    log = page.split('id="log"')[1]
    assert "a secret of mine" not in log
    assert log.count("This message was deleted.") == 2


def test_a_message_of_a_group_says_who_wrote_it_and_cannot_be_answered(cast: Cast, browser) -> None:
    contacts = [{"profile": {"name": "Imogen"}, "wa_id": DORA}]
    message = {
        "from": DORA,
        "id": "wamid.g",
        "timestamp": str(int(timezone.now().timestamp())),
        "type": "text",
        "group_id": "Y2FwaV9ncm91cDox",
        "text": {"body": "Can everybody make it?"},
    }
    arrives(cast.number, envelope({"contacts": contacts, "messages": [message]}))
    row = Message.objects.get()
    page = browser(cast.amina, htmx=True).get(f"/inbox/{row.conversation_id}/").text
    assert "<bdi>Imogen</bdi>" in page
    assert 'data-state="locked"' in page
    assert "Messages in groups cannot be answered from here." in page
