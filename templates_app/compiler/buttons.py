"""The buttons of a template: what each takes, sends and shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from typing_extensions import override

from templates_app.compiler.parts import Part, Taken
from templates_app.compiler.texts import BRACES
from templates_app.compiler.types import Json, Kind, Variable

CODE = "1"
"""The variable of the body that a button with a one-time code repeats."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that needs no value, such as a number to call. index: among all, from 0."""

    text: str
    index: int

    type: ClassVar[str] = ""
    sub_type: ClassVar[str] = ""
    parameter: ClassVar[str] = ""  # the type of its parameter, which holds a key of the same name

    @property
    def key(self) -> str:
        """The name of its value."""
        return f"button.{self.index}"

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The values it takes."""
        return ()

    def parameters(self, _values: Mapping[str, Any], /) -> list[Json]:
        """What Graph gets for it; nothing: it is not sent."""
        return []

    def shown(self, _values: Mapping[str, Any], /) -> Json:
        """What the customer sees of it, and what it does."""
        return {"text": self.text, "type": self.type}

    def read(self, parameter: Mapping[str, Any], /) -> dict[str, Any]:
        """The values in a parameter of Meta's shape that is of its type."""
        return {self.key: parameter[self.parameter]}

    def _variable(self, kind: Kind, example: str = "", **more: Any) -> Variable:
        return Variable(self.key, "button", example, self.text, kind=kind, **more)


@dataclass(frozen=True, slots=True)
class Phone(Button):
    """Rings a number."""

    number: str

    type = "phone_number"

    @override
    def shown(self, _values: Mapping[str, Any], /) -> Json:
        return {"text": self.text, "type": self.type, "phone_number": self.number}


@dataclass(frozen=True, slots=True)
class Link(Button):
    """Opens an address; a `{{1}}` at its end is filled in. example: of the whole address."""

    url: str
    example: str = ""

    type = "url"
    sub_type = "url"
    parameter = "text"

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        found = BRACES.search(self.url)
        if found is None:
            return ()
        start = self.url[: found.start()]
        sample = self.example.removeprefix(start)
        return (self._variable(Kind.SUFFIX, sample, before=start.partition("://")[2] or start),)

    @override
    def parameters(self, values: Mapping[str, Any], /) -> list[Json]:
        return [{"type": "text", "text": values[self.key]}] if self.variables else []

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        url = BRACES.sub(lambda _found: str(values[self.key]), self.url)
        return {"text": self.text, "type": self.type, "url": url}


@dataclass(frozen=True, slots=True)
class QuickReply(Button):
    """Answers with its text. Its payload is for programs; without one Meta sends the text."""

    type = "quick_reply"
    sub_type = "quick_reply"
    parameter = "payload"

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return (self._variable(Kind.PAYLOAD, required=False),)

    @override
    def parameters(self, values: Mapping[str, Any], /) -> list[Json]:
        if self.key not in values:
            return []
        return [{"type": "payload", "payload": values[self.key]}]


@dataclass(frozen=True, slots=True)
class CopyCode(Button):
    """Copies the code of an offer. example: Meta's sample."""

    example: str = ""

    type = "copy_code"
    sub_type = "copy_code"
    parameter = "coupon_code"

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return (self._variable(Kind.CODE, self.example),)

    @override
    def parameters(self, values: Mapping[str, Any], /) -> list[Json]:
        return [{"type": "coupon_code", "coupon_code": values[self.key]}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        return {"text": self.text, "type": self.type, "code": values[self.key]}


@dataclass(frozen=True, slots=True)
class OneTimeCode(Button):
    """Copies the code of an authentication template: that of the body, once more."""

    type = "one_time_code"
    sub_type = "url"
    parameter = "text"

    @override
    def parameters(self, values: Mapping[str, Any], /) -> list[Json]:
        return [{"type": "text", "text": values[CODE]}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        return {"text": self.text, "type": self.type, "code": values[CODE]}

    @override
    def read(self, parameter: Mapping[str, Any], /) -> dict[str, Any]:
        return {CODE: parameter["text"]}


@dataclass(frozen=True, slots=True)
class Flow(Button):
    """Opens a form. Without a token Meta's own word for none goes."""

    type = "flow"
    sub_type = "flow"
    parameter = "action"

    UNUSED: ClassVar[str] = "unused"

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        token = self._variable(Kind.FLOW, required=False)
        data = Variable(
            f"{self.key}.data", "button", "", self.text, kind=Kind.FLOW_DATA, required=False
        )
        return (token, data)

    @override
    def parameters(self, values: Mapping[str, Any], /) -> list[Json]:
        action: Json = {"flow_token": values.get(self.key, self.UNUSED)}
        if f"{self.key}.data" in values:
            action["flow_action_data"] = values[f"{self.key}.data"]
        return [{"type": "action", "action": action}]

    @override
    def read(self, parameter: Mapping[str, Any], /) -> dict[str, Any]:
        action = parameter["action"]
        names = {"flow_token": self.key, "flow_action_data": f"{self.key}.data"}
        return {names[key]: value for key, value in action.items() if key in names}


@dataclass(frozen=True, slots=True)
class ButtonsPart(Part):
    """The row of buttons."""

    buttons: tuple[Button, ...]

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return tuple(variable for button in self.buttons for variable in button.variables)

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        return [
            {
                "type": "button",
                "sub_type": button.sub_type,
                "index": str(button.index),
                "parameters": parameters,
            }
            for button in self.buttons
            if (parameters := button.parameters(values))
        ]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        return {"buttons": [button.shown(values) for button in self.buttons]}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        return f"button.{component['index']}" if component.get("type") == "button" else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        place = f"button.{component['index']}"
        button = self._at(int(component["index"]))
        first, *more = component["parameters"]
        if (
            more
            or button is None
            or not _takes_a_value(button)
            or component["sub_type"] != button.sub_type
            or first.get("type") != button.parameter
        ):
            return Taken(unexpected=[place])
        found = button.read(first)
        return Taken(found, dict.fromkeys(found, f"{path}.parameters[0]"))

    def _at(self, index: int) -> Button | None:
        return self.buttons[index] if index < len(self.buttons) else None


def _takes_a_value(button: Button) -> bool:
    return bool(button.variables) or isinstance(button, OneTimeCode)
