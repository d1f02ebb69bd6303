"""The shape of what admins type on the settings pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.audit_reading import Wanted, actors
from accounts.audit_words import areas
from accounts.models import Person


class AuditFilter(forms.Form):
    """Which rows of the audit log. What cannot be read means no filter."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    area = forms.ChoiceField(label=_("What about"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data)
        people, keys = actors(person)
        somebody: list[Any] = [("", _("Anybody")), (_("People"), people)]
        somebody += [(_("API keys"), keys)] if keys else []
        self.fields["who"].choices = somebody  # type: ignore[attr-defined]  # a ChoiceField
        anything = [("", _("Everything")), *areas()]
        self.fields["area"].choices = anything  # type: ignore[attr-defined]  # a ChoiceField

    def wanted(self) -> Wanted:
        """The filter as a value."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            who=UUID(data["who"]) if data.get("who") else None,
            area=data.get("area", ""),
            since=data.get("since"),
            until=data.get("until"),
            before=data.get("before"),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return any(self.cleaned_data.get(name) for name in ("who", "area", "since", "until"))


class AuditExportForm(AuditFilter):
    """The rows that somebody takes away, and in which format."""

    format = forms.ChoiceField(choices=[("csv", ""), ("jsonl", "")], required=False)

    @property
    def file_format(self) -> str:
        """csv unless something else was asked for."""
        self.is_valid()
        return str(self.cleaned_data.get("format") or "csv")
