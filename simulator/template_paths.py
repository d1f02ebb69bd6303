"""`/{WABA}/message_templates` and `/{template id}`: list, create, delete, and changes of state."""

import json
from typing import Final

from simulator import template_rules
from simulator.graph_errors import Refusal
from simulator.paging import page, projected
from simulator.template_parts import Template
from simulator.webhooks import Change, Sender
from simulator.wire import Json, Request
from simulator.world import World, new_id

DAY_S: Final = 24 * 3600
EDITABLE: Final = frozenset({"APPROVED", "REJECTED", "PAUSED"})
EDITS_A_MONTH: Final = 10
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


def one(
    world: World, sender: Sender, template: Template, request: Request, rest: list[str]
) -> Json:
    """GET reads, POST edits (it is reviewed again), POST `/unpause` lets it go on."""
    if request.method != "POST":
        return projected(request, template.as_json())
    if rest == ["unpause"]:
        set_status(world, sender, template, "APPROVED")
        return {"success": True}
    _edit(world, template, request.json())
    return {"success": True, "id": template.id}


def _edit(world: World, template: Template, changes: Json) -> None:
    if template.status not in EDITABLE:
        said = "Only approved, rejected and paused templates can be edited."
        raise Refusal(100, said, subcode=2388039, user_message=said)
    category = str(changes.get("category", template.category))
    if template.status == "APPROVED":
        _check_pace(template, world.now())
        if category != template.category:
            said = "The category of an approved template can't be changed."
            raise Refusal(100, said, subcode=2388039, user_message=said)
    parts = list(changes.get("components", template.components))
    template_rules.check_components(world, parts, category)
    template.components, template.category = parts, category
    template.status = "PENDING"
    template.edited_at.append(world.now())


def _check_pace(template: Template, now: float) -> None:
    recent = [at for at in template.edited_at if now - at < 30 * DAY_S]
    if len(recent) >= EDITS_A_MONTH or any(now - at < DAY_S for at in recent):
        said = "An approved template can be edited once in 24 hours, and 10 times in 30 days."
        raise Refusal(100, said, subcode=2388039, user_message=said)


def _create(world: World, wanted: Json) -> Json:
    template_rules.check(world, wanted)
    name, language = str(wanted["name"]), str(wanted["language"])
    if any((row.name, row.language) == (name, language) for row in world.templates):
        said = "This name exists in this language."
        raise Refusal(100, said, subcode=2388024, user_message=said)
    if world.names_blocked.get((name, language), 0) > world.now():
        said = "Content in this language was deleted. Try again in 4 weeks or use another name."
        raise Refusal(100, said, subcode=2388023, user_message=said)
    template = Template(
        name=name,
        language=language,
        category=str(wanted["category"]),
        components=_as_listed(wanted["components"]),
        status="PENDING",
        parameter_format=str(wanted.get("parameter_format", "POSITIONAL")).upper(),
        id=new_id(),
    )
    world.templates.append(template)
    return {"id": template.id, "status": template.status, "category": template.category}


def _as_listed(parts: list[Json]) -> list[Json]:
    """As Graph lists them: a sample is an address of Meta's then."""
    listed = json.loads(json.dumps(parts))
    for part in listed:
        if handles := part.get("example", {}).get("header_handle"):
            kind = str(part["format"]).lower()
            samples = [f"https://scontent.whatsapp.example/v/{kind}-sample" for _ in handles]
            part["example"]["header_handle"] = samples
    return list(listed)


def _delete(world: World, sender: Sender, request: Request, waba_id: str) -> Json:
    name, only = request.query.get("name"), request.query.get("hsm_id")
    gone = [row for row in world.templates if row.name == name and only in (None, row.id)]
    if not gone:
        raise Refusal(100, "No message template found with that name.", subcode=2593002)
    world.templates = [row for row in world.templates if row not in gone]
    for row in gone:
        if row.status == "APPROVED":
            world.names_blocked[(row.name, row.language)] = world.now() + 30 * DAY_S
        _tell(sender, row, "PENDING_DELETION", waba_id, reason=None)
    return {"success": True}


def set_status(
    world: World, sender: Sender, template: Template, status: str, *, reason: str = "PROMOTIONAL"
) -> None:
    """Approve, reject, pause or disable a template, and report it by webhook.

    reason: of a rejection, a word of Meta's.
    """
    template.status = status
    template.rejected_reason = reason if status == "REJECTED" else "NONE"
    waba_id = next(iter(world.numbers.values())).facts.waba_id
    _tell(sender, template, status, waba_id, reason=template.rejected_reason)


def set_quality(sender: Sender, template: Template, quality: str, waba_id: str) -> None:
    """Rate a template anew, and report it by webhook."""
    value = {
        "previous_quality_score": template.quality,
        "new_quality_score": quality,
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }
    template.quality = quality
    sender.put(Change(waba_id, "message_template_quality_update", value))


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
    if event == "REJECTED":
        value["rejection_info"] = {
            "reason": "The text does not fit the rules for this category.",
            "recommendation": "Say what the message is about, and leave offers out.",
        }
    if event == "PAUSED":
        value["other_info"] = {"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}
    sender.put(Change(waba_id, "message_template_status_update", value))
