"""What becomes of an accepted message: sent, delivered, read or failed, reported by webhook."""

import asyncio
from typing import Final

from simulator.graph_errors import webhook_error
from simulator.switches import Fault
from simulator.webhooks import Sender, message_change
from simulator.wire import Json
from simulator.world import Message, World

FREE_REPLIES_A_MONTH: Final = 1000
PRICED: Final = ("sent", "delivered")


async def play(world: World, sender: Sender, message: Message, fault: Fault | None) -> None:
    """Report the life of one accepted message, step by step."""
    delays, epoch = world.switches.delays, world.epoch
    await asyncio.sleep(delays.sent)
    if (fault and fault.kind == "no_statuses") or world.epoch != epoch:
        return
    if fault and fault.kind == "failed_status":
        report(world, sender, message, "failed", error=webhook_error(fault.code, fault.details))
        return
    report(world, sender, message, "sent")
    if message.kind == "reaction":
        return
    await asyncio.sleep(delays.delivered)
    if world.epoch == epoch:
        report(world, sender, message, "delivered")
        await read_later(world, sender, message)


async def read_later(world: World, sender: Sender, message: Message) -> None:
    """Read it after a moment, if somebody looks at the chat by then."""
    if is_looked_at(world, message):
        await asyncio.sleep(world.switches.delays.read)
        if message.wamid in world.messages and is_looked_at(world, message):
            report(world, sender, message, "read")


def is_looked_at(world: World, message: Message) -> bool:
    """Whether the chat is open on a phone, or everything is read by itself."""
    chat = (message.number_id, message.customer)
    return world.switches.rules.auto_read or world.open_chats[chat] > 0


def read_chat(world: World, sender: Sender, number_id: str, customer: str) -> None:
    """The customer looks: every delivered message of the business becomes read."""
    for message in world.chat(number_id, customer):
        if message.direction == "outbound" and message.status == "delivered":
            report(world, sender, message, "read")


def report(
    world: World, sender: Sender, message: Message, status: str, *, error: Json | None = None
) -> None:
    """Raise the status and post it; one that would not rise is not posted."""
    if not world.raise_status(message, status):
        return
    message.error = error or message.error
    post_status(world, sender, message, status, error=error)


def post_status(
    world: World, sender: Sender, message: Message, status: str, *, error: Json | None = None
) -> None:
    """Post a status webhook whatever the message's state is."""
    person = world.customers[message.customer]
    entry: Json = {"id": message.wamid, "status": status, "timestamp": str(int(world.now()))}
    entry |= person.ids("recipient_id", "recipient_user_id")
    if message.opaque is not None:
        entry["biz_opaque_callback_data"] = message.opaque
    if status in PRICED:
        entry["pricing"] = _pricing(world, message, count=status == "sent")
    if error:
        entry["errors"] = [error]
    value: Json = {"statuses": [entry]}
    if status != "failed":
        value = {"contacts": [person.contact()]} | value
    sender.put(message_change(world, message.number_id, value, ()))


def _pricing(world: World, message: Message, *, count: bool) -> Json:
    number = world.numbers[message.number_id]
    if message.category == "service":
        number.free_replies += count
    free = message.category == "service" and number.free_replies <= FREE_REPLIES_A_MONTH
    return {
        "billable": not free,
        "pricing_model": "PMP",
        "type": "free_customer_service" if free else "regular",
        "category": message.category,
    }
