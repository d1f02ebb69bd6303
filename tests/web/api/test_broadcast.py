"""The same message to a list over REST: who gets it, who does not, and what says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Event, NumberStatus, PhoneNumber
from campaigns.models import Campaign
from inbox.actions.firing import fire_due
from inbox.models import Contact, Message
from tests.campaigning import an_offer, numbers, take_turns
from tests.cast import DORA, PHONE_NUMBER_ID, a_conversation, with_teams
from tests.web.api.conftest import Caller, a_key
from tests.web.api.somebodys_site import KETTLE
from tests.web.api.test_campaigns import refused, told

HERE = "/messages/broadcast"
BEN = "+12025550199"
HELLO = {"source": PHONE_NUMBER_ID, "type": "text", "text": {"body": "Hello"}}


@pytest.fixture
def thread(cast):
    """Dora wrote a moment ago."""
    return a_conversation(cast.number)


def sent(shop: Caller, to: list[str], **more: Any) -> list[dict[str, Any]]:
    answer = shop.post(HERE, HELLO | {"destination": to} | more)
    rows: list[dict[str, Any]] = answer.json().get("data")
    assert answer.status_code == 202, answer.content
    return rows


def outbound():
    return Message.objects.filter(direction="outbound")


def test_each_destination_has_its_result_in_the_order_given(cast, shop, thread):
    a_conversation(cast.number, wa_id="12025550188", hours_ago=25)
    to = [BEN, f"+{DORA}", "12", "+1 202 555 0143", "+12025550188", cast.number.phone]
    answer = shop.post(HERE, HELLO | {"destination": to, "reference": "offer-7"})
    rows, meta = answer.json()["data"], answer.json()["meta"]
    assert [row["destination"] for row in rows] == to
    told_of = [row["status"] for row in rows]
    assert told_of == ["failed", "accepted", "failed", "accepted", "failed", "failed"]
    ids = [row["id"] for row in rows]
    assert ids[1] == ids[3]
    assert [one is None for one in ids] == [False, False, True, False, False, True]
    assert [row["message"] is None for row in rows] == [False, True, False, True, False, False]
    assert set(rows[0]) == {"destination", "id", "status", "message"}
    campaign = Campaign.objects.get()
    assert meta == {"campaign_id": str(campaign.pk), "accepted": 2, "failed": 4}
    assert outbound().filter(campaign_id=campaign.pk, reference="offer-7").count() == 3


def test_who_is_outside_the_window_has_a_failed_message_that_can_be_read(cast, shop, thread):
    failed, accepted = sent(shop, [BEN, DORA])
    one = told(shop.get(f"/messages/{failed['id']}"))
    assert (one["status"], one["failure"]["code"]) == ("failed", "SESSION_EXPIRED")
    assert one["failure"]["message"] == failed["message"]
    other = told(shop.get(f"/messages/{accepted['id']}"))
    assert (other["status"], other["sender"]["type"]) == ("queued", "campaign")
    assert one["campaign_id"] == other["campaign_id"]
    listed = told(shop.get(f"/messages?campaign_id={one['campaign_id']}"))
    assert {row["id"] for row in listed} == {failed["id"], accepted["id"]}


def test_opted_out_and_blocked_get_none_whatever_it_is(cast, shop, thread):
    other = a_conversation(cast.number, wa_id="12025550188")
    Contact.objects.filter(pk=thread.contact_id).update(opted_out_at=timezone.now())
    Contact.objects.filter(pk=other.contact_id).update(blocked_at=timezone.now())
    an_offer(cast.account, category="UTILITY")
    offer = {"name": "order_update", "variables": {"1": "you", "2": "7"}}
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    for more in (
        {},
        {"scheduled": later},
        {"type": "template", "text": None, "template": offer},
    ):
        rows = sent(shop, [DORA, "+12025550188"], **more)
        codes = [Message.objects.get(pk=row["id"]).failure["code"] for row in rows]
        assert codes == ["RECIPIENT_OPTED_OUT", "RECIPIENT_BLOCKED"], more


def test_two_contacts_that_are_one_person_get_it_once(cast, shop, thread):
    other = a_conversation(cast.number, wa_id="12025550188")
    Contact.objects.filter(pk=other.contact_id).update(merged_into=thread.contact_id)
    first, second = sent(shop, [DORA, "+12025550188"])
    assert first["id"] == second["id"]
    assert outbound().count() == 1


KINDS = [
    ({"type": "text", "text": "Hi"}, "text"),
    ({"type": "image", "image": {"id": "9001", "caption": "New"}}, "image"),
    ({"type": "document", "media": {"id": "9001"}}, "document"),
    ({"type": "media", "media": {"type": "video", "id": "9001"}}, "video"),
    (
        {
            "type": "template",
            "template": {"name": "order_update", "body_params": ["you", "7"]},
        },
        "template",
    ),
    (
        {"type": "template", "template": "order_update", "variables": {"1": "a", "2": "b"}},
        "template",
    ),
]


def test_texts_templates_and_every_file_are_sent(cast, shop, thread):
    an_offer(cast.account)
    for more, kind in KINDS:
        (row,) = sent(shop, [DORA], **{"text": None} | more)
        assert row["status"] == "accepted", more
        assert Message.objects.get(pk=row["id"]).type == kind


def test_a_link_is_fetched_once_and_each_has_the_file(cast, shop, thread, site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    a_conversation(cast.number, wa_id="12025550188")
    picture = {"type": "image", "text": None, "image": {"link": f"{site.base}/kettle.jpg"}}
    rows = sent(shop, [DORA, "+12025550188", BEN], **picture)
    assert [row["status"] for row in rows] == ["accepted", "accepted", "failed"]
    assert site.asked == ["/kettle.jpg"]
    shown = [told(shop.get(f"/messages/{row['id']}"))["media"] for row in rows]
    assert [one["size"] for one in shown] == [len(KETTLE)] * 3
    assert len({one["id"] for one in shown}) == 3


WRONG = [
    ({"destination": None}, 422, "VALIDATION_ERROR", "to"),
    ({"destination": []}, 422, "VALIDATION_ERROR", "to"),
    ({"destination": numbers(1001)}, 422, "VALIDATION_ERROR", "to"),
    ({"destination": DORA}, 422, "VALIDATION_ERROR", "to"),
    ({"source": None}, 422, "VALIDATION_ERROR", "from"),
    ({"source": "999"}, 403, "NUMBER_NOT_ALLOWED", "from"),
    ({"type": None}, 422, "VALIDATION_ERROR", "type"),
    ({"type": "raw", "raw": {"payload": "{}"}}, 422, "UNSUPPORTED_TYPE", "type"),
    ({"type": "location"}, 422, "UNSUPPORTED_TYPE", "type"),
    ({"type": "image"}, 422, "VALIDATION_ERROR", "image"),
    ({"image": {"id": "9001"}}, 422, "VALIDATION_ERROR", "text"),
    ({"text": {"body": "x" * 4097}}, 422, "VALIDATION_ERROR", "text.body"),
    ({"raw": {"payload": "{}"}}, 422, "VALIDATION_ERROR", "raw"),
    ({"reply_to": "wamid.x"}, 422, "VALIDATION_ERROR", "reply_to"),
    ({"valid_until": "2027-01-01T00:00:00Z"}, 422, "VALIDATION_ERROR", "valid_until"),
    ({"scheduled": "2050-01-01T00:00:00Z"}, 422, "SCHEDULE_TOO_FAR", "scheduled_at"),
    ({"scheduled": "2020-01-01T00:00:00Z"}, 422, "VALIDATION_ERROR", "scheduled_at"),
    ({"reference": "r" * 256}, 422, "VALIDATION_ERROR", "reference"),
]
TEMPLATE = {"type": "template", "text": None}


def test_what_is_wrong_with_it_as_a_whole_is_named_and_nothing_is_made(cast, shop, thread):
    an_offer(cast.account)
    wrong = [
        *WRONG,
        (TEMPLATE | {"template": "of_nobody"}, 404, "TEMPLATE_NOT_FOUND", ""),
        (TEMPLATE | {"template": "order_update"}, 422, "TEMPLATE_PARAMETER_MISMATCH", None),
    ]
    for more, status, code, field in wrong:
        found = refused(shop.post(HERE, HELLO | {"destination": [DORA]} | more))
        assert found == (status, code, found[2] if field is None else field), more
    assert refused(shop.post(HERE, b"[")) == (400, "BAD_REQUEST", "")
    assert refused(Caller("wak_live_none").post(HERE, HELLO))[0] == 401
    PhoneNumber.objects.update(status=NumberStatus.ERROR)
    assert refused(shop.post(HERE, HELLO | {"destination": [DORA]}))[1] == "NUMBER_NOT_ACTIVE"
    assert not outbound().exists()
    assert not Campaign.objects.exists()


def test_whoever_asks_too_often_is_told_for_the_whole(cast, thread):
    hasty = Caller(a_key(cast.organization, "hasty", rate_per_minute=1).key)
    # Three, for a new minute may begin after the first.
    answers = [hasty.post(HERE, HELLO | {"destination": [DORA]}) for _again in range(3)]
    assert answers[0].status_code == 202
    assert refused(answers[2])[:2] == (429, "RATE_LIMITED")


def test_it_is_sent_once_per_idempotency_key(shop, thread):
    key = {"Idempotency-Key": "offer-7"}
    first, second = (shop.post(HERE, HELLO | {"to": [DORA, BEN]}, **key) for _again in range(2))
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert outbound().count() == 2


def test_later_it_waits_and_its_window_counts_then(cast, shop, thread):
    later = timezone.now() + timedelta(hours=1)
    dora, ben = sent(shop, [DORA, BEN], scheduled=later.isoformat())
    assert (dora["status"], ben["status"]) == ("accepted", "accepted")
    waits = outbound().filter(status="scheduled")
    assert {str(row.pk) for row in waits} == {dora["id"], ben["id"]}
    take_turns(3)
    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.scheduled_at) == ("running", later)
    waits.update(scheduled_at=timezone.now())
    fire_due()
    assert Message.objects.get(pk=dora["id"]).status == "queued"
    assert Message.objects.get(pk=ben["id"]).failure["code"] == "SESSION_EXPIRED"


def test_it_is_a_hidden_campaign_with_a_report_and_an_end(cast, shop, thread):
    rows = sent(shop, [DORA, BEN])
    campaign = Campaign.objects.get()
    here = f"/campaigns/{campaign.pk}"
    assert told(shop.get("/campaigns")) == []
    assert told(shop.post(f"{here}/pause"))["status"] == "paused"
    for verb in ("launch", "retry-failed", "recipients"):
        body = {"recipients": []} if verb == "recipients" else {}
        assert refused(shop.post(f"{here}/{verb}", body))[:2] == (409, "STATE_CONFLICT"), verb
    assert told(shop.post(f"{here}/resume"))["status"] == "running"
    take_turns(3)
    assert told(shop.get(here))["status"] == "running"
    Message.objects.filter(pk=rows[0]["id"]).update(status="sent", wamid="wamid.1")
    take_turns(3)
    data = told(shop.get(here))
    assert (data["status"], data["hidden"]) == ("completed", True)
    counts = data["counts"]
    assert (counts["recipients"], counts["sent"], counts["failed"]) == (2, 1, 1)
    kinds = Event.objects.filter(kind__startswith="campaign.").order_by("seq")
    assert [*kinds.values_list("kind", flat=True)] == [
        f"campaign.{one}" for one in ("started", "paused", "resumed", "finished")
    ]


def test_a_persons_key_writes_to_no_conversation_that_they_do_not_see(cast, thread):
    teams = with_teams(cast)
    type(thread).objects.filter(pk=thread.pk).update(team=teams.theirs)
    chidi = Caller(a_key(cast.organization, "chidi", kind="human", user=teams.chidi).key)
    offer = {"name": "order_update", "variables": {"1": "you", "2": "7"}}
    an_offer(cast.account)
    hidden, fresh = sent(chidi, [DORA, BEN], type="template", text=None, template=offer)
    assert (hidden["id"], hidden["status"], fresh["status"]) == (None, "failed", "accepted")
    assert not outbound().filter(conversation=thread).exists()
