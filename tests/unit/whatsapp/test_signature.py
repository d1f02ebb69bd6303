"""Only the exact signature of the exact bytes counts, and nothing raises."""

import json

import pytest

from whatsapp.signature import fingerprint, sign, verified_by

SECRET, OTHER = "5f1c-app-secret", "another-secret"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'
GOOD = sign(BODY, SECRET)
HEX = GOOD.removeprefix("sha256=")


def test_the_signature_is_the_one_every_hmac_makes():
    # echo -n 'what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe (RFC 4231, case 2)
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", "Jefe") == "sha256=" + expected


@pytest.mark.parametrize("header", [GOOD, GOOD.encode()], ids=["text", "bytes"])
def test_the_secret_that_signed_is_named(header):
    assert verified_by([OTHER, SECRET], header, BODY) == SECRET
    assert verified_by([SECRET, OTHER], header, BODY) == SECRET


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        HEX,
        "sha256=" + HEX[:63],
        "sha256=" + HEX + "0",
        "SHA256=" + HEX,
        "sha256=" + HEX.upper(),
        "sha1=" + HEX,
        "sha1=" + HEX[:40],
        " " + GOOD,
        GOOD + " ",
        GOOD + "," + GOOD,
        "sha256=" + "0" * 64,
        "sha256=é" + HEX[1:],
        "sha256=é" + HEX[2:],
        "\ud83d" + GOOD,
        "x" * 10_240,
        "sha256=é".encode() + HEX[2:].encode(),
        b"\xff\xfe",
    ],
)
def test_every_other_header_is_refused(header):
    assert verified_by([SECRET, OTHER], header, BODY) is None


@pytest.mark.parametrize(
    "body",
    [b"", BODY + b"\n", BODY.replace(b":", b": "), BODY[:-1] + b"]", BODY.replace(b"w", b"W")],
)
def test_other_bytes_are_refused(body):
    assert verified_by([SECRET], GOOD, body) is None


def test_escaped_and_plain_text_are_each_valid_as_sent_and_not_as_the_other():
    escaped = json.dumps({"body": "é"}).encode()
    plain = json.dumps({"body": "é"}, ensure_ascii=False).encode()
    assert verified_by([SECRET], sign(escaped, SECRET), escaped) == SECRET
    assert verified_by([SECRET], sign(plain, SECRET), plain) == SECRET
    assert verified_by([SECRET], sign(plain, SECRET), escaped) is None


@pytest.mark.parametrize("secrets", [[], [OTHER], [""], ["", OTHER]])
def test_without_the_right_secret_nothing_is_valid(secrets):
    assert verified_by(secrets, GOOD, BODY) is None


def test_an_empty_secret_signs_nothing():
    assert verified_by([""], sign(BODY, ""), BODY) is None


def test_a_fingerprint_recognises_a_secret_and_does_not_hold_it():
    assert fingerprint(SECRET) == fingerprint(SECRET) != fingerprint(OTHER)
    assert len(fingerprint(SECRET)) == 16
    assert SECRET not in fingerprint(SECRET)
