"""The NinjaAPI of the house."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from typing_extensions import override

from accounts.api.envelopes import Failure
from config.rest.failing import answer_to
from config.rest.reading import StrictParser, check_input

FAILURE: Final = {
    "description": "Why not; act on `error.code`.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}},
}


class BatonApi(NinjaAPI):
    """Checks the input of every request once its key is known; answers every error our way."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), docs_url=None, **options)
        self.add_decorator(_knows_its_operation, mode="view")

    @override
    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        # ninja calls this between the key and the input: the place for strictness.
        check_input(request, cast(Operation, request.api_operation))  # type: ignore[attr-defined]
        return super().create_temporal_response(request)

    @override
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The machine description, with the one error object of every operation."""
        schema = super().get_openapi_schema(**options)
        failure = Failure.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= failure.pop("$defs") | {"Failure": failure}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = FAILURE
        return schema

    @override
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return answer_to(request, exc)


def _knows_its_operation(run: Callable[..., Any]) -> Callable[..., Any]:
    operation = run.__self__  # type: ignore[attr-defined]  # the bound method of an Operation

    if inspect.iscoroutinefunction(run):

        @wraps(run)
        async def later(request: HttpRequest, **path: Any) -> Any:
            request.api_operation = operation  # type: ignore[attr-defined]
            return await run(request, **path)

        return later

    @wraps(run)
    def now(request: HttpRequest, **path: Any) -> Any:
        request.api_operation = operation  # type: ignore[attr-defined]
        return run(request, **path)

    return now
