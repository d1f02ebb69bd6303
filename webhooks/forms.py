"""The shape of what the dead-letter page sends; nothing in a filter can be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from webhooks.queries import Filter


class DeadLetterFilter(forms.Form):
    """Which letters. What cannot be read means no filter."""

    field = forms.CharField(max_length=60, required=False)
    reason = forms.CharField(max_length=4_000, required=False, strip=False)
    show = forms.ChoiceField(choices=[("discarded", "")], required=False)
    before = forms.UUIDField(required=False)

    def wanted(self) -> Filter:
        """The filter as a value."""
        self.is_valid()
        data: dict[str, Any] = self.cleaned_data
        return Filter(
            field=data.get("field", ""),
            reason=data.get("reason", "").replace("\r\n", "\n"),  # browsers post lines so
            discarded=data.get("show") == "discarded",
            before=data.get("before"),
        )


def ids_of(texts: Iterable[str]) -> list[UUID]:
    """The ids among these texts; anything else names nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
