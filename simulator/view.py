"""What the phone page and `/control/state` are told: everything that changed since a number."""

from dataclasses import asdict

from simulator.webhooks import Sender
from simulator.wire import Json
from simulator.world import Message, World


def changes_since(world: World, sender: Sender, since: int) -> Json:
    """People, messages, typing, deliveries and calls with a `seq` above `since`, and the switches.

    A page whose `epoch` differs has to start afresh with ``since=0``.
    """
    return {
        "seq": world.seq,
        "epoch": world.epoch,
        "now": world.now(),
        "clock_offset_s": world.clock_offset_s,
        "webhook_url": world.webhook_url,
        "accepted": len(world.accepts),
        "held": len(sender.held),
        "numbers": [asdict(n.facts) | {"status": n.status} for n in world.numbers.values()],
        "customers": [asdict(p) for p in world.customers.values() if p.seq > since],
        "messages": [shown(m) for m in world.messages.values() if m.seq > since],
        "typing": [
            {"number_id": number_id, "customer": customer, "until": typing.until}
            for (number_id, customer), typing in world.typing.items()
        ],
        "deliveries": [d.as_json() for d in sender.deliveries if d.seq > since],
        "calls": [asdict(call) for call in world.calls if call.seq > since],
        "switches": world.switches.as_json(),
        "setup": world.setup.as_json(),
        "gives": {"access_token": world.access_token, "pin": world.settings.pin},
    }


def shown(message: Message) -> Json:
    """A message as the phone shows it."""
    names = (
        "wamid",
        "number_id",
        "customer",
        "direction",
        "kind",
        "at",
        "bubble",
        "status",
        "opaque",
        "error",
        "reactions",
        "seq",
    )
    return {name: getattr(message, name) for name in names}
