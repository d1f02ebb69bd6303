"""The shape of what is posted about labels and canned replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.forms import uuid_or_none
from inbox.labels import MOST_LETTERS
from inbox.models import Colour


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
