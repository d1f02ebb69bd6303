"""Single sign-on, against a real issuer on this machine: for who is here or was invited."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.actions.invitations import invite
from accounts.models import Event, Invitation, Person
from config.sign_ons import sign_ons
from tests.cast import by
from tests.web.accounts.issuer import an_issuer

START = "/accounts/oidc/acme/login/"
BACK = "/accounts/oidc/acme/login/callback/"

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def acme():
    with an_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(acme, settings):
    settings.SIGN_ONS = sign_ons(json.dumps([acme.app()]), {})
    apps = [one.app for one in settings.SIGN_ONS]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}
    }
    return acme


def signs_on(
    issuer, *, next_page: str = "", client: Client | None = None, **claims
) -> tuple[Client, object]:
    """A browser that comes back from the issuer; what it is shown."""
    issuer.claims = {"sub": "42", "email_verified": True, "name": "Noor"} | claims
    client = client or Client()
    away = client.post(START, {"next": next_page})
    assert away["Location"].startswith(f"{issuer.url}/login?")
    return client, client.get(BACK, issuer.log_in(away["Location"]))


def test_the_verified_address_leads_to_the_person_who_has_it(cast, issuer):
    client, answer = signs_on(issuer, email=cast.amina.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    assert client.get("/settings/you/").context["person"] == cast.amina
    assert Event.objects.get(kind="login.succeeded").data["method"] == "socialaccount"
    assert issuer.seen[-1]["code_verifier"]  # a stolen code alone is worth nothing


def test_the_password_and_the_other_sessions_outlive_the_first_sign_on(cast, issuer, browser_of):
    cast.amina.set_password("kept as it is")
    cast.amina.save()
    elsewhere = browser_of(cast.amina)
    signs_on(issuer, email=cast.amina.email)
    cast.amina.refresh_from_db()
    assert cast.amina.check_password("kept as it is")
    assert elsewhere.get("/settings/you/").status_code == 200


def test_once_connected_it_is_the_issuers_own_id_that_counts(cast, issuer):
    signs_on(issuer, email=cast.amina.email)
    client, _answer = signs_on(issuer, email="renamed@kettle.example")
    assert client.get("/settings/you/").context["person"] == cast.amina


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.com"},
        {"email": "amina", "email_verified": False},
        {"email": "asked@kettle.example", "email_verified": False},
        {},
    ],
)
def test_nobody_is_let_in_or_made_who_is_not_known_for_certain(cast, issuer, claims):
    invite(cast.organization.pk, email="asked@kettle.example", by=by(cast.ada), at=timezone.now())
    if claims.get("email") == "amina":
        claims = claims | {"email": cast.amina.email}
    before = Person.objects.count()
    client, answer = signs_on(issuer, **claims)
    assert client.get("/inbox/").status_code == 302
    assert (Person.objects.count(), answer.status_code < 500) == (before, True)
    assert Invitation.objects.get().accepted_at is None


def test_who_was_invited_joins_by_signing_on(cast, issuer):
    made = invite(
        cast.organization.pk,
        email="noor@kettle.example",
        role="supervisor",
        by=by(cast.ada),
        at=timezone.now(),
    )
    client, answer = signs_on(issuer, sub="77", email="noor@kettle.example")
    noor = Person.objects.get(email="noor@kettle.example")
    assert (answer.status_code, noor.role, noor.name) == (302, made.row.role, "Noor")
    assert client.get("/settings/you/").context["person"] == noor
    assert not noor.has_usable_password()
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200  # fresh from the issuer


def test_of_several_invitations_the_one_whose_link_was_opened_is_accepted(cast, issuer):
    noor = "noor@kettle.example"
    at = timezone.now()
    made = invite(cast.organization.pk, email=noor, by=by(cast.ada), at=at)
    invite(cast.eve.organization_id, email=noor, by=by(cast.eve), at=at)
    _client, answer = signs_on(issuer, sub="78", email=noor)
    assert (answer.status_code, answer.templates[0].name) == (409, "join/several.html")
    assert not Person.objects.filter(email=noor).exists()
    client = Client()
    client.get(f"/join/{made.token}/")
    signs_on(issuer, client=client, sub="78", email=noor)
    assert client.get("/settings/you/").context["person"].organization == cast.organization


def test_who_was_deactivated_stays_out(cast, issuer):
    Person.objects.filter(pk=cast.ben.pk).update(is_active=False)
    client, answer = signs_on(issuer, sub="9", email=cast.ben.email)
    assert answer["Location"] == "/accounts/inactive/"
    assert client.get("/inbox/").status_code == 302


@pytest.mark.case("S105")
def test_the_way_back_leads_to_this_host_only(cast, issuer):
    _client, answer = signs_on(issuer, email=cast.amina.email, next_page="//evil.example/")
    assert answer["Location"] == "/inbox/"


def test_an_answer_that_nobody_asked_for_is_refused(cast, issuer):
    client = Client()
    answer = client.get(BACK, {"state": "made up", "code": "a-code"})
    assert (answer.status_code, client.get("/inbox/").status_code) == (401, 302)


@pytest.mark.case("S104")
def test_only_the_entrance_may_post_to_the_issuer(cast, issuer, browser_of):
    entrance = Client().get("/accounts/login/")["Content-Security-Policy"]
    inside = browser_of(cast.amina).get("/inbox/")["Content-Security-Policy"]
    assert f"form-action 'self' {issuer.url}" in entrance
    assert (issuer.url in inside, "form-action 'self'" in inside) == (False, True)
    assert "unsafe" not in entrance + inside


@pytest.mark.parametrize(
    "given",
    [
        "no json",
        '[{"id": "acme"}]',
        '["acme"]',
        '[{"id": "A/B", "name": "A", "issuer": "https://a.example", "client_id": "b",'
        ' "client_secret": "s"}]',
        '[{"id": "a", "name": "A", "issuer": "a.example", "client_id": "b", "client_secret": "s"}]',
    ],
)
def test_a_wrong_setting_is_named_at_the_start(given):
    with pytest.raises(ImproperlyConfigured, match="OIDC"):
        sign_ons(given, {})


def test_one_issuer_needs_no_list_and_may_log_in_elsewhere():
    one = {"name": "A", "issuer": "https://a.example/", "client_id": "b", "client_secret": "s"}
    (found,) = sign_ons("", one)
    assert (found.app["provider_id"], found.origins) == ("sso", ("https://a.example",))
    (other,) = sign_ons("", one | {"login_url": "https://login.example/x"})
    assert other.origins == ("https://a.example", "https://login.example")
