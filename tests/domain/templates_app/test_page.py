"""The settings page of templates, through its URL."""

from __future__ import annotations

import pytest

from accounts.models import BusinessAccount
from templates_app.models import MessageTemplate
from templates_app.queries import templates_page
from tests.domain.templates_app.conftest import a_template

PAGE = "/settings/templates/"
SYNC = "/settings/templates/sync/"


@pytest.fixture
def as_ben(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def as_amina(client, amina):
    client.force_login(amina)
    return client


def text(response):
    return " ".join(response.content.decode().replace("<wbr>", "").split())


def test_each_template_shows_its_state(as_amina, account):
    a_template(account, "order_update", quality="GREEN")
    a_template(account, "catalogue_news", reason="catalog")
    page = text(as_amina.get(PAGE))
    for shown in ("order_update", "English (US)", "Utility", "Approved", "High"):
        assert shown in page
    assert "A button opens the catalogue. Baton cannot send that yet." in page


def test_a_text_of_meta_is_not_markup(as_amina, account):
    a_template(account, "odd_name", body="<script>alert(1)</script> {{1}}", quality="<b>")
    page = text(as_amina.get(PAGE))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{1}}" in page


def test_a_supervisor_syncs_and_reads_what_came_of_it(as_ben, account, meta):
    page = text(as_ben.post(SYNC, follow=True))
    total = MessageTemplate.objects.count()
    assert total > 30
    assert f"{total} templates read." in page
    assert f": {total} templates, {total} new, 0 changed, 0 removed." in page


def test_a_sync_that_fails_says_so_and_stays_said(as_ben, account, meta):
    meta.fault("error", on="templates", code=4, details="Too many calls")
    as_ben.post(SYNC)
    page = text(as_ben.get(PAGE))
    assert "Page 1 of Meta&#x27;s list failed; nothing was removed." in page
    assert "(#4) Too many calls" in page


def test_an_agent_sees_the_list_and_cannot_sync(as_amina, account, meta):
    assert SYNC not in text(as_amina.get(PAGE))
    assert as_amina.post(SYNC).status_code == 403
    assert not MessageTemplate.objects.exists()


def test_a_stranger_is_asked_to_log_in(client, account):
    for response in (client.get(PAGE), client.post(SYNC)):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_the_templates_of_another_business_are_not_shown(as_ben, account, teapot):
    a_template(teapot, "theirs")
    assert "theirs" not in text(as_ben.get(PAGE))


def test_a_removed_template_is_not_shown(as_ben, account):
    a_template(account, "gone", status="DELETED", removed_at=account.created_at)
    assert "gone" not in text(as_ben.get(PAGE))


def test_search_narrows_the_list_and_says_when_nothing_fits(as_ben, account):
    a_template(account, "order_update")
    a_template(account, "pickup_ready")
    found = text(as_ben.get(PAGE, {"search": "pickup"}))
    assert "pickup_ready" in found
    assert "order_update" not in found
    assert "No template has “teapot”" in text(as_ben.get(PAGE, {"search": "teapot"}))


def test_an_empty_page_offers_to_sync(as_ben, account):
    page = text(as_ben.get(PAGE))
    assert "There are no templates here yet." in page
    assert "Never synced." in page
    assert f'action="{SYNC}"' in page


def test_without_an_account_the_page_says_what_is_first(as_ben):
    page = text(as_ben.get(PAGE))
    assert "Connect a WhatsApp account first." in page
    assert SYNC not in page


def test_with_two_accounts_each_row_names_its_own(as_ben, account, kettle):
    second = BusinessAccount.objects.create(organization=kettle, waba_id="1003", name="Outlet")
    a_template(second)
    a_template(account)
    page = text(as_ben.get(PAGE))
    assert page.count("Outlet") == 2  # its sync, its row


def test_the_page_asks_the_same_however_many_there_are(account, ben, django_assert_num_queries):
    for letter in "abcdef":
        a_template(account, letter)
    ben.organization  # noqa: B018 - the middleware has it
    with django_assert_num_queries(8):
        templates_page(ben)
