"""The values of a template as programs send them; a send and a preview take the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from accounts.api.bodies import Body
from templates_app.compiler import Values


class HeaderMediaIn(Body):
    """The file of a header: exactly one of id (ours or Meta's) and link.

    type: what the template says anyway; taken and not read.
    """

    ALIASES: ClassVar[Mapping[str, str]] = {"url": "link", "media_id": "id"}

    id: str | None = None
    link: str | None = None
    filename: str | None = None
    type: str | None = None


class HeaderLocationIn(Body):
    """The place of a header."""

    latitude: float | str
    longitude: float | str
    name: str
    address: str


class HeaderIn(Body):
    """What stands in the header, where that is no text."""

    media: HeaderMediaIn | None = None
    location: HeaderLocationIn | None = None


class TemplateButtonIn(Body):
    """The value of the button that stands at `index`, from 0."""

    index: int
    type: str | None = None
    payload: str


class ValuesIn(Body):
    """The values, in one of three ways; header and buttons beside the first two."""

    variables: dict[str, Any] | None = None
    header_params: list[Any] | None = None
    body_params: list[Any] | None = None
    components: list[Any] | None = None
    header: HeaderIn | None = None
    buttons: list[TemplateButtonIn] | None = None
    media: HeaderMediaIn | None = None

    def values(self) -> Values:
        """For the compiler. media: another way to write `header.media`."""
        header = _given(self.header) if self.header else {}
        if self.media is not None:
            header = {"media": _given(self.media)} | header
        header.get("media", {}).pop("type", None)
        return Values(
            variables=self.variables,
            header_params=self.header_params,
            body_params=self.body_params,
            components=self.components,
            header=header,
            buttons=[_given(button) for button in self.buttons or ()],
        )


def _given(body: Body) -> dict[str, Any]:
    return body.model_dump(exclude_none=True)
