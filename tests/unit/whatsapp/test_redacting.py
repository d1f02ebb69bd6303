"""Items taken out of a body: of the person nothing is left, the rest reads as before."""

from __future__ import annotations

import json

import pytest

from inbox.tombstones import address_names, brings_back, mark_of, names_in
from tests.cast import PAYLOADS, T0, a_text_webhook, wire
from whatsapp.inbound import Item, Malformed, Unsupported, WhatsAppUser, named, parse, person_in
from whatsapp.inbound.redacting import EMPTY, REDACTED, without

BODIES = sorted((PAYLOADS / "inbound").glob("*.json"))


def redacted(body: bytes) -> tuple[bytes, set[str]]:
    """The body without everybody it names, and the values of their addresses."""
    users = [user for item in parse(body) for user in named(item).users]
    names = {name for user in users for name in address_names(user)}

    def theirs(raw: object) -> bool:
        return not names.isdisjoint(address_names(person_in(raw)))

    values = {str(value) for user in users for value in (user.wa_id, user.bsuid) if value}
    items = [item for item in parse(body) if is_about(item, values)]
    return without(body, [item.path for item in items], theirs), values


def is_about(item: Item, values: set[str]) -> bool:
    quotes = isinstance(item.content, Malformed | Unsupported)
    return bool(named(item).users) or (quotes and any(one in str(item.raw) for one in values))


@pytest.mark.case("S121")
@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_of_every_kind_of_webhook_nothing_of_its_person_is_left(path):
    before = parse(path.read_bytes())
    body, values = redacted(path.read_bytes())
    after = parse(body)
    assert [value for value in values if value in body.decode()] == []
    assert [item for item in after if named(item).users] == []
    kept = [item for item in before if not is_about(item, values)]
    assert [item.path for item in after] == [item.path for item in kept]
    broken = [item for item in after if isinstance(item.content, Malformed)]
    assert len(broken) <= len([item for item in before if isinstance(item.content, Malformed)])


def test_most_kinds_name_a_person():
    naming = [path for path in BODIES if redacted(path.read_bytes())[1]]
    assert len(naming) > 0.6 * len(BODIES)


def test_the_others_of_a_body_keep_their_paths():
    one, other = a_text_webhook("mine"), a_text_webhook("theirs", wa_id="12025550177")
    value = one["entry"][0]["changes"][0]["value"]
    for key in ("messages", "contacts"):
        value[key] += other["entry"][0]["changes"][0]["value"][key]
    value["conversation_context"] = {"summary": "of both"}
    before = parse(wire(one))
    body = without(wire(one), [before[0].path], lambda raw: person_in(raw).wa_id == "12025550143")
    assert [(item.path, item.content) for item in parse(body)] == [
        (before[1].path, before[1].content)
    ]


def test_a_summary_of_what_is_gone_goes_too():
    body = a_text_webhook("mine")
    body["entry"][0]["changes"][0]["value"]["conversation_context"] = {"summary": "a secret"}
    (item,) = parse(wire(body))
    assert b"secret" not in without(wire(body), [item.path], lambda _raw: True)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        (b"{", []),
        (b"[1]", []),
        (b"\xff", []),
        (b'{"object":"page"}', [""]),
        (b'{"entry":1}', ["entry"]),
    ],
)
def test_what_cannot_be_read_goes_whole(body, paths):
    assert without(body, paths, lambda _raw: False) == EMPTY
    assert parse(EMPTY) == []


def test_a_mark_is_no_item_wherever_it_stands():
    change = {"field": "messages", "value": {"messages": [REDACTED], "statuses": [REDACTED]}}
    for entry in (REDACTED, {"id": "1", "changes": [REDACTED, {"field": "x", "value": REDACTED}]}):
        assert parse(json.dumps({"entry": [entry]}).encode()) == []
    assert parse(json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()) == []


@pytest.mark.case("S09")
@pytest.mark.parametrize(
    ("names", "seconds", "back"),
    [
        (["wa_id:1"], -1, True),
        (["wa_id:1"], 0, False),
        (["wa_id:1"], 60, False),
        (["message:wamid.1"], 60, True),
        (["message:wamid.2", "wa_id:2"], -60, False),
    ],
)
def test_what_is_older_than_the_erasure_does_not_come_back(names, seconds, back):
    erased = {"wa_id:1": T0.replace(microsecond=500), "message:wamid.1": T0}
    at = T0.replace() if not seconds else T0.fromtimestamp(T0.timestamp() + seconds, T0.tzinfo)
    assert brings_back(names, erased, at=at) is back


def test_all_spellings_of_an_address_are_one_name():
    forms = [WhatsAppUser(wa_id=one) for one in ("5511955501640", "551155501640")]
    assert len({*map(str, map(address_names, forms))}) in (1, 2)
    brazil = [WhatsAppUser(wa_id=one) for one in ("5511987654321", "551187654321")]
    assert address_names(brazil[0]) == address_names(brazil[1])


def test_a_mark_depends_on_the_key_and_on_the_name():
    assert len({mark_of(key, name) for key in "ab" for name in ("wa_id:1", "message:1")}) == 4


def test_a_status_is_about_its_message_by_both_ids():
    body = {"id": "wamid.1", "status": "read", "biz_opaque_callback_data": "our-id"}
    value = {"statuses": [body | {"recipient_id": "12025550143", "timestamp": "1700000000"}]}
    change = {"field": "messages", "value": value}
    (item,) = parse(json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode())
    assert names_in(named(item)) == {"message:wamid.1", "message:our-id", "wa_id:12025550143"}
