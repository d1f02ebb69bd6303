import json

from simulator.testing import wait_for


def texts(listener):
    return [message["text"]["body"] for message in listener.messages]


def test_a_refused_webhook_is_sent_again_with_falling_frequency(sim, listener):
    listener.answers += [503, 500, 404]
    wamid = sim.says("dora", text="Hello")
    wait_for(lambda: len(listener.heard) == 4)
    assert [post.answered for post in listener.heard] == [503, 500, 404, 200]
    assert len({post.body for post in listener.heard}) == 1
    delivery = wait_for(lambda: delivered(sim))
    assert (delivery["status"], delivery["attempts"], delivery["answer"]) == (200, 4, "ok")
    assert sim.message(wamid)["status"] == "delivered"


def delivered(sim):
    rows = sim.state()["deliveries"]
    return next((row for row in rows if row["state"] == "delivered"), None)


def test_a_webhook_is_given_up_after_so_many_tries(sim, listener):
    sim.control(webhooks={"tries": 2, "first_retry_s": 0.01})
    listener.answers += [500] * 5
    sim.says("dora")
    wait_for(lambda: sim.state()["deliveries"][0]["state"] == "given_up")
    assert len(listener.heard) == 2


def test_a_dead_endpoint_is_tried_again(sim, listener):
    sim.control(webhook_url="http://127.0.0.1:9/")
    sim.says("dora")
    wait_for(lambda: sim.state()["deliveries"][0]["state"] == "waiting")
    sim.control(webhook_url=listener.url)
    wait_for(lambda: listener.messages)


def test_webhooks_can_be_held_back_and_let_go(sim, listener):
    sim.control(webhooks={"hold": True})
    for text in "abc":
        sim.says("dora", text=text)
    assert (sim.state()["held"], listener.heard) == (3, [])
    sim.control(webhooks={"hold": False})
    wait_for(lambda: sorted(texts(listener)) == ["a", "b", "c"])


def test_webhooks_can_be_doubled(sim, listener):
    sim.control(webhooks={"duplicate": 1})
    sim.says("dora")
    wait_for(lambda: len(listener.heard) == 2)
    assert listener.heard[0].body == listener.heard[1].body


def test_the_next_webhook_can_be_lost(sim, listener):
    sim.control(webhooks={"lose": 1})
    sim.says("dora", text="lost")
    sim.says("dora", text="heard")
    wait_for(lambda: texts(listener) == ["heard"])
    assert sim.state()["deliveries"][0]["state"] == "lost"


def test_webhooks_can_be_batched(sim, listener):
    sim.control(webhooks={"batch": True})
    for text in "abc":
        sim.says("dora", text=text)
    wait_for(lambda: texts(listener) == ["a", "b", "c"])
    assert len(listener.heard) == 1


def test_webhooks_can_be_turned_round(sim, listener):
    sim.control(webhooks={"reorder": True, "batch": True})
    for text in "abc":
        sim.says("dora", text=text)
    wait_for(lambda: texts(listener) == ["c", "b", "a"])


def test_a_wrong_signature_does_not_verify(sim, listener):
    sim.control(webhooks={"wrong_signature": 1})
    sim.says("dora")
    sim.says("dora")
    wait_for(lambda: len(listener.heard) == 2)
    secret = sim.simulator.world.app_secret
    assert sorted(post.signed_with(secret) for post in listener.heard) == [False, True]


def test_any_body_and_any_field_can_be_posted(sim, listener):
    sim.webhook(body={"object": "page", "entry": []})
    wait_for(lambda: listener.heard)
    assert json.loads(listener.heard[0].body) == {"object": "page", "entry": []}
    sim.webhook(base64="//4AwyjzZw==")
    wait_for(lambda: len(listener.heard) == 2)
    assert listener.heard[1].body == bytes.fromhex("fffe00c328f367")
    sim.webhook(field="account_update", value={"event": "ACCOUNT_DELETED"})
    wait_for(lambda: len(listener.heard) == 3)
    assert listener.heard[2].values() == [{"event": "ACCOUNT_DELETED"}]


def test_a_new_template_state_is_told(sim, listener):
    sim.template("summer_teaser", "en_US", "APPROVED")
    value = wait_for(lambda: listener.heard and listener.heard[0].values()[0])
    assert (value["event"], value["message_template_name"]) == ("APPROVED", "summer_teaser")
    assert isinstance(value["message_template_id"], int)


def test_a_reset_keeps_nothing(sim, listener):
    sim.fault("error")
    sim.says("dora")
    sim.reset()
    state = sim.state()
    assert (state["messages"], state["deliveries"], state["switches"]["faults"]) == ([], [], [])
    assert state["webhook_url"] is None
