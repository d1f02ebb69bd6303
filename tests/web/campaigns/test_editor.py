"""The editor of campaigns, without scripts: audience, template, pace, the last check."""

from __future__ import annotations

from datetime import UTC, datetime, time
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Event
from campaigns.models import Campaign, CampaignRecipient
from inbox.actions.labels import labels_named, relabel
from inbox.models import Contact, Message
from tests.campaigning import a_campaign, an_offer
from tests.cast import DORA, a_conversation, by

pytestmark = pytest.mark.once
FILE = (
    "Phone,Name,2\r\n"
    "+12025550101,Dora,40-1\r\n"
    "12,Nobody,40-2\r\n"
    "+1 202 555 0101,Dora again,40-3\r\n"
    "+12025550104,Ben,\r\n"
)


def people(campaign):
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk")
    return [(one.to, one.name, one.variables) for one in rows]


def test_a_campaign_goes_from_its_name_to_its_launch(cast, sara):
    template = an_offer(cast.account)
    where = sara.post("/campaigns/new/", {"name": "Autumn", "number": cast.number.pk})["Location"]
    campaign = Campaign.objects.get()
    assert where == f"/campaigns/{campaign.pk}/audience/"
    pasted = {"people": "+1 202 555 0101, Dora\n12025550102"}
    assert sara.post(where, pasted)["Location"] == where
    values = {"template": template.pk, "from:1": "name", "same:1": "you", "from:2": "same"}
    values["same:2"] = "40-1187"
    where = sara.post(f"/campaigns/{campaign.pk}/template/", values)["Location"]
    assert where == f"/campaigns/{campaign.pk}/pace/"
    pace = {"start": "now", "per_second": "5", "quiet_from": "20:00", "quiet_until": "08:00"}
    where = sara.post(where, pace)["Location"]
    shown = sara.get(where).content.decode()
    assert f"/campaigns/{campaign.pk}/launch/" in shown
    assert "Launch to 2 people" in shown
    where = sara.post(f"/campaigns/{campaign.pk}/launch/")["Location"]
    campaign.refresh_from_db()
    assert where == f"/campaigns/{campaign.pk}/"
    assert (campaign.state, campaign.template, campaign.per_second) == ("launched", template, 5)
    assert (campaign.quiet_from, campaign.quiet_until) == (time(20), time(8))
    assert campaign.variables_map == {"1": "name"}
    assert sara.get(where).status_code == 200
    assert sara.get(f"/campaigns/{campaign.pk}/audience/").status_code == 409


def test_lines_that_are_wrong_are_told_and_the_rest_is_added(sara, draft):
    answer = sara.post(
        f"/campaigns/{draft.pk}/audience/", {"people": "+12025550101\nnonsense\n+1-202-555-0101"}
    )
    assert answer.status_code == 200
    assert [(one.line, one.to) for one in answer.context["faults"]] == [(2, "nonsense")]
    assert people(draft) == [("+12025550101", "", {})]


def uploaded(sara, draft, text=FILE, name="people.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return sara.post(f"/campaigns/{draft.pk}/audience/file/", {"file": file})


def test_a_file_is_looked_at_line_by_line_and_nothing_is_added(sara, draft):
    answer = uploaded(sara, draft)
    assert [one["holds"] for one in answer.context["columns"]] == ["to", "name", "var:2"]
    assert [one.line for one in answer.context["faults"]] == [3, 4, 5]
    assert (answer.context["count"], people(draft)) == (2, [])


def test_what_the_columns_hold_is_added_with_the_files_values(sara, draft):
    table = uploaded(sara, draft).context["form"]["table"].value()
    body = {"table": table, "do": "add", "template": draft.template_id}
    answer = sara.post(f"/campaigns/{draft.pk}/audience/table/", body)
    assert people(draft) == [("+12025550101", "Dora", {"2": "40-1"}), ("+12025550104", "Ben", {})]
    assert [one.line for one in answer.context["faults"]] == [3, 4, 5]
    again = sara.post(f"/campaigns/{draft.pk}/audience/table/", body | {"column:0": "name"})
    assert again.status_code == 422  # no column holds numbers any more
    assert len(people(draft)) == 2


@pytest.mark.parametrize(("count", "status"), [(1_100, 200), (1_200, 422)])
def test_a_table_that_is_taken_can_be_posted_in_any_script(sara, draft, count, status):
    """What counts is bytes: a form may have four million, and a Chinese letter has three."""
    lines = [f"+1202555{n:04},{'茶' * 1_000}" for n in range(count)]
    answer = uploaded(sara, draft, "\n".join(["Phone,Name", *lines]))
    assert answer.status_code == status
    if status == 200:
        body = {"table": answer.context["form"]["table"].value(), "do": "add"}
        sara.post(f"/campaigns/{draft.pk}/audience/table/", body)
        assert len(people(draft)) == count


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "empty.csv"), ("\xd0\xcf\0\0", "odd.csv"), ("PK\x03\x04", "broken.xlsx")],
)
def test_what_is_no_table_is_refused_at_its_field(sara, draft, text, name):
    answer = uploaded(sara, draft, text, name)
    assert answer.status_code == 422
    assert answer.context["upload"].errors


def test_a_template_forgets_what_the_file_said_for_another(sara, draft, cast):
    uploaded_table = uploaded(sara, draft).context["form"]["table"].value()
    body = {"table": uploaded_table, "do": "add", "template": draft.template_id}
    sara.post(f"/campaigns/{draft.pk}/audience/table/", body)
    other = an_offer(cast.account, "we_open", body="We are open.")
    sara.post(f"/campaigns/{draft.pk}/template/", {"template": other.pk})
    assert [values for _to, _name, values in people(draft)] == [{}, {}]


def test_a_value_that_nobody_has_is_asked_for_and_what_was_typed_stays(sara, draft):
    body = {"template": draft.template_id, "from:1": "first_name", "same:2": " "}
    answer = sara.post(f"/campaigns/{draft.pk}/template/", body)
    draft.refresh_from_db()
    assert answer.status_code == 422
    assert [one.name for one in answer.context["wrong"]] == ["2"]
    assert answer.context["fields"][0].source == "first_name"
    assert draft.variables_map == {}


def test_three_people_are_previewed_by_the_compiler_that_sends(sara, draft, cast):
    a_conversation(cast.number)
    sara.post(
        f"/campaigns/{draft.pk}/audience/", {"people": f"+12025550101, Ben\n+12025550102\n+{DORA}"}
    )
    body = {
        "template": draft.template_id,
        "from:1": "first_name",
        "same:1": "friend",
        "do": "preview",
    }
    answer = sara.post(f"/campaigns/{draft.pk}/template/", body | {"same:2": "40-1"})
    seen = {one.who: one.letter.body for one in answer.context["samples"]}
    assert seen == {
        "Dora Lindqvist": "Hello Dora, your order 40-1 is on its way.",
        "Ben": "Hello Ben, your order 40-1 is on its way.",
        "+12025550102": "Hello friend, your order 40-1 is on its way.",
    }
    draft.refresh_from_db()
    assert draft.variables == {}


def test_who_is_left_out_is_counted(sara, draft, cast):
    conversation = a_conversation(cast.number)
    two = [a_conversation(cast.number, wa_id=f"1202555017{n}", name="Tea").contact for n in (7, 8)]
    vip = labels_named(cast.organization.pk, ["VIP"], by=by(cast.sara), at=timezone.now())
    relabel(conversation.pk, add=[vip[0].pk], by=by(cast.sara), at=timezone.now())
    Contact.objects.filter(pk=conversation.contact_id).update(opted_out_at=timezone.now())
    Contact.objects.filter(pk__in=[one.pk for one in two]).update(blocked_at=timezone.now())
    sara.post(
        f"/campaigns/{draft.pk}/audience/", {"people": "+12025550177\n+12025550178\n+12025550101"}
    )
    sara.post(f"/campaigns/{draft.pk}/audience/labels/", {"tags": ["VIP"], "match": "any"})
    reach = sara.get(f"/campaigns/{draft.pk}/audience/").context["reach"]
    assert (reach.listed, reach.labelled, reach.stopped, reach.blocked) == (3, 1, 1, 2)
    assert reach.reached == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"start": "later"}, "moment"),
        ({"start": "later", "moment": "tomorrow"}, "moment"),
        ({"start": "now", "per_second": "81"}, "per_second"),
        ({"start": "now", "quiet_from": "20:00"}, "quiet_until"),
        ({"start": "never"}, "start"),
    ],
)
def test_a_pace_that_cannot_be_is_told_at_its_field(sara, draft, typed, field):
    answer = sara.post(f"/campaigns/{draft.pk}/pace/", typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_time_is_read_by_the_clock_of_the_organization(sara, draft, cast):
    cast.organization.time_zone = "Asia/Tokyo"
    cast.organization.save()
    soon = timezone.now().astimezone(UTC).date().toordinal() + 2
    day = datetime.fromordinal(soon).date().isoformat()
    sara.post(f"/campaigns/{draft.pk}/pace/", {"start": "later", "moment": f"{day}T09:30"})
    draft.refresh_from_db()
    assert draft.scheduled_at == datetime.fromisoformat(f"{day}T00:30+00:00")


def test_what_keeps_it_from_starting_stands_where_it_would_start(sara, cast):
    bare = a_campaign(cast, people=0, launched=False, template=None, variables={})
    shown = sara.get(f"/campaigns/{bare.pk}/check/")
    assert [one.url for one in shown.context["problems"]] == [
        "campaigns:audience",
        "campaigns:template",
    ]
    assert f"/campaigns/{bare.pk}/launch/" not in shown.content.decode()
    sara.post(f"/campaigns/{bare.pk}/launch/")
    bare.refresh_from_db()
    assert bare.state == "draft"


def test_a_test_goes_to_one_phone_and_counts_for_nothing(sara, cast):
    campaign = a_campaign(cast, people=2, launched=False)
    where = f"/campaigns/{campaign.pk}/check/"
    assert sara.post(where, {"to": "nonsense"}).status_code == 422
    assert urlsplit(sara.post(where, {"to": "+1 202 555 0199"})["Location"]).path == where
    assert Message.objects.get().campaign_id is None


def test_people_are_taken_out_one_by_one_or_all(sara, cast):
    campaign = a_campaign(cast, people=3, launched=False)
    first = CampaignRecipient.objects.earliest("pk")
    sara.post(f"/campaigns/{campaign.pk}/recipients/{first.pk}/remove/")
    assert len(people(campaign)) == 2
    sara.post(f"/campaigns/{campaign.pk}/audience/clear/")
    assert people(campaign) == []
    assert Event.objects.filter(kind="campaign.recipient_removed").count() == 2
