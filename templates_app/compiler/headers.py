"""Headers that are no text: a file, or a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import override

from templates_app.compiler.checks import LINK, OWN
from templates_app.compiler.parts import Part, Taken
from templates_app.compiler.types import Json, Kind, Variable

MEDIA: Final = "header.media"
FILENAME: Final = "header.filename"
PLACE: Final[Mapping[str, Kind]] = {
    "latitude": Kind.LATITUDE,
    "longitude": Kind.LONGITUDE,
    "name": Kind.TEXT,
    "address": Kind.TEXT,
}


@dataclass(frozen=True, slots=True)
class MediaHeader(Part):
    """A picture, video or document. sample: the address of Meta's example, or ""."""

    kind: Kind
    sample: str

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        file = Variable(MEDIA, "header", self.sample, str(self.kind).capitalize(), kind=self.kind)
        if self.kind is not Kind.DOCUMENT:
            return (file,)
        named = Variable(FILENAME, "header", "", "File name", kind=Kind.FILENAME, required=False)
        return (file, named)

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        given = values[MEDIA]
        file = {"link" if LINK.fullmatch(given) else "id": given}
        if FILENAME in values:
            file["filename"] = values[FILENAME]
        parameter = {"type": str(self.kind), str(self.kind): file}
        return [{"type": "header", "parameters": [parameter]}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        media: Json = {"type": str(self.kind)}
        if MEDIA in values:
            media |= _source(values[MEDIA])
        if FILENAME in values:
            media["filename"] = values[FILENAME]
        return {"media": media}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        return "header" if component.get("type") == "header" else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        first, *more = component["parameters"]
        if more or first.get("type") != self.kind:
            return Taken(unexpected=["header.2" if more else "header.1"])
        file, where = first[self.kind], f"{path}.parameters[0].{self.kind}"
        taken = Taken({MEDIA: file.get("id") or file.get("link")}, {MEDIA: where})
        if file.get("filename") and self.kind is Kind.DOCUMENT:
            taken.values[FILENAME] = file["filename"]
            taken.paths[FILENAME] = f"{where}.filename"
        return taken


def _source(given: str) -> dict[str, str]:
    if given.startswith(OWN):
        return {"id": given.removeprefix(OWN)}
    return {"link" if LINK.fullmatch(given) else "meta_media_id": given}


@dataclass(frozen=True, slots=True)
class LocationHeader(Part):
    """A place on a map. Meta wants all four of its values, as texts."""

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return tuple(
            Variable(f"header.{name}", "header", "", name.capitalize(), kind=kind)
            for name, kind in PLACE.items()
        )

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        place = {name: values[f"header.{name}"] for name in PLACE}
        return [{"type": "header", "parameters": [{"type": "location", "location": place}]}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        given = {name: values.get(f"header.{name}") for name in PLACE}
        degrees = {name: _number(given[name]) for name in ("latitude", "longitude")}
        return {"location": given | degrees}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        return "header" if component.get("type") == "header" else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        first, *more = component["parameters"]
        if more or first.get("type") != "location":
            return Taken(unexpected=["header.2" if more else "header.1"])
        given = {name: first["location"].get(name) for name in PLACE}
        found = {f"header.{name}": value for name, value in given.items() if value is not None}
        return Taken(found, dict.fromkeys(found, f"{path}.parameters[0].location"))


def _number(value: str | None) -> float | None:
    return None if value is None else float(value)
