"""The page of what could not be applied: who sees it, and what trying again does."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event
from tests.domain.webhooks.conftest import a_delivery, a_text, applied, write_events
from webhooks import retries
from webhooks.models import DeadLetter, Delivery
from webhooks.queries import RAW_LENGTH, in_words
from webhooks.retries import retry_next
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


@pytest.mark.case("S08")
def test_a_retry_under_another_secret_keeps_the_letter(letters, kettle, client, admin):
    kettle.account.app_secret = "a-new-app-secret-of-the-account"
    kettle.account.save()
    client.post(f"{PAGE}{letters[0].pk}/retry/")
    letter = DeadLetter.objects.get(pk=letters[0].pk)
    assert letter.resolved_at is None
    assert "no longer has" in letter.reason


@pytest.mark.case("F29")
def test_what_was_retried_late_is_no_news(letters, client, admin):
    Delivery.objects.update(received_at=timezone.now() - timedelta(hours=20))
    client.post(f"{PAGE}{letters[0].pk}/retry/")
    assert Event.objects.get(kind="test.received").data["replayed"] is True


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


def work():
    """What the worker does until nothing is due."""
    while retry_next(threading.Event()):
        pass


def waiting(client, **query):
    return client.get(PAGE, query).context["page"]


def test_all_are_left_to_the_worker_and_applied(client, admin, letters):
    client.post(f"{PAGE}retry/", {"which": "all"})
    assert (applied(), waiting(client).queued) == ([], 3)
    work()
    assert sorted(applied()) == ["wamid.0", "wamid.1", "wamid.2"]
    assert (waiting(client).queued, waiting(client).waiting) == (0, 0)


def test_the_chosen_ones_are_tried_and_no_other(client, admin, letters):
    chosen = [str(letters[0].pk), str(letters[2].pk), "no id"]
    client.post(f"{PAGE}retry/", {"which": "chosen", "letter": chosen})
    work()
    assert sorted(applied()) == ["wamid.0", "wamid.2"]


def test_those_of_one_reason_are_tried_and_no_other(client, admin, letters):
    DeadLetter.objects.filter(pk=letters[1].pk).update(reason="another")
    answer = client.post(f"{PAGE}retry/", {"which": "all", "reason": "no such template"})
    assert answer["Location"] == f"{PAGE}?reason=no+such+template"
    work()
    assert sorted(applied()) == ["wamid.0", "wamid.2"]


def test_what_fails_again_waits_with_its_new_reason(client, admin, letters, monkeypatch):
    monkeypatch.setattr("tests.domain.webhooks.test_dead_letters.broken", True)
    DeadLetter.objects.update(reason="an old reason")
    client.post(f"{PAGE}retry/", {"which": "all"})
    work()
    found = DeadLetter.objects.values_list("reason", "attempts", "retry_at", "resolved_at")
    assert set(found) == {("no such template", 2, None, None)}


def die_in_hand():
    """A worker claims what is due and is never heard of again; the lease runs out."""
    claimed = retries._claim()
    DeadLetter.objects.filter(retry_at__isnull=False).update(retry_at=Now())
    return claimed


@pytest.mark.case("F26")
def test_a_letter_that_ends_the_worker_three_times_is_left_alone(client, admin, letters):
    client.post(f"{PAGE}retry/", {"which": "chosen", "letter": [str(letters[2].pk)]})
    for _ in range(3):
        assert die_in_hand() == [letters[2].pk]
    work()
    letters[2].refresh_from_db()
    assert (applied(), letters[2].retry_at, letters[2].retries_begun) == ([], None, 0)
    assert "three times" in letters[2].reason


@pytest.mark.case("F26")
def test_after_a_crash_each_letter_comes_alone(client, admin, letters):
    client.post(f"{PAGE}retry/", {"which": "all"})
    assert len(die_in_hand()) == 3
    assert len(retries._claim()) == 1


def test_a_stop_gives_back_what_was_not_tried(client, admin, letters):
    client.post(f"{PAGE}retry/", {"which": "all"})
    claimed = retries._claim()
    retries._give_back(claimed)
    assert list(DeadLetter.objects.values_list("retries_begun", flat=True)) == [0, 0, 0]
    work()
    assert len(applied()) == 3


def test_two_workers_never_try_the_same_letter(client, admin, letters):
    client.post(f"{PAGE}retry/", {"which": "all"})
    assert len(retries._claim()) == 3
    assert retries._claim() == []


@pytest.mark.parametrize(("queued", "refresh"), [(True, None), (False, "true")])
def test_the_page_asks_how_many_are_left_and_then_loads_again(
    client, admin, letters, queued, refresh
):
    if queued:
        client.post(f"{PAGE}retry/", {"which": "all"})
    answer = client.get(f"{PAGE}progress/")
    assert answer.headers.get("HX-Refresh") == refresh
    assert (b"3 are still to be tried again" in answer.content) == queued


def test_a_discarded_letter_is_kept_with_who_and_why(client, admin, letters):
    client.post(f"{PAGE}{letters[0].pk}/discard/", {"why": "  Meta's   own test "})
    assert [row.id for row in waiting(client).rows] == [letters[2].pk, letters[1].pk]
    [row] = waiting(client, show="discarded").rows
    assert (row.discarded_by, row.discarded_reason) == ("admin", "Meta's own test")
    client.post(f"{PAGE}retry/", {"which": "all"})
    work()
    assert sorted(applied()) == ["wamid.1", "wamid.2"]


def test_a_discarded_letter_can_still_be_applied_by_itself(client, admin, letters):
    client.post(f"{PAGE}{letters[0].pk}/discard/", {"why": "by mistake"})
    client.post(f"{PAGE}{letters[0].pk}/retry/", {"show": "discarded"})
    assert applied() == ["wamid.0"]
    assert waiting(client).discarded == 0


def test_without_a_reason_nothing_is_discarded(client, admin, letters):
    assert client.post(f"{PAGE}{letters[0].pk}/discard/", {"why": "  "}).status_code == 422
    assert waiting(client).waiting == 3


def test_the_list_goes_on_page_by_page(client, admin, letters, monkeypatch):
    monkeypatch.setattr("webhooks.queries.SHOWN", 2)
    first = waiting(client)
    second = waiting(client, before=first.next)
    ids = [row.id for page in (first, second) for row in page.rows]
    assert ids == [letter.pk for letter in reversed(letters)]
    assert (second.next, second.found) == (None, 3)


def test_the_filters_offer_what_there_is(client, admin, letters):
    DeadLetter.objects.filter(pk=letters[0].pk).update(reason="KeyError: 'x'", field="history")
    page = waiting(client, field="messages")
    assert [(one.value, one.count) for one in page.fields] == [("messages", 2), ("history", 1)]
    assert [(one.value, one.count) for one in page.reasons] == [("no such template", 2)]
    assert [row.id for row in page.rows] == [letters[2].pk, letters[1].pk]


def test_the_bytes_can_be_had_as_they_came(client, admin, door, digest):
    door.post(bytes.fromhex("fffe00c328") + "‮".encode())
    digest()
    letter = DeadLetter.objects.get()
    answer = client.get(f"{PAGE}{letter.pk}/raw/")
    assert answer.content == bytes.fromhex("fffe00c328") + "‮".encode()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    [row] = waiting(client).rows
    assert (row.raw, row.size) == (r"\xff\xfe\x00\xc3(\u202e", 8)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no such template", "no such template"),
        ("UnicodeDecodeError: 'utf-8' codec …", "It is no JSON"),
        ("RecursionError: maximum …", "It is no JSON"),
        ("KeyError: 'x'", "Baton stumbled"),
        ("DoesNotExist: …", "Baton stumbled"),
        ("An Error of theirs", "An Error of theirs"),
    ],
)
def test_a_reason_is_said_in_words(reason, said):
    assert in_words(reason).startswith(said)


def test_the_beginning_of_a_long_letter_is_shown_and_said_to_be_one(client, admin, letters):
    long = json.dumps({"text": "é" * 60_000}, ensure_ascii=False).encode()
    DeadLetter.objects.filter(pk=letters[0].pk).update(raw=long)
    row = waiting(client).rows[-1]
    assert (len(row.raw) <= RAW_LENGTH, row.is_cut, row.size) == (True, True, len(long))


def test_the_menu_says_how_many_wait(client, admin, letters):
    html = client.get("/settings/numbers/").content.decode()
    assert '<span aria-hidden="true">3</span>' in html
    DeadLetter.objects.update(discarded_at=Now())
    assert "menu__count" not in client.get("/settings/numbers/").content.decode()


def test_an_admin_sees_how_far_the_digest_is_behind(client, admin, door):
    assert waiting(client).lag.count == 0
    door.post(a_delivery(a_text("wamid.1")))
    html = client.get(PAGE).content.decode()
    assert "1 delivery of Meta waits to be read" in html


def test_an_item_that_fails_again_after_it_was_done_waits_again(client, admin, door, digest):
    door.post(a_delivery(a_text("wamid.1", id=None)))
    digest()
    DeadLetter.objects.update(resolved_at=Now(), reason="an old reason")
    Delivery.objects.update(state="received", lease_until=None)
    digest()
    letter = DeadLetter.objects.get()
    assert (letter.resolved_at, letter.reason) == (None, "id is missing or not a string")


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


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("supervisor", 403), ("agent", 403)])
def test_only_admins_see_the_page(client, kettle, role, status):
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
    assert client.get(f"{PAGE}{letters[0].pk}/raw/").status_code == 404
    assert client.post(f"{PAGE}{letters[0].pk}/discard/", {"why": "x"}).status_code == 404
    client.post(f"{PAGE}retry/", {"which": "all"})
    client.post(f"{PAGE}retry/", {"which": "chosen", "letter": [str(letters[0].pk)]})
    work()
    assert applied() == []


def test_a_get_changes_nothing(client, admin, letters):
    assert client.get(f"{PAGE}{letters[0].pk}/retry/").status_code == 405
    assert client.get(f"{PAGE}retry/").status_code == 405
    assert applied() == []


def test_the_page_costs_the_same_for_any_number_of_letters(
    client, admin, letters, django_assert_num_queries
):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as first:
        client.get(PAGE)
    for number in range(40):
        DeadLetter.objects.create(
            organization=admin.organization, delivery=letters[0].delivery, path=str(number), raw=b""
        )
    with django_assert_num_queries(len(first)):
        client.get(PAGE)
    assert len(first) <= 20


def test_a_malformed_item_says_why(client, admin, door, digest):
    door.post(a_delivery(a_text("wamid.1", id=None)))
    digest()
    letter = DeadLetter.objects.get()
    assert letter.reason
    assert Malformed.__name__ not in letter.reason
