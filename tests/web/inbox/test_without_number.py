"""The full life of a person without a phone number, through the pages and against the simulator."""

from __future__ import annotations

import io
import threading
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox import drains
from inbox.actions import outbox, settling
from inbox.actions.exports import export_next
from inbox.models import Contact, Conversation, Message
from simulator.testing import Running, running
from tests.cast import Cast, a_status_webhook, arrives, payload
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import Caller, a_key
from tests.web.inbox.test_pages import a_form, path

BSUID = "US.48213907716450285531"


@pytest.fixture
def meta(settings) -> Iterator[Running]:
    with running() as simulator:
        settings.GRAPH_API_URL = simulator.base_url
        yield simulator


@pytest.fixture
def thread(cast: Cast) -> Conversation:
    """Somebody of whom the webhook names no number."""
    arrives(cast.number, payload("text_bsuid_without_phone"))
    Conversation.objects.update(window_opened_at=timezone.now())
    return Conversation.objects.select_related("identity").get()


def work() -> None:
    """The outbox sends what is due."""
    while claimed := outbox.claim(16):
        settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])


def receivers(meta: Running) -> list[str]:
    """Whom Meta was told to reach, in order."""
    return [one["to"] for one in meta.accepts()]


@pytest.mark.case("F85")
def test_the_life_of_somebody_without_a_number(cast, browser, meta, thread):
    theirs = thread.identity.value
    agent, lead = browser(cast.amina), browser(cast.sara)
    agent.post(path(thread, "messages/"), a_form(text="How can I help?"))
    work()
    template = a_template(cast.account)
    Conversation.objects.update(window_opened_at=timezone.now() - timedelta(days=2))
    form = a_form(template=str(template.pk), **{"var:1": "Dora", "var:2": "40-1187"})
    agent.post(path(thread, "templates/"), form)
    work()
    sent = Message.objects.filter(direction="outbound").order_by("id")
    assert [one.status for one in sent] == ["accepted", "accepted"]
    assert receivers(meta) == [theirs, theirs]
    arrives(cast.number, a_status_webhook(sent[0].wamid, "read", recipient_user_id=theirs))
    assert Message.objects.get(pk=sent[0].pk).status == "read"
    for words in (theirs, "how can i help", "40-1187"):
        assert f"row-{thread.pk}" in agent.get("/inbox/", {"search": words}).text
    page = lead.post(f"/inbox/contacts/{thread.contact_id}/export/").headers["Location"]
    assert export_next(threading.Event())
    file = lead.get(lead.post(f"{page}link/").headers["Location"])
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(file)))
    assert "How can I help?" in bundle.read("conversations/1.html").decode()
    assert theirs in bundle.read("person.json").decode()


@pytest.mark.case("F85")
def test_a_program_reaches_a_user_id_by_template_before_anybody_wrote(cast, meta):
    a_template(cast.account)
    shop = Caller(a_key(cast.organization).key)
    body = {
        "to": BSUID,
        "template": {
            "name": "order_update",
            "language": "en_US",
            "variables": {"1": "Dora", "2": "40-1187"},
        },
    }
    answer = shop.post("/messages", body, Prefer="respond-async")
    assert answer.status_code == 202, answer.content
    work()
    assert receivers(meta) == [BSUID]
    assert Contact.objects.get().phone is None


@pytest.mark.case("F85")
def test_a_retry_goes_to_the_address_that_wrote_meanwhile(cast, browser, meta, thread):
    agent = browser(cast.amina)
    agent.post(path(thread, "messages/"), a_form(text="Hello"))
    Message.objects.filter(direction="outbound").update(
        status="failed", failure={"next_step": "retry", "message": "x"}
    )
    later = payload("text_bsuid_and_phone")
    value = later["entry"][0]["changes"][0]["value"]
    now = str(int(timezone.now().timestamp()) + 1)  # whoever wrote last by Meta's time is answered
    value["messages"][0] |= {"id": f"wamid.{uuid.uuid4().hex}", "timestamp": now}
    value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = thread.identity.value
    arrives(cast.number, later)
    failed = Message.objects.get(status="failed")
    agent.post(path(thread, f"retry/{failed.pk}/"))
    work()
    assert receivers(meta) == [f"+{value['contacts'][0]['wa_id']}"]
