"""The way in and out: where it leads, what the browser keeps, what its cookies are worth."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.models import Person

PASSWORD = "four words in a row"
LOGIN, LOGOUT = "/accounts/login/", "/accounts/logout/"
AWAY = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/inbox/",
    "http://localhost/inbox/",
    "/%09/evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
]

pytestmark = pytest.mark.once


@pytest.fixture
def amina(cast) -> Person:
    cache.clear()
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    return cast.amina


@pytest.mark.case("S105")
@pytest.mark.parametrize("page", AWAY)
def test_neither_the_login_nor_the_logout_leads_away(amina, page):
    client = Client()
    answer = client.post(f"{LOGIN}?next={page}", login(amina) | {"next": page})
    out = client.post(f"{LOGOUT}?next={page}", {"next": page})
    for location in (answer["Location"], out["Location"]):
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\", "/\t"))


def test_the_login_leads_back_to_the_page_that_was_asked_for(amina):
    page = "/settings/you/"
    assert Client().post(LOGIN, login(amina) | {"next": page})["Location"] == page


@pytest.mark.parametrize(("given", "at_close"), [({}, True), ({"remember": "on"}, False)])
def test_the_session_ends_with_the_browser_unless_somebody_wants_it_otherwise(
    amina, given, at_close
):
    client = Client()
    client.post(LOGIN, login(amina) | given)
    assert client.session.get_expire_at_browser_close() is at_close


@pytest.mark.case("S106")
def test_after_the_logout_the_browser_keeps_nothing(amina):
    client = Client()
    client.post(LOGIN, login(amina))
    page = client.get("/inbox/")
    assert "no-store" in page["Cache-Control"]
    assert '"historyCacheSize":0' in page.content.decode()
    out = client.post(LOGOUT)
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/inbox/").status_code == 302


@pytest.mark.case("S91")
def test_a_copy_of_the_database_opens_no_session_and_tells_nothing_of_it(amina):
    client = Client()
    client.post(LOGIN, login(amina))
    copy = " ".join(f"{row.session_key} {row.session_data}" for row in Session.objects.all())
    assert client.session.session_key not in copy
    thief = Client()
    thief.cookies["baton_session"] = Session.objects.get().session_key
    assert (thief.get("/inbox/").status_code, client.get("/inbox/").status_code) == (302, 200)
    client.post(LOGOUT)
    assert not Session.objects.exists()


@pytest.mark.case("S98")
def test_cookies_are_for_the_server_alone_and_for_this_site(amina):
    client = Client()
    client.get(LOGIN)
    answer = client.post(LOGIN, login(amina))
    for name in ("baton_session", "baton_device"):
        cookie = answer.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
    assert client.cookies["csrftoken"]["httponly"]


@pytest.mark.case("S98")
def test_under_https_cookies_never_travel_in_the_clear():
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "HTTPS"]
    code = (
        "import json; from config import settings;"
        f"print(json.dumps([getattr(settings, name) for name in {names}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PUBLIC_URL": "https://inbox.example.com"},
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout) == [True] * 4


@pytest.mark.case("S104")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", LOGIN),
        ("post", LOGIN),  # without a token: 403
        ("get", "/join/"),  # 404
        ("get", "/nowhere/"),
        ("get", "/inbox/"),
        ("get", "/settings/keys/"),  # 403
        ("get", "/settings/you/"),
        ("get", "/accounts/2fa/"),
        ("get", "/accounts/3rdparty/login/error/"),
    ],
)
def test_every_page_says_what_may_run_in_it(amina, browser_of, method, path):
    client = Client(enforce_csrf_checks=True)
    if not path.startswith(LOGIN):
        client.force_login(amina)
    answer = getattr(client, method)(path)
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["base-uri"]) == (
        "'none'",
        "'self'",
        "'none'",
    )
    assert (policy["frame-ancestors"], "unsafe" in str(policy)) == ("'none'", False)
    assert "style=" not in answer.content.decode()


@pytest.mark.parametrize("mails", [True, False])
def test_the_way_to_a_new_password_stands_on_the_login(cast, settings, mails):
    settings.MAILS = mails
    assert "/accounts/password/reset/" in Client().get(LOGIN).content.decode()


def login(person: Person) -> dict[str, str]:
    return {"login": person.email, "password": PASSWORD}
