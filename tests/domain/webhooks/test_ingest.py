"""The entry: signed and stored, or refused with nothing left behind."""

import hashlib
import hmac
import time
from collections import Counter

import pytest
from django.conf import settings as configured

from tests.domain.webhooks.conftest import a_delivery, a_text
from webhooks import ingest, writer
from webhooks.ingest import answers
from webhooks.models import Delivery
from whatsapp.signature import fingerprint, sign

BODY = a_delivery(a_text("wamid.1"))
RIGHT = sign(BODY, configured.META_APP_SECRET).encode()
SHA1 = hmac.new(configured.META_APP_SECRET.encode(), BODY, hashlib.sha1).hexdigest().encode()


def signature(value):
    return [(b"x-hub-signature-256", value)]


def test_a_signed_body_is_stored_as_it_came(door):
    assert door.post(BODY) == 200
    stored = Delivery.objects.get()
    assert bytes(stored.body) == BODY
    assert stored.secret_fingerprint == fingerprint(configured.META_APP_SECRET)
    assert stored.state == "received"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="S01-none", marks=pytest.mark.case("S01")),
        pytest.param(
            signature(b"sha256=" + b"0" * 64), id="S02-wrong", marks=pytest.mark.case("S02")
        ),
        pytest.param(
            [(b"x-hub-signature", b"sha1=" + SHA1)], id="S03-sha1", marks=pytest.mark.case("S03")
        ),
        *(
            pytest.param(headers, id=f"S04-{name}", marks=pytest.mark.case("S04"))
            for name, headers in {
                "empty": signature(b"sha256="),
                "short": signature(RIGHT[:-1]),
                "long": signature(RIGHT + b"0"),
                "capitals": signature(RIGHT.replace(b"sha256", b"SHA256")),
                "sha1": signature(b"sha1=" + SHA1),
                "space": signature(b" " + RIGHT),
                "twice": signature(RIGHT) * 2,
                "huge": signature(b"sha256=" + b"a" * 10_240),
                "not-ascii": signature("sha256=é".encode() + RIGHT[9:]),
            }.items()
        ),
    ],
)
def test_what_is_not_signed_exactly_right_leaves_nothing(door, headers, caplog):
    assert door.post(BODY, headers=headers) == 403
    assert not Delivery.objects.exists()
    assert RIGHT.decode() not in caplog.text


@pytest.mark.case("S05")
@pytest.mark.parametrize(
    "changed", [BODY.replace(b"blue", b"glue"), BODY + b" ", BODY.replace(b": ", b":")]
)
def test_one_changed_byte_breaks_the_signature(door, changed):
    assert door.post(changed, headers=signature(RIGHT)) == 403


@pytest.mark.case("S06")
@pytest.mark.parametrize("body", ['{"text": "é"}'.encode(), rb'{"text": "\u00e9"}'])
def test_the_raw_bytes_are_what_is_signed(door, body):
    assert door.post(body) == 200


@pytest.mark.case("S15")
@pytest.mark.parametrize("secret", ["", "anything"])
def test_without_an_app_secret_everything_is_refused(door, settings, secret):
    settings.META_APP_SECRET = ""
    assert door.post(BODY, secret=secret) == 403
    assert not Delivery.objects.exists()


@pytest.mark.case("S16")
@pytest.mark.parametrize(
    "extra", [(b"content-encoding", b"gzip"), (b"content-type", b"multipart/form-data; boundary=x")]
)
def test_nothing_is_unpacked(door, extra):
    assert door.post(BODY, headers=[*signature(RIGHT), extra]) == 415
    assert not Delivery.objects.exists()


def test_a_body_of_four_mebibytes_is_taken_and_one_byte_more_is_not(door):
    exact = b"x" * ingest.MOST_BYTES
    assert door.post(exact) == 200
    assert door.post(exact + b"x") == 413
    assert Delivery.objects.count() == 1


def test_a_declared_length_is_refused_before_the_body(door):
    length = str(ingest.MOST_BYTES + 1).encode()
    assert door.post(b"", headers=[(b"content-length", length)]) == 413


def test_an_account_signs_with_its_own_secret(door, teapot):
    assert door.post(BODY, secret="teapot-secret") == 200
    assert Delivery.objects.get().secret_fingerprint == fingerprint("teapot-secret")


def test_a_new_secret_is_read_when_a_signature_fits_none(door, teapot, monkeypatch):
    assert door.post(BODY, secret="fresh-secret") == 403
    teapot.account.app_secret = "fresh-secret"
    teapot.account.save()
    assert door.post(BODY, secret="fresh-secret") == 403  # at most one look a second
    monkeypatch.setattr(door.ingest.secrets, "_next_read", 0)
    assert door.post(BODY, secret="fresh-secret") == 200


def test_a_secret_that_cannot_be_opened_spoils_no_other(door, teapot, kettle):
    kettle.account.app_secret_sealed = teapot.account.app_secret_sealed  # of another place
    kettle.account.save()
    assert door.post(BODY, secret="teapot-secret") == 200


def test_while_the_secrets_cannot_be_read_the_answer_is_later(door, monkeypatch):
    def broken():
        raise OSError

    monkeypatch.setattr("webhooks.secrets.open_store", broken)
    assert door.post(BODY, secret="perhaps-right") == 503


@pytest.mark.parametrize("where", ["ingest.before_insert", "ingest.after_insert_before_commit"])
def test_what_cannot_be_stored_is_never_acknowledged(door, settings, where):
    settings.FAILPOINTS = f"{where}:raise"
    assert door.post(BODY) == 503
    assert not Delivery.objects.exists()


def test_the_first_repeat_after_healing_is_stored(door, settings, monkeypatch):
    settings.FAILPOINTS = "ingest.before_insert:raise"
    monkeypatch.setattr(writer, "REST_AFTER_FAILURE_S", 0.05)
    assert door.post(BODY) == 503
    settings.FAILPOINTS = ""
    time.sleep(0.1)
    assert door.post(BODY) == 200


def test_a_slow_database_is_answered_in_time(door, settings, monkeypatch):
    settings.FAILPOINTS = "ingest.before_insert:sleep:1"
    monkeypatch.setattr(ingest, "DEADLINE_S", 0.2)
    began = time.monotonic()
    assert door.post(BODY) == 503
    assert time.monotonic() - began < 0.8


def test_a_queue_that_is_full_takes_nothing_more(door, monkeypatch):
    monkeypatch.setattr(writer, "MOST_WAITING", 0)
    assert door.post(BODY) == 503


def test_a_body_that_does_not_come_is_not_waited_for(door, monkeypatch):
    monkeypatch.setattr(ingest, "BODY_WITHIN_S", 0.05)
    monkeypatch.setattr(ingest, "LINGER_S", 0.05)

    async def silence(scope, receive, send):
        async def never():
            await ingest.asyncio.sleep(60)

        await door.ingest(scope, never, send)

    answers = []

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/webhooks/whatsapp", "headers": []}
    ingest.asyncio.run(silence(scope, None, send))
    assert answers[0]["status"] == 408


def test_what_was_answered_is_counted(door):
    before = Counter(answers())
    door.post(BODY)
    door.post(BODY, headers=[])
    assert Counter(answers()) - before == {200: 1, 403: 1}
