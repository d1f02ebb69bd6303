import hashlib
import json

import pytest

from simulator.testing import wait_for
from tests.unit.simulator.graph_client import DORA, code_of, message, wamid_of


def test_an_accepted_text_gets_a_wamid_and_the_number_as_meta_writes_it(graph):
    answer = graph.text(to="+5511995550164").json()
    assert answer["messages"][0]["id"].startswith("wamid.")
    assert answer["contacts"][0]["input"] == "+5511995550164"
    assert answer["contacts"][0]["wa_id"] == "551195550164"


def test_statuses_carry_the_opaque_id_and_are_signed(graph, sim, listener):
    wamid = wamid_of(graph.text(biz_opaque_callback_data="ours-1"))
    statuses = wait_for(lambda: len(listener.statuses) == 2 and listener.statuses)
    assert {(s["status"], s["id"]) for s in statuses} == {("sent", wamid), ("delivered", wamid)}
    assert {s["biz_opaque_callback_data"] for s in statuses} == {"ours-1"}
    assert {s["pricing"]["category"] for s in statuses} == {"service"}
    secret = sim.simulator.world.app_secret
    assert all(post.signed_with(secret) for post in listener.heard)


def test_webhook_bodies_are_compact_and_escaped(sim, listener):
    sim.says("amir", text="مرحبًا ä")
    post = wait_for(lambda: listener.heard and listener.heard[0])
    assert post.body.isascii()
    assert b'": ' not in post.body
    assert post.values()[0]["messages"][0]["text"]["body"] == "مرحبًا ä"


def test_the_accept_log_is_written_before_the_answer_leaves(graph, sim):
    before = sim.accept_log.read_bytes().count(b"\n") if sim.accept_log.exists() else 0
    sim.fault("accept_then_slow", seconds=1.0, count=1)
    graph.timeout_s = 0.5
    with pytest.raises(OSError, match="timed out"):
        graph.text(biz_opaque_callback_data="slow-1")
    lines = sim.accept_log.read_text().splitlines()[before:]
    assert [json.loads(line)["opaque"] for line in lines] == ["slow-1"]


def test_an_accept_names_recipient_and_body(graph, sim):
    answer = graph.text("Hello", biz_opaque_callback_data="x")
    entry = sim.accepts()[0]
    assert entry["to"] == DORA
    assert entry["sha256"] == hashlib.sha256(answer.request.body).hexdigest()
    assert entry["wamid"] == wamid_of(answer)


def test_a_person_without_number_is_reached_by_bsuid(graph, listener):
    payload = message("text", {"body": "Hi"})
    del payload["to"]
    answer = graph.post(payload | {"recipient": "DE.35570918264401927786"})
    assert answer.json()["contacts"] == [
        {"input": "DE.35570918264401927786", "user_id": "DE.35570918264401927786"}
    ]
    status = wait_for(lambda: listener.statuses and listener.statuses[0])
    assert "recipient_id" not in status
    assert status["recipient_user_id"] == "DE.35570918264401927786"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({}, 100),
        (message("text", {"body": "x"}) | {"messaging_product": "sms"}, 100),
        (message("text", {"body": "x"}, to=""), 100),
        (message("song", {"body": "x"}), 100),
        (message("text", {}), 131008),
        (message("text", {"body": ""}), 131008),
        (message("text", {"body": "x" * 4097}), 131009),
        (message("text", {"body": "x"}, to="+15550783881"), 131021),
        (message("image", {}), 131008),
        (message("image", {"id": "1", "link": "https://shop.example/a.jpg"}), 100),
        (message("image", {"id": "404"}), 100),
        (message("audio", {"link": "https://shop.example/a.ogg", "caption": "no"}), 100),
        (message("location", {"latitude": 100, "longitude": 1}), 131009),
        (message("contacts", []), 131008),
        (message("reaction", {"message_id": "wamid.x"}), 131008),
        (message("interactive", {"type": "button", "body": {"text": "x"}}), 131008),
    ],
)
def test_a_wrong_body_is_refused(graph, sim, payload, code):
    answer = graph.post(payload)
    assert code_of(answer) == (400, code)
    assert answer.json()["error"]["fbtrace_id"]
    assert sim.accepts() == []


def test_a_body_that_is_no_json_is_refused(graph, sim):
    answer = graph.call("POST", f"{sim.phone_number_id}/messages", data=b"\xff[")
    assert code_of(answer) == (400, 100)


def test_a_reaction_is_only_ever_sent(graph, sim, listener):
    wamid = sim.says("dora", text="Thanks")
    graph.post(message("reaction", {"message_id": wamid, "emoji": "❤️"}))
    wait_for(lambda: listener.statuses)
    assert [status["status"] for status in listener.statuses] == ["sent"]
    assert sim.message(wamid)["reactions"] == {"business": "❤️"}


def test_a_read_receipt_reads_everything_before_it(graph, sim):
    first, second, third = (sim.says("dora", text=text) for text in "abc")
    answer = graph.post(
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": second,
            "typing_indicator": {"type": "text"},
        }
    )
    assert answer.json() == {"success": True}
    states = {m["wamid"]: m["status"] for m in sim.state()["messages"]}
    assert (states[first], states[second]) == ("read", "read")
    assert states[third] != "read"
    assert sim.state()["typing"][0]["customer"] == "dora"


def test_an_open_chat_reads_what_is_delivered(graph, sim, listener):
    graph.text()
    wait_for(lambda: len(listener.statuses) == 2)
    sim.read("dora")
    wait_for(lambda: {s["status"] for s in listener.statuses} == {"sent", "delivered", "read"})


def test_auto_read_reads_without_a_phone(graph, sim, listener):
    sim.control(rules={"auto_read": True})
    graph.text()
    wait_for(lambda: "read" in {status["status"] for status in listener.statuses})


def test_status_can_be_posted_by_hand_and_by_opaque_id(graph, sim, listener):
    sim.fault("no_statuses")
    wamid = wamid_of(graph.text(biz_opaque_callback_data="ours-2"))
    sim.status("", "failed", opaque="ours-2", code=131026)
    status = wait_for(lambda: listener.statuses and listener.statuses[0])
    assert (status["id"], status["errors"][0]["code"]) == (wamid, 131026)
    assert "contacts" not in listener.heard[0].values()[0]
