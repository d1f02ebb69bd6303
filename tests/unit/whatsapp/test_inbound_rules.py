"""Rules of the parser that no example file shows alone."""

import pytest

from tests.unit.whatsapp.bodies import (
    DORA,
    DORA_BSUID,
    NADIA_BSUID,
    T0,
    a_change,
    a_message,
    content_of,
    contents,
)
from whatsapp.inbound import (
    AccountUpdate,
    CallEvent,
    Echo,
    InboundMessage,
    Malformed,
    MediaRef,
    StandbyItem,
    Status,
    SystemNotice,
    TemplateUpdate,
    UserPreference,
    ValueError_,
)

BRAZIL_SHORT, BRAZIL_LONG = "551195550164", "5511995550164"


def a_contact(name="Dora", **ids):
    return {"profile": {"name": name}, **ids}


def joined(message, *contacts):
    (found,) = contents(a_change(messages=[message], contacts=list(contacts)))
    return found.user


def test_contacts_are_joined_by_bsuid_before_number():
    user = joined(
        a_message(from_user_id=DORA_BSUID),
        a_contact("Other", wa_id=DORA, user_id=NADIA_BSUID),
        a_contact("Dora", user_id=DORA_BSUID),
    )
    assert (user.profile_name, user.wa_id, user.bsuid) == ("Dora", DORA, DORA_BSUID)


def test_a_single_contact_in_another_spelling_of_the_number_is_the_writer():
    user = joined(a_message(from_=BRAZIL_LONG), a_contact("Caetano", wa_id=BRAZIL_SHORT))
    assert (user.profile_name, user.wa_id) == ("Caetano", BRAZIL_SHORT)


def test_a_single_contact_of_somebody_else_is_not_joined():
    user = joined(a_message(), a_contact("Imogen", wa_id="447700900461"))
    assert (user.profile_name, user.wa_id) == (None, DORA)


def test_a_single_contact_names_a_message_without_a_sender():
    assert joined(a_message(from_=None), a_contact(wa_id=DORA)).wa_id == DORA


def test_two_contacts_cannot_name_a_message_without_a_sender():
    (found,) = contents(
        a_change(
            messages=[a_message(from_=None)],
            contacts=[a_contact(wa_id=DORA), a_contact(wa_id="447700900461")],
        )
    )
    assert isinstance(found, Malformed)


@pytest.mark.parametrize(("written", "read"), [("@dora", "dora"), ("dora", "dora"), ("@", None)])
def test_a_username_loses_its_at_sign(written, read):
    contact = {"profile": {"name": "Dora", "username": written}, "wa_id": DORA}
    assert joined(a_message(), contact).username == read


def test_errors_of_the_value_stay_an_item_when_the_messages_are_whole():
    error = {"code": 130429, "title": "Rate limit hit"}
    message, errors = contents(a_change(messages=[a_message()], errors=[error]))
    assert message.errors == ()
    assert errors == ValueError_(errors.errors)


@pytest.mark.parametrize("key", ["user_id_update", "messages"])
def test_the_older_form_of_a_changed_user_id_is_read_under_both_fields(key):
    update = {
        "wa_id": DORA,
        "user_id": {"previous": DORA_BSUID, "current": NADIA_BSUID},
        "timestamp": T0,
    }
    (found,) = contents(a_change(key, user_id_update=[update]))
    assert isinstance(found, SystemNotice)
    assert (found.wamid, found.kind) == (None, "user_changed_user_id")
    assert (found.old_bsuid, found.new_bsuid) == (DORA_BSUID, NADIA_BSUID)


def test_a_system_notice_that_names_nobody_is_malformed():
    notice = a_message(type="system", system={"type": "user_changed_number"}, from_=None)
    assert isinstance(content_of(notice), Malformed)


def test_the_old_spelling_of_a_new_number_is_read():
    system = {"type": "customer_changed_number", "new_wa_id": "12025550166"}
    found = content_of(a_message(type="system", system=system, text=None))
    assert (found.kind, found.new_wa_id) == ("customer_changed_number", "12025550166")


@pytest.mark.parametrize("kind", ["image", "video", "audio", "voice", "document", "sticker"])
def test_every_kind_of_media_is_read(kind):
    found = content_of(a_message(type=kind, **{kind: {"id": "9", "mime_type": "A/B; c=d"}}))
    assert found.kind == kind
    assert found.content == MediaRef("9", "a/b", "c=d", voice=kind == "voice")


def test_media_types_default_to_bytes():
    assert content_of(a_message(type="image", image={})).content == MediaRef(
        None, "application/octet-stream"
    )


def test_an_answer_to_a_call_request_is_interactive():
    reply = {"response": "accept", "is_permanent": False, "expiration_timestamp": str(T0)}
    answer = {"type": "call_permission_reply", "call_permission_reply": reply}
    found = content_of(a_message(type="interactive", interactive=answer)).content
    assert (found.permission, found.permanent) == ("accept", False)
    assert found.until.timestamp() == T0


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind"),
    [
        (52.4, 4.9, "location"),
        ("52.4", "4.9", "location"),
        (91, 0, "unsupported"),
        (0, 181, "unsupported"),
        ("nan", 0, "unsupported"),
        (None, 0, "unsupported"),
        (True, 0, "unsupported"),
    ],
)
def test_a_location_has_to_be_on_earth(latitude, longitude, kind):
    place = {"latitude": latitude, "longitude": longitude}
    assert content_of(a_message(type="location", location=place)).kind == kind


def test_forwarded_quotes_and_products_are_told_apart():
    product = {"catalog_id": "1", "product_retailer_id": "kettle"}
    context = {"forwarded": True, "id": "wamid.Q", "from": DORA, "referred_product": product}
    found = content_of(a_message(context=context)).context
    assert (found.forwarded, found.frequently_forwarded) == (True, False)
    assert (found.wamid, found.catalog_id, found.product_retailer_id) == ("wamid.Q", "1", "kettle")


def test_the_summary_of_metas_assistant_comes_with_the_message():
    context = {"type": "summary", "summary": {"text": "Wants a refund"}}
    (found,) = contents(a_change(messages=[a_message()], conversation_context=context))
    assert found.conversation_summary == "Wants a refund"


def a_status(**extra):
    return {"id": "wamid.S", "status": "sent", "timestamp": str(T0), **extra}


def status_of(**extra):
    (found,) = contents(a_change(statuses=[a_status(**extra)]))
    return found


@pytest.mark.parametrize("word", [None, "", 7, [], "x" * 65])
def test_a_status_without_a_word_is_malformed(word):
    assert isinstance(status_of(status=word), Malformed)


@pytest.mark.parametrize(
    "key",
    ["recipient_participant_id", "participant_recipient_id", "recipient_participant_user_id"],
)
def test_every_spelling_of_the_participant_is_read(key):
    found = status_of(recipient_type="group", recipient_id="group-1", **{key: DORA})
    assert (found.participant, found.group_id, found.recipient_wa_id) == (DORA, "group-1", None)


@pytest.mark.parametrize("key", ["recipient_parent_user_id", "parent_recipient_user_id"])
def test_both_spellings_of_the_parent_are_read(key):
    assert status_of(**{key: "US.ENT.7"}).user.parent_bsuid == "US.ENT.7"


def test_the_price_of_a_marketing_message_is_a_decimal():
    found = status_of(pricing={"category": "marketing_lite", "cost": {"amount": 0.07}}).pricing
    assert str(found.cost) == "0.07"


def test_an_ordinary_conversation_states_no_free_period():
    conversation = {"expiration_timestamp": str(T0), "origin": {"type": "service"}}
    assert status_of(conversation=conversation).free_entry_point_until is None


def test_the_status_of_a_call_is_a_call_event_under_both_fields():
    status = {"id": "wacid.1", "type": "call", "status": "RINGING", "recipient_id": DORA}
    for field in ("messages", "calls"):
        (found,) = contents(a_change(field, statuses=[status]))
        assert isinstance(found, CallEvent)
        assert (found.event, found.status, found.user.wa_id) == ("status", "RINGING", DORA)


@pytest.mark.parametrize(
    ("call", "missed"),
    [
        ({"event": "terminate", "direction": "USER_INITIATED"}, True),
        ({"event": "terminate", "direction": "USER_INITIATED", "start_time": str(T0)}, False),
        ({"event": "terminate", "direction": "USER_INITIATED", "status": "COMPLETED"}, False),
        ({"event": "terminate", "direction": "BUSINESS_INITIATED"}, False),
        ({"event": "connect", "direction": "USER_INITIATED"}, False),
    ],
)
def test_a_call_is_missed_when_the_customer_rang_and_it_never_started(call, missed):
    (found,) = contents(a_change("calls", calls=[{"id": "wacid.1", "from": DORA, **call}]))
    assert found.missed is missed


def test_the_customer_of_our_own_call_is_its_other_end():
    call = {"id": "wacid.1", "from": "15550783881", "to": DORA, "direction": "BUSINESS_INITIATED"}
    (found,) = contents(a_change("calls", calls=[call]))
    assert found.user.wa_id == DORA


@pytest.mark.parametrize("missing", ["wa_id", "category", "value"])
def test_a_preference_needs_a_person_a_category_and_a_value(missing):
    choice = {"wa_id": DORA, "category": "marketing_messages", "value": "resume"}
    (whole,) = contents(a_change("user_preferences", user_preferences=[choice]))
    del choice[missing]
    (broken,) = contents(a_change("user_preferences", user_preferences=[choice]))
    assert isinstance(whole, UserPreference)
    assert isinstance(broken, Malformed)


def test_an_echo_to_nobody_is_malformed():
    message = a_message(from_="15550783881")
    bad, good = contents(
        a_change("smb_message_echoes", message_echoes=[message, {**message, "to": DORA}])
    )
    assert isinstance(bad, Malformed)
    assert isinstance(good, Echo)
    assert good.message.user == good.to


def test_a_bad_message_in_a_thread_costs_no_other_and_bad_threads_are_dead_letters():
    thread = {"id": DORA, "messages": [None, a_message()]}
    chunk = {"metadata": {"progress": 100}, "threads": ["x", thread, {"id": DORA, "messages": {}}]}
    found = contents(a_change("history", history=[chunk, "x"]))
    names = [type(content).__name__ for content in found]
    assert names == [
        "HistoryNotice",
        "Malformed",
        "Malformed",
        "HistoryMessage",
        "Malformed",
        "Malformed",
    ]


def test_standby_without_its_object_is_kept():
    (found,) = contents(a_change("standby", standby="x"))
    assert type(found).__name__ == "Unsupported"


def test_standby_statuses_stay_apart_from_ours():
    (found,) = contents(a_change("standby", standby={"statuses": [a_status()]}))
    assert isinstance(found, StandbyItem)
    assert isinstance(found.content, Status)


def test_a_template_id_may_be_a_number_or_a_string():
    value = {"event": "APPROVED", "message_template_id": 24, "message_template_language": "pt-BR"}
    for template_id in (24, "24"):
        change = {
            "field": "message_template_status_update",
            "value": {**value, "message_template_id": template_id},
        }
        (found,) = contents(change)
        assert isinstance(found, TemplateUpdate)
        assert (found.template_id, found.language) == ("24", "pt_BR")


@pytest.mark.parametrize(
    ("field", "value", "change"),
    [
        ("account_review_update", {"decision": "APPROVED"}, "review"),
        ("flows", {"event": "ENDPOINT_AVAILABILITY"}, "flow"),
        ("business_capability_update", {"max_phone_numbers_per_business": 2}, "capability"),
    ],
)
def test_the_other_updates_of_an_account_are_read(field, value, change):
    (found,) = contents({"field": field, "value": value})
    assert isinstance(found, AccountUpdate)
    assert (found.change, found.details) == (change, value)


def test_group_messages_stay_apart():
    found = content_of(a_message(group_id="group-1"))
    assert isinstance(found, InboundMessage)
    assert found.group_id == "group-1"
