"""Strict input: unknown query parameters are refused, bodies are read as the contract says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.operation import Operation
from ninja.parser import Parser
from typing_extensions import override

from accounts.api import bodies, cases
from accounts.refusals import Refused

ALWAYS_KNOWN = frozenset({"case"})


class StrictParser(Parser):
    """Bodies and queries in snake_case, whichever way they came."""

    @override
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return bodies.read(request.body)

    @override
    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        named = {cases.snake(key): data.getlist(key) for key in data}
        return {
            name: values if name in list_fields else values[-1] for name, values in named.items()
        }


def check_input(request: HttpRequest, operation: Operation) -> None:
    """Refuses: BAD_REQUEST for an unknown or repeated query parameter; BODY_TOO_LARGE."""
    known, repeatable = _parameters(operation)
    seen: set[str] = set()
    for key, values in request.GET.lists():
        name = cases.snake(key)
        if name not in known:
            raise _wrong(key, "unknown_parameter", bodies.nearest(key, known))
        if name in seen or (len(values) > 1 and name not in repeatable):
            raise _wrong(key, "duplicate", f"{key} stands twice.")
        seen.add(name)
    if getattr(operation.view_func, "reads_files", False):
        return  # it reads its body itself, in pieces
    length = request.META.get("CONTENT_LENGTH") or "0"
    bodies.check_size(int(length) if length.isdigit() else 0)
    if request.method not in ("GET", "HEAD") and not request.body:
        # ninja skips its parser for an empty body; an endpoint is to see an empty object.
        request.original_body = b""  # type: ignore[attr-defined]
        request._body = b"{}"


def _parameters(operation: Operation) -> tuple[set[str], set[str]]:
    known = set(ALWAYS_KNOWN)
    repeatable: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            known |= set(getattr(model, "__ninja_flatten_map__", ()))
            repeatable |= set(_listed(model))
    return known, repeatable


def _listed(model: Any) -> Iterable[str]:
    return getattr(model, "__ninja_collection_fields__", ())


def _wrong(field: str, code: str, sentence: str) -> Refused:
    return Refused("BAD_REQUEST", sentence, field=field, detail=code)
