"""Reactions, quotes, edits and deletions, and the message they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox import outgoing, queries
from inbox.actions.sending import send
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Message
from inbox.shapes import Variant
from tests.cast import (
    DORA,
    Cast,
    a_status_webhook,
    a_text_webhook,
    arrives,
    by,
    envelope,
    payload,
    says,
)
from tests.domain.inbox.delivering import delivered
from tests.lives import an_id

VARIANT = Variant("en", "UTC")


def tells(cast: Cast, kind: str, wamid: str, *, minutes_ago: float = 0, **content) -> None:
    """Dora's webhook of this kind."""
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    message = {"id": wamid, "from": DORA, "timestamp": str(int(moment.timestamp())), "type": kind}
    contact = {"profile": {"name": "Dora"}, "wa_id": DORA}
    arrives(cast.number, envelope({"contacts": [contact], "messages": [message | content]}))


def shown(wamid: str):
    return queries.bubble(Message.objects.get(wamid=wamid).pk, VARIANT, at=timezone.now())


@pytest.mark.case("F80")
def test_a_reaction_to_our_last_message_is_something_unread(cast: Cast) -> None:
    thread = says(cast.number).conversation
    ours = send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=ours.pk).update(
        wamid="wamid.ours", status=Status.ACCEPTED, status_rank=RANKS[Status.ACCEPTED]
    )
    before = Conversation.objects.get()
    for _ in range(2):
        tells(cast, "reaction", "wamid.r", reaction={"message_id": "wamid.ours", "emoji": "👍"})
    after = Conversation.objects.get()
    assert after.inbound_count == before.inbound_count + 1
    assert after.window_opened_at == before.window_opened_at


@pytest.mark.case("F79")
def test_an_old_message_from_the_old_number_does_not_turn_the_answers_back(cast: Cast) -> None:
    """G4: the answer goes to the identity that wrote last, by Meta's time."""
    now, bsuid = timezone.now(), "US.48213907716450285531"
    says(cast.number, wa_id="12025550166", bsuid=bsuid, at=now)
    old = a_text_webhook(wa_id=DORA, bsuid=bsuid, at=now - timedelta(hours=3))
    arrives(cast.number, old, at=now)
    assert Conversation.objects.get().identity.value == "12025550166"


@pytest.mark.case("F79")
def test_an_old_message_does_not_bring_the_old_name_back(cast: Cast) -> None:
    now = timezone.now()
    says(cast.number, name="Dora Berg", at=now)
    arrives(cast.number, a_text_webhook(name="Dora L.", at=now - timedelta(hours=3)), at=now)
    assert Conversation.objects.get().contact.profile_name == "Dora Berg"


@pytest.mark.case("F82")
def test_the_list_does_not_go_on_showing_what_was_deleted(cast: Cast) -> None:
    message = says(cast.number, "my card is 4111 1111", wamid="wamid.secret")
    tells(cast, "revoke", "wamid.revoke", revoke={"original_message_id": "wamid.secret"})
    thread = Conversation.objects.get(pk=message.conversation_id)
    assert "4111" not in thread.last_message_preview
    (row,) = queries.row_shapes([thread], VARIANT, at=timezone.now())
    assert row.preview == "This message was deleted."


@pytest.mark.case("F82")
def test_a_quote_does_not_go_on_showing_what_was_deleted(cast: Cast) -> None:
    says(cast.number, "my card is 4111 1111", wamid="wamid.secret")
    context = {"from": DORA, "id": "wamid.secret"}
    tells(cast, "text", "wamid.q", text={"body": "forget that"}, context=context)
    tells(cast, "revoke", "wamid.revoke", revoke={"original_message_id": "wamid.secret"})
    assert "4111" not in shown("wamid.q").quote.text


OWN = "3A982D9E3EB996F559E6"
BY_NUMBER, BY_USER_ID = an_id(DORA, OWN), an_id("US.48213907716450285531", OWN, ours=True)
AN_EDIT = {"original_message_id": BY_USER_ID, "message": {"type": "text", "text": {"body": "new"}}}
NAMING: dict[str, dict] = {
    "text": {"text": {"body": "that one"}, "context": {"from": DORA, "id": BY_USER_ID}},
    "reaction": {"reaction": {"message_id": BY_USER_ID, "emoji": "👍"}},
    "edit": {"edit": AN_EDIT},
    "revoke": {"revoke": {"original_message_id": BY_USER_ID}},
}


@pytest.mark.case("F80", "F81", "F82")
@pytest.mark.parametrize("kind", NAMING)
@pytest.mark.parametrize("early", [False, True])
def test_both_ids_of_one_message_find_it(cast: Cast, kind: str, early: bool) -> None:
    """The id of a message names a chat: by number, or by user id. The end is the same."""
    now = timezone.now()
    for first in (early, not early):
        if first:
            tells(cast, kind, "wamid.q", **NAMING[kind])
        else:
            says(cast.number, "the blue one", wamid=BY_NUMBER, at=now)
    target = Message.objects.get(wamid=BY_NUMBER)
    if kind == "text":
        assert shown("wamid.q").quote.text == "the blue one"
        answer = Message.objects.get(wamid="wamid.q")
        assert (answer.reply_to_wamid, answer.details) == (BY_NUMBER, {})
    elif kind == "reaction":
        assert [(one.emoji, one.target_wamid) for one in target.reactions.all()] == [
            ("👍", BY_NUMBER)
        ]
    else:
        assert (target.content["body"], bool(target.deleted_at)) == {
            "edit": ("new", False),
            "revoke": ("the blue one", True),
        }[kind]
        assert Message.objects.count() == 1


@pytest.mark.case("F80")
@pytest.mark.parametrize("early", [False, True])
def test_reactions_by_both_ids_are_reactions_to_one_message(cast: Cast, early: bool) -> None:
    now = timezone.now()
    if not early:
        says(cast.number, wamid=BY_NUMBER, at=now)
    reacts(cast, BY_NUMBER, "👍", minutes_ago=2)
    reacts(cast, BY_USER_ID, "❤️", minutes_ago=1)
    if early:
        says(cast.number, wamid=BY_NUMBER, at=now)
    assert [one.emoji for one in Message.objects.get().reactions.all()] == ["❤️"]


@pytest.mark.case("F79", "F80")
def test_two_quotes_of_one_delivery_find_their_message_by_two_of_its_ids(cast: Cast) -> None:
    """It has an id under each user id that the person has had."""
    now = timezone.now()
    says(cast.number, "the blue one", wamid=BY_NUMBER, at=now)
    stamp = {"from": DORA, "timestamp": str(int(now.timestamp())), "type": "text"}
    quotes = [
        stamp
        | {"id": f"wamid.q{n}", "text": {"body": "that"}, "context": {"from": DORA, "id": name}}
        for n, name in enumerate([BY_USER_ID, an_id("US.558309172644100981", OWN, ours=True)])
    ]
    contact = {"profile": {"name": "Dora"}, "wa_id": DORA}
    delivered(envelope({"contacts": [contact], "messages": quotes}))
    assert [shown(f"wamid.q{n}").quote.text for n in range(2)] == ["the blue one"] * 2


@pytest.mark.case("F81")
def test_an_id_finds_nothing_in_the_thread_of_somebody_else(cast: Cast) -> None:
    says(cast.number, "a secret", wa_id="12025550177", wamid=BY_USER_ID)
    context = {"from": DORA, "id": BY_NUMBER}
    tells(cast, "text", "wamid.q", text={"body": "that one"}, context=context)
    assert shown("wamid.q").quote.text == "An earlier message"
    assert Message.objects.get(wamid="wamid.q").details == {"answers": BY_NUMBER}


@pytest.mark.case("F81")
def test_a_status_by_the_other_id_finds_what_we_sent_by_our_own(cast: Cast) -> None:
    thread = says(cast.number).conversation
    ours = send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=ours.pk).update(
        wamid=BY_NUMBER, status=Status.ACCEPTED, status_rank=RANKS[Status.ACCEPTED]
    )
    told = a_status_webhook(BY_USER_ID, "read", biz_opaque_callback_data=str(ours.pk))
    arrives(cast.number, told)
    ours.refresh_from_db()
    assert (ours.status, ours.wamid) == (Status.READ, BY_NUMBER)


@pytest.mark.case("F81")
def test_the_quote_of_an_echo_is_kept(cast: Cast) -> None:
    says(cast.number, "is it back?", wamid="wamid.asked")
    body = payload("echo_text")
    (echo,) = body["entry"][0]["changes"][0]["value"]["message_echoes"]
    echo["context"] = {"from": DORA, "id": "wamid.asked"}
    arrives(cast.number, body)
    assert shown(echo["id"]).quote.text == "is it back?"


# --- kept ---


@pytest.mark.case("F81")
def test_a_quote_of_something_we_never_had_says_so(cast: Cast) -> None:
    context = {"from": "15550783881", "id": "wamid.of.long.ago"}
    tells(cast, "text", "wamid.q", text={"body": "that one"}, context=context)
    assert shown("wamid.q").quote.text == "An earlier message"
    assert Message.objects.get().reply_to_wamid == "wamid.of.long.ago"


@pytest.mark.case("F82")
def test_an_edit_and_a_copy_of_the_original_after_the_deletion_bring_nothing_back(
    cast: Cast,
) -> None:
    came = timezone.now()
    original = a_text_webhook("first", wamid="wamid.x", at=came - timedelta(minutes=9))
    arrives(cast.number, original)
    edit = {"original_message_id": "wamid.x", "message": {"type": "text", "text": {"body": "new"}}}
    with time_machine.travel(came, tick=False):  # a copy has the same time, to the second
        tells(cast, "edit", "wamid.e", minutes_ago=8, edit=edit)
    tells(cast, "revoke", "wamid.r", minutes_ago=7, revoke={"original_message_id": "wamid.x"})
    arrives(cast.number, original)
    with time_machine.travel(came, tick=False):  # a copy has the same time, to the second
        tells(cast, "edit", "wamid.e", minutes_ago=8, edit=edit)
    message = Message.objects.get()
    assert message.deleted_at is not None
    assert shown("wamid.x").text == ""
    assert [one["body"] for one in message.details["versions"]] == ["first"]
    assert Conversation.objects.get().inbound_count == 1


@pytest.mark.case("F82")
def test_an_edit_that_meta_cannot_tell_is_a_neutral_line(cast: Cast) -> None:
    tells(cast, "unsupported", "wamid.u", unsupported={"type": "edit"}, errors=[{"code": 131051}])
    assert "edited an earlier message" in shown("wamid.u").placeholder


def reacts(cast: Cast, target: str, emoji: str, *, minutes_ago: float) -> int:
    """Dora reacts; how much of her thread nobody has seen by then."""
    reaction = {"message_id": target, "emoji": emoji}
    tells(cast, "reaction", f"wamid.r{minutes_ago}", minutes_ago=minutes_ago, reaction=reaction)
    return Conversation.objects.get().inbound_count


@pytest.mark.case("F80")
def test_another_emoji_or_none_is_not_unread_again(cast: Cast) -> None:
    echo = payload("echo_text")
    arrives(cast.number, echo)
    wamid = Message.objects.get().wamid or ""
    thumbs = (("👍", 3), ("❤️", 2), ("", 1))
    assert [reacts(cast, wamid, emoji, minutes_ago=ago) for emoji, ago in thumbs] == [1, 1, 1]


@pytest.mark.case("F80")
def test_a_reaction_before_our_message_is_unread_when_that_comes(cast: Cast) -> None:
    echo = payload("echo_text")
    (message,) = echo["entry"][0]["changes"][0]["value"]["message_echoes"]
    assert reacts(cast, message["id"], "👍", minutes_ago=1) == 0
    arrives(cast.number, echo)
    assert Conversation.objects.get().inbound_count == 1


@pytest.mark.case("F80")
def test_a_reaction_to_their_own_message_is_nothing_unread(cast: Cast) -> None:
    says(cast.number, wamid="wamid.theirs")
    assert reacts(cast, "wamid.theirs", "👍", minutes_ago=1) == 1


@pytest.mark.case("F82")
def test_the_list_follows_an_edit_until_the_message_is_deleted(cast: Cast) -> None:
    says(cast.number, "fist", wamid="wamid.x")
    for number, (kind, text) in enumerate((("edit", "first"), ("revoke", ""), ("edit", "4111"))):
        body: dict = {"original_message_id": "wamid.x"}
        body |= {"message": {"type": "text", "text": {"body": text}}} if text else {}
        tells(cast, kind, f"wamid.{number}", minutes_ago=-number, **{kind: body})
        assert Conversation.objects.get().last_message_preview == ("" if number else "first")
