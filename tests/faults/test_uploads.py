"""Files that go out, while workers die: none is lost, none goes twice, none overtakes another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation
from tests.faults.sending import Meta, in_status, queue_up, statuses, wait_until_quiet

# Before and after each file a text, all in one conversation.
WITH_FILES = """
from django.utils import timezone
from accounts.actors import SYSTEM
from accounts.models import PhoneNumber
from inbox import composing
from inbox.actions.attachments import attach
from inbox.actions.sending import send_all
from inbox.models import Conversation
from inbox.taking_in import Given
number, thread = PhoneNumber.objects.get(), Conversation.objects.get()
for n in range(4):
    now, data = timezone.now(), b"%PDF-1.4 file " + str(n).encode()
    given = Given([data], f"{n}.pdf", "application/pdf")
    file = attach(given, number=number, conversation=thread, by=SYSTEM, at=now)
    parts = composing.messages_of("", [file], {file.pk: f"caption {n}"})
    send_all(thread.pk, parts, by=SYSTEM, at=now)
    send_all(thread.pk, composing.messages_of(f"text {n}", [], {}), by=SYSTEM, at=now)
"""
UPLOADS = "SELECT state, count(*) FROM inbox_metaupload GROUP BY state"


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    meta = Meta(tmp_path)
    meta.start()
    meta.control(latency_ms=[0, 60])
    yield meta
    meta.stop()


def in_order(baton: Installation) -> list[str]:
    """Our ids, as they were queued."""
    sql = "SELECT id FROM inbox_message WHERE direction = 'outbound' ORDER BY id"
    return [str(row[0]).replace("-", "") for row in baton.rows(sql)]


@pytest.mark.case("F86", "F39")
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("database", "point"),
    [("postgres_url", "upload.after_call"), ("sqlite_url", "upload.after_settle")],
)
def test_a_kill_between_upload_and_send_loses_and_doubles_nothing(
    install, request, meta, database, point
) -> None:
    baton = install(request.getfixturevalue(database))
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=0, threads=1)
    baton.manage("shell", "--verbosity=0", "--command", WITH_FILES)
    baton.start(f"{point}:exit:2")
    assert baton.wait_for_death(timeout=30) == 137
    baton.rows("UPDATE inbox_metaupload SET lease_until = created_at")  # what minutes do
    baton.rows("UPDATE inbox_message SET lease_until = created_at WHERE status = 'sending'")
    baton.start()
    wait_until_quiet(baton)
    accepts = meta.accepts()
    assert max(Counter(accepts).values()) == 1
    # What the kill met on its way, before Meta or after it, nobody knows: that asks a person.
    gone, unknown = (
        in_status(baton, "accepted", "sent", "delivered", "read"),
        in_status(baton, "unconfirmed"),
    )
    assert gone <= set(accepts) <= gone | unknown
    assert len(gone | unknown) == sum(statuses(baton).values()) == 8
    went = [one.replace("-", "") for one in accepts]
    assert went == [one for one in in_order(baton) if one in went]
    assert dict(baton.rows(UPLOADS)) == {"ready": 4}
