"""The shape of what is posted about labels and canned replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, may
from accounts.models import Person, Team
from inbox.actions.canned import Reply
from inbox.forms import uuid_or_none
from inbox.labels import MOST_LETTERS
from inbox.models import CannedReply, Colour


class LabelForm(forms.Form):
    """A label: its name, and one of eight colours."""

    name = forms.CharField(label=_("Name"), max_length=MOST_LETTERS)
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices, widget=forms.RadioSelect)


class RelabelForm(forms.Form):
    """What a conversation is to have: of the labels that were shown, those that are ticked.

    What was not on the screen is not touched. new: a name that is made, where the person may.
    """

    new = forms.CharField(max_length=MOST_LETTERS, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ticked = set(filter(None, map(uuid_or_none, data.getlist("label"))))
        had = set(filter(None, map(uuid_or_none, data.getlist("had"))))
        self.add, self.remove = self.ticked - had, had - self.ticked


class ReplyTextForm(forms.Form):
    """A canned reply. whose: `me`, `all` or a team's id, of those that the person may choose."""

    shortcut = forms.CharField(
        label=_("Shortcut"), max_length=30, help_text=_("What is typed after the slash: /hours")
    )
    title = forms.CharField(label=_("Title"), max_length=80)
    text = forms.CharField(
        label=_("Text"), strip=False, max_length=4096, widget=forms.Textarea({"rows": 6})
    )
    folder = forms.CharField(
        label=_("Folder"),
        max_length=50,
        required=False,
        help_text=_("Optional; replies with the same word stand together."),
    )
    whose = forms.ChoiceField(label=_("Who may use it"))

    def __init__(self, data: Any = None, *, person: Person, row: CannedReply | None) -> None:
        super().__init__(data, initial=_initial(person, row))
        self._person = person
        field: Any = self.fields["whose"]
        field.choices = self._scopes()

    def _scopes(self) -> list[tuple[str, str]]:
        mine = ("me", str(_("Only me")))
        if not may(self._person, Permission.MANAGE_CANNED_REPLIES):
            return [mine]
        teams = Team.objects.filter(organization=self._person.organization_id).order_by("name")
        return [("all", str(_("Everybody"))), *((str(one.pk), one.name) for one in teams), mine]

    def clean_text(self) -> str:
        """Line ends as typed."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_shortcut(self) -> str:
        """Without the slash that somebody types along."""
        return str(self.cleaned_data["shortcut"]).removeprefix("/")

    def reply(self) -> Reply:
        """What a valid form says."""
        data = {**self.cleaned_data}
        chosen = data.pop("whose")
        return Reply(
            **data,
            owner_id=self._person.pk if chosen == "me" else None,
            team_id=uuid_or_none(chosen),
        )


def _initial(person: Person, row: CannedReply | None) -> dict[str, Any]:
    if row is None:
        manages = may(person, Permission.MANAGE_CANNED_REPLIES)
        return {"whose": "all" if manages else "me"}
    given = {name: getattr(row, name) for name in ("shortcut", "title", "text", "folder")}
    return given | {"whose": "me" if row.owner_id else str(row.team_id or "all")}
