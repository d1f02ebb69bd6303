"""What happens around every request: its id, its language, refusals, what browsers keep."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

HTMX = {"HX-Request": "true"}
KEYS = "/settings/keys/"  # an agent is refused here


@pytest.mark.parametrize("path", ["/inbox/", "/settings/keys/", "/nowhere/", "/healthz/live"])
def test_every_answer_has_an_id_of_its_own(cast, browser_of, path):
    amina = browser_of(cast.amina)
    ids = [amina.get(path)["X-Request-Id"] for _ in range(2)]
    assert UUID(ids[0]) != UUID(ids[1])


def test_the_page_of_a_refusal_quotes_the_id_and_names_whom_to_ask(cast, browser_of):
    answer = browser_of(cast.amina).get(KEYS)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert answer["X-Request-Id"] in html
    assert "Ada" in html


def test_to_htmx_a_refusal_is_a_notice_and_no_page(cast, browser_of):
    answer = browser_of(cast.amina).get(KEYS, headers=HTMX)
    html = answer.content.decode()
    assert (answer.status_code, "<html" in html, 'role="alert"' in html) == (403, False, True)


@pytest.mark.parametrize(
    "headers", [{"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}]
)
def test_where_htmx_wants_a_page_it_gets_one(cast, browser_of, headers):
    answer = browser_of(cast.amina).get(KEYS, headers=HTMX | headers)
    assert "<html" in answer.content.decode()


def test_a_lost_session_leads_a_browser_to_the_login_and_htmx_to_401(cast):
    plain, part = Client().get("/inbox/"), Client().get("/inbox/", headers=HTMX)
    assert plain["Location"] == "/accounts/login/?next=/inbox/"
    assert (part.status_code, part["HX-Trigger"], part.content) == (401, "session-ended", b"")


def test_pages_and_lost_sessions_are_kept_by_nobody(cast, browser_of):
    page, lost = browser_of(cast.amina).get("/inbox/"), Client().get("/inbox/", headers=HTMX)
    for answer in (page, lost):
        assert answer["Cache-Control"] == "private, no-store"
        assert "HX-Request" in answer["Vary"]


def test_a_stale_form_token_is_told_apart_for_htmx(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ada)
    page, part = client.post(KEYS), client.post(KEYS, headers=HTMX)
    assert (page.status_code, "<html" in page.content.decode()) == (403, True)
    assert (part.status_code, part["HX-Trigger"]) == (403, "csrf-failed")


def test_the_answer_names_the_readers_language_and_not_the_browsers(cast, browser_of):
    answer = browser_of(cast.amina).get("/inbox/", headers={"Accept-Language": "de"})
    assert answer["Content-Language"] == cast.amina.language == "en"


def test_times_are_in_the_readers_zone(cast, browser_of):
    cast.ada.time_zone = "Asia/Tokyo"
    cast.ada.last_login = "2026-11-20T20:30:00Z"
    cast.ada.save()
    cast.ada.refresh_from_db()
    client = browser_of(cast.ben)
    assert client.get("/settings/").status_code == 200
    ada = browser_of(cast.ada)
    cast.ben.last_login = "2026-11-20T20:30:00Z"
    cast.ben.save()
    rows = {row.name: row for row in ada.get("/settings/people/").context["rows"]}
    assert "21 Nov 2026, 05:30" in rows["Ben"].last_seen


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("amina", ["numbers", "templates"]),
        ("sara", ["numbers", "templates", "people"]),
        ("ada", ["numbers", "templates", "people", "keys", "dead-letters"]),
    ],
)
def test_the_menu_offers_what_the_role_may_open(cast, browser_of, role, shown):
    client = browser_of(getattr(cast, role))
    html = client.get("/settings/").content.decode()
    for name in ("numbers", "templates", "people", "keys", "dead-letters"):
        assert (f'href="/settings/{name}/"' in html) == (name in shown)
        assert client.get(f"/settings/{name}/").status_code == (200 if name in shown else 403)
