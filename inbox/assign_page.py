"""The dialog that gives a conversation to a person or a team."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from inbox.actions.assigning import Why
from inbox.models import Conversation

WHYS: Final = {
    Why.KNOWS_MORE: _("They know more about it"),
    Why.LANGUAGE: _("They speak the customer's language"),
    Why.ASKED_FOR: _("The customer asked for them"),
    Why.SHIFT: _("A shift has ended"),
    Why.LOAD: _("They have more time for it"),
}


class AssignForm(forms.Form):
    """To whom, to which team, and why. Whom it offers are the people and teams of the shop."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Person"), required=False, empty_label=_("Nobody")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("No team")
    )
    why = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("None given")), *WHYS.items()]
    )

    @classmethod
    def about(cls, conversation: Conversation, data: object = None) -> AssignForm:
        """The form as it stands now, or as it was posted. Two queries, when it is shown."""
        form = cls(
            data,  # type: ignore[arg-type] # a QueryDict, or None
            initial={
                "expected_version": conversation.version,
                "person": conversation.assignee_id,
                "team": conversation.team_id,
            },
        )
        of_the_shop = {"organization_id": conversation.organization_id}
        people = Person.objects.filter(is_active=True, **of_the_shop).order_by("name", "pk")
        teams = Team.objects.filter(**of_the_shop).order_by("name", "pk")
        form.fields["person"].queryset = people  # type: ignore[attr-defined]
        form.fields["team"].queryset = teams  # type: ignore[attr-defined]
        return form

    @property
    def reason(self) -> Why | None:
        """The reason that was chosen."""
        chosen = self.cleaned_data["why"]
        return Why(chosen) if chosen else None
