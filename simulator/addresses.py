"""Where a webhook goes: to an override of the number or account, else to the app's address."""

from simulator.wire import Json
from simulator.world import World


def of_application(world: World) -> str:
    """The app's own address; "" while its challenge was never answered."""
    return (world.webhook_url or "") if world.setup.challenge == "answered" else ""


def overriding(world: World, waba_id: str, number_id: str) -> str:
    """The address before the app's own, for messages only: the number's, the account's or ""."""
    overrides = world.setup.overrides
    return overrides.get(number_id) or overrides.get(waba_id) or ""


def destination(world: World, waba_id: str, field: str, value: Json) -> tuple[str, str]:
    """The address for one change, and why it is not posted there ("": it is)."""
    if waba_id in world.setup.unsubscribed:
        return "", "The app is not subscribed to this account."
    url = of_application(world)
    if field == "messages":
        url = overriding(world, waba_id, _number_of(value)) or url
    if not url and world.setup.challenge != "answered":
        return "", "The app has no address that answered its challenge."
    # A switch may name any address of the world: only one that answered a challenge gets posts.
    known = not url or url == world.webhook_url or url in world.answered
    return url, "" if known else f"It went to {url}."


def _number_of(value: Json) -> str:
    metadata = value.get("metadata")
    return str(metadata.get("phone_number_id", "")) if isinstance(metadata, dict) else ""
