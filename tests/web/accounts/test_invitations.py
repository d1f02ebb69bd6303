"""Inviting: a link works once, for a week, for one address, with the rights it was made with."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.actions import purging
from accounts.actions.invitations import cancel_invitation, invite, send_again
from accounts.actions.teams import create_team
from accounts.models import Event, Invitation, Person, TeamMember
from tests.cast import Cast, by

PEOPLE = "/settings/people/"
INVITE = "/settings/people/invite/"
JOIN = "/join/"
NOOR = "noor@kettle.example"
ANSWER = {"name": "Noor", "password": "four words in a row", "language": "en", "time_zone": ""}
LINK = re.compile(r"http://127\.0\.0\.1:8000/join/([\w-]{43})/")


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def a_token(cast: Cast, email: str = NOOR, **fields) -> str:
    return invite(
        cast.organization.pk, email=email, by=by(cast.ada), at=timezone.now(), **fields
    ).token


def with_link(token: str) -> Client:
    client = Client()
    assert client.get(f"{JOIN}{token}/")["Location"] == JOIN
    return client


@pytest.mark.case("S91", "S93")
def test_somebody_invited_joins_with_what_the_admin_chose(ada, cast, mailoutbox):
    team = create_team(cast.organization.pk, name="Sales", by=by(cast.ada), at=timezone.now())
    sent = ada.post(INVITE, {"email": NOOR, "role": "supervisor", "teams": [str(team.pk)]})
    assert (sent.status_code, sent["Location"]) == (302, PEOPLE)
    (mail,) = mailoutbox
    (token,) = set(LINK.findall(mail.body))
    assert (mail.to, token in mail.alternatives[0].content) == ([NOOR], True)
    assert "Kettle & Co" in mail.subject
    wishes = {"role": "admin", "email": "mallory@example.com", "organization": cast.eve.pk}
    client = with_link(token)
    assert client.post(JOIN, ANSWER | wishes)["Location"] == "/inbox/"
    noor = Person.objects.get(name="Noor")
    assert (noor.email, noor.role, noor.organization) == (NOOR, "supervisor", cast.organization)
    assert TeamMember.objects.get().person == noor
    assert client.get("/settings/you/").status_code == 200
    kinds = Event.objects.order_by("seq").values_list("kind", flat=True)
    assert {"invitation.made", "person.added", "invitation.accepted"} <= set(kinds)


@pytest.mark.case("S91")
def test_of_the_link_only_a_digest_is_kept_and_no_page_repeats_it(cast):
    token = a_token(cast)
    client = with_link(token)
    assert token not in client.get(JOIN).content.decode()
    assert client.session["invitation"] == keys.digest(token)
    assert Invitation.objects.get().token_sha256 == keys.digest(token)


@pytest.mark.case("S120")
def test_a_guessed_link_leaves_no_session_and_takes_the_invitation_before_away(cast):
    with_link("guessed")
    assert not Session.objects.exists()
    client = with_link(a_token(cast))
    assert client.get(JOIN).status_code == 200
    client.get(f"{JOIN}guessed/")
    assert client.get(JOIN).status_code == 404


@pytest.mark.case("S120")
def test_sessions_that_are_over_are_purged(cast, browser_of, monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 2)
    for _ in range(3):
        browser_of(cast.ben)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    here = browser_of(cast.ada)
    assert [purging.purge_sessions() for _ in range(3)] == [2, 1, 0]
    assert here.get("/settings/you/").status_code == 200


@pytest.mark.parametrize("tried", [False, True])
def test_where_no_mail_goes_out_the_link_is_shown_once(ada, settings, tried, mailoutbox):
    settings.MAILS = tried
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    shown = ada.post(INVITE, {"email": NOOR, "role": "agent"})
    (token,) = LINK.findall(shown.content.decode())
    assert (shown.status_code, shown.context["tried"], mailoutbox) == (200, tried, [])
    assert token not in ada.get(PEOPLE).content.decode()
    assert with_link(token).get(JOIN).status_code == 200


@pytest.mark.case("S91", "S93")
@pytest.mark.parametrize("how", ["unknown", "cancelled", "sent again", "a week old", "used"])
def test_a_dead_link_lets_nobody_in(cast, how):
    token, at = a_token(cast), timezone.now()
    row = Invitation.objects.get()
    client = with_link("x" * 43 if how == "unknown" else token)
    match how:
        case "cancelled":
            cancel_invitation(row.pk, by=by(cast.ada), at=at)
        case "sent again":
            send_again(row.pk, by=by(cast.ada), at=at)
        case "a week old":
            Invitation.objects.update(expires_at=at - timedelta(seconds=1))
        case "used":
            with_link(token).post(JOIN, ANSWER)
    before = Person.objects.count()
    assert (client.get(JOIN).status_code, client.post(JOIN, ANSWER).status_code) == (404, 404)
    assert Person.objects.count() == before


@pytest.mark.case("S93")
def test_who_is_logged_in_as_another_is_told_so_and_the_link_lives_on(cast, browser_of):
    token, ben = a_token(cast), browser_of(cast.ben)
    ben.get(f"{JOIN}{token}/")
    assert (ben.get(JOIN).status_code, ben.post(JOIN, ANSWER).status_code) == (409, 409)
    assert with_link(token).post(JOIN, ANSWER).status_code == 302


@pytest.mark.case("S94")
def test_an_address_known_elsewhere_is_invited_like_an_unknown_one(ada, cast, mailoutbox):
    answers = [ada.post(INVITE, {"email": one, "role": "agent"}) for one in (NOOR, cast.eve.email)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, PEOPLE)] * 2
    client = with_link(LINK.findall(mailoutbox[1].body)[0])
    assert client.post(JOIN, ANSWER).status_code == 422
    assert Invitation.objects.filter(accepted_at=None).count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "noor"}, "email"),
        ({"role": "owner"}, "role"),
        ({"teams": ["00000000-0000-0000-0000-000000000000"]}, "teams"),
        ({"email": "ben"}, "email"),
        ({"email": "asked@kettle.example"}, "email"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_at_its_field(ada, cast, given, field):
    create_team(cast.organization.pk, name="Sales", by=by(cast.ada), at=timezone.now())
    a_token(cast, "asked@kettle.example")
    if given.get("email") == "ben":
        given = {"email": cast.ben.email.upper()}
    answer = ada.post(INVITE, {"email": NOOR, "role": "agent"} | given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": NOOR}, "password"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_what_is_wrong_with_the_answer_is_said_and_the_link_lives_on(cast, given, field):
    client = with_link(a_token(cast))
    answer = client.post(JOIN, ANSWER | given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert client.post(JOIN, ANSWER).status_code == 302


def test_an_open_invitation_is_sent_again_or_cancelled_from_the_list(ada, cast, mailoutbox):
    old, row = a_token(cast), Invitation.objects.get()
    act = f"{PEOPLE}invitations/{row.pk}/"
    assert [one.email for one in ada.get(PEOPLE).context["invitations"]] == [NOOR]
    ada.post(f"{act}resend/")
    (new,) = set(LINK.findall(mailoutbox[0].body))
    assert (new != old, with_link(new).get(JOIN).status_code) == (True, 200)
    ada.post(f"{act}cancel/")
    assert ada.get(PEOPLE).context["invitations"] == ()
    assert ada.post(f"{act}resend/").status_code == 404
    assert ada.post(INVITE, {"email": NOOR, "role": "agent"}).status_code == 302
