"""`POST /{phone number id}/messages`: accept, refuse, or fail on purpose; and read receipts."""

from collections import deque
from typing import Any, Final

from simulator import accepts, bubbles, statuses, templates
from simulator.checks import check_content, check_envelope
from simulator.graph_errors import Refusal
from simulator.people import Customer, a_stranger, as_meta_writes
from simulator.switches import Fault
from simulator.webhooks import Sender
from simulator.wire import Json
from simulator.world import Message, Number, Typing, World, new_wamid

TYPING_S: Final = 25
PAIR_S: Final = 6
PAIR_BURST: Final = 45


def accept(
    world: World, sender: Sender, number: Number, payload: Any, body: bytes, fault: Fault | None
) -> Json:
    """Take a message in and start its life; the answer of Graph, or Refusal."""
    kind = check_envelope(payload)
    person = _recipient(world, number, payload)
    check_content(world, payload, kind)
    message = _message(world, number, person, payload, kind)
    _check_rules(world, number, person, message)
    _store(world, message)
    accepts.record(world, message, body, str(payload.get("to") or payload.get("recipient")))
    sender.tasks.start(statuses.play(world, sender, message, fault))
    return _answer(payload, person, message, held=fault is not None and fault.kind == "held")


def _recipient(world: World, number: Number, payload: Json) -> Customer:
    to, bsuid = payload.get("to"), payload.get("recipient")
    if to and as_meta_writes(to) == number.facts.display:
        raise Refusal(131021)
    who = str(to or bsuid)
    if not to and payload.get("type") == "template" and _is_authentication(world, payload):
        raise Refusal(131062)
    known = world.customer(who)
    if known and known.key in number.blocked:
        raise Refusal(130403)
    return known or world.add(a_stranger(number=to, bsuid=bsuid))


def _is_authentication(world: World, payload: Json) -> bool:
    content = payload["template"]
    found = templates.find(world, content["name"], content["language"]["code"])
    return found is not None and found.category == "AUTHENTICATION"


def _message(world: World, number: Number, person: Customer, payload: Json, kind: str) -> Message:
    category = "service"
    if kind == "template":
        template = templates.template_for(world, payload["template"])
        bubble, category = templates.bubble(world, template, payload["template"]), template.category
    else:
        bubble = bubbles.of_payload(payload, kind)
    return Message(
        wamid=new_wamid(person.wa_id, outbound=True),
        number_id=number.facts.id,
        customer=person.key,
        direction="outbound",
        kind=kind,
        at=world.now(),
        bubble=bubble,
        raw=payload,
        status="accepted",
        opaque=payload.get("biz_opaque_callback_data"),
        category=category.lower(),
    )


def _check_rules(world: World, number: Number, person: Customer, message: Message) -> None:
    rules = world.switches.rules
    chat = (number.facts.id, person.key)
    if number.status != "CONNECTED":
        raise Refusal(133010)
    if rules.window and message.kind != "template" and not world.window_open(*chat):
        raise Refusal(131047)
    if rules.allow_list and person.key not in world.allowed:
        raise Refusal(131030)
    if rules.opt_out and message.category == "marketing" and person.opted_out:
        raise Refusal(131050)
    if rules.throughput and not _within_throughput(world, number.facts.id, rules.throughput):
        raise Refusal(130429)
    if rules.pair and not _within_pair_rate(world, chat):
        raise Refusal(131056)


def _within_throughput(world: World, number_id: str, a_second: int) -> bool:
    times = world.sent_at.setdefault(number_id, deque())
    now = world.now()
    while times and now - times[0] >= 1:
        times.popleft()
    if len(times) >= a_second:
        return False
    times.append(now)
    return True


def _within_pair_rate(world: World, chat: tuple[str, str]) -> bool:
    now = world.now()
    paid_until = max(world.pair_debt.get(chat, 0.0), now)
    if paid_until + PAIR_S - now > PAIR_S * PAIR_BURST:
        return False
    world.pair_debt[chat] = paid_until + PAIR_S
    return True


def _store(world: World, message: Message) -> None:
    world.typing.pop((message.number_id, message.customer), None)
    if message.kind == "reaction":
        _react(world, message)
    world.keep(message)


def _react(world: World, message: Message) -> None:
    content = message.raw["reaction"]
    if target := world.messages.get(content["message_id"]):
        target.reactions["business"] = content["emoji"]
        world.touch(target)


def _answer(payload: Json, person: Customer, message: Message, *, held: bool) -> Json:
    state = "held_for_quality_assessment" if held else "accepted"
    entry: Json = {"id": message.wamid}
    if message.kind == "template":
        entry["message_status"] = state
    contact = {"input": payload.get("to") or payload.get("recipient")}
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact | person.ids("wa_id", "user_id")],
        "messages": [entry],
    }


def mark_read(world: World, number: Number, payload: Json) -> Json:
    """A read receipt, with or without typing. An unknown wamid is taken: worlds do not last."""
    wamid = payload.get("message_id")
    if not isinstance(wamid, str) or not wamid.startswith("wamid."):
        raise Refusal(131009, "Parameter message_id is not valid.")
    target = world.messages.get(wamid)
    if target and target.direction == "inbound" and target.number_id == number.facts.id:
        _read_up_to(world, target)
        if "typing_indicator" in payload:
            chat = (target.number_id, target.customer)
            world.typing[chat] = Typing(world.now() + TYPING_S, 0)
            world.touch(world.typing[chat])
    return {"success": True}


def _read_up_to(world: World, target: Message) -> None:
    for message in world.chat(target.number_id, target.customer):
        if message.direction == "inbound":
            world.raise_status(message, "read")
        if message is target:
            return
