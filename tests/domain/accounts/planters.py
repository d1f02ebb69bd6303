"""Who plants secrets: each puts unique ones in through a real door and says which they are.

A new kind of secret is one function here and its name in `PLANTERS`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import Person

# What a planter gives back: what the secret is, and the secret.
Planted = Mapping[str, str]
PASSWORD = "planted password of Ada"
EMAIL = "ada@planted.example"


def by_bootstrap() -> Planted:
    """Password, tokens, secrets and the first key."""
    secrets = {
        "--password": PASSWORD,
        "--access-token": "EAAG-planted-token",
        "--app-secret": "planted-app-secret",
        "--verify-token": "planted-verify-token",
    }
    out = io.StringIO()
    flags = [word for pair in secrets.items() for word in pair]
    ids = ("--waba-id", "71", "--phone-number-id", "72", "--with-secret", "--json")
    call_command("bootstrap", "--email", EMAIL, *flags, *ids, stdout=out, stderr=io.StringIO())
    key = json.loads(out.getvalue())["api_key"]
    return secrets | {"first key": key["key"], "first secret": key["secret"]}


def at_the_keys_page() -> Planted:
    """A key with a second secret, by the form; then used, rightly and wrongly."""
    answer = _ada().post(
        "/settings/keys/new/",
        {
            "name": "Planted",
            "acts_as": "program",
            "scopes": ["*"],
            "days": "30",
            "with_secret": "on",
            "rate_per_minute": "60",
            "rate_per_hour": "60",
            "case": "snake",
        },
    )
    page = answer.content.decode()
    key, secret = (
        re.findall(rf"\b{kind}[A-Za-z0-9]{{40}}\b", page) for kind in ("wak_live_", "was_")
    )
    wrong = "was_" + "planted0" * 5
    for shown in (secret[0], wrong):
        headers = {"X-API-Key": key[0], "X-API-Secret": shown}
        Client().get("/api/v1/whatsapp/ping", headers=headers)
    return {"key": key[0], "secret": secret[0], "wrong secret": wrong}


def by_a_forgotten_password() -> Planted:
    """The link of the mail, which sets a password."""
    Client().post("/accounts/password/reset/", {"email": EMAIL})
    body = str(mail.outbox[-1].body)
    found = re.search(r"/password/reset/key/\w+?-([\w-]+)/", body)
    assert found, body
    # Opened and not used yet: the login library puts its secret into the session.
    assert Client().get(f"/accounts{found[0]}").status_code == 302
    return {"reset link": found[1]}


def at_the_login() -> Planted:
    """What people type, right and wrong by a letter; and the session that they get."""
    browser = Client()
    for password in (PASSWORD + "x", PASSWORD):
        browser.post("/accounts/login/", {"login": EMAIL, "password": password})
    assert browser.get("/settings/").status_code == 200
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"mistyped password": PASSWORD + "x", "session": session}


def by_an_invitation() -> Planted:
    """The link of the mail to somebody who is invited; opened, and not accepted yet."""
    _ada().post("/settings/people/invite/", {"email": "noor@planted.example", "role": "agent"})
    found = re.search(r"/join/([\w-]+)/", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    Client().get(found[0])
    return {"invitation": found[1]}


def at_the_second_factor() -> Planted:
    """The secret of an authenticator app."""
    secret = generate_totp_secret()
    TOTP.activate(Person.objects.get(email=EMAIL), secret)
    return {"second factor": secret}


def by_metas_challenge() -> Planted:
    """The verify token of the installation, in an address; and a guess."""
    for token in (settings.WEBHOOK_VERIFY_TOKEN, "planted-guess"):
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1"}
        Client().get("/webhooks/whatsapp/?" + urlencode(query))
    return {
        "installation's verify token": settings.WEBHOOK_VERIFY_TOKEN,
        "guessed verify token": "planted-guess",
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS[0],
        "META_APP_SECRET": settings.META_APP_SECRET,
    }


def _ada() -> Client:
    client = Client()
    client.force_login(Person.objects.get(email=EMAIL))
    return client


PLANTERS: tuple[Callable[[], Planted], ...] = (
    by_bootstrap,  # first: the others come in as Ada
    at_the_keys_page,
    by_a_forgotten_password,
    at_the_login,
    by_an_invitation,
    at_the_second_factor,
    by_metas_challenge,
)
