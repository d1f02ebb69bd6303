"""The list of campaigns and the page of one: counters, buttons, recipients, results."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.actions.steering import pause
from campaigns.models import Campaign, CampaignRecipient
from inbox.message_status import Status
from inbox.models import Contact, Message
from tests.campaigning import a_campaign, states, take_turns
from tests.cast import a_conversation, by
from tests.web.inbox.test_hostile_text import HOSTILE, Structure

pytestmark = pytest.mark.once


@pytest.fixture
def running(cast) -> Campaign:
    """Four people, of whom one stopped marketing; three messages wait in the outbox."""
    who = a_conversation(cast.number, wa_id="12025550001", name="Tea").contact
    Contact.objects.filter(pk=who.pk).update(opted_out_at=timezone.now())
    campaign = a_campaign(cast, people=4)
    take_turns(1)
    return campaign


def ended(campaign: Campaign, *statuses: Status) -> None:
    """What became of the messages, in their order; then the drain sees that it is over."""
    messages = Message.objects.filter(campaign_id=campaign.pk).order_by("pk")
    failure = {"code": 131026, "message": "It did not arrive.", "retry": "later"}
    for message, status in zip(messages, statuses, strict=True):
        message.status, message.wamid = status, f"wamid.{message.pk}"
        message.failure = failure if status is Status.FAILED else {}
        message.save(update_fields=["status", "wamid", "failure"])
    take_turns(2)


def test_the_counters_move_and_nothing_else_is_asked_for(running, sara):
    page = f"/campaigns/{running.pk}/"
    assert "every 2s" in sara.get(page).content.decode()
    answer = sara.get(f"{page}progress/?seen=running")
    shown = answer.context["progress"]
    assert (shown.moves, answer.get("HX-Refresh")) == (True, None)
    assert {one.status: one.count for one in shown.tallies if one.count != "0"} == {
        "queued": "3",
        "skipped": "1",
    }


def test_a_state_that_changed_brings_the_page_anew_and_the_end_asks_no_more(running, sara):
    ended(running, Status.READ, Status.DELIVERED, Status.FAILED)
    answer = sara.get(f"/campaigns/{running.pk}/progress/?seen=running")
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()
    assert answer.context["progress"].words == "4 of 4 done, 1 failed"
    assert [one.name for one in answer.context["progress"].parts] == [
        *("read", "delivered", "failed", "skipped")
    ]


def test_recipients_are_narrowed_to_a_status_each_with_its_reason(running, sara):
    ended(running, Status.READ, Status.DELIVERED, Status.FAILED)
    for status, code in (("failed", "131026"), ("skipped", "RECIPIENT_OPTED_OUT")):
        rows = sara.get(f"/campaigns/{running.pk}/?status={status}").context["page"].recipients.rows
        assert [one.code for one in rows] == [code]
        assert rows[0].reason
    everybody = sara.get(f"/campaigns/{running.pk}/?status=<x>").context["page"].recipients
    assert len(everybody.rows) == 4
    assert {one.conversation_id for one in everybody.rows if one.code != "RECIPIENT_OPTED_OUT"} == {
        one.conversation_id for one in Message.objects.filter(campaign_id=running.pk)
    }


def test_the_results_are_a_table_that_no_spreadsheet_calculates(running, sara):
    CampaignRecipient.objects.filter(to="+12025550002").update(reference="=1+1")
    answer = sara.get(f"/campaigns/{running.pk}/results/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "to,name,status,replied,at,code,reason,reference"
    assert [line.split(",")[2] for line in lines[1:]] == ["queued", "skipped", "queued", "queued"]
    assert lines[3].endswith(",'=1+1")
    assert lines[3].startswith("'+12025550002")


def test_buttons_do_what_they_say_and_who_is_late_reads_why(running, sara):
    page = f"/campaigns/{running.pk}/"
    for button, state in (("pause", "paused"), ("resume", "launched"), ("cancel", "cancelled")):
        sara.post(f"{page}{button}/")
        running.refresh_from_db()
        assert running.state == state
    late = sara.post(f"{page}resume/", follow=True)
    assert [one.level_tag for one in late.context["messages"]] == [*["success"] * 3, "error"]


def test_who_could_not_be_reached_is_tried_again(running, sara):
    ended(running, Status.READ, Status.DELIVERED, Status.FAILED)
    assert "/retry/" in sara.get(f"/campaigns/{running.pk}/").content.decode()
    sara.post(f"/campaigns/{running.pk}/retry/")
    assert [state for state, _code in states(running)].count("pending") == 1
    assert "/retry/" not in sara.get(f"/campaigns/{running.pk}/").content.decode()


def test_why_it_paused_by_itself_stands_on_its_page(running, sara):
    Campaign.objects.filter(pk=running.pk).update(
        state="paused", pause_code="NUMBER_NOT_ACTIVE", pause_reason="The number is resting."
    )
    assert "The number is resting." in sara.get(f"/campaigns/{running.pk}/").content.decode()


def test_a_copy_is_a_draft_to_the_same_people(running, sara, cast):
    where = sara.post(f"/campaigns/{running.pk}/copy/")["Location"]
    made = Campaign.objects.exclude(pk=running.pk).get()
    assert where == f"/campaigns/{made.pk}/name/"
    assert (made.state, made.launched_at, made.template_name) == ("draft", None, "order_update")
    assert states(made) == [("pending", "")] * 4
    assert made.created_by_id == cast.sara.pk


def test_only_a_draft_can_be_deleted_and_after_a_question(running, sara, draft):
    for campaign in (running, draft):
        assert sara.get(f"/campaigns/{campaign.pk}/delete/").status_code == 200
        sara.post(f"/campaigns/{campaign.pk}/delete/")
    assert list(Campaign.objects.all()) == [running]


def test_the_list_is_narrowed_and_goes_on(cast, sara, running, draft, monkeypatch):
    monkeypatch.setattr("campaigns.pages.PAGE", 1)
    first = sara.get("/campaigns/").context["page"]
    assert [(one.id, one.url) for one in first.rows] == [(draft.pk, "campaigns:audience")]
    second = sara.get(f"/campaigns/?before={first.before}").context["page"]
    assert ([one.id for one in second.rows], second.before) == ([running.pk], None)
    for status, found in (("running", [running.pk]), ("paused", []), ("nonsense", [draft.pk])):
        rows = sara.get(f"/campaigns/?status={status}").context["page"].rows
        assert [one.id for one in rows] == found


def test_pages_cost_the_same_however_many_there_are(cast, sara, running, django_assert_num_queries):
    """Session, person and organization are three; the rest is what the docstrings say."""
    pause(running.pk, by=by(cast.sara), at=timezone.now())
    pages = {
        "/campaigns/": 5,
        f"/campaigns/{running.pk}/": 8,
        f"/campaigns/{running.pk}/progress/": 6,
    }
    for _times in range(2):
        for page, queries in pages.items():
            with django_assert_num_queries(queries):
                sara.get(page)
        a_campaign(cast, people=5, name="Another")


def test_what_people_type_is_text(sara, running, draft):
    harmless = structures(sara, running, draft, "harmless")
    for payload in HOSTILE:
        assert structures(sara, running, draft, payload) == harmless, payload


def structures(sara, running, draft, text):
    """The elements of every page on which names, numbers, values and reasons stand."""
    name = text.replace("\0", "")[:100]
    one_line = f"x{''.join(name.split())}"
    with transaction.atomic():
        Campaign.objects.filter(pk=running.pk).update(name=name, pause_reason=name, state="paused")
        segment = {"tags": [name], "match": "any"}
        Campaign.objects.filter(pk=draft.pk).update(
            name=name, variables={"1": name}, segment=segment
        )
        CampaignRecipient.objects.filter(campaign=running).update(name=name, reference=name)
        CampaignRecipient.objects.exclude(skip_code="").update(skip_reason=name)
        CampaignRecipient.objects.create(campaign=draft, to="+1202555", key="x", name=name)
        Contact.objects.update(name=name)
        asked = [
            *(sara.get(f"/campaigns/{page}") for page in ("", f"{running.pk}/")),
            *(sara.get(f"/campaigns/{draft.pk}/{page}/") for page in ("check", "template")),
            sara.post(f"/campaigns/{draft.pk}/audience/", {"people": one_line}),
        ]
        transaction.set_rollback(True)
    found = [Structure(one.content.decode()) for one in asked]
    assert all(one.status_code in (200, 422) for one in asked)
    assert not any("__pwn" in where or "evil" in where for one in found for where in one.addresses)
    return [one.elements for one in found]
