"""What nobody should send: one fault costs one item, and nothing raises but a broken body."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.whatsapp.bodies import (
    DORA,
    DORA_BSUID,
    INBOUND,
    T0,
    a_body,
    a_change,
    a_message,
    content_of,
    contents,
    inbound_json,
    wire,
)
from whatsapp.inbound import InboundMessage, Item, Malformed, Text, Unsupported, parse
from whatsapp.inbound.fields import FIELDS

NOT_A_WEBHOOK = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "string": b'"x"',
    "number": b"7",
    "infinity": b"1e999",
    "nan": b"NaN",
    "cut short": b'{"entry":[{"id":"1"',
    "invalid utf-8": b"\xff\xfe\x00\xc3\x28",
    "utf-8 of a surrogate": b'{"object":"\xed\xa0\xbd"}',
    "utf-16": '{"object":"x"}'.encode("utf-16"),
    "bare nul": b'{"object":"a\x00b"}',
    "5,000 lists": b"[" * 5_000 + b"]" * 5_000,
    "100,000 open objects": b'{"a":' * 100_000,
    "deep in an item": wire(a_body(a_change(messages=[]))).replace(
        b'"messages":[]', b'"messages":' + b"[" * 5_000 + b"]" * 5_000
    ),
}


@pytest.mark.parametrize("body", NOT_A_WEBHOOK.values(), ids=NOT_A_WEBHOOK.keys())
def test_a_body_that_is_no_webhook_is_a_value_error(body):
    with pytest.raises(ValueError):  # noqa: PT011 - also UnicodeDecodeError, JSONDecodeError
        parse(body)


def deep(levels):
    return json.loads('{"inside":' * levels + "1" + "}" * levels)


@pytest.mark.parametrize("levels", [150, 500])
def test_deep_nesting_inside_an_item_costs_nothing(levels):
    strange = a_message("wamid.B", type="future", future=deep(levels), text=None)
    first, second = contents(a_change(messages=[a_message(), strange]))
    assert isinstance(first.content, Text)
    assert second.unsupported_type == "future"
    assert "inside" not in repr(Item("messages", "1", None, "", second, deep(levels)))


def test_an_edit_of_an_edit_is_not_followed():
    nested = {"type": "text", "text": {"body": "at last"}}
    for _ in range(100):
        nested = {"type": "edit", "edit": {"original_message_id": "wamid.A", "message": nested}}
    edit = content_of({**a_message("wamid.B", type="edit", text=None), **nested})
    assert edit.kind == "edit"
    assert edit.content.kind == "unsupported"


def test_nul_and_half_surrogates_are_replaced_in_text_names_and_raw_json():
    message = a_message(text={"body": "a\x00b \ud83d \ude00 \U0001f44b", "x\x00": "\udfff"})
    contact = {"profile": {"name": "Do\x00ra"}, "wa_id": DORA}
    (item,) = parse(wire(a_body(a_change(messages=[message], contacts=[contact]))))
    assert item.content.text == "a\ufffdb \ufffd \ufffd \U0001f44b"
    assert item.content.user.profile_name == "Do\ufffdra"
    assert item.raw["text"]["x\ufffd"] == "\ufffd"


def test_escaped_backslashes_do_not_hide_a_half_surrogate():
    body = wire(a_body(a_change(messages=[a_message()]))).replace(b"Hello", rb"\\ud83d\udc00!")
    assert parse(body)[0].content.text == "\\ud83d\ufffd!"


def test_of_repeated_keys_the_last_counts():
    body = wire(a_body(a_change(messages=[a_message()])))
    doubled = body.replace(b'"type":"text"', b'"type":"image","type":"text"')
    assert parse(doubled)[0].content.kind == "text"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5_000, "1." * 1])
def test_a_number_nobody_can_hold_spoils_only_its_own_item(number):
    odd = b'"timestamp":' + number.rstrip(".").encode()
    good = wire(a_message("wamid.B"))
    bad = wire(a_message("wamid.A")).replace(f'"timestamp":"{T0}"'.encode(), odd)
    body = wire(a_body(a_change(messages=["@"]))).replace(b'"@"', bad + b"," + good)
    first, second = (item.content for item in parse(body))
    assert (first.wamid, first.at) == ("wamid.A", None)
    assert second.at is not None


@pytest.mark.parametrize(
    "timestamp",
    ["abc", "99999999999999", "-1", -1, 0, 99999999999999, None, [], {}, True, 1.5, "²", "1e9", ""],
)
def test_an_absurd_timestamp_leaves_the_message_standing(timestamp):
    message = {**a_message(), "timestamp": timestamp}
    assert content_of(message).at is None
    assert content_of(message).text == "Hello"


@pytest.mark.parametrize("timestamp", [T0, str(T0), float(T0)])
def test_a_timestamp_may_be_a_number_or_a_string(timestamp):
    assert content_of({**a_message(), "timestamp": timestamp}).at.timestamp() == T0


@pytest.mark.parametrize("wamid", [None, "", 7, [], {}, "x" * 513, "x" * 5_000])
def test_a_message_without_a_usable_id_is_malformed(wamid):
    before, bad, after = contents(
        a_change(
            messages=[a_message("wamid.A"), {**a_message(), "id": wamid}, a_message("wamid.B")]
        )
    )
    assert isinstance(bad, Malformed)
    assert (before.wamid, after.wamid) == ("wamid.A", "wamid.B")


def test_the_longest_id_that_is_taken_has_512_characters():
    assert content_of(a_message("x" * 512)).wamid == "x" * 512


@pytest.mark.parametrize("text", [None, "x", 7, [], ["a"], {"body": None}, {"body": ["a"]}, {}])
def test_a_text_without_text_is_kept_as_unsupported(text):
    found = content_of({**a_message(), "text": text})
    assert (found.kind, found.unsupported_type) == ("unsupported", "text")
    assert found.content.reason
    assert found.user.wa_id == DORA


def test_a_text_of_two_megabytes_is_cut():
    found = content_of(a_message(text={"body": "x" * 2_000_000}))
    assert len(found.text) == 65_536


@pytest.mark.parametrize("kind", ["image", "location", "contacts", "interactive", "reaction"])
@pytest.mark.parametrize("broken", [None, "x", 7, [], {}, [None], {"id": []}])
def test_no_content_of_the_wrong_form_costs_the_message(kind, broken):
    found = content_of({**a_message(type=kind, text=None), kind: broken})
    assert isinstance(found, InboundMessage)
    assert found.wamid == "wamid.A"


@pytest.mark.parametrize("word", ["hologram", "system_future", "", 7, None, [], {"a": 1}])
def test_an_unknown_type_is_kept_and_seen(word):
    found = content_of({**a_message(), "type": word})
    assert found.kind == "unsupported"
    assert found.unsupported_type == (str(word) if isinstance(word, str | int) else "")


def test_the_sender_may_be_known_by_bsuid_only():
    assert content_of(a_message(from_=None, from_user_id=DORA_BSUID)).user.bsuid == DORA_BSUID


@pytest.mark.parametrize("sender", [None, "", "Dora", {}, [], "US.", "+", "1" * 33])
def test_a_message_from_nobody_is_malformed(sender):
    assert content_of({**a_message(), "from": sender}).reason == "no sender"


@pytest.mark.parametrize("contacts", [None, "x", {}, [None], ["x"], [{}], [{"profile": "x"}]])
def test_strange_contacts_do_not_cost_the_message(contacts):
    (found,) = contents(a_change(messages=[a_message()], contacts=contacts))
    assert found.user.wa_id == DORA


@pytest.mark.parametrize("wrong", [None, "x", 7, {}, {"id": "wamid.A"}, True])
@pytest.mark.parametrize("key", ["messages", "statuses"])
def test_a_list_that_is_no_list_is_one_dead_letter(key, wrong):
    other = "statuses" if key == "messages" else "messages"
    good = {"id": "wamid.B", "status": "read", "timestamp": str(T0)}
    body = a_body(a_change(**{key: wrong, other: [good if other == "statuses" else a_message()]}))
    found = [item.content for item in parse(wire(body))]
    assert sorted(type(content).__name__ for content in found) == sorted(
        ["Malformed", "Status" if other == "statuses" else "InboundMessage"]
    )


@pytest.mark.parametrize("wrong", [None, "x", 7, {}, {"id": "1", "changes": []}])
def test_entries_and_changes_that_are_no_lists_are_dead_letters(wrong):
    (entry,) = parse(wire({"object": "whatsapp_business_account", "entry": wrong}))
    (change,) = parse(wire({"entry": [{"id": "1", "changes": wrong}]}))
    assert (entry.path, change.path) == ("entry", "entry[0].changes")
    assert isinstance(entry.content, Malformed)
    assert isinstance(change.content, Malformed)


@pytest.mark.parametrize("wrong", [None, "x", 7, [], {}, {"field": 7, "value": {}}])
def test_one_bad_change_or_entry_costs_no_other(wrong):
    body = a_body(wrong, a_change(messages=[a_message()]))
    body["entry"].insert(0, wrong)
    kinds = [type(item.content) for item in parse(wire(body))]
    assert kinds == [Malformed, Malformed, InboundMessage]


def test_a_body_without_entries_is_one_dead_letter():
    assert [type(item.content) for item in parse(b"{}")] == [Malformed]


def test_an_unknown_field_is_kept_without_effect():
    (content,) = contents(a_change("holograms", holograms=[1]))
    assert isinstance(content, Unsupported)
    assert content.kind == "holograms"
    assert content.raw["holograms"] == [1]


def test_an_unknown_object_is_kept_without_effect():
    (item,) = parse(wire({"object": "instagram", "entry": []}))
    assert item.content == Unsupported("instagram", None)
    assert item.raw == {"object": "instagram", "entry": []}


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_of_a_known_field_with_nothing_in_it_is_kept(field):
    (content,) = contents({"field": field, "value": {}})
    assert isinstance(content, Unsupported | Malformed)


def test_extra_keys_everywhere_change_nothing():
    body = inbound_json("batch_mixed")
    before = [item.content for item in parse(wire(body))]
    waiting = [body]
    while waiting:
        node = waiting.pop()
        members = list(node.values() if isinstance(node, dict) else node)
        waiting += [member for member in members if isinstance(member, dict | list)]
        if isinstance(node, dict):
            node["future_key"] = {"deep": [1, None, "x"]}
    after = [item.content for item in parse(wire(body))]
    assert after == before


def test_a_thousand_changes_are_a_thousand_items():
    changes = [a_change(messages=[a_message(f"wamid.{n}")]) for n in range(1_000)]
    assert len({content.wamid for content in contents(*changes)}) == 1_000


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["text", "image", "edit", "wamid.A", DORA, DORA_BSUID, str(T0)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["id", "type"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(INBOUND), strange=json_values, data=st.data())
def test_whatever_stands_anywhere_no_item_raises_and_siblings_stay(name, strange, data):
    """One value of an example body is replaced; every part of it still yields an item."""
    body = inbound_json(name)
    holder, key = data.draw(st.sampled_from(places(body["entry"][0]["changes"][0]["value"])))
    holder[key] = strange
    body["entry"][0]["changes"].append(a_change(messages=[a_message("wamid.LAST")]))
    items = parse(wire(body))
    assert items[0].path.startswith("entry[0].changes[0].value")
    assert any(
        isinstance(item.content, InboundMessage) and item.content.wamid == "wamid.LAST"
        for item in items
    )
    assert not readers_that_failed(items)


def places(root):
    """Every (holder, key) below `root`."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        pairs = list(node.items() if isinstance(node, dict) else enumerate(node))
        found += [(node, key) for key, _ in pairs]
        waiting += [child for _, child in pairs if isinstance(child, dict | list)]
    return found


@settings(max_examples=100, deadline=None)
@given(field=st.sampled_from(sorted(FIELDS)), value=st.dictionaries(st.text(), json_values))
def test_any_value_of_any_field_is_at_least_one_item(field, value):
    items = parse(wire(a_body({"field": field, "value": value})))
    assert items
    assert not readers_that_failed(items)


def readers_that_failed(items):
    """Items whose reader raised something else than Broken."""
    bad = [item.content for item in items if isinstance(item.content, Malformed)]
    return [content for content in bad if content.reason.startswith("the reader failed")]
