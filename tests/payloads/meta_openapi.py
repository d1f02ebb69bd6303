"""Meta's OpenAPI file with the repairs without which it rejects every real message.

The file is Meta's and is not shipped here (https://github.com/facebook/openapi). Name its folder
in META_OPENAPI, or keep it in a folder `meta-openapi` somewhere beside the project.
"""

import os
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FILE = "business-messaging-api_v23.0.yaml"
PROJECT = Path(__file__).parents[2]

MESSAGE_SCHEMAS = {
    "text": "TextMessage",
    "audio": "AudioMessage",
    "document": "DocumentMessage",
    "image": "ImageMessage",
    "location": "LocationMessage",
    "video": "VideoMessage",
    "sticker": "StickerMessage",
    "reaction": "ReactionMessage",
    "interactive": "InteractiveMessage",
    "template": "TemplateMessage",
    "contacts": "ContactsMessage",
}


def openapi_file() -> Path | None:
    """Where Meta's file lies, or None."""
    named = os.environ.get("META_OPENAPI")
    if named:
        return Path(named) / FILE if (Path(named) / FILE).is_file() else None
    return next(PROJECT.parent.glob(f"*/*/meta-openapi/{FILE}"), None)


@cache
def repaired_schemas() -> dict[str, Any]:
    """The schemas of Meta's file, repaired. Reading the YAML takes seconds: done once."""
    path = openapi_file()
    if path is None:
        raise FileNotFoundError(FILE)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(path.read_text(), Loader=loader)  # noqa: S506 - both are safe loaders
    schemas = deepcopy(document["components"]["schemas"])
    _repair_messages(schemas)
    _repair_contents(schemas)
    _repair_templates(schemas)
    _repair_interactive(schemas)
    return {"schemas": schemas}


def problems(body: dict[str, Any]) -> list[str]:
    """What Meta's schema has against a body of POST /{phone number id}/messages."""
    name = "MarkMessageRequestPayload" if "status" in body else MESSAGE_SCHEMAS[body["type"]]
    return schema_problems(name, body)


def schema_problems(name: str, body: dict[str, Any]) -> list[str]:
    """What the schema of this name has against a body."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": repaired_schemas()}
    return [error.message for error in Draft202012Validator(schema).iter_errors(body)]


def _repair_messages(schemas: dict[str, Any]) -> None:
    # `additionalProperties: false` in one half of an allOf forbids the keys of the other half.
    for name in MESSAGE_SCHEMAS.values():
        schemas[name]["allOf"][1].pop("additionalProperties", None)
        schemas[name]["unevaluatedProperties"] = False
    base = schemas["BaseMessageProperties"]
    base["required"] = ["messaging_product", "type"]
    base["anyOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]
    for key in ("recipient", "biz_opaque_callback_data", "recipient_identity_key_hash"):
        base["properties"][key] = {"type": "string", "maxLength": 512}


def _repair_contents(schemas: dict[str, Any]) -> None:
    # Coordinates are numbers in Meta's own examples; cards may be 257 and phones of any type.
    place = schemas["LocationMessage"]["allOf"][1]["properties"]["location"]["properties"]
    place["latitude"] = place["longitude"] = {"type": ["number", "string"]}
    schemas["ContactsMessage"]["allOf"][1]["properties"]["contacts"]["maxItems"] = 257
    schemas["PhoneObject"]["properties"]["type"] = {"type": "string"}


def _repair_templates(schemas: dict[str, Any]) -> None:
    # The policy of a language is gone; the pattern of the index is a character class without 0.
    schemas["LanguageObject"]["required"] = ["code"]
    part = schemas["TemplateComponent"]["properties"]
    part["type"]["enum"] += ["carousel", "limited_time_offer"]
    part["sub_type"]["enum"] += ["copy_code", "flow"]
    part["index"]["pattern"] = "^[0-9]$"


def _repair_interactive(schemas: dict[str, Any]) -> None:
    kinds = ["cta_url", "location_request_message", "request_contact_info", "carousel"]
    schemas["InteractiveObject"]["properties"]["type"]["enum"] += kinds
    schemas["BodyObject"]["properties"]["text"]["maxLength"] = 4096
    names = {"enum": ["send_location", "request_contact_info"]}
    schemas["ActionObject"]["oneOf"] += [
        {"required": ["name", "parameters"], "properties": {"name": {"enum": ["cta_url"]}}},
        {"required": ["name"], "properties": {"name": names}},
        {"required": ["cards"]},
    ]
