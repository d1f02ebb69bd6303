"""A message template as Graph lists it, and short builders for its components."""

from dataclasses import dataclass, field
from typing import Final

from simulator.wire import Json

FIRST_TEMPLATE_ID: Final = 1_594_425_377_361_001


@dataclass(slots=True)
class Template:
    """One template in one language; `components` are in the shape Graph reads them."""

    name: str
    language: str
    category: str
    components: list[Json]
    status: str = "APPROVED"
    parameter_format: str = "POSITIONAL"
    quality: str = "UNKNOWN"
    rejected_reason: str = "NONE"
    id: str = field(default="")
    edited_at: list[float] = field(default_factory=list)

    def as_json(self) -> Json:
        """All fields Graph knows of a template."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "parameter_format": self.parameter_format,
            "components": self.components,
            "quality_score": {"score": self.quality},
            "rejected_reason": self.rejected_reason,
        }

    def component(self, kind: str) -> Json | None:
        """The component of that type, if the template has one."""
        return next((part for part in self.components if part["type"] == kind), None)

    def buttons(self) -> list[Json]:
        """The buttons in their order."""
        part = self.component("BUTTONS")
        return list(part["buttons"]) if part else []


def body(text: str, *examples: str) -> Json:
    """A body; one example for each positional variable."""
    example = {"example": {"body_text": [list(examples)]}} if examples else {}
    return {"type": "BODY", "text": text} | example


def named_body(text: str, **examples: str) -> Json:
    """A body with named variables and their examples."""
    named = [{"param_name": name, "example": value} for name, value in examples.items()]
    return {"type": "BODY", "text": text, "example": {"body_text_named_params": named}}


def header(text: str, *examples: str) -> Json:
    """A text header with at most one variable."""
    example = {"example": {"header_text": list(examples)}} if examples else {}
    return {"type": "HEADER", "format": "TEXT", "text": text} | example


def named_header(text: str, **examples: str) -> Json:
    """A text header whose variable has a name."""
    named = [{"param_name": name, "example": value} for name, value in examples.items()]
    example = {"header_text_named_params": named}
    return {"type": "HEADER", "format": "TEXT", "text": text, "example": example}


def media_header(kind: str) -> Json:
    """A header of kind IMAGE, VIDEO or DOCUMENT."""
    handle = f"https://scontent.whatsapp.example/v/{kind.lower()}-sample"
    return {"type": "HEADER", "format": kind, "example": {"header_handle": [handle]}}


def location_header() -> Json:
    """A header that shows a place."""
    return {"type": "HEADER", "format": "LOCATION"}


def footer(text: str) -> Json:
    """A footer; it has no variables."""
    return {"type": "FOOTER", "text": text}


def buttons(*entries: Json) -> Json:
    """The row of buttons."""
    return {"type": "BUTTONS", "buttons": list(entries)}


def quick(text: str) -> Json:
    """A quick reply."""
    return {"type": "QUICK_REPLY", "text": text}


def link(text: str, url: str, example: str | None = None) -> Json:
    """A link; `url` ends in {{1}} where `example` is given."""
    shown = {"example": [example]} if example else {}
    return {"type": "URL", "text": text, "url": url} | shown


def call(text: str, number: str) -> Json:
    """A button that rings a number."""
    return {"type": "PHONE_NUMBER", "text": text, "phone_number": number}


def copy_code(example: str) -> Json:
    """A button that copies an offer code."""
    return {"type": "COPY_CODE", "text": "Copy offer code", "example": [example]}


def one_time_code(text: str = "Copy code") -> Json:
    """The button of an authentication template, as Graph reads it back."""
    url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
    return {"type": "URL", "text": text, "url": url, "example": [url.replace("{{1}}", "123456")]}


def flow(text: str, flow_id: str) -> Json:
    """A button that opens a form."""
    entry: Json = {"type": "FLOW", "text": text, "flow_id": flow_id, "flow_action": "NAVIGATE"}
    return entry | {"navigate_screen": "START"}


def carousel(*cards: list[Json]) -> Json:
    """Cards side by side; each is a list of components."""
    return {"type": "CAROUSEL", "cards": [{"components": card} for card in cards]}


def authentication_body(text: str, example: str = "123456") -> list[Json]:
    """Body, footer and button of an authentication template."""
    return [
        body(text, example) | {"add_security_recommendation": True},
        {"type": "FOOTER", "text": "", "code_expiration_minutes": 10},
        buttons(one_time_code()),
    ]
