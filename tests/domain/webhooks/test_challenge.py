"""Meta's challenge."""

import pytest
from django.core.cache import cache

RIGHT = "tests-only-verify-token-0123456789"


@pytest.fixture(autouse=True)
def tokens(db, settings):
    settings.WEBHOOK_VERIFY_TOKEN = RIGHT
    settings.SECURE_SSL_REDIRECT = False
    cache.clear()


def ask(client, *, address="192.0.2.1", path="/webhooks/whatsapp/", **changes):
    query = {"hub.mode": "subscribe", "hub.verify_token": RIGHT, "hub.challenge": "1158201444"}
    query |= {f"hub.{name}": value for name, value in changes.items()}
    return client.get(path, query, REMOTE_ADDR=address)


@pytest.mark.case("S11")
@pytest.mark.parametrize("path", ["/webhooks/whatsapp/", "/webhooks/whatsapp"])
def test_the_right_token_gets_the_challenge_back(client, path):
    answer = ask(client, path=path)
    assert answer.status_code == 200
    assert answer.content == b"1158201444"
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.case("S11")
def test_an_account_has_a_token_of_its_own(client, teapot):
    teapot.account.verify_token = "teapot-verify-token"
    teapot.account.save()
    assert ask(client, verify_token="teapot-verify-token").status_code == 200


@pytest.mark.case("S11")
@pytest.mark.parametrize(
    "changes",
    [
        {"verify_token": "wrong"},
        {"verify_token": ""},
        {"verify_token": [RIGHT, RIGHT]},
        {"verify_token[]": RIGHT, "verify_token": []},
        {"verify_token": "é\ufffd"},
        {"mode": "unsubscribe"},
        {"mode": []},
        {"challenge": []},
    ],
)
def test_anything_else_is_refused(client, changes):
    answer = ask(client, **changes)
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.case("S11")
def test_an_installation_without_a_token_refuses_the_empty_one(client, settings):
    settings.WEBHOOK_VERIFY_TOKEN = ""
    assert ask(client, verify_token="").status_code == 403


@pytest.mark.case("S12")
def test_who_guesses_is_stopped_at_the_twentieth_and_nobody_else_is(client):
    statuses = [ask(client, verify_token=f"guess-{n}").status_code for n in range(100)]
    assert statuses == [403] * 19 + [429] * 81
    assert ask(client, address="192.0.2.2").status_code == 200


@pytest.mark.case("S13")
def test_a_challenge_is_never_html(client):
    answer = ask(client, challenge="<script>alert(1)</script>")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain"


@pytest.mark.case("S14")
def test_no_token_reaches_the_log(client, caplog):
    ask(client)
    ask(client, verify_token="wrong-but-secret")
    assert RIGHT not in caplog.text
    assert "wrong-but-secret" not in caplog.text


def test_a_post_that_django_sees_was_not_verified(client):
    assert client.post("/webhooks/whatsapp/", b"{}", "application/json").status_code == 405
