"""Every example body: nothing lost, nothing raised, and the facts that have an effect."""

from datetime import UTC, datetime

import pytest

from tests.unit.whatsapp.bodies import (
    DORA,
    DORA_BSUID,
    INBOUND,
    NADIA_BSUID,
    NUMBER,
    inbound_items,
    inbound_json,
)
from whatsapp.inbound import (
    AccountUpdate,
    ButtonTap,
    CallEvent,
    ContactCards,
    ContactSync,
    Echo,
    EchoChange,
    Edit,
    HandoverEvent,
    HistoryMessage,
    HistoryNotice,
    InboundMessage,
    Interactive,
    Location,
    Malformed,
    MediaPlaceholder,
    MediaRef,
    NumberUpdate,
    Order,
    Reaction,
    Revoke,
    StandbyItem,
    Status,
    SystemNotice,
    TemplateUpdate,
    Text,
    UnsupportedContent,
    UserPreference,
    ValueError_,
)

MESSAGE = [InboundMessage]
STATUS = [Status]

KINDS = {
    "account_alerts": [AccountUpdate],
    "account_update_disabled": [AccountUpdate],
    "account_update_offboarded": [AccountUpdate],
    "account_update_partner_removed": [AccountUpdate],
    "account_update_restriction": [AccountUpdate],
    "app_state_sync": [ContactSync] * 2,
    "audio": MESSAGE,
    "batch_duplicate_in_one_post": MESSAGE * 3,
    "batch_mixed": MESSAGE * 3 + STATUS * 5 + MESSAGE * 2 + STATUS * 2,
    "batch_with_poison_item": [
        InboundMessage,
        Malformed,
        Malformed,
        InboundMessage,
        Malformed,
        Status,
        Malformed,
        InboundMessage,
    ],
    "business_capability": [AccountUpdate],
    "button_template_quick_reply": MESSAGE,
    "button_without_context": MESSAGE,
    "call_connect": [CallEvent],
    "call_terminate_missed": [CallEvent],
    "contacts": MESSAGE,
    "contacts_request_answer": MESSAGE,
    "dashboard_test_event": MESSAGE,
    "deep_nesting": MESSAGE,
    "document": MESSAGE,
    "echo_bsuid_only": [Echo],
    "echo_edit_and_revoke": [EchoChange] * 2,
    "echo_image": [Echo],
    "echo_text": [Echo],
    "edit": MESSAGE,
    "errors_without_message": [ValueError_],
    "group_text": MESSAGE,
    "handover_control_passed": [HandoverEvent],
    "history_chunk": [HistoryNotice, *[HistoryMessage] * 5],
    "history_declined": [HistoryNotice],
    "history_media": [HistoryMessage] * 2,
    "image_caption": MESSAGE,
    "image_download_failed": MESSAGE,
    "interactive_button_reply": MESSAGE,
    "interactive_flow_reply": MESSAGE,
    "interactive_flow_reply_invalid_json": MESSAGE,
    "interactive_list_reply": MESSAGE,
    "interactive_without_body": MESSAGE,
    "location": MESSAGE,
    "location_current": MESSAGE,
    "message_with_lone_surrogate": MESSAGE,
    "message_with_nul_character": MESSAGE,
    "order": MESSAGE,
    "phone_name": [NumberUpdate],
    "phone_quality": [NumberUpdate],
    "reaction": MESSAGE,
    "reaction_removed_empty": MESSAGE,
    "reaction_removed_missing": MESSAGE,
    "referral_ctwa_ad": MESSAGE,
    "revoke": MESSAGE,
    "standby": [StandbyItem] * 3,
    "status_bsuid_only": STATUS,
    "status_delivered": STATUS,
    "status_failed_131026": STATUS,
    "status_failed_131047": STATUS,
    "status_failed_131049": STATUS,
    "status_failed_132015": STATUS,
    "status_group_aggregated": STATUS * 2,
    "status_out_of_order": STATUS * 4,
    "status_played": STATUS,
    "status_pricing_free_entry_point": STATUS,
    "status_pricing_pmp_service": STATUS,
    "status_read": STATUS,
    "status_sent": STATUS,
    "status_unknown_value": STATUS,
    "status_with_opaque": STATUS,
    "sticker_animated": MESSAGE,
    "system_number_changed": [SystemNotice],
    "system_user_id_changed": [SystemNotice],
    "template_category": [TemplateUpdate] * 2,
    "template_components": [TemplateUpdate],
    "template_quality": [TemplateUpdate],
    "template_status_approved": [TemplateUpdate],
    "template_status_paused": [TemplateUpdate],
    "template_status_pending_deletion": [TemplateUpdate],
    "template_status_rejected": [TemplateUpdate],
    "text": MESSAGE,
    "text_brazil_without_ninth_digit": MESSAGE,
    "text_bsuid_and_phone": MESSAGE,
    "text_bsuid_in_from": MESSAGE,
    "text_bsuid_without_phone": MESSAGE,
    "text_empty_profile_name": MESSAGE,
    "text_forwarded": MESSAGE,
    "text_reply": MESSAGE,
    "text_unicode": MESSAGE,
    "unknown_type": MESSAGE,
    "unsupported": MESSAGE,
    "unsupported_edit": MESSAGE,
    "user_preferences_stop": [UserPreference],
    "voice": MESSAGE,
}

# Paths are relative to the content of the first item; "[1]." in front takes another item.
FACTS = {
    "account_alerts": {"change": "alert", "alert.severity": "WARNING"},
    "account_update_disabled": {"event": "DISABLED_UPDATE", "ban_date": "November 25, 2026"},
    "account_update_offboarded": {"event": "ACCOUNT_OFFBOARDED"},
    "account_update_partner_removed": {"disconnected_by": "BUSINESS"},
    "account_update_restriction": {
        "restrictions.0.type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
        "restrictions.0.until": datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    },
    "app_state_sync": {
        "action": "add",
        "user.bsuid": DORA_BSUID,
        "full_name": "Dora Lindqvist",
        "[1].action": "remove",
        "[1].phone": "12025550199",
    },
    "audio": {"kind": "audio", "content.voice": False, "content.mime_type": "audio/mpeg"},
    "business_capability": {"messaging_limit": "TIER_10K", "max_phone_numbers": 20},
    "button_template_quick_reply": {
        "content": ButtonTap("Confirm", "confirm:appt-7731"),
        "text": "Confirm",
        "context.sender": "15550783881",
    },
    "button_without_context": {"text": "Stop promotions", "context": None},
    "call_connect": {"event": "connect", "missed": False, "user.wa_id": DORA},
    "call_terminate_missed": {"event": "terminate", "missed": True, "duration_s": None},
    "contacts": {
        "text": "Dr. Ruth Obi, Reception",
        "content.cards.0.phones.0.wa_id": "12025550119",
        "content.cards.0.company": "Harbour Clinic",
        "content.cards.1.phones.0.wa_id": None,
    },
    "contacts_request_answer": {
        "content.cards.0.is_own_number": True,
        "content.cards.0.name": None,
        "content.cards.0.phones.0.wa_id": "491713920077",
        "user.bsuid": NADIA_BSUID,
    },
    "dashboard_test_event": {"wamid": "SAMPLE00001"},
    "deep_nesting": {"kind": "unsupported", "unsupported_type": "future_reply"},
    "document": {
        "content.filename": "Reçu n° 2026/118 – cuisine.pdf",
        "text": "Proof of purchase",
    },
    "echo_bsuid_only": {"to.bsuid": NADIA_BSUID, "to.wa_id": None},
    "echo_edit_and_revoke": {
        "change.kind": "text",
        "change.text": "We can hold one until Saturday",
        "to.wa_id": DORA,
        "[1].to.wa_id": DORA,
    },
    "echo_image": {"message.kind": "image", "message.text": "This is the blue one"},
    "echo_text": {"message.kind": "text", "to.wa_id": DORA},
    "edit": {
        "kind": "edit",
        "text": "Hello, is the blue kettle (1.7 l) back in stock?",
        "content.kind": "text",
    },
    "errors_without_message": {"errors.0.code": 130429},
    "group_text": {"group_id": "Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MToxMjAzNjM0NTAwMTIzNDU2Nzg=ZD"},
    "handover_control_passed": {
        "kind": "control_passed",
        "user.wa_id": DORA,
        "new_owner_role": "escalation",
        "summary": "Asked for a refund of order 40-1187; offered a voucher, refused.",
    },
    "history_chunk": {
        "progress": 55,
        "phase": 1,
        "[1].outgoing": False,
        "[1].status": "READ",
        "[1].message.user.username": "dora.lindqvist",
        "[2].outgoing": True,
        "[2].message.user.wa_id": DORA,
        "[3].message.content": MediaPlaceholder(),
        "[4].message.user.bsuid": NADIA_BSUID,
        "[5].outgoing": True,
        "[5].message.user.bsuid": NADIA_BSUID,
    },
    "history_declined": {"declined": True},
    "history_media": {
        "outgoing": False,
        "fills_placeholder": True,
        "message.content.media_id": "1214232681336125",
        "[1].outgoing": True,
        "[1].message.content.filename": "invoice.pdf",
    },
    "image_caption": {"kind": "image", "content.parameters": ""},
    "image_download_failed": {
        "kind": "image",
        "content.media_id": None,
        "errors.0.code": 400,
        "errors.0.details": "Media could not be retrieved and will not be retried at this time",
    },
    "interactive_button_reply": {"kind": "interactive", "content.type": "button_reply"},
    "interactive_flow_reply": {"content.type": "nfm_reply", "content.name": "flow"},
    "interactive_flow_reply_invalid_json": {
        "content.response_json": '{"flow_token":"ft-5532","rating":'
    },
    "interactive_list_reply": {
        "text": "Returns & refunds",
        "content.id": "dept:returns",
        "content.description": "Send something back",
    },
    "interactive_without_body": {
        "kind": "unsupported",
        "unsupported_type": "interactive",
        "errors.0.code": 131000,
    },
    "location": {"content.latitude": 52.3702157, "text": "Canal House Books"},
    "location_current": {"kind": "location", "content.name": None, "text": None},
    "message_with_lone_surrogate": {"text": "broken emoji \ufffd end"},
    "message_with_nul_character": {"text": "before\ufffdafter"},
    "order": {"text": "Please gift-wrap the kettle"},
    "phone_name": {"change": "name", "decision": "REJECTED"},
    "phone_quality": {
        "change": "quality",
        "event": "THROUGHPUT_UPGRADE",
        "display_phone_number": "15550783881",
    },
    "reaction": {"kind": "reaction", "content.emoji": "❤️"},
    "reaction_removed_empty": {"kind": "reaction", "content.emoji": None},
    "reaction_removed_missing": {"kind": "reaction", "content.emoji": None},
    "referral_ctwa_ad": {
        "referral.source_type": "ad",
        "referral.media_url": "https://scontent.example/ad-kettle.jpg",
        "referral.welcome_message": "Hi! Which model are you looking at?",
    },
    "revoke": {"kind": "revoke"},
    "standby": {
        "content.text": "Is anyone there?",
        "[1].content.message.text": "Hello! I am the assistant, how can I help?",
        "[1].content.to.wa_id": "447700900461",
        "[2].content.status": "delivered",
    },
    "status_bsuid_only": {"recipient_wa_id": None, "recipient_bsuid": NADIA_BSUID},
    "status_delivered": {"status": "delivered", "pricing.category": "utility"},
    "status_failed_131026": {"errors.0.code": 131026},
    "status_failed_131047": {"errors.0.code": 131047},
    "status_failed_131049": {"errors.0.code": 131049},
    "status_failed_132015": {"errors.0.code": 132015},
    "status_group_aggregated": {
        "participant": DORA,
        "pricing.category": "group_service",
        "recipient_wa_id": None,
        "[1].participant": "447700900461",
    },
    "status_out_of_order": {"status": "read", "[1].status": "sent"},
    "status_played": {"status": "played"},
    "status_pricing_free_entry_point": {
        "pricing.type": "free_entry_point",
        "free_entry_point_until": datetime(2026, 11, 21, 9, 8, 50, tzinfo=UTC),
    },
    "status_pricing_pmp_service": {"pricing.category": "service", "pricing.type": "regular"},
    "status_read": {"status": "read", "pricing": None},
    "status_sent": {"status": "sent", "pricing.billable": True, "user.bsuid": DORA_BSUID},
    "status_unknown_value": {"status": "warning"},
    "status_with_opaque": {"opaque": "01a1ede2-6865-7420-80d0-5d1e0a445d40"},
    "sticker_animated": {"kind": "sticker", "content.animated": True},
    "system_number_changed": {
        "kind": "user_changed_number",
        "old_wa_id": DORA,
        "new_wa_id": "12025550166",
        "old_bsuid": DORA_BSUID,
        "new_bsuid": "US.55830917264410098127",
    },
    "system_user_id_changed": {
        "kind": "user_changed_user_id",
        "old_wa_id": None,
        "old_bsuid": NADIA_BSUID,
        "new_bsuid": "DE.80812255630917746410",
    },
    "template_category": {
        "change": "category_announced",
        "previous_category": "UTILITY",
        "new_category": "MARKETING",
        "category_at": datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        "[1].change": "category",
        "[1].new_category": "MARKETING",
    },
    "template_components": {"change": "components", "name": "kettle_restock"},
    "template_quality": {"change": "quality", "new_quality": "YELLOW"},
    "template_status_approved": {
        "event": "APPROVED",
        "template_id": "2418837605510044",
        "reason": None,
    },
    "template_status_paused": {"event": "PAUSED", "pause_title": "FIRST_PAUSE"},
    "template_status_pending_deletion": {"language": "en_US", "reason": None},
    "template_status_rejected": {
        "reason": "INCORRECT_CATEGORY",
        "recommendation": "Submit it as MARKETING or remove the offer.",
    },
    "text": {
        "wamid": "wamid.HBgLMTIwMjU1NTAxNDMVAgASGBQzQTk4MkQ5RTNFQjk5NkY1NTlFNgA=",
        "at": datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
        "content": Text("Hello, is the blue kettle back in stock?"),
        "user.wa_id": DORA,
        "user.bsuid": DORA_BSUID,
        "user.profile_name": "Dora Lindqvist",
    },
    "text_brazil_without_ninth_digit": {"user.wa_id": "551195550164"},
    "text_bsuid_and_phone": {
        "user.wa_id": DORA,
        "user.bsuid": DORA_BSUID,
        "user.parent_bsuid": "US.ENT.70019442836615508274",
        "user.username": "dora.lindqvist",
        "user.identity_key_hash": "qL7rT0bXw2k=",
    },
    "text_bsuid_in_from": {"user.wa_id": None, "user.bsuid": NADIA_BSUID},
    "text_bsuid_without_phone": {"user.wa_id": None, "user.username": "nadia.k"},
    "text_empty_profile_name": {"user.profile_name": None, "user.wa_id": "447700900461"},
    "text_forwarded": {"context.frequently_forwarded": True, "context.wamid": None},
    "text_reply": {"context.wamid": "wamid.HBgLMTIwMjU1NTAxNDMVAgARGBJBRjhFMjI2M0NFMkIzQzI0NzQA"},
    "text_unicode": {"user.profile_name": "أمير الحسن"},
    "unknown_type": {"kind": "unsupported", "unsupported_type": "hologram"},
    "unsupported": {"kind": "unsupported", "unsupported_type": "poll", "errors.0.code": 131051},
    "unsupported_edit": {"kind": "unsupported", "unsupported_type": "edit"},
    "user_preferences_stop": {
        "value": "stop",
        "category": "marketing_messages",
        "user.wa_id": DORA,
        "at": datetime(2026, 11, 18, 9, 20, tzinfo=UTC),
    },
    "voice": {
        "kind": "voice",
        "content.voice": True,
        "content.mime_type": "audio/ogg",
        "content.parameters": "codecs=opus",
    },
}


def fact(items, path):
    """The value at a path, starting at the content of the first item or of the one named."""
    index = 0
    if path.startswith("["):
        number, path = path[1:].split("].", 1)
        index = int(number)
    value = items[index].content
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


def test_the_tables_name_every_file():
    assert sorted(KINDS) == INBOUND
    assert set(FACTS) <= set(INBOUND)


@pytest.mark.parametrize("name", INBOUND)
def test_every_item_of_a_file_is_found_and_has_its_kind(name):
    assert [type(item.content) for item in inbound_items(name)] == KINDS[name]


@pytest.mark.parametrize("name", FACTS)
def test_the_facts_that_matter_are_read(name):
    items = inbound_items(name)
    assert {path: fact(items, path) for path in FACTS[name]} == FACTS[name]


@pytest.mark.parametrize("name", INBOUND)
def test_the_path_leads_to_the_raw_json_of_the_item(name):
    body = inbound_json(name)
    for item in inbound_items(name):
        value = body
        for step in item.path.replace("[", ".").replace("]", "").split("."):
            value = value[int(step)] if step.isdigit() else value[step]
        if "message_with" not in name:  # cleaned on the way in
            assert item.raw == value


@pytest.mark.parametrize("name", sorted(set(INBOUND) - {"dashboard_test_event"}))
def test_every_item_knows_its_account(name):
    assert {item.waba_id for item in inbound_items(name)} == {"102290129340398"}


@pytest.mark.parametrize("name", ["text", "status_sent", "echo_text", "history_chunk", "standby"])
def test_items_about_people_know_their_number(name):
    assert {item.phone_number_id for item in inbound_items(name)} == {NUMBER}


def test_a_handover_names_the_number_in_its_recipient():
    assert inbound_items("handover_control_passed")[0].phone_number_id == NUMBER


def test_the_time_of_the_entry_is_read_where_there_is_one():
    assert inbound_items("phone_name")[0].entry_at == datetime(2026, 11, 18, 9, 1, tzinfo=UTC)
    assert inbound_items("text")[0].entry_at is None


def test_text_keeps_every_character_of_other_scripts():
    body = inbound_json("text_unicode")
    written = body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"]
    assert inbound_items("text_unicode")[0].content.text == written


def test_an_order_is_summed_with_decimals():
    order = inbound_items("order")[0].content.content
    assert {currency: str(sum_) for currency, sum_ in order.totals().items()} == {"EUR": "63.9"}


def test_edit_and_revoke_name_the_original():
    edited, revoked = inbound_items("edit")[0].content, inbound_items("revoke")[0].content
    assert isinstance(edited.content, Edit)
    assert edited.content.original == inbound_items("text")[0].content.wamid
    assert revoked.content == Revoke(inbound_items("image_caption")[0].content.wamid)


def test_the_poison_in_a_batch_is_named_with_its_place_and_reason():
    bad = [item for item in inbound_items("batch_with_poison_item") if is_bad(item)]
    assert [(item.path, item.content.reason) for item in bad] == [
        ("entry[0].changes[0].value.messages[1]", "id is missing or not a string"),
        ("entry[0].changes[0].value.messages[2]", "message is not an object"),
        ("entry[0].changes[0].value.statuses[0]", "id is missing or not a string"),
        ("entry[0].changes[1].value", "value is not an object"),
    ]


def is_bad(item):
    return isinstance(item.content, Malformed)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("image_caption", MediaRef),
        ("location", Location),
        ("contacts", ContactCards),
        ("interactive_button_reply", Interactive),
        ("reaction", Reaction),
        ("order", Order),
        ("unknown_type", UnsupportedContent),
    ],
)
def test_each_type_has_its_own_content(name, kind):
    assert isinstance(inbound_items(name)[0].content.content, kind)
