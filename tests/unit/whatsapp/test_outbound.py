"""Builders make exactly the example bodies and refuse what Meta would refuse."""

import pytest

from tests.unit.whatsapp.bodies import OUTBOUND, outbound_json
from whatsapp import limits, outbound
from whatsapp.outbound import BadPayload, Recipient

DORA = Recipient(phone="+12025550143")
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")


def rebuilt(body):
    """The same request body through the builders."""
    if "status" in body:
        return outbound.mark_as_read(body["message_id"], typing="typing_indicator" in body)
    to = Recipient(phone=body.get("to"), bsuid=body.get("recipient"))
    reply_to = body.get("context", {}).get("message_id")
    opaque = body["biz_opaque_callback_data"]
    return outbound.message(content(body), to=to, opaque=opaque, reply_to=reply_to)


def content(body):
    """The content of a request body through its builder."""
    kind = body["type"]
    inside = body[kind]
    match kind:
        case "text":
            return outbound.text(inside["body"], preview_url=inside["preview_url"])
        case "location":
            return outbound.location(**inside)
        case "contacts":
            return outbound.contacts(inside)
        case "reaction":
            return outbound.reaction(inside["message_id"], inside["emoji"])
        case "interactive":
            return outbound.interactive(inside)
        case "template":
            language = inside["language"]["code"]
            return outbound.template(inside["name"], language, inside.get("components"))
    renamed = {"media_id" if key == "id" else key: value for key, value in inside.items()}
    return outbound.media(kind, **renamed)


@pytest.mark.parametrize("name", OUTBOUND)
def test_the_builders_make_the_example(name):
    assert rebuilt(outbound_json(name)) == outbound_json(name)


def test_voice_is_audio_with_a_mark():
    expected = {"type": "audio", "audio": {"id": "7", "voice": True}}
    assert outbound.media("voice", media_id="7") == expected
    assert outbound.media("audio", media_id="7", voice=True) == expected


@pytest.mark.parametrize(
    ("recipient", "address"),
    [
        (Recipient(phone="+12025550143"), {"to": "+12025550143"}),
        (Recipient(phone="12025550143"), {"to": "+12025550143"}),
        (Recipient(bsuid="US.1"), {"recipient": "US.1"}),
        (Recipient(phone="12025550143", bsuid="US.1"), {"to": "+12025550143"}),
    ],
)
def test_the_phone_wins_and_always_has_its_plus(recipient, address):
    body = outbound.message(outbound.text("Hi"), to=recipient, opaque=None)
    assert {key: body[key] for key in ("to", "recipient") if key in body} == address
    assert "biz_opaque_callback_data" not in body


def refusal(build):
    """Field and code of the refusal."""
    with pytest.raises(BadPayload) as caught:
        build()
    return caught.value.field, caught.value.code


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        (Recipient(), ("to", "REQUIRED")),
        (Recipient(phone="+1 202"), ("to", "WRONG_KIND")),
        (Recipient(phone="Dora"), ("to", "WRONG_KIND")),
        (Recipient(phone="٠١٢٣٤٥٦"), ("to", "WRONG_KIND")),
        (Recipient(bsuid="12025550143"), ("recipient", "WRONG_KIND")),
    ],
)
def test_an_address_that_is_none_is_refused(recipient, expected):
    assert refusal(recipient.address) == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "REQUIRED"),
        (" \n", "REQUIRED"),
        (None, "REQUIRED"),
        (7, "WRONG_KIND"),
        ("x" * 4097, "TOO_LONG"),
        ("👋" * 2049, "TOO_LONG"),
        ("x" * 10_000_000, "TOO_LONG"),
    ],
)
def test_a_text_says_something_in_at_most_4096_utf16_units(body, code):
    assert refusal(lambda: outbound.text(body)) == ("text.body", code)


@pytest.mark.parametrize("body", ["x" * 4096, "👋" * 2048, "\ud83d"])
def test_a_text_may_fill_the_limit(body):
    assert outbound.text(body)["text"]["body"] == body


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_a_file_has_an_id_or_a_link_never_both(kind):
    both = {"media_id": "7", "link": "https://media.shop.example/x"}
    assert refusal(lambda: outbound.media(kind)) == (kind, "ONE_OF")
    assert refusal(lambda: outbound.media(kind, **both)) == (kind, "ONE_OF")


@pytest.mark.parametrize(
    ("kind", "extra", "expected"),
    [
        ("audio", {"caption": "x"}, ("audio.caption", "NOT_ALLOWED")),
        ("voice", {"caption": "x"}, ("audio.caption", "NOT_ALLOWED")),
        ("sticker", {"caption": "x"}, ("sticker.caption", "NOT_ALLOWED")),
        ("image", {"caption": "x" * 1025}, ("image.caption", "TOO_LONG")),
        ("image", {"filename": "x.png"}, ("image.filename", "NOT_ALLOWED")),
        ("image", {"voice": True}, ("image.voice", "NOT_ALLOWED")),
        ("hologram", {}, ("type", "NOT_ALLOWED")),
        ("text", {}, ("type", "NOT_ALLOWED")),
    ],
)
def test_a_file_takes_only_what_its_kind_has(kind, extra, expected):
    assert refusal(lambda: outbound.media(kind, media_id="7", **extra)) == expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (90.1, 0, ("location.latitude", "OUT_OF_RANGE")),
        (0, -180.1, ("location.longitude", "OUT_OF_RANGE")),
        (float("nan"), 0, ("location.latitude", "OUT_OF_RANGE")),
        (0, float("inf"), ("location.longitude", "OUT_OF_RANGE")),
        ("52", 0, ("location.latitude", "WRONG_KIND")),
        (True, 0, ("location.latitude", "WRONG_KIND")),
    ],
)
def test_a_location_is_on_earth(latitude, longitude, expected):
    assert refusal(lambda: outbound.location(latitude, longitude)) == expected


def a_card(**name):
    return {"name": {"formatted_name": "Returns desk", "first_name": "Returns", **name}}


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ([], ("contacts", "TOO_FEW")),
        ([a_card()] * 258, ("contacts", "TOO_MANY")),
        (["x"], ("contacts[0]", "WRONG_KIND")),
        ([{}], ("contacts[0].name", "REQUIRED")),
        ([a_card(formatted_name=None)], ("contacts[0].name.formatted_name", "REQUIRED")),
        ([a_card(), a_card(first_name="")], ("contacts[1].name.first_name", "REQUIRED")),
    ],
)
def test_a_card_has_a_name_in_two_parts(cards, expected):
    assert refusal(lambda: outbound.contacts(cards)) == expected


def test_257_cards_fit():
    assert len(outbound.contacts([a_card()] * 257)["contacts"]) == 257


def test_a_reaction_names_its_message_and_cannot_quote():
    assert refusal(lambda: outbound.reaction("", "👍")) == ("reaction.message_id", "REQUIRED")
    reaction = outbound.reaction("wamid.A", "👍")
    quoting = {"to": DORA, "opaque": None, "reply_to": "wamid.B"}
    assert refusal(lambda: outbound.message(reaction, **quoting)) == ("context", "NOT_ALLOWED")


def test_our_own_id_has_at_most_512_units():
    text = outbound.text("Hi")
    assert outbound.message(text, to=DORA, opaque="x" * 512)
    assert refusal(lambda: outbound.message(text, to=DORA, opaque="x" * 513)) == (
        "biz_opaque_callback_data",
        "TOO_LONG",
    )


@pytest.mark.parametrize(
    ("name", "language", "components", "expected"),
    [
        ("Order Update", "en", None, ("template.name", "WRONG_KIND")),
        ("", "en", None, ("template.name", "WRONG_KIND")),
        ("x" * 513, "en", None, ("template.name", "WRONG_KIND")),
        ("order", "", None, ("template.language", "WRONG_KIND")),
        ("order", "en-US", None, ("template.language", "WRONG_KIND")),
        ("order", "en", ["x"], ("template.components[0]", "WRONG_KIND")),
        ("order", "en", [{"type": "foot"}], ("template.components[0].type", "NOT_ALLOWED")),
        ("order", "en", [{"type": []}], ("template.components[0].type", "NOT_ALLOWED")),
        ("order", "en", [{"type": "body"}], ("template.components[0].parameters", "REQUIRED")),
    ],
)
def test_a_template_has_a_name_a_language_and_whole_components(
    name, language, components, expected
):
    assert refusal(lambda: outbound.template(name, language, components)) == expected


def a_button(**extra):
    button = {"type": "button", "sub_type": "copy_code", "index": "0"}
    return {**button, "parameters": [{"type": "coupon_code", "coupon_code": "KETTLE"}], **extra}


WHERE = "template.components[0]"


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (a_button(index=0), (f"{WHERE}.index", "WRONG_KIND")),
        (a_button(index="10"), (f"{WHERE}.index", "WRONG_KIND")),
        (a_button(sub_type="dance"), (f"{WHERE}.sub_type", "NOT_ALLOWED")),
        (
            a_button(parameters=[{"type": "coupon_code", "coupon_code": "x" * 16}]),
            (f"{WHERE}.parameters[0].coupon_code", "TOO_LONG"),
        ),
        (
            {"type": "header", "parameters": [{"type": "image", "image": {}}]},
            (f"{WHERE}.parameters[0].image", "ONE_OF"),
        ),
        (
            {"type": "body", "parameters": [{"type": "text", "text": ""}]},
            (f"{WHERE}.parameters[0].text", "REQUIRED"),
        ),
        (
            {"type": "body", "parameters": [{"type": "currency"}]},
            (f"{WHERE}.parameters[0].currency", "REQUIRED"),
        ),
        ({"type": "carousel", "cards": [{}]}, (f"{WHERE}.cards", "TOO_FEW")),
        (
            {"type": "carousel", "cards": [{"components": [{"type": "carousel"}]}] * 2},
            (f"{WHERE}.cards[0].components[0].type", "NOT_ALLOWED"),
        ),
    ],
)
def test_a_component_has_what_its_type_needs(component, expected):
    assert refusal(lambda: outbound.template("order", "en", [component])) == expected


def test_a_refusal_says_where_and_why_in_plain_words():
    with pytest.raises(BadPayload) as caught:
        outbound.text("x" * 5_000)
    assert caught.value.message == "At most 4096 characters."
    assert caught.value.data == {"limit": limits.TEXT_BODY}


@pytest.mark.parametrize(
    ("text", "units"),
    [("", 0), ("abc", 3), ("é", 1), ("👋", 2), ("👋🏽", 4), ("\ud83d", 1), ("e\u0301", 2)],
)
def test_length_counts_utf16_units(text, units):
    assert limits.length(text) == units


@pytest.mark.parametrize("kind", limits.MIME_TYPES)
def test_every_kind_of_file_has_a_largest_size(kind):
    assert limits.MEDIA_BYTES[kind] > 0
