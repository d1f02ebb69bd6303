"""The shape of what admins type on the settings pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.audit_reading import Wanted, actors
from accounts.audit_words import areas
from accounts.models import Person, Role
from accounts.models.people import UNDO_CHOICES


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


class RoleForm(forms.Form):
    """What a person may do."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    @property
    def role_given(self) -> Role:
        """The role that was chosen, of a valid form."""
        return Role(self.cleaned_data["role"])


class OwnSettingsForm(forms.Form):
    """What people choose for themselves."""

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


class PersonForm(RoleForm):
    """Somebody new, with a first password that the admin hands over."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Colleagues see it."))
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("To log in with.")
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        max_length=128,
        help_text=_("At least 10 characters. Tell it to the person yourself; nothing is mailed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("name", "email", "role", "password")

    @override
    def clean(self) -> dict[str, Any]:
        """The password is judged beside name and address: it must not resemble them."""
        data = super().clean() or {}
        if password := data.get("password"):
            draft = Person(name=data.get("name", ""), email=data.get("email", ""))
            try:
                validate_password(password, draft)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data

    def wanted(self) -> dict[str, Any]:
        """The keywords of `accounts.actions.people.create_person`."""
        given = {name: self.cleaned_data[name] for name in ("name", "email", "password")}
        return given | {"role": self.role_given}
