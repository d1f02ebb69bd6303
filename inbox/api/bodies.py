"""What callers send to have something sent. Aliases are those of the contract, section 4.7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, model_validator
from typing_extensions import override

from accounts.api.bodies import Body
from accounts.refusals import Refused
from inbox.api.contents import (
    FILE_KINDS,
    Content,
    FileContent,
    InteractiveContent,
    LocationIn,
    MediaIn,
    RawContent,
    RawIn,
    ReactionContent,
    ReactionIn,
    contacts_content,
    file_content,
    location_content,
)
from templates_app.values_in import ValuesIn

PLAIN_TYPES: Final = ("text", "template", "media", *FILE_KINDS)
ALLOWED_TYPES: Final = (
    *PLAIN_TYPES,
    *("interactive", "location", "contacts", "reaction", "raw"),
)


def unsupported_type(name: str, allowed: Sequence[str]) -> Refused:
    """A type that cannot be sent."""
    return Refused(
        "UNSUPPORTED_TYPE",
        _("Unsupported type '%(name)s'") % {"name": name},
        field="type",
        allowed=list(allowed),
    )


class TextIn(Body):
    """A text. The length is checked in UTF-16 units, like Meta counts."""

    body: str
    preview_url: bool = False


class TemplateIn(ValuesIn):
    """A template and its values."""

    ALIASES: ClassVar[Mapping[str, str]] = {
        "template_name": "name",
        "template_language": "language",
        "template_key": "key",
    }

    name: str = ""
    language: str = ""
    key: str = ""

    @model_validator(mode="after")
    def _names_one(self) -> TemplateIn:
        if not self.name and not self.key:
            raise Refused(
                "VALIDATION_ERROR",
                _("Name the template, or give its key."),
                field="template.name",
                detail="required",
            )
        return self


class CommonIn(Body):
    """What every send takes, whoever gets it."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset({"valid_until", "more"})

    reply_to: str | None = None
    reference: Annotated[str, Field(max_length=255)] = ""
    scheduled_at: datetime | None = None
    if_window_closed: Literal["fail", "hold", "template"] | None = None
    fallback_template: TemplateIn | None = None
    expected_last_inbound_id: UUID | None = None
    force: bool = False
    owner_epoch: int | None = None
    turn_id: UUID | None = None


class Receiver(Body):
    """To whom, from which number."""

    conversation_id: UUID | None = None
    to: str | None = None
    sender: Annotated[str | None, Field(alias="from")] = None
    country_code: str | None = None
    customer_name: Annotated[str | None, Field(max_length=120)] = None
    contact: dict[str, Any] | None = None


COMMON_ALIASES: Final[Mapping[str, str]] = {
    "reply_to_wa_message_id": "reply_to",
    "scheduled": "scheduled_at",
}
RECEIVER_ALIASES: Final[Mapping[str, str]] = {
    "destination": "to",
    "phone": "to",
    "source": "from",
    "from_phone_no": "from",
    "phone_number_id": "from",
    "business_whatsapp_number_id": "from",
}
_WITH_FILE: Final = ("media", *FILE_KINDS)
TEMPLATE_FIELDS: Final = (
    "name",
    "language",
    "key",
    "variables",
    "header_params",
    "body_params",
    "components",
    "header",
    "buttons",
    "media",
)


class PlainContentIn(Body):
    """A text, a template or a file, by type and content; the shortest form is `{"text": "…"}`."""

    TYPES: ClassVar[Sequence[str]] = PLAIN_TYPES

    type: str | None = None
    text: str | TextIn | None = None
    template: str | TemplateIn | None = None
    media: MediaIn | None = None
    image: MediaIn | None = None
    video: MediaIn | None = None
    audio: MediaIn | None = None
    voice: MediaIn | None = None
    document: MediaIn | None = None
    sticker: MediaIn | None = None
    # Of a template whose name stands at the top level:
    template_name: str | None = None
    template_key: str | None = None
    template_language: str | None = None
    language: str | None = None
    variables: dict[str, Any] | None = None
    header_params: list[Any] | None = None
    body_params: list[Any] | None = None
    components: list[Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_type(cls, given: Any) -> Any:
        named = given.get("type") if isinstance(given, dict) else None
        if isinstance(named, str) and named not in cls.TYPES:
            raise unsupported_type(named, cls.TYPES)
        return given

    def content(self) -> TextIn | TemplateIn | Content:
        """The one content. Refuses: VALIDATION_ERROR for none, two, or one of another type."""
        given = self._given()
        kind = next(iter(given), "")
        fits = self.type in (None, kind) or (kind == "media" and self.type in FILE_KINDS)
        if len(given) != 1 or not fits:
            wanted = self.type or "text"
            raise Refused(
                "VALIDATION_ERROR",
                _("Give exactly one content: that of its type."),
                field=wanted,
                detail="required" if wanted not in given else "conflict",
            )
        return self._file(kind) if kind in _WITH_FILE else given[kind]

    def _given(self) -> dict[str, Any]:
        found: dict[str, Any] = {"text": self._text(), "template": self._template()}
        found |= {kind: getattr(self, kind) for kind in _WITH_FILE}
        return {kind: one for kind, one in found.items() if one is not None}

    def _file(self, kind: str) -> FileContent:
        named = self.type if kind == "media" and self.type in FILE_KINDS else kind
        return file_content(named or kind, getattr(self, kind))

    def _text(self) -> TextIn | None:
        return TextIn(body=self.text) if isinstance(self.text, str) else self.text

    def _template(self) -> TemplateIn | None:
        flat: dict[str, Any] = {
            "name": self.template_name,
            "key": self.template_key,
            "language": self.template_language or self.language,
            "variables": self.variables,
            "header_params": self.header_params,
            "body_params": self.body_params,
            "components": self.components,
        }
        given = {name: value for name, value in flat.items() if value is not None}
        if isinstance(self.template, TemplateIn):
            if given:
                raise Refused(
                    "VALIDATION_ERROR",
                    _("Give the template's values inside `template`."),
                    field=next(iter(given)),
                    detail="conflict",
                )
            return self.template
        if self.template is not None:
            given.setdefault("name", self.template)
        return TemplateIn(**given) if given else None


class ContentIn(PlainContentIn, CommonIn):
    """The same, or content of any other type."""

    ALIASES: ClassVar[Mapping[str, str]] = COMMON_ALIASES
    TYPES: ClassVar[Sequence[str]] = ALLOWED_TYPES

    interactive: dict[str, Any] | None = None
    location: LocationIn | None = None
    contacts: list[Any] | None = None
    reaction: ReactionIn | None = None
    raw: RawIn | None = None

    @override
    def _given(self) -> dict[str, Any]:
        found = super()._given()
        if self.interactive is not None:
            found["interactive"] = InteractiveContent(self.interactive)
        if self.location is not None:
            found["location"] = location_content(self.location)
        if self.contacts is not None:
            found["contacts"] = contacts_content(self.contacts)
        if self.reaction is not None:
            found["reaction"] = ReactionContent(self.reaction.message_id, self.reaction.emoji)
        if self.raw is not None:
            found["raw"] = RawContent(self.raw.payload, self.raw.version)
        return found


class MessageIn(Receiver, ContentIn):
    """POST /messages."""

    ALIASES: ClassVar[Mapping[str, str]] = {**COMMON_ALIASES, **RECEIVER_ALIASES}


class TextMessageIn(Receiver, CommonIn):
    """POST /messages/text: the content stands flat."""

    ALIASES: ClassVar[Mapping[str, str]] = {
        **COMMON_ALIASES,
        **RECEIVER_ALIASES,
        "text": "body",
    }

    body: str
    preview_url: bool = False

    def content(self) -> TextIn:
        """The text."""
        return TextIn(body=self.body, preview_url=self.preview_url)


class TemplateMessageIn(Receiver, ValuesIn, CommonIn):
    """POST /messages/template: the content stands flat."""

    ALIASES: ClassVar[Mapping[str, str]] = {
        **COMMON_ALIASES,
        **RECEIVER_ALIASES,
        "template": "name",
        "template_name": "name",
        "template_language": "language",
        "template_key": "key",
    }
    UNSUPPORTED: ClassVar[frozenset[str]] = CommonIn.UNSUPPORTED

    name: str = ""
    language: str = ""
    key: str = ""

    def content(self) -> TemplateIn:
        """The template."""
        return TemplateIn(**{name: getattr(self, name) for name in TEMPLATE_FIELDS})
