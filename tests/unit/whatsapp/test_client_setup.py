"""The calls of settings over a real socket, their bodies as Meta's own schema wants them."""

from datetime import UTC, datetime

import pytest

from tests.payloads.meta_openapi import openapi_file, schema_problems
from tests.unit.whatsapp.graph import refuses, replies, running_graph
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown
from whatsapp.setup_calls import BusinessProfile, TokenFacts, exchange_code

WABA, NUMBER = "102290129340398", "106540352242922"
OURS = {"callback_url": "https://inbox.example/hook", "verify_token": "v"}
APP_ROW = {"whatsapp_business_api_data": {"id": "1", "name": "Baton"}}


@pytest.fixture(scope="module")
def one_graph():
    with running_graph() as server:
        yield server


@pytest.fixture
def graph(one_graph):
    one_graph.requests.clear()
    one_graph.will(replies({"success": True}))
    return one_graph


@pytest.fixture
def api(graph):
    return CloudApi(base_url=graph.address, version="v25.0", token="EAAG-token")


CALLS = {
    "register": (
        lambda api: api.register(NUMBER, "123456"),
        ("POST", f"{NUMBER}/register", {"messaging_product": "whatsapp", "pin": "123456"}),
        "WhatsAppBusinessPhoneNumberRegistrationRequest",
    ),
    "deregister": (
        lambda api: api.deregister(NUMBER),
        ("POST", f"{NUMBER}/deregister", {}),
        None,
    ),
    "pin": (lambda api: api.set_pin(NUMBER, "123456"), ("POST", NUMBER, {"pin": "123456"}), None),
    "subscribe": (
        lambda api: api.subscribe_app(WABA),
        ("POST", f"{WABA}/subscribed_apps", {}),
        "SubscriptionRequest",
    ),
    "override of the account": (
        lambda api: api.subscribe_app(WABA, **OURS),
        (
            "POST",
            f"{WABA}/subscribed_apps",
            {"override_callback_uri": OURS["callback_url"], "verify_token": "v"},
        ),
        "SubscriptionRequest",
    ),
    "unsubscribe": (
        lambda api: api.unsubscribe_app(WABA),
        ("DELETE", f"{WABA}/subscribed_apps", None),
        None,
    ),
    "override of the number": (
        lambda api: api.set_number_callback(NUMBER, **OURS),
        (
            "POST",
            NUMBER,
            {
                "webhook_configuration": {
                    "override_callback_uri": OURS["callback_url"],
                    "verify_token": "v",
                }
            },
        ),
        "PhoneNumberStatusUpdateRequest",
    ),
    "no override of the number": (
        lambda api: api.set_number_callback(NUMBER),
        ("POST", NUMBER, {"webhook_configuration": {"override_callback_uri": ""}}),
        None,
    ),
    "profile": (
        lambda api: api.change_business_profile(
            NUMBER, {"about": "Tea", "websites": ["https://kettle.example/"], "vertical": "RETAIL"}
        ),
        (
            "POST",
            f"{NUMBER}/whatsapp_business_profile",
            {
                "messaging_product": "whatsapp",
                "about": "Tea",
                "websites": ["https://kettle.example/"],
                "vertical": "RETAIL",
            },
        ),
        "WhatsAppBusinessProfileUpdateRequest",
    ),
    "sync": (
        lambda api: api.start_sync(NUMBER, "history"),
        (
            "POST",
            f"{NUMBER}/smb_app_data",
            {"messaging_product": "whatsapp", "sync_type": "history"},
        ),
        None,
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_goes_to_its_path_with_its_body(graph, api, name):
    call, (method, path, body), schema = CALLS[name]
    call(api)
    seen = graph.requests[0]
    assert (seen.method, seen.path) == (method, f"/v25.0/{path}")
    assert (seen.json if seen.body else None) == body
    if schema and openapi_file():
        assert schema_problems(schema, body) == []


@pytest.mark.skipif(openapi_file() is None, reason="Meta's OpenAPI file is not at hand")
def test_the_schemas_do_notice_a_wrong_pin():
    wrong = {"messaging_product": "whatsapp", "pin": "12"}
    assert schema_problems("WhatsAppBusinessPhoneNumberRegistrationRequest", wrong)


TOKEN = {
    "app_id": "67",
    "is_valid": True,
    "expires_at": 1794992400,
    "scopes": ["whatsapp_business_management", "public_profile"],
    "granular_scopes": [
        {"scope": "whatsapp_business_management", "target_ids": [WABA, "2", WABA]},
        {"scope": "whatsapp_business_messaging", "target_ids": ["3"]},
    ],
}
EXPIRES = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SCOPES = frozenset({"whatsapp_business_management", "public_profile"})


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, TokenFacts("67", True, EXPIRES, SCOPES, (WABA, "2"))),
        ({"expires_at": 0}, TokenFacts("67", True, None, SCOPES, (WABA, "2"))),
        ({"expires_at": 10**30}, TokenFacts("67", True, None, SCOPES, (WABA, "2"))),
        ({"granular_scopes": None}, TokenFacts("67", True, EXPIRES, SCOPES, ())),
        (
            {"is_valid": "yes", "scopes": 3},
            TokenFacts("67", False, EXPIRES, frozenset(), (WABA, "2")),
        ),
    ],
)
def test_the_facts_of_a_token_are_read(graph, api, changes, facts):
    graph.will(replies({"data": TOKEN | changes}))
    assert api.token_facts("EAAG-other") == facts
    assert graph.requests[0].path == "/v25.0/debug_token?input_token=EAAG-other"


PROFILE = {"about": "Tea", "websites": ["https://kettle.example/"], "email": None}


@pytest.mark.parametrize(
    "answer", [PROFILE, {"data": [PROFILE]}, {"data": [{"business_profile": PROFILE}]}]
)
def test_a_profile_is_read_flat_or_wrapped(graph, api, answer):
    graph.will(replies(answer))
    found = api.business_profile(NUMBER)
    assert found == BusinessProfile(about="Tea", websites=("https://kettle.example/",))


def test_the_subscriptions_of_an_account_are_listed(graph, api):
    graph.will(replies({"data": [APP_ROW, "x"]}))
    assert api.subscribed_apps(WABA) == [APP_ROW]


def test_a_success_that_says_no_is_none(graph, api):
    graph.will(replies({"success": False}))
    with pytest.raises(OutcomeUnknown):
        api.register(NUMBER, "123456")


def test_an_id_leads_to_no_other_endpoint(graph, api):
    with pytest.raises(NotSent):
        api.register("1/messages?", "123456")
    assert graph.requests == []


def an_exchange(graph, code="AQ-x y"):
    return exchange_code(
        base_url=graph.address, version="v25.0", app_id="67", app_secret="s&t", code=code
    )


def test_a_code_becomes_a_token(graph):
    graph.will(replies({"access_token": "EAAG-new", "token_type": "bearer"}))
    assert an_exchange(graph) == "EAAG-new"
    path = "/v25.0/oauth/access_token?client_id=67&client_secret=s%26t&code=AQ-x+y"
    assert graph.requests[0].path == path
    assert "Authorization" not in graph.requests[0].headers


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(100, error_subcode=36007), CloudApiError),
        (replies({"access_token": ""}), OutcomeUnknown),
        (replies(b"<html>", 502), OutcomeUnknown),
        (replies(b" " * 100_000), OutcomeUnknown),
    ],
)
def test_a_code_that_is_not_taken_gives_no_token(graph, answer, error):
    graph.will(answer)
    with pytest.raises(error) as caught:
        an_exchange(graph)
    assert "s&t" not in repr(caught.value) + str(caught.value.__cause__)
