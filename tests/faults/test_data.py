"""Erasures and exports whose workers are killed go on, and leave nothing behind."""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests import loaded
from tests.faults.deliverer import Deliverer
from tests.faults.installation import ROOT

# Everything each of these has written; then what is asked for.
FILL = """
import json, threading
from django.conf import settings
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox.actions.erasing import ask_erasure
from inbox.actions.exports import ask_contacts_export, ask_person_export
from inbox.models import Contact, ExportKind
from inbox.moving.listing import Filters
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

def wrote(each, people):
    Delivery.objects.bulk_create(
        Delivery(body=text(f"wamid.{sender}.{n}", sender, words), received_at=timezone.now(),
            secret_fingerprint=fingerprint(settings.META_APP_SECRET))
        for n in range(each) for sender, words in people.items()
    )
    while digest_batch(threading.Event()):
        pass

def person(number):
    return Contact.objects.get(phone=f"+{number}")
"""
ERASE_ONE = """
wrote(40, {"12025550143": "a secret", "12025550177": "words"})
ask_erasure(person("12025550143").pk, by=SYSTEM, at=timezone.now())
"""
SECRETIVE = ("12025550161", "12025550162", "12025550163")
ERASE_ALL = f"""
numbers = {SECRETIVE}
wrote(1_000, dict.fromkeys(numbers, "a secret"))
wrote(40, {{"12025550177": "words"}})
for number in numbers:
    ask_erasure(person(number).pk, by=SYSTEM, at=timezone.now())
"""
EXPORT = """
wrote(800, {"12025550143": "words"})
organization = person("12025550143").organization
Contact.objects.bulk_create(
    Contact(organization=organization, name=f"Customer {n}", phone=f"+1202557{n:04}")
    for n in range(3_999)
)
for kind in (ExportKind.CONTACTS_CSV, ExportKind.CONTACTS_XLSX):
    ask_contacts_export(
        organization.pk, kind=kind, filters=Filters(), by=SYSTEM, at=timezone.now()
    )
ask_person_export(person("12025550143").pk, by=SYSTEM, at=timezone.now())
"""
MAKE_ONE = """
import threading
from inbox.actions.exports import export_next
export_next(threading.Event())
"""
LEASES_END = "UPDATE {} SET lease_until = NULL, not_before = NULL"
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
    return loaded.run(command, cwd=ROOT, env=environment).returncode


def killed(baton, chance, times, table):
    """Kills the server and, on PostgreSQL, two more workers, again and again."""
    others = 0 if baton.database_url.startswith("sqlite") else 2
    for _ in range(times):
        with baton.workers(others):
            baton.start()
            time.sleep(chance.uniform(0, 1.5))
        baton.kill()
        baton.rows(LEASES_END.format(table))


def wait_until_none(baton, sql, timeout=240):
    """Waits until a query finds no row. Raises: TimeoutError."""
    deadline = time.monotonic() + timeout
    while left := baton.rows(sql):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left}\n{baton.log.read_text()[-3000:]}")
        time.sleep(0.2)


@pytest.mark.case("F74")
@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_an_erasure_that_is_killed_goes_on_where_it_was(install, database_url):
    baton = install(database_url)
    assert shell(baton, FILL + ERASE_ONE) == 0
    assert [shell(baton, WORK, point) for point in POINTS] == [137] * len(POINTS)
    assert shell(baton, WORK) == 0
    assert baton.rows("SELECT count(*) FROM inbox_contact") == [(1,)]
    assert baton.rows("SELECT count(*) FROM inbox_message") == [(40,)]
    assert kept_in_the_raw_log(baton, b"secret", b"12025550143") == 0
    assert kept_in_the_raw_log(baton, b"words") == 40


def kept_in_the_raw_log(baton, *words):
    """How many deliveries hold one of these."""
    bodies = [bytes(body) for (body,) in baton.rows("SELECT body FROM webhooks_delivery")]
    return len([one for one in bodies if any(word in one for word in words)])


@pytest.mark.case("F74")
@pytest.mark.nightly
@pytest.mark.timeout(1_200)
def test_erasures_killed_at_random_end_and_hold_up_no_webhook(
    install, database_url, tmp_path, chance
):
    baton = install(database_url)
    assert shell(baton, FILL + ERASE_ALL) == 0
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    killed(baton, chance, 8, "inbox_erasure")
    baton.start()
    wait_until_none(baton, "SELECT step, counts FROM inbox_erasure WHERE step <> 'done'")
    deliverer.finish()
    baton.let_leases_end()
    baton.wait_until_digested(240)
    assert deliverer.slowest_s < 3
    assert kept_in_the_raw_log(baton, b"secret", *(one.encode() for one in SECRETIVE)) == 0
    assert baton.rows("SELECT count(*) FROM inbox_message WHERE wamid LIKE 'wamid.12025550%'") == [
        (40,)
    ]
    assert set(deliverer.acked()) - set(baton.received()) == set()
    assert baton.rows("SELECT count(*) FROM inbox_contact") == [(2,)]  # of the 40, the deliverer's


@pytest.mark.case("F74")
@pytest.mark.nightly
@pytest.mark.timeout(1_200)
def test_exports_whose_workers_are_killed_are_made_in_the_end_and_whole(
    install, database_url, chance
):
    baton = install(database_url)
    assert shell(baton, FILL + EXPORT) == 0
    assert shell(baton, MAKE_ONE, "export.kept_before_commit") == 137
    baton.rows(LEASES_END.format("inbox_export"))
    killed(baton, chance, 6, "inbox_export")
    baton.start()
    wait_until_none(baton, "SELECT kind, state FROM inbox_export WHERE state <> 'ready'")
    files = {
        kind: Path(baton.environment["MEDIA_ROOT"]) / path
        for kind, path in baton.rows("SELECT kind, path FROM inbox_export")
    }
    assert len(files["csv"].read_bytes().splitlines()) == 1 + 4_000
    for kind in ("xlsx", "person"):
        with zipfile.ZipFile(files[kind]) as whole:
            assert whole.testzip() is None
    sizes = baton.rows("SELECT kind, size FROM inbox_export")
    assert {kind: path.stat().st_size for kind, path in files.items()} == dict(sizes)
    assert list((Path(baton.environment["MEDIA_ROOT"]) / ".incoming").glob("*.export")) == []
