"""The shape of what is typed about people, teams and the organization."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.models import Person, Role
from accounts.models.people import UNDO_CHOICES, AgentsSee
from accounts.zones import zone_choices

Choices = Sequence[tuple[str, str]]


class RoleForm(forms.Form):
    """What a person may do, and the teams they are in."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, teams: Choices, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["teams"].choices = teams  # type: ignore[attr-defined]  # a ChoiceField
        if not teams:
            del self.fields["teams"]

    @property
    def role_given(self) -> Role:
        """The role that was chosen, of a valid form."""
        return Role(self.cleaned_data["role"])

    @property
    def team_ids(self) -> list[UUID]:
        """The teams that were ticked, of a valid form."""
        return [UUID(one) for one in self.cleaned_data.get("teams", [])]


class ColleagueForm(RoleForm):
    """The role and teams of somebody who is here."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        help_text=_(
            "With another role they are logged out everywhere, and log in anew. A role that may"
            " do less also revokes their API keys."
        ),
    )


class InvitationForm(RoleForm):
    """Somebody who is to join."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They log in with it, and only they can use the link."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("May stay empty: they give it when they accept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "name", "role", "teams")


class DeactivateForm(forms.Form):
    """What becomes of the open conversations of somebody who leaves."""

    conversations = forms.ChoiceField(
        label=_("Their open conversations"),
        choices=[
            ("keep", _("Stay with them until somebody takes them over")),
            ("free", _("Belong to nobody in particular: anybody may take them")),
        ],
        widget=forms.RadioSelect,
        initial="free",
    )


class TeamForm(forms.Form):
    """A team: its name and its members."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    members = forms.MultipleChoiceField(
        label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, people: Choices, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["members"].choices = people  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def person_ids(self) -> list[UUID]:
        """Who was ticked, of a valid form."""
        return [UUID(one) for one in self.cleaned_data["members"]]


class OrganizationForm(forms.Form):
    """What counts for everybody in the organization."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Stands in invitations and on exports.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("For everybody who has not chosen one, and for hours and reports."),
    )
    country_code = forms.CharField(
        label=_("Country code"),
        max_length=12,
        required=False,
        help_text=_("Numbers typed without one belong to this country, e.g. +254."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    agents_see = forms.ChoiceField(
        label=_("What agents see"), choices=AgentsSee.choices, widget=forms.RadioSelect
    )
    answer_moves_to_pending = forms.BooleanField(
        label=_("An answer sets the conversation to “waiting for the customer”"), required=False
    )
    takeover_before_writing = forms.BooleanField(
        label=_("People take a conversation over before they can write in it"), required=False
    )

    def clean_country_code(self) -> str:
        """With its plus sign: "254" and "00254" mean the same."""
        digits = re.sub(r"\D", "", self.cleaned_data["country_code"]).lstrip("0")
        if self.cleaned_data["country_code"].strip() and not 1 <= len(digits) <= 3:
            raise forms.ValidationError(_("A country code has one to three digits, e.g. +254."))
        return f"+{digits}" if digits else ""


class ProfileForm(forms.Form):
    """What people say of themselves, and choose for themselves."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Colleagues see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Working language"),
        choices=lambda: settings.LANGUAGES,
        help_text=_("Of Baton itself. What customers write is never translated."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("That of the organization")), *zone_choices()],
    )


class OwnSettingsForm(ProfileForm):
    """The profile of somebody who works here."""

    undo_seconds = forms.TypedChoiceField(
        label=_("Undo after Send"),
        help_text=_(
            "A message leaves only when this time is over; until then Undo, or the key Z, brings it"
            " back into the box. The customer waits as long."
        ),
        coerce=int,
        choices=[
            (0, _("Off: messages leave at once")),
            *((one, format_lazy(_("{n} seconds"), n=one)) for one in UNDO_CHOICES if one),
        ],
    )


class JoinForm(ProfileForm):
    """Somebody invited says who they are, and chooses a password."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        help_text=_("At least 10 characters; four words in a row are better than one with signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("name", "password", "language", "time_zone")

    def __init__(self, data: Any = None, *, email: str, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.email = email

    @override
    def clean(self) -> dict[str, Any]:
        """The password is judged beside name and address: it must not resemble them."""
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, Person(name=data.get("name", ""), email=self.email))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
