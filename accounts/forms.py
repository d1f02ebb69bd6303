"""The shape of what admins type on the settings pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import scopes
from accounts.models import Person
from accounts.queries import actors_for_keys

PROGRAM = "program"


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, e.g. “Web shop”.")
    )
    acts_as = forms.ChoiceField(
        label=_("Who it acts as"),
        help_text=_("A message by a person's key takes the conversation over for that person."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[
            ("*", _("Everything")),
            ("read", _("Read everything")),
            *((one, one) for one in sorted(scopes.SCOPES)),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=["messages:send", "messages:read", "conversations:read", "templates:read"],
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("No end"))],
        coerce=int,
        initial=365,
    )
    test = forms.BooleanField(label=_("Only for sandbox numbers"), required=False)
    with_secret = forms.BooleanField(label=_("Demands a second secret"), required=False)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data)
        people, bots = actors_for_keys(person)
        choices: list[Any] = [(PROGRAM, _("A program of its own"))]
        choices += [(_("A person"), people)]
        if bots:
            choices += [(_("An assistant"), bots)]
        self.fields["acts_as"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self._people = {one.pk: one for one in person.organization.people.all()}

    def wanted(self, *, at: datetime) -> dict[str, Any]:
        """The keywords of `accounts.actions.keys.create_key`."""
        data = self.cleaned_data
        kind, _colon, key = data["acts_as"].partition(":")
        return {
            "name": data["name"],
            "kind": {"person": "human", "bot": "ai"}.get(kind, "integration"),
            "user": self._people[UUID(key)] if kind == "person" else None,
            "bot_id": UUID(key) if kind == "bot" else None,
            "scopes": data["scopes"],
            "with_secret": data["with_secret"],
            "test": data["test"],
            "expires_at": at + timedelta(days=data["days"]) if data["days"] else None,
        }
