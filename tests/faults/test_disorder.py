"""Eight connections, four workers: repeated, shuffled and simultaneous deliveries end alike.

On PostgreSQL, over real HTTP, digested by processes of their own.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from inbox.message_status import RANKS, Status
from tests.cast import (
    DORA,
    PAYLOADS,
    a_status_webhook,
    a_text_webhook,
    envelope,
    payload,
)
from tests.faults.crew import Crew, eventually
from tests.faults.deliverer import post
from tests.faults.installation import Installation
from tests.faults.sending import Meta, queue_up, statuses, wait_until_quiet
from tests.lives import HAPPENINGS, a_body, a_life, with_our_ids

ALL = ("contacts", "threads", "messages", "unread", "told", "runs")
WORDS = ("sent", "delivered", "read", "played", "failed")


@pytest.fixture(scope="module")
def crew(calm_postgres, tmp_path_factory) -> Iterator[Crew]:
    """The same processes for every test here: each takes shops of its own."""
    name = f"baton_{uuid4().hex}"
    with psycopg.connect(calm_postgres.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE prepared'.encode())
    url = calm_postgres.url(name)
    made = Crew(Installation(tmp_path_factory.mktemp("crew"), url, server="uvicorn"))
    yield made
    made.close()


# --- repeats ---


@pytest.mark.case("F11")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bodies", [50, pytest.param(500, marks=pytest.mark.nightly)])
def test_five_copies_at_once_and_more_after_a_restart_have_one_effect(
    crew: Crew, chance, bodies: int
) -> None:
    shop = crew.a_shop(assistant=True)
    each = [
        shop.body(a_text_webhook("opening hours", wamid=f"wamid.{n}", wa_id=f"1202555{n:04}"))
        for n in range(bodies)
    ]
    copies = [body for body in each for _ in range(5)]
    crew.post(copies)
    crew.dismiss()
    crew.hire()
    chance.shuffle(copies)
    crew.post(copies)
    assert shop.counts() == dict.fromkeys(ALL, bodies)


@pytest.mark.case("F11")
@pytest.mark.timeout(120)
def test_one_webhook_fifty_times_at_once_has_one_effect(crew: Crew) -> None:
    shop = crew.a_shop()
    crew.post([shop.body(a_text_webhook("hello", wamid="wamid.once"))] * 50)
    assert shop.counts() == dict.fromkeys(ALL, 1) | {"runs": 0}


@pytest.mark.case("F12")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("strangers", "each"), [(20, 10), pytest.param(100, 10, marks=pytest.mark.nightly)]
)
def test_an_album_of_strangers_makes_one_thread_each(
    crew: Crew, chance, strangers: int, each: int
) -> None:
    shop = crew.a_shop()
    bodies = [
        shop.body(a_text_webhook(f"{n}", wamid=f"wamid.{who}.{n}", wa_id=f"1202555{who:04}"))
        for who in range(strangers)
        for n in range(each)
    ]
    chance.shuffle(bodies)
    crew.pile_up(bodies)
    batch = shop.body(payload("batch_duplicate_in_one_post"))
    crew.post([batch] * 50)
    expected = {"contacts": strangers + 1, "threads": strangers + 1, "runs": 0}
    expected |= dict.fromkeys(("messages", "unread", "told"), strangers * each + 1)
    assert shop.counts() == expected


@pytest.mark.case("F12")
@pytest.mark.timeout(120)
def test_ten_messages_at_once_reopen_a_closed_thread_once(crew: Crew) -> None:
    shop = crew.a_shop()
    crew.post([shop.body(a_text_webhook("before"))])
    crew.run(
        shop.code + "from django.utils import timezone\n"
        "from accounts.actors import SYSTEM\n"
        "from inbox.actions.conversations import close\n"
        "from inbox.models import Conversation\n"
        "thread = Conversation.objects.get(phone_number=number)\n"
        "close(thread.pk, by=SYSTEM, at=timezone.now())\n"
    )
    assert shop.rows("m.status", "inbox_conversation m") == [("closed",)]
    crew.post([shop.body(a_text_webhook(f"again {n}")) for n in range(10)])
    assert shop.rows("m.status, inbound_count", "inbox_conversation m") == [("open", 11)]


@pytest.mark.timeout(120)
def test_every_example_is_taken_over_real_http_and_none_breaks_another(crew: Crew) -> None:
    """The table of effects is tests/domain/inbox/test_payloads.py; this is the way in."""
    shop = crew.a_shop()
    paths = sorted((PAYLOADS / "inbound").glob("*.json"))
    bodies = [shop.body(payload(path.stem)) for path in paths]
    crew.post(bodies, letters=4)
    before = shop.counts()
    letters = Counter(crew.baton.rows("SELECT reason FROM webhooks_deadletter"))
    assert letters == {
        ("id is missing or not a string",): 2,
        ("message is not an object",): 1,
        ("value is not an object",): 1,
    }
    crew.post(bodies, letters=4)
    assert shop.counts() == before
    wamids = shop.rows("wamid, count(*)", "inbox_message m", "true GROUP BY wamid")
    assert {count for _wamid, count in wamids} == {1}
    assert len(wamids) >= 54


@pytest.mark.case("F23")
@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_thousand_changes_in_one_body_are_taken_at_once_and_digested_soon(crew: Crew) -> None:
    shop = crew.a_shop()
    bodies = [a_text_webhook(f"{n}", wamid=f"wamid.{n}") for n in range(1_000)]
    body = bodies[0]
    body["entry"][0]["changes"] += [one["entry"][0]["changes"][0] for one in bodies[1:]]
    began = time.monotonic()
    assert post(crew.baton.port, shop.body(body)) == 200
    assert time.monotonic() - began < 1
    crew.baton.wait_until_digested(30)
    assert shop.counts()["messages"] == 1_000


# --- statuses ---

OUR_ROWS = """
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox import outgoing
from inbox.actions.conversations import conversation_with
from inbox.actions.importing import import_outbound
from inbox.message_status import Status
thread = conversation_with(number, to="+12025550143", country_code=None, at=timezone.now())
for wamid in {wamids!r}:
    import_outbound(
        thread.pk, outgoing.text(wamid), by=SYSTEM, at=timezone.now(), status=Status.ACCEPTED,
        wamid=wamid,
    )
"""
KEPT = "inbox_statusevent e JOIN inbox_message m ON m.id = e.message_id"
SETS = [subset for size in range(1, 6) for subset in combinations(WORDS, size)]


@pytest.mark.case("F13", "F15")
@pytest.mark.timeout(300)
def test_statuses_end_alike_in_any_order_and_beside_the_message_itself(crew: Crew, chance) -> None:
    """Every set of statuses, doubled; for one half the row is there, for the other it comes too."""
    shop, at = crew.a_shop(), timezone.now() - timedelta(minutes=5)
    crew.run(shop.code + OUR_ROWS.format(wamids=[f"wamid.row.{n}" for n in range(len(SETS))]))
    bodies = []
    for n, words in enumerate(SETS):
        for wamid in (f"wamid.row.{n}", f"wamid.echo.{n}"):
            bodies += [shop.body(a_reported(wamid, word, at)) for word in words * 2]
        bodies.append(shop.body(an_echo(f"wamid.echo.{n}", at)))
    chance.shuffle(bodies)
    crew.pile_up(bodies)
    assert shop.rows("count(*)", "inbox_pendingstatus m") == [(0,)]
    ended = dict(shop.rows("wamid, m.status", "inbox_message m"))
    kept = Counter(wamid for (wamid,) in shop.rows("m.wamid", KEPT))
    for n, words in enumerate(SETS):
        highest = max(words, key=lambda word: RANKS[Status(word)])
        of_echo = max((*words, "sent"), key=lambda word: RANKS[Status(word)])
        assert (ended[f"wamid.row.{n}"], ended[f"wamid.echo.{n}"]) == (highest, of_echo)
        assert kept[f"wamid.row.{n}"] == kept[f"wamid.echo.{n}"] == len(words)


def a_reported(wamid: str, word: str, at) -> dict:
    """A status; a failure with its reason."""
    errors = [{"code": 131026, "title": "Message undeliverable"}]
    return a_status_webhook(wamid, word, at=at, **({"errors": errors} if word == "failed" else {}))


def an_echo(wamid: str, at, *, to: str = DORA, text: str = "from the phone") -> dict:
    """What was typed on the business phone."""
    message = {
        "from": "15550783881",
        "to": to,
        "id": wamid,
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": text},
    }
    body = envelope({"message_echoes": [message]})
    body["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    return body


@pytest.mark.case("F15")
@pytest.mark.timeout(120)
def test_of_a_hundred_statuses_the_ten_unknown_wait_for_their_message(crew: Crew) -> None:
    shop, at = crew.a_shop(), timezone.now()
    crew.run(shop.code + OUR_ROWS.format(wamids=[f"wamid.{n}" for n in range(90)]))
    one = a_status_webhook("wamid.0", "delivered", at=at)
    listed = one["entry"][0]["changes"][0]["value"]["statuses"]
    listed += [listed[0] | {"id": f"wamid.{n}"} for n in range(1, 100)]
    crew.post([shop.body(one)])
    assert shop.rows("m.status, count(*)", "inbox_message m", "true GROUP BY m.status") == [
        ("delivered", 90)
    ]
    assert shop.rows("count(*)", "inbox_pendingstatus m") == [(10,)]
    crew.post([shop.body(an_echo("wamid.99", at))])
    eventually(
        lambda: shop.rows("m.status", "inbox_message m", "wamid = 'wamid.99'") == [("delivered",)],
        5,
    )
    assert shop.rows("count(*)", "inbox_pendingstatus m") == [(9,)]


@pytest.mark.case("F14")
@pytest.mark.timeout(120)
def test_statuses_that_overtake_the_answer_to_the_send_are_applied(
    install, postgres_url, tmp_path
) -> None:
    baton = install(postgres_url)
    meta = Meta(tmp_path, webhook_url=f"http://127.0.0.1:{baton.port}/webhooks/whatsapp/")
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=10, threads=10)
    meta.start()
    try:
        meta.control(
            faults=[{"kind": "accept_then_slow", "seconds": 3}],
            delays={"sent": 0, "delivered": 0.2},
        )
        baton.start()
        wait_until_quiet(baton)
        eventually(lambda: set(statuses(baton)) <= {"delivered", "read"}, 15)
    finally:
        meta.stop()
    assert len(meta.accepts()) == 10
    assert baton.rows("SELECT count(DISTINCT wamid) FROM inbox_message") == [(10,)]
    assert baton.rows("SELECT count(*) FROM inbox_pendingstatus") == [(0,)]
    assert "ERROR" not in baton.log.read_text()


# --- a whole thread ---

TELL = """
import json, random
from datetime import datetime
from tests.lives import a_life, prepared
life = a_life({kinds!r}, random.Random({seed!r}).choice, datetime.fromisoformat({born!r}))
print(json.dumps(prepared(number, life)))
"""
# How far fetching their files is has nothing to do with the order in which they came.
SHOW = """
import json
from django.db import transaction
from inbox.models import Media
from tests.lives import shown
with transaction.atomic():
    Media.objects.filter(phone_number=number).update(state="pending", attempts=0, error="")
    print(json.dumps(shown(number)))
"""


@pytest.mark.case("F79")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("items", [40, pytest.param(200, marks=pytest.mark.nightly)])
def test_a_shuffled_life_on_eight_connections_is_the_life_as_it_happened(
    crew: Crew, items: int
) -> None:
    """Items with repeats; the other thread gets the same in one body, in order."""
    seed = f"{items} items"
    chance = random.Random(seed)
    kinds = ["text", *(chance.choice(list(HAPPENINGS)) for _ in range(items * 7 // 5))]
    born = timezone.now().replace(microsecond=0) - timedelta(hours=6)
    life = a_life(kinds, random.Random(seed).choice, born)
    assert len(life.things) >= items
    shops = crew.a_shop(), crew.a_shop()
    told = []
    for shop in shops:
        code = TELL.format(kinds=kinds, seed=seed, born=born.isoformat())
        things = with_our_ids(life.things, crew.run(shop.code + code))
        whole = {"waba_id": shop.waba, "phone_number_id": shop.number}
        told.append([a_body([thing], **whole) for thing in things])
        if shop is shops[0]:
            crew.post([shop.body(a_body(things, **whole))])
    again = [*told[1], *chance.sample(told[1], items // 3)]
    chance.shuffle(again)
    crew.post([shops[1].body(body) for body in again])
    in_order, shuffled = (crew.run(shop.code + SHOW) for shop in shops)
    assert len(in_order["bubbles"]) > items // 3
    assert shuffled == in_order


# --- the phone app ---


@pytest.mark.case("F83")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("old", [200, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_an_import_in_shuffled_chunks_disturbs_neither_people_nor_live_messages(
    crew: Crew, chance, old: int
) -> None:
    shop, people = crew.a_shop(assistant=True), 20
    chunks = [a_chunk(range(start, start + 50), people) for start in range(0, old, 50)]
    chance.shuffle(chunks)
    live = [
        a_text_webhook(f"live {n}", wamid=f"wamid.live.{n}", wa_id=f"1202555{n:04}")
        for n in range(people)
    ]
    bodies = [*chunks, *chunks[:5]]
    for n, body in enumerate(live):
        bodies.insert((n + 1) * len(bodies) // (people + 1), body)
    crew.post([shop.body(body) for body in bodies])
    assert shop.rows("count(*)", "inbox_message m", "wamid LIKE 'wamid.old.%'") == [(old,)]
    assert shop.counts() == {
        "contacts": people,
        "threads": people,
        "messages": people + old // 2,
        "unread": people,
        "told": people,
        "runs": people,
    }
    windows = "window_opened_at > now() - interval '1 hour' AND owner_epoch = 0"
    assert shop.rows("count(*)", "inbox_conversation m", windows) == [(people,)]
    newest = (
        "m.id = (SELECT last_inbound_id FROM inbox_conversation c WHERE c.id = m.conversation_id)"
    )
    shown = shop.rows("wamid", "inbox_message m", newest)
    assert {wamid for (wamid,) in shown} == {f"wamid.live.{n}" for n in range(people)}


def a_chunk(numbers: range, people: int) -> dict:
    """Old messages of several people, every second one ours."""
    body = payload("history_chunk")
    chunk = body["entry"][0]["changes"][0]["value"]["history"][0]
    born = timezone.now() - timedelta(days=90)
    threads: dict[str, list[dict]] = {}
    for n in numbers:
        wa_id = f"1202555{n // 2 % people:04}"
        mine = {"from": "15550783881", "to": wa_id} if n % 2 else {"from": wa_id}
        threads.setdefault(wa_id, []).append(
            mine
            | {
                "id": f"wamid.old.{n}",
                "timestamp": str(int(born.timestamp()) + n),
                "type": "text",
                "text": {"body": f"old line {n}"},
                "history_context": {"status": "READ"},
            }
        )
    chunk["threads"] = [{"id": wa_id, "messages": lines} for wa_id, lines in threads.items()]
    return body
