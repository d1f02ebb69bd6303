import pytest
import requests

from simulator.testing import wait_for

PLAIN = ("image", "video", "voice", "audio", "document", "sticker", "location", "contacts")


def test_a_customer_message_has_name_number_and_bsuid(sim, listener):
    wamid = sim.says("dora", text="Is it back?")
    value = wait_for(lambda: listener.heard and listener.heard[0].values()[0])
    assert value["contacts"] == [
        {
            "profile": {"name": "Dora Lindqvist"},
            "wa_id": "12025550143",
            "user_id": "US.48213907716450285531",
        }
    ]
    entry = value["messages"][0]
    assert (entry["id"], entry["from"], entry["text"]) == (
        wamid,
        "12025550143",
        {"body": "Is it back?"},
    )
    assert value["metadata"]["phone_number_id"] == sim.phone_number_id


def test_a_person_without_number_is_known_by_bsuid_only(sim, listener):
    sim.says("nadia")
    value = wait_for(lambda: listener.heard and listener.heard[0].values()[0])
    assert "wa_id" not in value["contacts"][0]
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == "DE.35570918264401927786"
    assert value["contacts"][0]["profile"]["username"] == "nadia.k"


@pytest.mark.parametrize("kind", PLAIN)
def test_every_plain_kind_can_be_sent(sim, listener, kind):
    sim.says("dora", kind)
    entry = wait_for(lambda: listener.messages and listener.messages[0])
    assert entry["type"] == ("audio" if kind == "voice" else kind)
    assert entry[entry["type"]]


def test_a_voice_note_is_an_audio_marked_as_voice(sim, listener):
    sim.says("dora", "voice")
    audio = wait_for(lambda: listener.messages and listener.messages[0]["audio"])
    assert (audio["voice"], audio["mime_type"]) == (True, "audio/ogg; codecs=opus")
    assert audio["url"].startswith(sim.base_url)


def test_answers_to_buttons_and_lists(sim, listener):
    asked = {"reply_to": "wamid.ours"}
    sim.says("dora", "button", text="Confirm", payload="confirm:1", **asked)
    sim.says("dora", "button_reply", id="a", title="Fri 10:00", **asked)
    sim.says("dora", "list_reply", id="b", title="Repair", description="by hand", **asked)
    found = wait_for(lambda: len(listener.messages) == 3 and listener.messages)
    by_type = {str(m.get("interactive", m).get("type")): m for m in found}
    assert by_type["button"]["button"] == {"payload": "confirm:1", "text": "Confirm"}
    assert by_type["button_reply"]["interactive"]["button_reply"]["id"] == "a"
    assert by_type["list_reply"]["interactive"]["list_reply"]["description"] == "by hand"
    assert all(m["context"] == {"from": "15550783881", "id": "wamid.ours"} for m in found)


def test_reactions_edits_and_deletions_name_their_message(sim, listener):
    wamid = sim.says("dora", text="Helo")
    sim.says("dora", "reaction", wamid_of=wamid, emoji="")
    sim.says("dora", "edit", wamid_of=wamid, text="Hello")
    sim.says("dora", "revoke", wamid_of=wamid)
    found = wait_for(lambda: len(listener.messages) == 4 and listener.messages)
    by_type = {m["type"]: m for m in found}
    assert by_type["reaction"]["reaction"] == {"message_id": wamid}
    assert by_type["edit"]["edit"]["message"]["text"] == {"body": "Hello"}
    assert by_type["revoke"]["revoke"] == {"original_message_id": wamid}


def test_what_whatsapp_cannot_pass_on_is_unsupported(sim, listener):
    sim.says("dora", "unsupported", what="poll")
    entry = wait_for(lambda: listener.messages and listener.messages[0])
    assert (entry["errors"][0]["code"], entry["unsupported"]) == (131051, {"type": "poll"})


def test_somebody_new_writes(sim, listener):
    sim.says({"name": "Joy", "phone": "+254 700 555 099"})
    sim.says("+254700555099", text="again")
    wait_for(lambda: len(listener.messages) == 2)
    assert {m["from"] for m in listener.messages} == {"254700555099"}
    assert [p["name"] for p in sim.state()["customers"]].count("Joy") == 1


def test_a_file_of_the_customers_own(sim, graph, listener):
    body = {"base64": "aGVsbG8=", "mime_type": "text/plain", "filename": "hello.txt"}
    answer = requests.post(f"{sim.base_url}/control/upload", json=body, timeout=5).json()
    sim.says("dora", "document", media_id=answer["media_id"], caption="Read this")
    document = wait_for(lambda: listener.messages and listener.messages[0]["document"])
    assert (document["filename"], document["caption"]) == ("hello.txt", "Read this")
    headers = {"Authorization": f"Bearer {sim.access_token}"}
    assert requests.get(document["url"], headers=headers, timeout=5).content == b"hello"


@pytest.mark.parametrize("wanted", [{"kind": "song"}, {"customer": "nobody"}, {"kind": "edit"}])
def test_a_description_that_makes_no_sense_is_refused(sim, wanted):
    answer = requests.post(f"{sim.base_url}/control/customer-message", json=wanted, timeout=5)
    assert answer.status_code == 400
