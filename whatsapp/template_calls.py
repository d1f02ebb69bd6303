"""The calls that change templates: make, edit, delete, wake up; and the samples of headers."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whatsapp.answers import Json, TemplatePage
from whatsapp.errors import NotSent, OutcomeUnknown
from whatsapp.graph_fields import TEMPLATE_FIELDS

UPLOAD: Final = re.compile(r"upload:[A-Za-z0-9_=-]{1,1024}(\?sig=[A-Za-z0-9_-]{1,512})?")
"""The id of an upload, which is its path as well; Meta's ids end in a signature."""

TRIES: Final = 4
"""How often a sample is sent on from where its upload broke off."""


@dataclass(frozen=True, slots=True)
class MadeTemplate:
    """What Meta made of a new template. category: may be another than the one asked for."""

    id: str
    status: str
    category: str | None


class TemplateCalls(ABC):
    """The template calls of `CloudApi`, which says how a call is made and what it raises.

    Source of shapes and rules: Meta's pages on templates and on the resumable upload, read in
    November 2026.
    """

    _authorization: dict[str, str]
    _file_s: float

    @abstractmethod
    def _call(self, method: str, path: str, **how: Any) -> Json: ...

    @abstractmethod
    def _get(self, path: str, query: Mapping[str, str]) -> Json: ...

    @abstractmethod
    def _post(self, path: str, payload: Mapping[str, Any]) -> Json: ...

    @abstractmethod
    def _pages(self, path: str, fields: str, size: int) -> Iterator[list[Json]]: ...

    def templates(self, waba_id: str, *, page_size: int = 100) -> Iterator[TemplatePage]:
        """All templates of an account, page by page.

        Raises: OutcomeUnknown when the list cannot be followed to its end. What was yielded
        before is then not the whole list.
        """
        for rows in self._pages(f"{waba_id}/message_templates", TEMPLATE_FIELDS, page_size):
            yield TemplatePage(rows)

    def create_template(
        self,
        waba_id: str,
        *,
        name: str,
        language: str,
        category: str,
        parameter_format: str,
        components: Sequence[Mapping[str, Any]],
    ) -> MadeTemplate:
        """Hand a template in for review. components: in the shape in which Graph lists them.

        There is no idempotency at Meta, but a name in a language exists once: after an
        OutcomeUnknown the list tells.
        """
        wanted = {
            "name": name,
            "language": language,
            "category": category,
            "parameter_format": parameter_format,
            "components": list(components),
        }
        answer = self._post(f"{waba_id}/message_templates", wanted)
        made, status = answer.get("id"), answer.get("status")
        if not isinstance(made, str | int) or isinstance(made, bool) or not made:
            raise OutcomeUnknown("a template without an id", 200)
        category_made = answer.get("category")
        return MadeTemplate(
            id=str(made),
            status=status if isinstance(status, str) and status else "PENDING",
            category=category_made if isinstance(category_made, str) else None,
        )

    def edit_template(
        self,
        template_id: str,
        *,
        category: str | None = None,
        components: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Change a template, which is then reviewed again. None: stays as it is.

        Meta takes this for approved, rejected and paused ones only; approved ones once in 24
        hours and ten times in 30 days.
        """
        changes: dict[str, Any] = {}
        if category is not None:
            changes["category"] = category
        if components is not None:
            changes["components"] = list(components)
        self._post(template_id, changes)

    def delete_template(self, waba_id: str, *, name: str, template_id: str | None = None) -> None:
        """Delete one language of a name by its id, or all of them without one.

        The name of an approved template cannot be used again for 30 days.
        """
        only = {"hsm_id": template_id} if template_id else {}
        self._call("DELETE", f"{waba_id}/message_templates", params={**only, "name": name})

    def unpause_template(self, template_id: str) -> None:
        """Let a template go on that Meta paused for its pacing."""
        self._post(f"{template_id}/unpause", {})

    def app_of_token(self) -> str | None:
        """The id of the app that this token belongs to."""
        token = self._authorization["Authorization"].removeprefix("Bearer ")
        data = self._get("debug_token", {"input_token": token}).get("data")
        app = data.get("app_id") if isinstance(data, dict) else None
        return str(app) if isinstance(app, str | int) and not isinstance(app, bool) else None

    def upload_sample(self, app_id: str, *, data: bytes, mime_type: str, filename: str) -> str:
        """Upload the sample of a header; its handle, for `example.header_handle`.

        An upload that breaks off goes on from where it stopped.
        """
        facts = {"file_length": str(len(data)), "file_type": mime_type, "file_name": filename}
        answer = self._call("POST", f"{app_id}/uploads", params=facts)
        session = answer.get("id")
        if not isinstance(session, str) or not UPLOAD.fullmatch(session):
            raise OutcomeUnknown("an upload without an id", 200)
        return self._sent_on(session, data)

    def _sent_on(self, session: str, data: bytes) -> str:
        at = 0
        for tries_left in reversed(range(TRIES)):
            try:
                return self._send_piece(session, data, at)
            except (NotSent, OutcomeUnknown):
                if not tries_left:
                    raise
                at = self._offset_of(session)
        raise AssertionError("the last try returns or raises")

    def _send_piece(self, session: str, data: bytes, at: int) -> str:
        answer = self._call(
            "POST",
            session,
            headers={**self._oauth, "file_offset": str(at)},
            data=data[at:],
            total_s=self._file_s,
        )
        handle = answer.get("h")
        if not isinstance(handle, str) or not handle:
            raise OutcomeUnknown("an upload without a handle", 200)
        return handle

    def _offset_of(self, session: str) -> int:
        offset = self._call("GET", session, headers=self._oauth).get("file_offset")
        offset = int(offset) if isinstance(offset, str) and offset.isdecimal() else offset
        return offset if isinstance(offset, int) and not isinstance(offset, bool) else 0

    @property
    def _oauth(self) -> dict[str, str]:
        # This endpoint knows the token by another word than all others.
        token = self._authorization["Authorization"].removeprefix("Bearer ")
        return {"Authorization": f"OAuth {token}"}
