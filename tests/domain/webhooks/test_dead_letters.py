"""The page of what could not be applied: who sees it, and what trying again does."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from tests.domain.webhooks.conftest import a_delivery, a_text, applied, write_events
from webhooks.models import DeadLetter, Delivery
from whatsapp.inbound import Malformed

pytestmark = pytest.mark.usefixtures("handler")
PAGE = "/settings/dead-letters/"


@pytest.fixture(autouse=True)
def over_http(settings):
    settings.SECURE_SSL_REDIRECT = False


def a_person(organization, role):
    return get_user_model().objects.create_user(
        f"{role}@{organization.pk}.example", "a long password", name=role, role=role,
        organization=organization,
    )  # fmt: skip


@pytest.fixture
def admin(client, kettle):
    """Kettle & Co's admin, logged in."""
    person = a_person(kettle.organization, "admin")
    client.force_login(person)
    return person


broken = True


def mended_later(works):
    """A handler that stumbles over everything until it is mended."""
    if broken:
        raise ValueError("no such template")
    write_events(works)


@pytest.fixture
def letters(door, digest, kettle, teapot, settings, monkeypatch):
    """Three dead letters of Kettle & Co, and then a handler that works."""
    settings.WEBHOOK_HANDLERS = {"messages": "tests.domain.webhooks.test_dead_letters.mended_later"}
    door.post(a_delivery(*(a_text(f"wamid.{n}", text={"body": f"<b>{n}</b>"}) for n in range(3))))
    digest()
    monkeypatch.setattr("tests.domain.webhooks.test_dead_letters.broken", False)
    return list(DeadLetter.objects.order_by("path"))


def test_the_page_lists_reason_place_and_what_was_sent(client, admin, letters):
    html = client.get(PAGE).content.decode()
    assert "no such template" in html
    assert "entry[0].changes[0].value.messages[2]" in html
    assert "&lt;b&gt;2&lt;/b&gt;" in html
    assert "<b>2</b>" not in html


def test_a_retry_applies_the_item_and_ends_the_letter(client, admin, letters):
    answer = client.post(f"{PAGE}{letters[1].pk}/retry/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert applied() == ["wamid.1"]
    assert str(letters[1].pk) not in client.get(PAGE).content.decode()


def test_a_second_retry_does_nothing(client, admin, letters):
    for _ in range(2):
        client.post(f"{PAGE}{letters[1].pk}/retry/")
    assert applied() == ["wamid.1"]


def test_a_retry_that_fails_keeps_the_letter_with_the_new_reason(
    client, admin, letters, monkeypatch
):
    monkeypatch.setattr("tests.domain.webhooks.test_dead_letters.broken", True)
    DeadLetter.objects.update(reason="an old reason")
    client.post(f"{PAGE}{letters[0].pk}/retry/")
    letters[0].refresh_from_db()
    assert (letters[0].attempts, letters[0].reason) == (2, "no such template")
    assert letters[0].resolved_at is None
    assert applied() == []


def test_all_are_tried_again_at_once(client, admin, letters):
    client.post(f"{PAGE}retry/")
    assert sorted(applied()) == ["wamid.0", "wamid.1", "wamid.2"]
    assert DeadLetter.objects.filter(resolved_at=None).count() == 0


def test_a_delivery_that_can_be_read_by_now_is_digested(client, admin, letters, digest):
    delivery = Delivery.objects.get()
    DeadLetter.objects.all().delete()
    whole = DeadLetter.objects.create(delivery=delivery, path="", raw=b"", reason="unreadable")
    client.post(f"{PAGE}{whole.pk}/retry/")
    digest()
    assert applied() == ["wamid.0", "wamid.1", "wamid.2"]


def test_an_unreadable_delivery_is_shown_to_the_only_owner_of_its_secret(
    client, admin, door, digest, teapot
):
    for secret, body in (("tests-only", b"kettle's"), ("teapot-secret", b"teapot's")):
        own = {} if secret == "tests-only" else {"secret": secret}
        door.post(body + b" garbage", **own)
    digest()
    html = client.get(PAGE).content.decode()
    assert "kettle&#x27;s garbage" in html
    assert "teapot" not in html


def test_what_two_organizations_may_have_sent_is_shown_to_neither(
    client, admin, door, digest, teapot
):
    teapot.account.app_secret = ""  # now under the installation's, like Kettle & Co
    teapot.account.save()
    door.post(b"garbage")
    digest()
    assert "garbage" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("supervisor", 200), ("agent", 403)])
def test_admins_and_supervisors_see_the_page(client, kettle, role, status):
    client.force_login(a_person(kettle.organization, role))
    assert client.get(PAGE).status_code == status
    assert client.post(f"{PAGE}retry/").status_code == (302 if status == 200 else status)


def test_who_is_not_logged_in_is_sent_to_the_login(client, transactional_db):
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_a_letter_of_another_organization_does_not_exist(client, letters, teapot):
    client.force_login(a_person(teapot.organization, "admin"))
    assert str(letters[0].pk) not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{letters[0].pk}/retry/").status_code == 404
    assert client.post(f"{PAGE}{uuid4()}/retry/").status_code == 404
    client.post(f"{PAGE}retry/")
    assert applied() == []


def test_a_get_changes_nothing(client, admin, letters):
    assert client.get(f"{PAGE}{letters[0].pk}/retry/").status_code == 405
    assert client.get(f"{PAGE}retry/").status_code == 405
    assert applied() == []


def test_the_page_costs_the_same_for_any_number_of_letters(
    client, admin, letters, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_a_malformed_item_says_why(client, admin, door, digest):
    door.post(a_delivery(a_text("wamid.1", id=None)))
    digest()
    letter = DeadLetter.objects.get()
    assert letter.reason
    assert Malformed.__name__ not in letter.reason
