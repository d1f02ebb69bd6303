"""A new password: by a mailed link that works once, or with the old one; sessions end with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions.people import change_role, end_sessions
from accounts.actors import SYSTEM
from accounts.models import Event, Person, Role

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
OLD, NEW = "four words in a row", "five other words in rows"
TWICE = {"password1": NEW, "password2": NEW}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\S+)")

pytestmark = pytest.mark.once


@pytest.fixture
def amina(cast) -> Person:
    cache.clear()
    cast.amina.set_password(OLD)
    cast.amina.save()
    return cast.amina


def a_link(person: Person, mailoutbox, **headers: Any) -> str:
    assert Client().post(RESET, {"email": person.email}, **headers).status_code == 302
    (path,) = LINK.findall(mailoutbox[-1].body)
    return path


def opened(path: str) -> tuple[Client, str]:
    """A browser that followed the link; where its form posts to."""
    client = Client()
    answer = client.get(path)
    return client, answer.get("Location", path)


@pytest.mark.case("S91", "S99")
def test_a_link_sets_a_password_once_and_ends_what_was_open(amina, mailoutbox, browser_of):
    open_page, path = browser_of(amina), a_link(amina, mailoutbox)
    client, form = opened(path)
    assert path.split("-", 1)[1] not in client.get(form).content.decode()  # nor in a Referer
    assert client.post(form, TWICE).status_code == 302
    assert open_page.get("/inbox/").status_code == 302
    assert not client.login(username=amina.email, password=OLD)
    assert client.login(username=amina.email, password=NEW)
    assert "does not work any more" in Client().get(path).content.decode()
    assert Event.objects.filter(kind="person.password_changed").count() == 1
    assert "by a mailed link" in mailoutbox[-1].body


@pytest.mark.case("S91")
@pytest.mark.parametrize("change", ["password", "mail", "role", "login", "sessions", "access"])
def test_a_link_dies_with_what_it_was_made_under(amina, mailoutbox, change):
    path = a_link(amina, mailoutbox)
    match change:
        case "password":
            amina.set_password(NEW)
            amina.save()
        case "mail":
            Person.objects.filter(pk=amina.pk).update(email="other@kettle.example")
        case "role":
            change_role(amina.pk, role=Role.SUPERVISOR, by=SYSTEM, at=timezone.now())
        case "login":
            Client().post("/accounts/login/", {"login": amina.email, "password": OLD})
        case "sessions":
            end_sessions(amina.pk, by=SYSTEM, at=timezone.now())
        case "access":
            Person.objects.filter(pk=amina.pk).update(is_active=False)
    assert "does not work any more" in Client().get(path).content.decode()


@pytest.mark.case("S91")
@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_a_link_works_for_an_hour(amina, mailoutbox, minutes, works):
    path = a_link(amina, mailoutbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        assert (Client().get(path).status_code == 302) is works


@pytest.mark.case("S92")
@pytest.mark.parametrize("forged", [{"HTTP_HOST": "evil.example"}, {}])
def test_a_forged_host_is_refused_and_never_stands_in_a_link(amina, mailoutbox, forged):
    headers = {"HTTP_X_FORWARDED_HOST": "evil.example", **forged}
    answer = Client().post(RESET, {"email": amina.email}, **headers)
    assert (answer.status_code, len(mailoutbox)) == ((400, 0) if forged else (302, 1))
    assert "evil" not in "".join(mail.body for mail in mailoutbox)


def test_a_link_names_the_public_address_whatever_name_was_asked_for(amina, mailoutbox):
    assert a_link(amina, mailoutbox, HTTP_HOST="localhost")


@pytest.mark.parametrize("mails", [True, False])
def test_an_admin_helps_with_a_link(amina, cast, browser_of, settings, mailoutbox, mails):
    settings.MAILS = mails
    answer = browser_of(cast.ada).post(f"/settings/people/{amina.pk}/new-password/")
    said = mailoutbox[0].body if mails else answer.content.decode()
    client, form = opened(LINK.findall(said.replace("</code>", " "))[0])
    assert client.post(form, TWICE).status_code == 302
    assert client.login(username=amina.email, password=NEW)
    assert Event.objects.filter(kind="person.link_made").count() == 1


@pytest.mark.case("S99")
def test_a_changed_password_ends_the_other_sessions_and_not_this_one(amina, browser_of):
    here, there = browser_of(amina), browser_of(amina)
    assert here.post(CHANGE, TWICE | {"oldpassword": "wrong"}).status_code == 200
    assert here.post(CHANGE, TWICE | {"oldpassword": OLD}).status_code == 302
    assert (here.get("/inbox/").status_code, there.get("/inbox/").status_code) == (200, 302)


@pytest.mark.case("S99")
def test_everywhere_else_is_logged_out_by_one_button(amina, browser_of):
    here, there = browser_of(amina), browser_of(amina)
    here.post("/settings/you/sessions/end/")
    assert (here.get("/inbox/").status_code, there.get("/inbox/").status_code) == (200, 302)
