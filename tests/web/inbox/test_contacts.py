"""The contact pane: what is shown of a person, and what is done to one from there."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import Event
from inbox.actions.merging import merge_contacts, suggest_merge
from inbox.models import Contact, Conversation, MergeSuggestion
from tests.cast import Cast, a_conversation, by, says
from tests.web.inbox.test_pages import path, queries_of

BSUID = "US.48213907716450285531"


@pytest.fixture
def two(cast: Cast) -> tuple[Conversation, Conversation]:
    """Dora by her number, and by a user id of which nobody knows that it is hers."""
    return (
        a_conversation(cast.number),
        a_conversation(cast.number, wa_id=None, bsuid=BSUID, name="Tea fan"),
    )


def merged(cast, two):
    into, other = (one.contact_id for one in two)
    merge_contacts(into, other, by=by(cast.sara), at=timezone.now())


def shown_name(client, thread: Conversation) -> str:
    found = re.search(r'class="head__name[^>]*><bdi>([^<]*)<', client.get(path(thread)).text)
    return found[1] if found else ""


def test_a_person_without_a_number_is_shown_by_name_and_user_name(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, wa_id=None, bsuid=BSUID, name="")
    Contact.objects.update(username="tea_lover")
    text = browser(cast.amina).get(path(thread)).text
    assert "@tea_lover" in text
    assert BSUID in text
    assert "No phone number" in text


def test_everybody_may_rename_a_customer_and_take_the_name_back(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    client = browser(cast.amina, htmx=True)
    address = f"/inbox/contacts/{thread.contact_id}/name/"
    answer = client.post(address, {"name": "  Dora   of Lund ", "thread": str(thread.pk)})
    assert f"row-{thread.pk}" in answer.text
    assert shown_name(client, thread) == "Dora of Lund"
    client.post(address, {"name": "", "thread": str(thread.pk)})
    assert shown_name(client, thread) == "Dora Lindqvist"
    assert Event.objects.filter(kind="contact.renamed").count() == 2


@pytest.mark.parametrize("name", ["x" * 121, "y" * 2000])
def test_a_name_that_is_too_long_is_refused(cast: Cast, browser, name: str) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina, htmx=True).post(
        f"/inbox/contacts/{thread.contact_id}/name/", {"name": name}
    )
    assert (answer.status_code, Contact.objects.get().name) == (422, "")


@pytest.mark.case("F85")
def test_two_contacts_are_joined_after_a_look_and_parted_again(cast: Cast, browser, two) -> None:
    here, there = two
    client = browser(cast.sara)
    address = f"/inbox/contacts/{here.contact_id}/merge/"
    assert "Tea fan" in client.get(address, {"search": "tea"}).text
    form = {"other": str(there.contact_id), "thread": str(here.pk)}
    assert "Join them" in client.get(address, form).text
    assert client.post(address, form)["Location"] == path(here)
    assert {shown_name(client, one) for one in two} == {"Dora Lindqvist"}
    pane = client.get(path(there)).text
    assert f'href="{path(here)}"' in pane
    undo = re.search(r'hx-post="(/inbox/contacts/[^"]+/unmerge/)"', pane)
    client.post(undo[1], {"thread": str(there.pk)})
    assert [shown_name(client, one) for one in two] == ["Dora Lindqvist", "Tea fan"]


def test_joining_and_parting_are_told_in_every_thread_of_the_person(cast: Cast, two) -> None:
    merged(cast, two)
    told = Event.objects.filter(kind="contact.merged")
    assert {one.conversation for one in told} == {one.pk for one in two}
    assert {one.actor_name for one in told} == {"Sara"}


def test_the_list_and_its_search_show_the_joined_name(cast: Cast, browser, two) -> None:
    merged(cast, two)
    text = browser(cast.amina).get("/inbox/?search=tea+fan").text
    assert len(re.findall(r'class="row__link"[^>]*><bdi>Dora Lindqvist<', text)) == 2


def test_a_suggested_merge_is_offered_and_can_be_turned_down(cast: Cast, browser, two) -> None:
    here, there = two
    suggest_merge(here.contact, [there.contact], reason="changed_identity")
    client = browser(cast.sara, htmx=True)
    for thread in two:
        assert "the same person?" in client.get(path(thread)).text
    hint = MergeSuggestion.objects.get()
    client.post(f"/inbox/contacts/suggestions/{hint.pk}/dismiss/", {"thread": str(here.pk)})
    for thread in two:
        assert "the same person?" not in client.get(path(thread)).text


def test_what_is_joined_is_no_longer_suggested(cast: Cast, browser, two) -> None:
    suggest_merge(two[0].contact, [two[1].contact], reason="changed_identity")
    merged(cast, two)
    assert "the same person?" not in browser(cast.sara).get(path(two[0])).text


def test_rows_of_joined_contacts_cost_no_more_than_others(cast, browser, two):
    client = browser(cast.amina, htmx=True)
    before = queries_of(client, "/inbox/"), queries_of(client, "/inbox/?search=kettle")
    merged(cast, two)
    for n in range(9):
        more = a_conversation(cast.number, wa_id=f"1202555{n:04}").contact_id
        merge_contacts(two[0].contact_id, more, by=by(cast.sara), at=timezone.now())
    after = queries_of(client, "/inbox/"), queries_of(client, "/inbox/?search=kettle")
    assert after == before


def test_a_search_costs_the_same_for_any_number_of_rows(cast: Cast, browser) -> None:
    client = browser(cast.amina, htmx=True)
    says(cast.number, "a kettle")
    one = queries_of(client, "/inbox/?search=kettle")
    for n in range(30):
        says(cast.number, "a kettle", wa_id=f"1202555{n:04}")
    assert queries_of(client, "/inbox/?search=kettle") == one
    assert one <= queries_of(client, "/inbox/") + 6


def test_who_searches_finds_closed_conversations_too(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    Conversation.objects.update(status="closed")
    client = browser(cast.amina)
    assert f"row-{thread.pk}" in client.get("/inbox/?search=dora").text
    assert f"row-{thread.pk}" not in client.get("/inbox/?view=mine&search=dora").text


def test_the_page_of_contacts_lists_people_and_finds_one(cast: Cast, browser, two) -> None:
    client = browser(cast.amina)
    text = client.get("/contacts/").text
    assert [name in text for name in ("Dora Lindqvist", "Tea fan")] == [True, True]
    text = client.get("/contacts/", {"search": BSUID}).text
    assert [name in text for name in ("Dora Lindqvist", "Tea fan")] == [False, True]
    assert f'href="{path(two[1])}"' in text


def test_a_joined_person_is_one_contact_on_the_page(cast: Cast, browser, two) -> None:
    merged(cast, two)
    client = browser(cast.amina)
    one = queries_of(client, "/contacts/")
    assert client.get("/contacts/").text.count('class="person__name"') == 1
    for n in range(9):
        a_conversation(cast.number, wa_id=f"1202555{n:04}")
    assert queries_of(client, "/contacts/") == one
