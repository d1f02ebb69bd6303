"""What a phone shows of a template and the components that Graph got.

Written from Meta's documentation, without a line of the compiler's: the other side of the property
that the preview equals the payload.
"""

import re


def on_the_phone(listed, sent):
    """The frozen content, read from the template as Graph lists it and the sent components."""
    shown = {"header": None, "media": None, "body": None, "footer": None, "buttons": []}
    for part in listed:
        shown |= SHOWS[part["type"]](part, sent)
    return shown


def _parameters(sent, kind, **more):
    wanted = {"type": kind, **more}
    found = [one for one in sent if wanted.items() <= one.items()]
    assert len(found) <= 1, f"{wanted} twice"
    return found[0].get("parameters", found[0].get("cards")) if found else []


def _filled(text, parameters):
    names = {
        parameter.get("parameter_name", str(number)): parameter["text"]
        for number, parameter in enumerate(parameters, start=1)
    }
    pieces = re.split(r"\{\{(\w+)\}\}", text)
    return "".join(names[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _header(part, sent):
    given = _parameters(sent, "header")
    if part["format"] == "TEXT":
        return {"header": _filled(part["text"], given)}
    [parameter] = given
    kind = parameter["type"]
    assert kind == part["format"].lower()
    if kind == "location":
        place = parameter["location"]
        degrees = {name: float(place[name]) for name in ("latitude", "longitude")}
        return {"location": place | degrees}
    return {"media": {"type": kind, **_file(parameter[kind])}}


def _file(file):
    assert len({"id", "link"} & set(file)) == 1
    shown = {key: file[key] for key in ("link", "filename") if key in file}
    if file.get("id", "").startswith("baton:"):
        return shown | {"id": file["id"].removeprefix("baton:")}
    return shown | ({"meta_media_id": file["id"]} if "id" in file else {})


def _buttons(part, sent):
    return {"buttons": [_button(one, sent, str(n)) for n, one in enumerate(part["buttons"])]}


def _button(button, sent, index):
    [given] = _parameters(sent, "button", index=index) or [{}]
    shown = {"text": button["text"], "type": button["type"].lower()}
    match button["type"]:
        case "URL":
            return shown | {"url": button["url"].replace("{{1}}", given.get("text", ""))}
        case "COPY_CODE":
            return shown | {"code": given["coupon_code"]}
        case "PHONE_NUMBER":
            return shown | {"phone_number": button["phone_number"]}
        case "FLOW":
            assert given["action"]["flow_token"]
    return shown


def _offer(part, sent):
    offer = part["limited_time_offer"]
    ends = _parameters(sent, "limited_time_offer") if offer["has_expiration"] else []
    at = ends[0]["limited_time_offer"]["expiration_time_ms"] if ends else None
    return {"offer": {"text": offer["text"], "expires_at_ms": at}}


def _cards(part, sent):
    cards = _parameters(sent, "carousel")
    assert [card["card_index"] for card in cards] == list(range(len(part["cards"])))
    pairs = zip(part["cards"], cards, strict=True)
    return {"cards": [on_the_phone(one["components"], card["components"]) for one, card in pairs]}


SHOWS = {
    "HEADER": _header,
    "BODY": lambda part, sent: {"body": _filled(part["text"], _parameters(sent, "body"))},
    "FOOTER": lambda part, _sent: {"footer": part["text"]},
    "BUTTONS": _buttons,
    "LIMITED_TIME_OFFER": _offer,
    "CAROUSEL": _cards,
}
