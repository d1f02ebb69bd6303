"""Coexistence: what the WhatsApp Business app on the phone hands over when it is asked."""

from typing import Final

from simulator.graph_errors import Refusal
from simulator.people import Customer
from simulator.webhooks import Change, Sender, message_change
from simulator.wire import Json, Request
from simulator.world import Number, World, new_id, new_wamid

SYNC_TYPES: Final = frozenset({"smb_app_state_sync", "history"})
A_DAY_S: Final = 24 * 60 * 60


def sync(world: World, sender: Sender, number: Number, request: Request) -> Json:
    """`POST /{phone number id}/smb_app_data`: each kind once; the rest comes by webhook."""
    wanted = str((request.json() or {}).get("sync_type"))
    if number.facts.id not in world.setup.on_phone_app or wanted not in SYNC_TYPES:
        raise Refusal(100, "There is nothing to synchronize.")
    if wanted in number.synced:
        raise Refusal(2593107)
    number.synced.add(wanted)
    value = _contacts(world) if wanted == "smb_app_state_sync" else _history(world, number)
    frame = message_change(world, number.facts.id, value, ())
    sender.put(Change(frame.waba_id, wanted, frame.value))
    return {"messaging_product": "whatsapp", "request_id": new_id()}


def _contacts(world: World) -> Json:
    return {"state_sync": [_contact(world, one) for one in _with_number(world)]}


def _contact(world: World, person: Customer) -> Json:
    names = {"full_name": person.name, "first_name": person.name.split()[0]}
    return {
        "type": "contact",
        "action": "add",
        "contact": names | person.ids("phone_number", "user_id"),
        "metadata": {"timestamp": str(int(world.now()))},
    }


def _history(world: World, number: Number) -> Json:
    """One thread of yesterday: a question, and what was answered on the phone."""
    person, at = _with_number(world)[0], world.now() - A_DAY_S
    asked = _message(person.wa_id, at, "Do you repair kettles, too?", "READ", outbound=False)
    told = _message(
        number.facts.display, at + 300, "We do, on Fridays.", "DELIVERED", outbound=True
    )
    thread = {
        "id": person.wa_id,
        "context": person.ids("wa_id", "user_id"),
        "messages": [asked, told | {"to": person.wa_id}],
    }
    metadata = {"phase": 0, "chunk_order": 1, "progress": 100}
    return {"history": [{"metadata": metadata, "threads": [thread]}]}


def _message(sender: str | None, at: float, text: str, status: str, *, outbound: bool) -> Json:
    return {
        "from": sender,
        "id": new_wamid(sender, outbound=outbound),
        "timestamp": str(int(at)),
        "type": "text",
        "text": {"body": text},
        "history_context": {"status": status},
    }


def _with_number(world: World) -> list[Customer]:
    return [person for person in world.customers.values() if person.wa_id]
