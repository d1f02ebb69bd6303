"""The values that go into the compiler and come out of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from typing_extensions import override

Json = dict[str, Any]


class Format(StrEnum):
    """How the variables of a template are called; Meta's words."""

    POSITIONAL = "POSITIONAL"
    NAMED = "NAMED"


class Template(Protocol):
    """A template as it is stored; the model is one. components: in the shape Graph reads them."""

    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def parameter_format(self) -> str: ...
    @property
    def components(self) -> Any: ...


class Why(StrEnum):
    """Why a template cannot be compiled."""

    CATALOG = "catalog"
    PRODUCTS = "products"
    CALLS = "calls"
    UNKNOWN_BUTTON = "unknown_button"
    UNKNOWN_PART = "unknown_part"
    VARIABLES = "variables"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way. detail: Meta's word for the part, where that says more."""

    why: Why
    detail: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.why}:{self.detail}" if self.detail else str(self.why)


class NotSendable(Exception):
    """The template has a part that cannot be expressed."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.obstacle = Obstacle(why, detail[:32])
        super().__init__(str(self.obstacle))


class Kind(StrEnum):
    """What a value is, and so how it is checked and asked for."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    FILENAME = "filename"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    SUFFIX = "suffix"  # the end of a button's link
    CODE = "code"  # an offer code that a button copies
    ONE_TIME_CODE = "one_time_code"
    PAYLOAD = "payload"  # what a quick reply says to a program
    FLOW = "flow"  # what a form gives back, so that a program knows whose it is
    FLOW_DATA = "flow_data"
    MOMENT = "moment"  # a point in time


FILES: Final = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.DOCUMENT})
SHOWN_AS_TEXT: Final = frozenset({Kind.TEXT, Kind.SUFFIX, Kind.CODE, Kind.ONE_TIME_CODE})


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that a template takes.

    name: its key in `variables`: "order_id", "1"; of the header "header.1", "header.media",
    "header.latitude"; of a button "button.0"; of an offer "offer.expires_at"; of a card the same
    after "card.0.". place: header, body, button or offer. example: Meta's sample, or "".
    label: for people, in no language. required: a send without it is refused. before, after: the
    words around it. card: the index of its card.
    """

    name: str
    place: str
    example: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = True
    before: str = ""
    after: str = ""
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one send, in one of three ways; a second way with content is refused.

    variables: by `Variable.name` (a named header variable also by its bare name where no variable
    of the body has it). header_params, body_params: texts in the template's order. components: in
    Meta's shape, sent as they are.

    Beside the first two: header, `{"media": {"id" or "link", "filename"}}` or `{"location": {…}}`;
    buttons, `[{"index", "type", "payload"}]`. A file is Meta's id, a link, or `baton:<our id>`.
    """

    variables: Mapping[str, Any] | None = None
    header_params: Sequence[Any] | None = None
    body_params: Sequence[Any] | None = None
    components: Sequence[Any] | None = None
    header: Mapping[str, Any] | None = None
    buttons: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that Meta would refuse.

    field: where it stands, below the template ("variables.order_id", "body_params[0]").
    variable: the `Variable.name`, the place ("body") when the whole is too long, or "".
    code: as in `whatsapp.payload_checks.MESSAGES`, or one of `templates_app.wording.FAULTS`.
    """

    field: str
    variable: str
    code: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Mismatch(Exception):
    """Values are missing, or there are values that the template does not take."""

    def __init__(self, missing: tuple[str, ...], unexpected: tuple[str, ...]) -> None:
        super().__init__(f"missing {missing}, unexpected {unexpected}")
        self.missing = missing
        self.unexpected = unexpected


class BadValues(Exception):
    """Values that Meta would refuse, whatever the template."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template ready to be sent.

    components: what Graph gets; empty when the template needs no values. content: what the
    customer sees, `{"header", "media", "body", "footer", "buttons"}`, and where the template has
    them `location`, `offer` (`text`, `expires_at_ms`) and `cards` (each in the same shape).
    media: `type` with `id` (ours), `meta_media_id` or `link`, and `filename`. A button: `text`,
    `type`, and what it does (`url`, `phone_number`, `code`).
    """

    name: str
    language: str
    components: list[Json]
    content: Json


@dataclass(frozen=True, slots=True)
class Preview:
    """What the customer would see, with `{{name}}` where a value is missing.

    components: what Graph would get; None as long as anything is wrong.
    """

    content: Json
    components: list[Json] | None
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    faults: tuple[Fault, ...]
