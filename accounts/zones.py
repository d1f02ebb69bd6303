"""Time zones as a form offers them: by region, in plain words."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

Group = tuple[str, list[tuple[str, str]]]

REGIONS = (
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
    "Pacific",
)


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, str] | Group]:
    """UTC, then the zones of each region, as (name of the database, words)."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(available_timezones()):
        region, _slash, place = name.partition("/")
        if place and region in groups:
            groups[region].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *groups.items()]
