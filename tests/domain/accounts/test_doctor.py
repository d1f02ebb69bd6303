"""The connection doctor against a Meta that breaks in every way, and its repairs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from accounts import drains
from accounts.actions.checkups import AGAIN, EVERY, ask_for_checkup, claim_due
from accounts.actions.numbers import pause_number
from accounts.actions.repairing import repair
from accounts.doctor.examining import queue_of
from accounts.doctor.verdicts import Name, Repair
from accounts.doctor_queries import alarms, doctor_page, health
from accounts.models import Check, Checkup, Event, EventCounter, NumberStatus, PhoneNumber
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.importing import import_outbound
from inbox.actions.sending import send
from inbox.message_status import Status
from simulator.testing import Running, running
from tests.cast import WABA_ID, Cast, a_conversation, a_text_webhook, by, says, wire
from tests.unit.simulator.listener import Listener, listening
from webhooks import refused
from webhooks.models import Delivery
from webhooks.secrets import fingerprint_for
from whatsapp.setup_calls import MESSAGING

STOP = threading.Event()
ELSEWHERE = "https://elsewhere.example/hook"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def address() -> Iterator[Listener]:
    """What stands at our address: it answers the challenge to whoever says "right"."""
    with listening() as heard:
        yield heard


@pytest.fixture
def meta(simulator, address, settings) -> Running:
    simulator.reset()
    simulator.control(webhook_url=address.url)
    settings.GRAPH_API_URL = simulator.base_url
    settings.PUBLIC_URL = address.url.removesuffix("/webhooks/whatsapp/")
    settings.WEBHOOK_VERIFY_TOKEN = "right"
    return simulator


def looks(cast: Cast) -> dict[str, str]:
    """The worker looks at the number now: what is not well, and how."""
    ask_for_checkup(cast.number.pk, by=by(cast.ada), at=timezone.now())
    assert drains.check_connections(STOP)
    cast.number.refresh_from_db()
    return faults(cast)


def faults(cast: Cast) -> dict[str, str]:
    rows = Check.objects.filter(phone_number=cast.number)
    return {row.name: row.code for row in rows if row.state in ("broken", "warning")}


def presses(cast: Cast, what: Repair, **more: str) -> dict[str, str]:
    """Ada presses a button, and the worker looks again."""
    repair(cast.number, what, by=by(cast.ada), at=timezone.now(), **more)
    assert drains.check_connections(STOP)
    return faults(cast)


def test_a_connection_that_works_is_well_and_described(cast, meta):
    assert looks(cast) == {}
    assert Checkup.objects.get(pk=cast.number.pk).state == "ok"
    assert Check.objects.filter(phone_number=cast.number).count() == len(Name)
    assert (cast.number.quality_rating, cast.number.messaging_limit) == ("GREEN", "TIER_2K")
    assert not Event.objects.filter(kind="number.check_changed").exists()


@pytest.mark.case("F91")
@pytest.mark.parametrize(
    ("setup", "fault", "button"),
    [
        ({"unsubscribed": [WABA_ID]}, "webhook_subscription", Repair.SUBSCRIBE_APP),
        ({"overrides": {WABA_ID: ELSEWHERE}}, "webhook_override", Repair.USE_OUR_ADDRESS),
        (
            {"overrides": {"106540352242922": ELSEWHERE}},
            "webhook_override",
            Repair.USE_OUR_ADDRESS,
        ),
        ({"challenge": "none"}, "challenge", Repair.SEND_CHALLENGE),
    ],
)
@pytest.mark.once
def test_a_fault_at_meta_names_itself_and_its_button_repairs_it(cast, meta, setup, fault, button):
    meta.control(setup=setup)
    assert list(looks(cast)) == [fault]
    assert Check.objects.get(name=fault).repair == button.value
    assert presses(cast, button) == {}


@pytest.mark.case("F91")
def test_a_refused_token_pauses_the_account_until_somebody_resumes(cast, meta):
    meta.control(setup={"token": "expired"})
    assert looks(cast) == {"token": "token_refused"}
    assert (cast.number.status, cast.number.status_reason) == ("error", "token_expired")
    ((number, _sentence),) = alarms(cast.ada)
    assert number == cast.number
    assert alarms(cast.amina) == ()
    meta.control(setup={"token": "valid"})
    assert looks(cast) == {"token": "works_again"}
    assert presses(cast, Repair.RESUME) == {}
    assert alarms(cast.ada) == ()


@pytest.mark.parametrize(
    ("setup", "fault"),
    [
        ({"missing_scopes": [MESSAGING]}, "permissions"),
        ({"hidden_accounts": [WABA_ID]}, "account_visible"),
        ({"quality": "RED"}, "quality"),
        ({"blocked": "payment"}, "payment"),
        ({"blocked": "policy"}, "quality"),
    ],
)
@pytest.mark.once
def test_what_is_repaired_at_meta_names_itself_and_pauses_nothing(cast, meta, setup, fault):
    meta.control(setup=setup)
    assert list(looks(cast)) == [fault]
    assert cast.number.status == NumberStatus.ACTIVE


@pytest.mark.case("F91")
@pytest.mark.once
def test_a_number_that_is_gone_or_of_another_account_names_itself(cast, meta):
    meta.number(id=cast.number.meta_phone_number_id, waba_id="220000000000001")
    assert looks(cast) == {"account_visible": "other_account"}
    meta.simulator.world.numbers.clear()
    assert looks(cast) == {"number_registered": "deleted"}


def test_a_number_is_registered_with_its_pin_only(cast, meta):
    meta.control(number_status={cast.number.meta_phone_number_id: "DISCONNECTED"})
    assert looks(cast) == {"number_registered": "not_registered"}
    pause_number(
        cast.number.pk, reason="not_registered", message="…", by=by(cast.ada), at=timezone.now()
    )
    with pytest.raises(Refused, match="PIN is wrong") as refusal:
        presses(cast, Repair.REGISTER, pin="000000")
    assert (refusal.value.code, refusal.value.field) == ("VALIDATION_ERROR", "pin")
    assert presses(cast, Repair.REGISTER, pin="123456") == {}
    cast.number.refresh_from_db()
    assert cast.number.status == NumberStatus.ACTIVE


@pytest.mark.once
def test_a_challenge_that_is_not_answered_is_refused_in_words(cast, meta):
    meta.control(setup={"challenge": "lost"})
    assert looks(cast) == {"challenge": "no_address"}
    with pytest.raises(Refused, match="got no right answer"):
        presses(cast, Repair.SEND_CHALLENGE)


@pytest.mark.once
def test_to_subscribe_again_takes_no_address_of_ours_away(cast, meta):
    meta.control(setup={"challenge": "none"})
    looks(cast)
    assert presses(cast, Repair.SEND_CHALLENGE) == {}
    assert presses(cast, Repair.SUBSCRIBE_APP) == {}
    assert WABA_ID in meta.state()["setup"]["overrides"]


@pytest.mark.parametrize(("token", "code"), [("wrong", "wrong_answer"), ("", "no_verify_token")])
@pytest.mark.once
def test_our_own_address_is_asked_as_meta_asks_it(cast, meta, settings, token, code):
    settings.WEBHOOK_VERIFY_TOKEN = token
    assert looks(cast) == {"challenge": code}


@pytest.mark.case("F91")
def test_a_wrong_signature_names_itself_until_a_right_one_comes(cast, meta):
    refused.remember(wire(a_text_webhook()))
    refused.remember(b"[1, {")
    refused.remember(wire({"entry": [{"id": "somebody else's"}]}))
    refused.count()
    assert looks(cast) == {"signature": "wrong_secret"}
    signer = fingerprint_for(cast.account)
    Delivery.objects.create(body=b"{}", secret_fingerprint=signer, received_at=timezone.now())
    assert looks(cast) == {}


def test_while_meta_is_away_nothing_is_broken_and_nothing_stops(cast, meta, settings):
    settings.GRAPH_API_URL = "http://127.0.0.1:9"
    assert looks(cast) == {}
    assert cast.number.status == NumberStatus.ACTIVE
    assert Check.objects.get(name="token").state == "unknown"


def test_without_a_token_it_says_so_and_looks_at_our_side(cast, meta):
    cast.account.access_token = ""
    cast.account.save()
    assert looks(cast) == {"token": "no_token"}
    assert Check.objects.get(name="challenge").state == "ok"
    with pytest.raises(Refused, match="NO_CONNECTED_ACCOUNT"):
        presses(cast, Repair.SUBSCRIBE_APP)


@pytest.mark.case("F91")
@pytest.mark.parametrize("status", NumberStatus)
def test_what_customers_write_is_taken_in_every_state(cast, status):
    PhoneNumber.objects.update(status=status, removed_at=timezone.now())
    assert says(cast.number, "are you there?").pk


def test_an_event_tells_of_each_change_once_with_codes_only(cast, meta):
    meta.control(setup={"quality": "RED"})
    looks(cast)
    looks(cast)
    meta.control(setup={"quality": "GREEN"})
    looks(cast)
    told = Event.objects.filter(kind="number.check_changed").order_by("seq")
    assert [(event.data["check"], event.data["state"]) for event in told] == [
        ("quality", "warning"),
        ("quality", "ok"),
    ]


def test_messages_that_nobody_reports_of_name_themselves(cast, meta):
    conversation = a_conversation(cast.number)
    sent = import_outbound(
        conversation.pk,
        outgoing.text("Hello"),
        by=by(cast.amina),
        at=timezone.now() - timedelta(hours=1),
        status=Status.ACCEPTED,
        wamid="wamid.a",
    )
    type(sent).objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    assert looks(cast) == {"last_status": "unreported"}


@pytest.mark.case("F91")
def test_every_number_is_due_again_within_five_minutes(cast, meta):
    assert claim_due() == cast.number  # one that was never looked at, too
    assert claim_due() is None  # leased
    Checkup.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert drains.check_connections(STOP)  # of a worker that died
    checkup = Checkup.objects.get(pk=cast.number.pk)
    assert checkup.due_at - checkup.finished_at == EVERY < timedelta(minutes=5)
    assert claim_due() is None


def test_a_look_that_failed_is_taken_again_soon(cast, meta):
    meta.control(setup={"unsubscribed": [WABA_ID]})
    EventCounter.objects.all().delete()  # nothing can be announced
    with pytest.raises(RuntimeError):
        drains.check_connections(STOP)
    assert claim_due() is None
    Checkup.objects.update(due_at=F("due_at") - AGAIN)
    assert claim_due() == cast.number


def test_what_is_asked_meanwhile_is_looked_at_once_more(cast, meta):
    number = claim_due()
    assert number
    ask_for_checkup(number.pk, by=by(cast.ada), at=timezone.now() + timedelta(seconds=1))
    Checkup.objects.update(lease_until=None)
    Checkup.objects.update(due_at=timezone.now())
    assert drains.check_connections(STOP)
    assert Checkup.objects.get(pk=number.pk).asked_at is not None


def test_the_page_counts_and_offers_buttons_to_admins_only(cast, meta):
    meta.control(setup={"unsubscribed": [WABA_ID], "quality": "RED"})
    looks(cast)
    page = doctor_page(cast.ada, cast.number, at=timezone.now())
    assert [row.name for row in page.rows] == list(Name)
    assert "1 more" in page.sentence
    assert [row.repair.code for row in page.rows if row.repair] == ["subscribe_app", "open_manager"]
    ours = doctor_page(cast.amina, cast.number, at=timezone.now())
    assert not any(row.repair for row in ours.rows)


def test_a_program_reads_the_same(cast, meta):
    meta.control(setup={"blocked": "payment"})
    looks(cast)
    told = health(cast.number)
    assert told.state == "broken"
    assert [(one.name, one.repair) for one in told.checks if one.repair] == [
        ("payment", "open_billing")
    ]
    says(cast.number, "hello")
    send(a_conversation(cast.number).pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    assert queue_of(cast.number, at=timezone.now()).queued == 1


def test_a_command_says_it_in_words_in_json_and_by_its_exit_code(cast, meta, capsys):
    call_command("doctor")
    assert "ok       Access token: The token works" in capsys.readouterr().out
    meta.control(setup={"quality": "RED"})
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json", "--number", cast.number.phone)
    (told,) = json.loads(capsys.readouterr().out)["numbers"]
    assert (ended.value.code, told["state"]) == (1, "warning")
    meta.control(setup={"token": "invalid"})
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 2
