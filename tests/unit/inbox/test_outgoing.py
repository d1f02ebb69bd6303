"""What goes out, decided from values: kinds of files, ids in payloads, menus."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from accounts.refusals import Refused
from inbox import outgoing
from inbox.menus import menu_of
from inbox.outgoing.file_ids import file_id, files_in, with_ids
from inbox.recordings import demuxer_of, is_voice_note

PAYLOADS = Path("tests/payloads/outbound")
ONE, TWO = UUID(int=1), UUID(int=2)
KB, MB = 1024, 1024 * 1024


def interactive(name: str) -> dict:
    return json.loads((PAYLOADS / f"interactive_{name}.json").read_text())["interactive"]


@pytest.mark.parametrize(
    ("mime_type", "wish", "kind"),
    [
        ("image/jpeg", "", "image"),
        ("image/png", "", "image"),
        ("image/webp", "", "document"),
        ("image/gif", "", "document"),
        ("image/heic", "", "document"),
        ("image/webp", "sticker", "sticker"),
        ("image/jpeg", "document", "document"),
        ("video/mp4", "", "video"),
        ("video/quicktime", "", "document"),
        ("audio/ogg", "", "audio"),
        ("audio/ogg", "voice", "voice"),
        ("application/pdf", "", "document"),
        ("application/zip", "", "document"),
    ],
)
def test_a_file_goes_as_what_whatsapp_takes(mime_type: str, wish: str, kind: str) -> None:
    assert outgoing.kind_for(mime_type, size=KB, wish=wish) == kind


@pytest.mark.parametrize(
    ("mime_type", "wish", "animated", "most"),
    [
        ("image/png", "", False, 5 * MB),
        ("video/mp4", "", False, 16 * MB),
        ("audio/mpeg", "", False, 16 * MB),
        ("application/pdf", "", False, 100 * MB),
        ("image/webp", "sticker", False, 100 * KB),
        ("image/webp", "sticker", True, 500 * KB),
    ],
)
def test_the_last_byte_that_fits_and_the_first_that_does_not(mime_type, wish, animated, most):
    outgoing.kind_for(mime_type, size=most, wish=wish, animated=animated)
    with pytest.raises(Refused) as refusal:
        outgoing.kind_for(mime_type, size=most + 1, wish=wish, animated=animated)
    assert (refusal.value.code, refusal.value.data["limit_bytes"]) == ("MEDIA_TOO_LARGE", most)


@pytest.mark.parametrize(
    ("mime_type", "wish"),
    [
        ("image/gif", "image"),
        ("audio/mp4", "voice"),
        ("image/png", "sticker"),
        ("audio/ogg", "video"),
    ],
)
def test_a_type_that_cannot_go_as_wished_names_those_that_can(mime_type: str, wish: str) -> None:
    with pytest.raises(Refused) as refusal:
        outgoing.kind_for(mime_type, size=KB, wish=wish)
    assert refusal.value.code == "MEDIA_TYPE_UNSUPPORTED"
    assert refusal.value.data["allowed"]


def test_our_files_are_found_and_replaced_at_any_depth() -> None:
    header = {"type": "image", "image": {"id": file_id(ONE)}}
    payload = {"a": {"cards": [{"header": header}, {"header": {"video": {"id": file_id(TWO)}}}]}}
    assert files_in(payload) == [ONE, TWO]
    replaced = with_ids(payload, {ONE: "4711"})
    assert replaced["a"]["cards"][0]["header"]["image"] == {"id": "4711"}
    assert files_in(replaced) == [TWO]


def test_an_id_of_somebody_elses_that_looks_like_ours_is_left_alone() -> None:
    payload = {"reply": {"id": "baton:no-uuid", "title": "Yes"}}
    assert files_in(payload) == []
    assert with_ids(payload, {}) == payload


def test_the_rows_of_a_list_and_the_cards_of_a_carousel_are_what_is_behind_a_button() -> None:
    found = menu_of(interactive("list"))
    assert found is not None
    assert found.label == "Departments"
    assert found.parts[0].title == "After the sale"
    assert found.parts[0].rows[0] == ("Returns & refunds", "Send something back")
    assert menu_of(interactive("carousel")) is not None
    assert menu_of(interactive("button")) is None


@pytest.mark.parametrize(
    "whole", [{}, {"type": "list"}, {"type": "list", "action": {"sections": [1, {"rows": "x"}]}}]
)
def test_a_menu_of_an_earlier_release_may_lack_anything(whole: dict) -> None:
    menu_of(whole)


def test_a_whole_emoji_is_one_reaction_and_letters_are_none() -> None:
    for emoji in ("👍", "❤️", "👩‍👩‍👧‍👦", "🇸🇪", ""):
        assert outgoing.reaction("wamid.1", emoji).payload["reaction"]["emoji"] == emoji
    for other in ("ok", "12", "👍 👍", "👍" * 20):
        with pytest.raises(Refused):
            outgoing.reaction("wamid.1", other)


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\x1a\x45\xdf\xa3rest", "matroska"),
        (b"\0\0\0\x20ftypisom", "mov"),
        (b"OggS\0", "ogg"),
        (b"#!AMR\n", "amr"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"#EXTM3U\nfile:///etc/passwd", None),
        (b"", None),
    ],
)
def test_a_reader_is_named_for_each_recording_and_none_for_the_rest(head, demuxer):
    assert demuxer_of(head) == demuxer


def test_one_channel_of_opus_in_ogg_is_a_voice_note_already() -> None:
    assert is_voice_note(b"OggS" + bytes(24) + b"OpusHead\x01\x01")
    assert not is_voice_note(b"OggS" + bytes(24) + b"OpusHead\x01\x02")
    assert not is_voice_note(b"OggS" + bytes(24) + b"\x01vorbis")
