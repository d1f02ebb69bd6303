"""A business with a number, the door that Meta knocks at, and a handler that leaves a trace."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings as configured
from django.utils import timezone

from accounts.actors import CONTACT
from accounts.events import announce
from accounts.models import BusinessAccount, Event, EventCounter, Organization, PhoneNumber
from webhooks.digest import digest_batch
from webhooks.ingest import Ingest
from whatsapp.signature import sign


def a_business(name, *, waba_id, phone_number_id, app_secret=""):
    organization = Organization.objects.create(name=name)
    EventCounter.objects.create(organization=organization)
    account = BusinessAccount(organization=organization, waba_id=waba_id)
    account.app_secret = app_secret
    account.save()
    return PhoneNumber.objects.create(
        organization=organization, account=account, meta_phone_number_id=phone_number_id
    )


@pytest.fixture
def kettle(transactional_db):
    """The number of Kettle & Co, under the installation's app secret."""
    return a_business("Kettle & Co", waba_id="1001", phone_number_id="2001")


@pytest.fixture
def teapot(transactional_db):
    """The number of Teapot Ltd, with an app and a secret of its own."""
    return a_business(
        "Teapot Ltd", waba_id="1002", phone_number_id="2002", app_secret="teapot-secret"
    )


def a_text(wamid, **changes):
    return {
        "from": "12025550143",
        "id": wamid,
        "timestamp": "1763719200",
        "type": "text",
        "text": {"body": "Is the blue kettle back?"},
    } | changes


def a_delivery(*messages, waba_id="1001", phone_number_id="2001", field="messages"):
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": phone_number_id},
        "contacts": [{"profile": {"name": "Dora"}, "wa_id": "12025550143"}],
        "messages": list(messages),
    }
    change = {"field": field, "value": value}
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": waba_id, "changes": [change]}],
    }
    return json.dumps(body).encode()


class Door:
    """Meta's side of the webhook address."""

    def __init__(self):
        self.ingest = Ingest(_nobody)

    def post(self, body, *, secret=configured.META_APP_SECRET, headers=None, chunk=1 << 20):
        """The status of the answer. headers: instead of the right signature."""
        if headers is None:
            headers = [(b"x-hub-signature-256", sign(body, secret).encode())]
        pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
        return asyncio.run(self._post(pieces, headers))

    async def _post(self, pieces, headers):
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/webhooks/whatsapp/",
            "headers": headers,
        }
        client = ApplicationCommunicator(self.ingest, scope)
        for number, piece in enumerate(pieces, start=1):
            more = number < len(pieces)
            await client.send_input({"type": "http.request", "body": piece, "more_body": more})
        start = await client.receive_output(10)
        assert (await client.receive_output(10))["body"] == b""
        await client.wait(10)
        return start["status"]


async def _nobody(scope, receive, send):
    raise AssertionError(f"passed on: {scope['method']} {scope['path']}")


@pytest.fixture
def door(transactional_db):
    one = Door()
    yield one
    one.ingest.close()


@pytest.fixture
def digest():
    """Digests until nothing is due."""

    def all_that_is_due():
        while digest_batch(threading.Event()):
            pass

    return all_that_is_due


def write_events(works):
    """A handler that leaves an event for each item."""
    for work in works:
        write_event(work.item, received_at=work.received_at)


def write_event(item, *, received_at):
    """A handler: one event for each message; stumbles over the customer who says so."""
    number = PhoneNumber.objects.get(meta_phone_number_id=item.phone_number_id)
    announce(
        "test.received", number.organization_id, by=CONTACT, at=timezone.now(), wamid=wamid(item)
    )
    if item.content.text == "stumble":
        raise KeyError("stumbled")


def wamid(item):
    return item.content.wamid


@pytest.fixture
def handler(settings):
    settings.WEBHOOK_HANDLERS = {"messages": "tests.domain.webhooks.conftest.write_events"}
    settings.EVENT_LISTENERS = {}


def applied():
    """The wamids whose effect is there, in the order of the log."""
    events = Event.objects.filter(kind="test.received").order_by("seq")
    return [event.data["wamid"] for event in events]
