"""What can be wrong with a connection, seen through the client as the product sees it."""

import pytest

from simulator.testing import wait_for
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError
from whatsapp.inbound import parse
from whatsapp.setup_calls import MANAGEMENT, MESSAGING, exchange_code

ACCOUNT, OTHER_ACCOUNT = "102290129340398", "220000000000001"
TEXT = {"to": "+12025550143", "type": "text", "text": {"body": "Hello"}}
TEXT |= {"messaging_product": "whatsapp", "recipient_type": "individual"}
SYNCED = {"smb_app_state_sync": {"ContactSync"}, "history": {"HistoryMessage", "HistoryNotice"}}
ELSEWHERE = "https://elsewhere.example/hook"


@pytest.fixture
def api(sim):
    return CloudApi(base_url=sim.base_url, version="v25.0", token=sim.access_token)


def refusal(call):
    """Code and subcode of the refusal that `call` meets."""
    with pytest.raises(CloudApiError) as caught:
        call()
    return caught.value.code, caught.value.subcode


def looks(api, sim):
    return lambda: api.phone_number(sim.phone_number_id)


@pytest.mark.parametrize(
    ("token", "subcode"), [("expired", 463), ("password_changed", 460), ("invalid", 467)]
)
def test_a_bad_token_says_in_which_way(api, sim, token, subcode):
    sim.control(setup={"token": token})
    assert refusal(looks(api, sim)) == (190, subcode)
    assert refusal(lambda: api.send(sim.phone_number_id, TEXT)) == (190, subcode)
    sim.control(setup={"token": "valid"})
    assert api.phone_number(sim.phone_number_id).status == "CONNECTED"


def test_a_token_ends_at_its_time(api, sim):
    sim.control(setup={"expires_in_s": 60})
    assert api.token_facts(sim.access_token).expires_at is not None
    sim.control(clock_offset_s=61)
    assert refusal(looks(api, sim)) == (190, 463)


def test_another_token_works_where_the_one_before_lacked_something(api, sim):
    sim.control(setup={"token": "expired", "missing_scopes": [MESSAGING]})
    made = sim.token()
    other = CloudApi(base_url=sim.base_url, version="v25.0", token=made)
    assert other.token_facts(made).scopes == {MANAGEMENT, MESSAGING}
    assert other.phone_number(sim.phone_number_id).status == "CONNECTED"
    assert refusal(looks(api, sim)) == (190, 467)


@pytest.mark.parametrize(
    ("scope", "sends", "reads"), [(MESSAGING, 10, None), (MANAGEMENT, None, 200)]
)
def test_a_missing_permission_refuses_what_needs_it(api, sim, scope, sends, reads):
    sim.control(setup={"missing_scopes": [scope]})
    assert scope not in api.token_facts(sim.access_token).scopes
    for call, code in (
        (lambda: api.send(sim.phone_number_id, TEXT), sends),
        (looks(api, sim), reads),
    ):
        assert refusal(call)[0] == code if code else call()


def test_an_account_that_the_token_does_not_see_is_not_there(api, sim):
    sim.control(setup={"hidden_accounts": [ACCOUNT]})
    assert api.token_facts(sim.access_token).account_ids == ()
    assert refusal(lambda: api.business_account(ACCOUNT)) == (100, 33)
    assert refusal(looks(api, sim)) == (100, 33)
    assert refusal(lambda: api.subscribe_app(ACCOUNT)) == (200, None)


def test_a_number_registers_with_its_pin_and_not_too_often(api, sim):
    number = sim.phone_number_id
    api.deregister(number)
    assert refusal(lambda: api.send(number, TEXT)) == (133010, None)
    assert refusal(lambda: api.register(number, "000000")) == (133005, None)
    api.set_pin(number, "000000")
    for _ in range(8):
        api.register(number, "000000")
    assert refusal(lambda: api.register(number, "000000")) == (133016, None)
    sim.control(clock_offset_s=73 * 3600)
    api.register(number, "000000")


def test_a_number_of_the_phone_app_is_synchronized_and_not_registered(api, sim):
    number = sim.phone_number_id
    assert refusal(lambda: api.start_sync(number, "history")) == (100, None)
    sim.control(setup={"on_phone_app": [number]})
    assert api.phone_number(number).is_on_biz_app
    assert api.start_sync(number, "history").isdigit()
    assert refusal(lambda: api.start_sync(number, "history"))[0] == 2593107
    assert refusal(lambda: api.register(number, "123456"))[0] == 100


@pytest.mark.parametrize("sync_type", ["smb_app_state_sync", "history"])
def test_what_the_phone_app_has_comes_as_metas_webhook(api, sim, listener, sync_type):
    sim.control(setup={"on_phone_app": [sim.phone_number_id]})
    api.start_sync(sim.phone_number_id, sync_type)
    (post,) = wait_for(lambda: listener.heard)
    assert {type(item.content).__name__ for item in parse(post.body)} == SYNCED[sync_type]


def test_an_account_without_the_app_sends_no_webhooks(api, sim, listener):
    api.unsubscribe_app(ACCOUNT)
    assert api.subscribed_apps(ACCOUNT) == []
    sim.says("dora", text="lost")
    api.subscribe_app(ACCOUNT)
    sim.says("dora", text="heard")
    wait_for(lambda: listener.messages)
    assert [message["text"]["body"] for message in listener.messages] == ["heard"]


def test_an_override_takes_messages_elsewhere_until_it_is_removed(api, sim, listener):
    sim.control(setup={"overrides": {ACCOUNT: ELSEWHERE}})
    assert api.subscribed_apps(ACCOUNT)[0]["override_callback_uri"] == ELSEWHERE
    facts = api.phone_number(sim.phone_number_id).webhook_configuration
    assert facts == {"application": listener.url, "whatsapp_business_account": ELSEWHERE}
    sim.says("dora", text="lost")
    assert ELSEWHERE in sim.state()["deliveries"][-1]["answer"]
    api.subscribe_app(ACCOUNT)
    sim.says("dora", text="heard")
    wait_for(lambda: listener.messages)
    assert [message["text"]["body"] for message in listener.messages] == ["heard"]


@pytest.mark.parametrize("of", ["account", "number"])
def test_an_address_is_taken_when_it_answers_the_challenge(api, sim, listener, of):
    def take(token):
        given = {"callback_url": listener.url, "verify_token": token}
        if of == "account":
            api.subscribe_app(ACCOUNT, **given)
        else:
            api.set_number_callback(sim.phone_number_id, **given)

    sim.control(setup={"challenge": "none"})
    assert api.phone_number(sim.phone_number_id).webhook_configuration == {"application": ""}
    sim.says("dora", text="lost")
    assert refusal(lambda: take("wrong")) == (100, 2200)
    take("right")
    sim.says("dora", text="heard")
    wait_for(lambda: listener.messages)
    assert [message["text"]["body"] for message in listener.messages] == ["heard"]


def test_a_challenge_can_get_lost(api, sim, listener):
    sim.control(setup={"challenge": "lost"})
    given = {"callback_url": listener.url, "verify_token": "right"}
    assert refusal(lambda: api.subscribe_app(ACCOUNT, **given)) == (100, 2200)


def an_address_again(api, listener):
    api.subscribe_app(ACCOUNT, callback_url=listener.url, verify_token="right")


@pytest.mark.parametrize(
    ("what", "ended_by"),
    [
        ("messages", an_address_again),
        ("statuses", lambda api, _listener: api.subscribe_app(ACCOUNT)),
    ],
)
def test_what_is_kept_back_comes_when_its_cause_is_gone(api, sim, listener, what, ended_by):
    other = {"messages": "statuses", "statuses": "messages"}[what]
    sim.control(setup={"stalled": [what]})
    sim.says("dora", text="one")
    wamid = api.send(sim.phone_number_id, TEXT).wamid
    wait_for(lambda: getattr(listener, other))
    wait_for(lambda: sim.message(wamid)["status"] == "delivered")
    assert getattr(listener, what) == []
    assert api.subscribed_apps(ACCOUNT) != []
    ended_by(api, listener)
    wait_for(lambda: getattr(listener, what))


def test_another_secret_signs(sim, listener):
    sim.control(setup={"other_secret": True})
    sim.says("dora")
    wait_for(lambda: listener.heard)
    assert not listener.heard[0].signed_with("simulator-app-secret")


def test_quality_limit_and_payment_are_told(api, sim):
    sim.control(setup={"quality": "RED", "limit": "TIER_250", "blocked": "payment"})
    facts = api.phone_number(sim.phone_number_id)
    assert (facts.quality_rating, facts.messaging_limit) == ("RED", "TIER_250")
    assert facts.can_send_message == "BLOCKED"
    assert facts.health_status["entities"][0]["errors"][0]["error_code"] == 141006


def test_a_number_of_another_account_is_listed_there(api, sim):
    sim.number(id=sim.phone_number_id, waba_id=OTHER_ACCOUNT)
    assert list(api.phone_numbers(ACCOUNT)) == []
    assert [row.id for row in api.phone_numbers(OTHER_ACCOUNT)] == [sim.phone_number_id]
    assert api.subscribed_apps(OTHER_ACCOUNT) == []


def exchanged(sim, **changes):
    given = {"app_id": "670843887433847", "app_secret": "simulator-app-secret"}
    given |= {"code": sim.code()["code"]} | changes
    return exchange_code(base_url=sim.base_url, version="v25.0", **given)


def test_a_code_becomes_the_token_once(sim):
    code = sim.code()["code"]
    assert exchanged(sim, code=code) == sim.access_token
    assert refusal(lambda: exchanged(sim, code=code)) == (100, 36009)


def test_a_code_lives_thirty_seconds(sim):
    code = sim.code()["code"]
    sim.control(clock_offset_s=31)
    assert refusal(lambda: exchanged(sim, code=code)) == (100, 36007)


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [({"app_id": "1"}, 101), ({"app_secret": "x"}, 1), ({"code": "AQx"}, 100)],
)
def test_a_code_is_exchanged_by_its_app_only(sim, wrong, refused):
    assert refusal(lambda: exchanged(sim, **wrong))[0] == refused


def test_a_profile_is_kept_within_metas_limits(api, sim):
    api.change_business_profile(sim.phone_number_id, {"about": "Tea", "email": "a@b.example"})
    api.change_business_profile(sim.phone_number_id, {"about": "Tea and coffee"})
    profile = api.business_profile(sim.phone_number_id)
    assert (profile.about, profile.email) == ("Tea and coffee", "a@b.example")
    too_long = {"about": "x" * 140}
    assert refusal(lambda: api.change_business_profile(sim.phone_number_id, too_long))[0] == 100


@pytest.mark.parametrize(
    "wrong", [{"tokn": "valid"}, {"token": "odd"}, {"overrides": 3}, {"stalled": ["all"]}]
)
def test_a_misspelt_switch_changes_nothing(sim, wrong):
    with pytest.raises(ValueError, match="400"):
        sim.control(setup={"quality": "RED"} | wrong)
    assert sim.state()["setup"]["quality"] == "GREEN"


def test_all_switches_off_puts_the_connection_right(sim):
    sim.control(setup={"token": "expired", "unsubscribed": [ACCOUNT], "expires_in_s": 5})
    sim._post("control/reset", {"only": "switches"})
    assert sim.state()["setup"] | {"token": "valid", "unsubscribed": []} == sim.state()["setup"]
