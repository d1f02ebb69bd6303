"""Each fault names itself, and no other: the doctor's checks over values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.doctor import judging, judging_webhooks
from accounts.doctor.facts import (
    MetaFacts,
    NoAnswer,
    NoToken,
    Own,
    Reception,
    Refusal,
    Rhythm,
    Subscription,
    Traffic,
)
from accounts.doctor.verdicts import Name, Repair, State, overall
from accounts.doctor.wording import BUTTONS, TITLES, evidence_lines, sentence
from whatsapp.answers import phone_number_facts
from whatsapp.setup_calls import MANAGEMENT, MESSAGING, TokenFacts

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OURS = "https://inbox.example/webhooks/whatsapp/"
ELSEWHERE = "https://elsewhere.example/hook"
OWN = Own(OURS, "102290129340398")
TOKEN = TokenFacts("67", True, None, frozenset({MANAGEMENT, MESSAGING}), ())
ROW = {
    "id": "106540352242922",
    "status": "CONNECTED",
    "quality_rating": "GREEN",
    "webhook_configuration": {"application": OURS},
}
FINE = MetaFacts(TOKEN, True, phone_number_facts(ROW), Subscription(True))
HEARD = Reception("answered", 200, heard_at=AT, listening_since=AT - timedelta(days=9))
BUSY = Rhythm((40.0,) * 168, 4)
PASSING = Traffic(last_inbound_at=AT, last_status_at=AT)
DEAD = Refusal(190, 463, "Session has expired")
GONE = Refusal(100, 33)


def verdicts(facts=FINE, reception=HEARD, traffic=PASSING, own=OWN, rhythm=BUSY):
    """All checks, in order."""
    found = [
        judging.token(facts, own, at=AT),
        judging.permissions(facts),
        judging.account_visible(facts, own),
        judging.number_registered(facts, own),
        judging.webhook_subscription(facts),
        judging.webhook_override(facts, own),
        judging_webhooks.challenge(
            reception, has_address=judging.has_address(facts), callback=OURS, at=AT
        ),
        judging_webhooks.signature(reception),
    ]
    before = {one.name: one for one in found}
    since = reception.listening_since
    found += [
        judging_webhooks.last_inbound(
            traffic, rhythm, before, listening_since=since, at=AT, zone=UTC
        ),
        judging_webhooks.last_status(traffic, before),
        judging.quality(facts, own),
        judging.payment(facts, own),
    ]
    assert [one.name for one in found] == list(Name)
    return found


def row(**changes):
    """The facts with another answer about the number."""
    return {"facts": replace(FINE, number=phone_number_facts(ROW | changes))}


def blocked(code):
    error = {"error_code": code, "error_description": "Because."}
    entity = {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [error]}
    return row(health_status={"can_send_message": "BLOCKED", "entities": [entity]})


def token(**changes):
    return {"facts": replace(FINE, token=replace(TOKEN, **changes))}


def reception(**changes):
    return {"reception": replace(HEARD, **changes)}


def stopped(reason):
    return {"own": replace(OWN, stopped_for=reason)}


def addresses(**told):
    return row(webhook_configuration={"application": OURS} | told)


LATE = Traffic(last_inbound_at=AT, unreported_since=AT - timedelta(hours=1), unreported=3)
SILENT = Traffic(last_inbound_at=AT - timedelta(hours=2), last_status_at=AT)
WARN, BROKEN = State.WARNING, State.BROKEN

FAULTS = [
    # what is so, which check says so, how, and its button
    ({"facts": MetaFacts(DEAD)}, "token", BROKEN, "replace_token"),
    ({"facts": MetaFacts(NoToken())}, "token", BROKEN, "replace_token"),
    (token(is_valid=False), "token", BROKEN, "replace_token"),
    (token(expires_at=AT + timedelta(days=3)), "token", WARN, "replace_token"),
    (stopped("token_expired"), "token", WARN, "resume"),
    (token(scopes=frozenset({MANAGEMENT})), "permissions", BROKEN, "replace_token"),
    (token(scopes=frozenset({MESSAGING})), "permissions", BROKEN, "replace_token"),
    (
        {"facts": replace(FINE, listed=GONE, number=GONE, subscription=Refusal(200))},
        "account_visible",
        BROKEN,
        "assign_account",
    ),
    ({"facts": replace(FINE, listed=False)}, "account_visible", BROKEN, "assign_account"),
    (
        {"facts": replace(FINE, listed=False, number=GONE)},
        "number_registered",
        BROKEN,
        "open_manager",
    ),
    (row(status="DISCONNECTED"), "number_registered", BROKEN, "register"),
    (
        row(status="DISCONNECTED") | {"own": replace(OWN, coexistence=True)},
        "number_registered",
        BROKEN,
        "open_manager",
    ),
    (stopped("not_registered"), "number_registered", WARN, "resume"),
    (
        {"facts": replace(FINE, subscription=Subscription(False))},
        "webhook_subscription",
        BROKEN,
        "subscribe_app",
    ),
    (addresses(phone_number=ELSEWHERE), "webhook_override", BROKEN, "use_our_address"),
    (
        addresses(whatsapp_business_account=ELSEWHERE),
        "webhook_override",
        BROKEN,
        "use_our_address",
    ),
    (addresses(application=ELSEWHERE), "webhook_override", BROKEN, "use_our_address"),
    (
        {
            "facts": replace(
                FINE,
                number=phone_number_facts(ROW | {"webhook_configuration": None}),
                subscription=Subscription(True, ELSEWHERE),
            )
        },
        "webhook_override",
        BROKEN,
        "use_our_address",
    ),
    (addresses(application=""), "challenge", BROKEN, "send_challenge"),
    (reception(echo="wrong", status=403), "challenge", BROKEN, "send_challenge"),
    (reception(echo="none", heard_at=None), "challenge", WARN, "send_challenge"),
    (reception(has_verify_token=False), "challenge", BROKEN, "send_challenge"),
    (reception(wrong_signatures=3, last_wrong_at=AT), "signature", BROKEN, "rotate_secret"),
    (reception(has_secret=False), "signature", BROKEN, "rotate_secret"),
    ({"traffic": SILENT}, "last_inbound", WARN, "send_challenge"),
    ({"traffic": LATE}, "last_status", WARN, "subscribe_app"),
    (row(quality_rating="RED"), "quality", WARN, "open_manager"),
    (row(quality_rating="YELLOW"), "quality", WARN, "open_manager"),
    (row(status="FLAGGED"), "quality", WARN, "open_manager"),
    (row(status="BANNED"), "quality", BROKEN, "open_manager"),
    (blocked(141010), "quality", BROKEN, "open_manager"),
    (stopped("restricted"), "quality", WARN, "resume"),
    (blocked(141006), "payment", BROKEN, "open_billing"),
    (stopped("payment"), "payment", WARN, "resume"),
]


@pytest.mark.parametrize(("given", "name", "state", "repair"), FAULTS)
def test_a_fault_names_itself_and_no_other(given, name, state, repair):
    found = verdicts(**given)
    faults = [one for one in found if one.is_fault]
    assert [(one.name, one.state, one.repair) for one in faults] == [(name, state, repair)]
    assert overall(one.state for one in found) == state


NO_FAULT = [
    {},
    token(expires_at=AT + timedelta(days=60)),
    addresses(application=OURS.rstrip("/")),
    addresses(phone_number=OURS.upper().replace("WEBHOOKS/WHATSAPP", "webhooks/whatsapp")),
    row(webhook_configuration=None),
    row(status=None, quality_rating="UNKNOWN"),
    reception(echo="none", status=None),  # no way back through the router, and Meta reaches us
    reception(heard_at=None),
    {"traffic": Traffic()},
    {"traffic": replace(LATE, last_status_at=AT)},
    {"traffic": SILENT, "rhythm": Rhythm()},
    {"facts": replace(FINE, token=Refusal(100))},  # a token that may not be asked about itself
    stopped("disconnected_by_user"),
]


@pytest.mark.parametrize("given", NO_FAULT)
def test_what_is_no_fault_is_none(given):
    assert [one for one in verdicts(**given) if one.is_fault] == []


@pytest.mark.parametrize(
    ("given", "because", "skipped"),
    [
        ({"facts": MetaFacts(DEAD)}, "token", 7),
        (token(scopes=frozenset()), "permissions", 6),
        ({"facts": replace(FINE, listed=GONE, number=GONE)}, "account_visible", 5),
        ({"facts": replace(FINE, number=GONE)}, "number_registered", 2),
        ({"facts": replace(FINE, subscription=Subscription(False))}, "webhook_subscription", 2),
        (addresses(phone_number=ELSEWHERE), "webhook_override", 2),
        (reception(echo="wrong"), "challenge", 2),
        (reception(wrong_signatures=1), "signature", 2),
    ],
)
def test_a_check_that_was_prevented_says_by_what(given, because, skipped):
    told = [one for one in verdicts(**given) if one.code == "skipped"]
    assert {one.evidence["because"] for one in told} == {because}
    assert {one.state for one in told} == {State.UNKNOWN}
    assert len(told) == skipped


def test_while_meta_does_not_answer_nothing_is_called_broken():
    found = verdicts(MetaFacts(NoAnswer("ConnectTimeout")))
    assert not [one for one in found if one.is_fault]
    assert {one.code for one in found[:6]} == {"no_answer"}
    assert judging.is_trouble(Refusal(2))
    assert not judging.is_trouble(DEAD)


def test_every_verdict_has_its_words():
    for given in [one[0] for one in FAULTS] + NO_FAULT:
        for one in verdicts(**given):
            said = sentence(one.name, one.code, one.evidence)
            assert said
            assert "{" not in said
            evidence_lines(one.evidence)
    assert set(TITLES) == set(Name)
    assert set(BUTTONS) == set(Repair)
