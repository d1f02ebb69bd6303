"""The form of a target for answering."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.targets import Target
from accounts.models import Person, PhoneNumber, SlaTarget, Team


class MinutesField(forms.IntegerField):
    """Minutes, or nothing: no target."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, min_value=1, max_value=100_000, **options)


class TargetForm(forms.Form):
    """How soon, and for whose conversations."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    number = forms.ChoiceField(label=_("Number"), required=False)
    first_reply = MinutesField(
        label=_("First reply, minutes"),
        help_text=_(
            "From the customer's first message, or from the assistant's call for a person."
        ),
    )
    next_reply = MinutesField(
        label=_("Next reply, minutes"), help_text=_("From the first message without an answer.")
    )
    resolution = MinutesField(
        label=_("Resolution, minutes"),
        help_text=_("Until it is closed; waiting for the customer counts too."),
    )
    clock = forms.ChoiceField(
        label=_("Counted in"),
        choices=[("business", _("Opening hours only")), ("all", _("Every hour of the day"))],
    )

    def __init__(self, data: Any = None, *, person: Person, row: SlaTarget | None) -> None:
        super().__init__(data, initial=_initial(row))
        ours = {"organization": person.organization_id}
        self._choose("team", Team.objects.filter(**ours), _("All teams"))
        self._choose("number", PhoneNumber.objects.filter(**ours), _("All numbers"))

    def _choose(self, name: str, rows: Any, everything: Any) -> None:
        field: Any = self.fields[name]
        named = [(str(one.pk), str(one)) for one in rows.order_by("created_at")]
        field.choices = [("", everything), *named]

    def target(self) -> Target:
        """What a valid form says."""
        data = self.cleaned_data
        return Target(
            first_reply_minutes=data["first_reply"],
            next_reply_minutes=data["next_reply"],
            resolution_minutes=data["resolution"],
            in_business_hours=data["clock"] == "business",
            team_id=UUID(data["team"]) if data["team"] else None,
            phone_number_id=UUID(data["number"]) if data["number"] else None,
        )


def _initial(row: SlaTarget | None) -> dict[str, Any]:
    if row is None:
        return {"first_reply": 30, "next_reply": 60, "clock": "business"}
    return {
        "team": str(row.team_id or ""),
        "number": str(row.phone_number_id or ""),
        "first_reply": row.first_reply_minutes,
        "next_reply": row.next_reply_minutes,
        "resolution": row.resolution_minutes,
        "clock": "business" if row.in_business_hours else "all",
    }
