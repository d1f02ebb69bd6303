"""An erasure whose worker is killed at every step goes on, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.installation import ROOT

FILL = """
import json, threading
from django.conf import settings
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox.actions.erasing import ask_erasure
from inbox.models import Contact
from webhooks.digest import digest_batch
from webhooks.models import Delivery
from whatsapp.signature import fingerprint

def text(wamid, sender, words):
    value = {"metadata": {"phone_number_id": "2001"}, "contacts": [{"wa_id": sender}],
        "messages": [{"id": wamid, "from": sender, "timestamp": "1796000000", "type": "text",
            "text": {"body": words}}]}
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account",
        "entry": [{"id": "1001", "changes": [change]}]}).encode()

people = {"12025550143": "a secret", "12025550177": "words"}
Delivery.objects.bulk_create(
    Delivery(body=text(f"wamid.{sender}.{n}", sender, words), received_at=timezone.now(),
        secret_fingerprint=fingerprint(settings.META_APP_SECRET))
    for n in range(40) for sender, words in people.items()
)
while digest_batch(threading.Event()):
    pass
ask_erasure(Contact.objects.get(phone="+12025550143").pk, by=SYSTEM, at=timezone.now())
"""
# What waiting does: the leases of the dead have run out.
WORK = """
from inbox.actions import forgetting
from inbox.actions.erasing import erase_next
from inbox.models import Erasure
forgetting.BATCH = 15
while Erasure.objects.exclude(step="done").exists():
    Erasure.objects.update(lease_until=None, not_before=None)
    erase_next()
"""
POINTS = (
    *("erase.before_messages_commit", "erase.before_messages_commit:exit:2", "erase.after_batch"),
    *("erase.before_person_commit", "erase.before_raw_log_commit"),
)


def shell(baton, code: str, failpoint: str = "") -> int:
    """Runs it in a process of its own; its exit code."""
    spec = failpoint if ":" in failpoint or not failpoint else f"{failpoint}:exit"
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", code]
    environment = baton.environment | {"FAILPOINTS": spec}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@pytest.mark.case("F74")
@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_an_erasure_that_is_killed_goes_on_where_it_was(install, database_url):
    baton = install(database_url)
    assert shell(baton, FILL) == 0
    assert [shell(baton, WORK, point) for point in POINTS] == [137] * len(POINTS)
    assert shell(baton, WORK) == 0
    assert baton.rows("SELECT count(*) FROM inbox_contact") == [(1,)]
    assert baton.rows("SELECT count(*) FROM inbox_message") == [(40,)]
    bodies = [bytes(body) for (body,) in baton.rows("SELECT body FROM webhooks_delivery")]
    assert len([one for one in bodies if b"secret" in one or b"12025550143" in one]) == 0
    assert len([one for one in bodies if b"words" in one]) == 40
