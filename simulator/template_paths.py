"""`/{WABA}/message_templates` and `/{template id}`: list, create, delete, and changes of state."""

import re
from typing import Final

from simulator.graph_errors import Refusal
from simulator.paging import page, projected
from simulator.template_parts import Template
from simulator.webhooks import Change, Sender
from simulator.wire import Json, Request
from simulator.world import World, new_id

NAME: Final = re.compile(r"^[a-z0-9_]{1,512}$")
EXACT_FILTERS: Final = ("status", "language", "category")


def by_id(world: World, template_id: str) -> Template | None:
    """The template with that id."""
    return next((row for row in world.templates if row.id == template_id), None)


def answer(world: World, sender: Sender, request: Request, *, waba_id: str) -> Json:
    """GET lists, POST creates (PENDING), DELETE removes every language of a name."""
    match request.method:
        case "POST":
            return _create(world, request.json())
        case "DELETE":
            return _delete(world, sender, request, waba_id)
    return page(request, [row.as_json() for row in _filtered(world, request.query)])


def _filtered(world: World, query: dict[str, str]) -> list[Template]:
    rows = [row for row in world.templates if query.get("name", "") in row.name]
    for name in EXACT_FILTERS:
        if wanted := query.get(name):
            rows = [row for row in rows if getattr(row, name) == wanted]
    return rows


def one(template: Template, request: Request) -> Json:
    """GET reads, POST edits; an edited template waits for approval again."""
    if request.method != "POST":
        return projected(request, template.as_json())
    changes = request.json()
    template.components = changes.get("components", template.components)
    template.category = changes.get("category", template.category)
    template.status = "PENDING"
    return {"success": True, "id": template.id}


def _create(world: World, wanted: Json) -> Json:
    name, language = str(wanted.get("name")), str(wanted.get("language"))
    if not NAME.match(name):
        raise Refusal(100, user_message="Names take small letters, digits and underscores.")
    if any((row.name, row.language) == (name, language) for row in world.templates):
        raise Refusal(100, subcode=2388024, user_message="This name exists in this language.")
    template = Template(
        name=name,
        language=language,
        category=str(wanted.get("category", "UTILITY")),
        components=list(wanted["components"]),
        status="PENDING",
        parameter_format=str(wanted.get("parameter_format", "POSITIONAL")).upper(),
        id=new_id(),
    )
    world.templates.append(template)
    return {"id": template.id, "status": template.status, "category": template.category}


def _delete(world: World, sender: Sender, request: Request, waba_id: str) -> Json:
    name, only = request.query.get("name"), request.query.get("hsm_id")
    gone = [row for row in world.templates if row.name == name and only in (None, row.id)]
    if not gone:
        raise Refusal(100, "No message template found with that name.", subcode=2593002)
    world.templates = [row for row in world.templates if row not in gone]
    for row in gone:
        _tell(sender, row, "PENDING_DELETION", waba_id, reason=None)
    return {"success": True}


def set_status(world: World, sender: Sender, template: Template, status: str) -> None:
    """Approve, reject, pause or disable a template, and report it by webhook."""
    template.status = status
    template.rejected_reason = "PROMOTIONAL" if status == "REJECTED" else "NONE"
    waba_id = next(iter(world.numbers.values())).facts.waba_id
    _tell(sender, template, status, waba_id, reason=template.rejected_reason)


def _tell(
    sender: Sender, template: Template, event: str, waba_id: str, *, reason: str | None
) -> None:
    value: Json = {
        "event": event,
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": reason,
    }
    if event == "PAUSED":
        value["other_info"] = {"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}
    sender.put(Change(waba_id, "message_template_status_update", value))
