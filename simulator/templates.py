"""Templates: find and check the one a send names, and fill in what the customer sees."""

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.checks import check_reference
from simulator.graph_errors import Refusal
from simulator.template_parts import Template
from simulator.wire import Json
from simulator.world import World

VARIABLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
STOPPED: Final[Mapping[str, int]] = {"PAUSED": 132015, "DISABLED": 132016}
MEDIA_FORMATS: Final = ("IMAGE", "VIDEO", "DOCUMENT")


def find(world: World, name: str, language: str) -> Template | None:
    """The template of that name in that language."""
    rows = world.templates
    return next((row for row in rows if (row.name, row.language) == (name, language)), None)


def template_for(world: World, content: Json) -> Template:
    """The template a send names; raises Refusal 132001, 132015 or 132016."""
    name, language = str(content.get("name")), str(content.get("language", {}).get("code"))
    template = find(world, name, language)
    if template and template.status in STOPPED:
        raise Refusal(STOPPED[template.status])
    if template is None or template.status != "APPROVED":
        raise Refusal(132001, f"template name ({name}) does not exist in {language}")
    return template


def bubble(world: World, template: Template, content: Json) -> Json:
    """What the customer sees; raises Refusal where the values do not fit the template."""
    sent = [part for part in content.get("components") or [] if isinstance(part, dict)]
    shown = _filled(world, template.components, sent, template.parameter_format)
    return {"kind": "template", "template": template.name} | shown


def _filled(world: World, parts: list[Json], sent: list[Json], style: str) -> Json:
    shown: Json = {}
    for part in parts:
        match part["type"]:
            case "HEADER":
                shown["header"] = _header(world, part, _parameters(sent, "header"), style)
            case "BODY":
                shown["text"] = _fill(part["text"], _parameters(sent, "body"), style, "body")
            case "FOOTER":
                shown["footer"] = part.get("text") or _expiry(part)
            case "BUTTONS":
                shown["buttons"] = _buttons(part["buttons"], sent)
            case "CAROUSEL":
                shown["cards"] = _cards(world, part["cards"], sent, style)
    return shown


def _parameters(sent: list[Json], kind: str) -> list[Json]:
    for part in sent:
        if str(part.get("type")).lower() == kind:
            return list(part.get("parameters") or [])
    return []


def _header(world: World, part: Json, values: list[Json], style: str) -> Json:
    wanted = str(part["format"])
    if wanted == "TEXT":
        return {"text": _fill(part["text"], values, style, "header")}
    kind = wanted.lower()
    given = values[0].get(kind) if values and values[0].get("type") == kind else None
    if not isinstance(given, dict):
        raise Refusal(132012, f"header: Format mismatch, expected {wanted}, received UNKNOWN")
    if wanted in MEDIA_FORMATS:
        check_reference(world, given)
        return {"media": {"kind": kind} | given}
    return {kind: given}


def _fill(text: str, values: list[Json], style: str, where: str) -> str:
    names = list(dict.fromkeys(VARIABLE.findall(text)))
    if len(values) != len(names):
        raise Refusal(
            132000,
            f"{where}: number of localizable_params ({len(values)}) does not match the expected "
            f"number of params ({len(names)})",
        )
    texts = [_text_of(value) for value in values]
    keys = [str(value.get("parameter_name")) for value in values]
    if style == "NAMED" and set(keys) != set(names):
        raise Refusal(132012, f"{where}: Parameter name is missing or invalid")
    by_name = dict(zip(keys if style == "NAMED" else names, texts, strict=True))
    return VARIABLE.sub(lambda found: by_name[found[1]], text)


def _text_of(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "text" and isinstance(value.get("text"), str) and value["text"]:
        return str(value["text"])
    if kind in ("currency", "date_time"):
        return str(value[kind].get("fallback_value"))
    raise Refusal(132012, f"Format mismatch, expected TEXT, received {str(kind).upper()}")


def _buttons(entries: list[Json], sent: list[Json]) -> list[Json]:
    return [_button(entry, _button_value(sent, index)) for index, entry in enumerate(entries)]


def _button_value(sent: list[Json], index: int) -> Json:
    for part in sent:
        if part.get("type") == "button" and str(part.get("index")) == str(index):
            values = part.get("parameters") or [{}]
            return dict(values[0])
    return {}


def _button(entry: Json, value: Json) -> Json:
    shown: Json = {"kind": str(entry["type"]).lower(), "text": entry["text"]}
    match entry["type"]:
        case "QUICK_REPLY":
            shown["payload"] = value.get("payload", entry["text"])
        case "URL":
            shown["url"] = _link(str(entry["url"]), value)
        case "COPY_CODE":
            shown["code"] = value.get("coupon_code")
            if not shown["code"]:
                raise Refusal(131008, "Button of type copy_code requires a coupon_code.")
        case "PHONE_NUMBER":
            shown["phone"] = entry["phone_number"]
    return shown


def _link(url: str, value: Json) -> str:
    if not VARIABLE.search(url):
        return url
    if not value.get("text"):
        raise Refusal(131008, "Button of type Url requires a parameter.")
    return VARIABLE.sub(lambda _found: str(value["text"]), url)


def _cards(world: World, cards: list[Json], sent: list[Json], style: str) -> list[Json]:
    given = next((part for part in sent if part.get("type") == "carousel"), {}).get("cards", [])
    if len(given) != len(cards):
        raise Refusal(132000, f"carousel: {len(given)} cards given, {len(cards)} expected")
    return [
        _filled(world, card["components"], values.get("components") or [], style)
        for card, values in zip(cards, given, strict=True)
    ]


def _expiry(part: Json) -> str | None:
    minutes = part.get("code_expiration_minutes")
    return f"This code expires in {minutes} minutes." if minutes else None
