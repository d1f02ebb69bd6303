"""Campaigns are made, filled with people, checked and launched; what is wrong is named."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Event, PhoneNumber
from accounts.refusals import Refused
from campaigns.actions.editing import change, create, delete_draft
from campaigns.actions.launching import launch
from campaigns.actions.recipients import Invalid, Row, add_recipients, remove_recipient
from campaigns.actions.steering import cancel
from campaigns.actions.testing import send_test
from campaigns.models import Campaign, CampaignRecipient
from inbox.models import Message
from tests.campaigning import a_campaign, an_offer, numbers, states, take_turns
from tests.cast import Cast, a_conversation, by, labelled

pytestmark = pytest.mark.once

WRONG = [
    ({"name": " "}, "VALIDATION_ERROR", "name"),
    ({"name": "x" * 121}, "VALIDATION_ERROR", "name"),
    ({"per_second": 0}, "VALIDATION_ERROR", "per_second"),
    ({"per_second": 81}, "VALIDATION_ERROR", "per_second"),
    ({"quiet_from": time(20), "quiet_until": None}, "VALIDATION_ERROR", "quiet_until"),
    ({"segment": {"tags": []}}, "VALIDATION_ERROR", "segment.tags"),
    ({"segment": {"tags": ["vip"], "match": "none"}}, "VALIDATION_ERROR", "segment.match"),
    ({"variables_map": {"1": "shoe_size"}}, "VALIDATION_ERROR", "variables_map.1"),
    ({"scheduled_at": timezone.now() + timedelta(days=61)}, "SCHEDULE_TOO_FAR", "scheduled_at"),
]


def refusal_of(call, *args, **how) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*args, at=timezone.now(), **how)
    return refused.value


@pytest.mark.parametrize(("fields", "code", "field"), WRONG)
def test_what_is_wrong_is_named(cast: Cast, fields, code: str, field: str) -> None:
    campaign = a_campaign(cast, launched=False)
    refused = refusal_of(change, campaign.pk, fields, by=by(cast.sara))
    assert (refused.code, refused.field) == (code, field)


def test_a_campaign_needs_a_number_of_its_organization(cast: Cast) -> None:
    given = {"name": "Autumn"}
    refused = refusal_of(create, cast.organization.pk, given, by=by(cast.sara))
    assert (refused.code, refused.field) == ("VALIDATION_ERROR", "from")


def test_recipients_count_once_in_any_spelling(cast: Cast) -> None:
    campaign = a_campaign(cast, 1, launched=False)
    brazil = ["+55 11 98888 7777", "551188887777"]  # with the ninth digit, and without
    rows = [Row(to) for to in (numbers(1)[0], *brazil, "12", "US.1349120865", cast.number.phone)]
    added = add_recipients(campaign.pk, rows, by=by(cast.sara), at=timezone.now())
    assert (added.added, added.duplicates) == (2, 2)
    assert [one.place for one in added.invalid] == [3, 5]
    assert added.invalid[0] == Invalid(3, "12", "not a phone number")
    assert CampaignRecipient.objects.filter(campaign=campaign).count() == 3


def test_ten_thousand_are_a_call_and_one_more_is_too_many(cast: Cast) -> None:
    campaign = a_campaign(cast, 0, launched=False)
    rows = [Row("+12025550000")] * 10_001
    refused = refusal_of(add_recipients, campaign.pk, rows, by=by(cast.sara))
    assert (refused.code, refused.field) == ("VALIDATION_ERROR", "recipients")


def test_a_launch_names_the_first_who_lack_a_value(cast: Cast) -> None:
    campaign = a_campaign(cast, 25, launched=False, variables={})
    good = [Row("+12025559999", {"1": "Dora", "2": "7"})]
    add_recipients(campaign.pk, good, by=by(cast.sara), at=timezone.now())
    refused = refusal_of(launch, campaign.pk, by=by(cast.sara))
    assert refused.code == "TEMPLATE_PARAMETER_MISMATCH"
    assert len(refused.data["recipients"]) == 20
    assert refused.data["recipients"][0]["missing"] == ["1", "2"]
    assert Campaign.objects.get().state == "draft"


def test_what_a_new_recipient_came_with_is_known_at_the_launch_as_at_their_turn(cast: Cast) -> None:
    mapped = {"1": "first_name", "2": "phone"}
    campaign = a_campaign(cast, 0, launched=False, variables={}, variables_map=mapped)
    rows = [Row("+12025550007", name="Mina Park")]
    add_recipients(campaign.pk, rows, by=by(cast.sara), at=timezone.now())
    launch(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    body = "Hello Mina, your order +12025550007 is on its way."
    assert Message.objects.get().content["body"] == body


REFUSED = [
    ({"people": 0}, "VALIDATION_ERROR"),
    ({"template": None}, "TEMPLATE_NOT_FOUND"),
    ({"segment": {"tags": ["nobody"], "match": "any"}, "people": 0}, "VALIDATION_ERROR"),
    ({"variables_map": {"": "phone"}}, "TEMPLATE_PARAMETER_MISMATCH"),
    ({"variables_map": {"3": "phone"}}, "TEMPLATE_PARAMETER_MISMATCH"),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_a_launch_is_refused(cast: Cast, fields, code: str) -> None:
    campaign = a_campaign(cast, fields.pop("people", 1), launched=False, **fields)
    assert refusal_of(launch, campaign.pk, by=by(cast.sara)).code == code


def test_a_number_that_cannot_send_launches_nothing(cast: Cast) -> None:
    campaign = a_campaign(cast, launched=False)
    PhoneNumber.objects.update(status="error")
    assert refusal_of(launch, campaign.pk, by=by(cast.sara)).code == "NUMBER_NOT_ACTIVE"


def test_a_template_that_is_not_approved_launches_nothing(cast: Cast) -> None:
    paused = an_offer(cast.account, "paused", status="PAUSED")
    campaign = a_campaign(cast, launched=False, template=paused)
    assert refusal_of(launch, campaign.pk, by=by(cast.sara)).code == "TEMPLATE_NOT_FOUND"


@pytest.mark.parametrize(("match", "count"), [("any", 3), ("all", 1)])
def test_a_segment_is_resolved_at_launch(cast: Cast, match: str, count: int) -> None:
    for n, tags in enumerate((["vip"], ["vip", "tea"], ["Tea"], [])):
        labelled(a_conversation(cast.number, wa_id=f"1202555000{n}"), *tags)
    segment = {"tags": ["VIP", "tea"], "match": match}
    campaign = a_campaign(cast, 0, segment=segment)
    take_turns()
    assert states(campaign) == [("queued", "")] * count


def test_what_is_running_is_not_changed_and_gets_nobody_new(cast):
    campaign = a_campaign(cast)
    someone = CampaignRecipient.objects.first()
    for call, about in ((change, {"name": "Winter"}), (add_recipients, [Row("+12025559999")])):
        assert refusal_of(call, campaign.pk, about, by=by(cast.sara)).code == "STATE_CONFLICT"
    for call, pk in ((delete_draft, campaign.pk), (launch, campaign.pk)):
        assert refusal_of(call, pk, by=by(cast.sara)).code == "STATE_CONFLICT"
    refused = refusal_of(remove_recipient, someone.pk, by=by(cast.sara))
    assert refused.code == "STATE_CONFLICT"


def test_a_draft_is_deleted_with_its_people(cast: Cast) -> None:
    campaign = a_campaign(cast, launched=False)
    delete_draft(campaign.pk, by=by(cast.sara), at=timezone.now())
    assert not CampaignRecipient.objects.exists()


def test_a_recipient_is_taken_out_of_a_draft(cast: Cast) -> None:
    campaign = a_campaign(cast, launched=False)
    someone = CampaignRecipient.objects.first()
    remove_recipient(someone.pk, by=by(cast.sara), at=timezone.now())
    assert CampaignRecipient.objects.filter(campaign=campaign).count() == 2


def test_every_step_is_in_the_audit_log_without_a_name_or_a_number(cast: Cast) -> None:
    campaign = a_campaign(cast, launched=False)
    sara, at = by(cast.sara), timezone.now()
    send_test(campaign.pk, to="+12025558888", by=sara, at=at)
    launch(campaign.pk, by=sara, at=at)
    cancel(campaign.pk, by=sara, at=at)
    rows = AuditEvent.objects.filter(kind__startswith="campaign.")
    kinds = ["created", "recipients_added", "tested", "started", "cancelled"]
    assert [one.kind for one in rows.order_by("pk")] == [f"campaign.{kind}" for kind in kinds]
    told = Event.objects.filter(kind__startswith="campaign.")
    assert not any("1202555" in str((one.ids, one.data)) for one in told)
