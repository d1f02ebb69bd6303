"""The shape of what people type on the pages about data: erasing, keeping, taking out and in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from inbox.models import ExportKind
from inbox.moving.columns import LANGUAGE, LAST_NAME, NAME, OPTED_OUT, PHONE
from inbox.moving.listing import Filters
from inbox.moving.reading import LARGEST_BYTES

LABELS = {
    PHONE: _("Phone number"),
    NAME: _("Name, or first name"),
    LAST_NAME: _("Last name, if it has a column of its own"),
    LANGUAGE: _("Language"),
    OPTED_OUT: _("Wants no marketing"),
}
HINTS = {
    PHONE: _("In any form. Numbers without a country are read as those of the country below."),
    LANGUAGE: _("A code such as en or pt_BR."),
    OPTED_OUT: _("Yes stops marketing to this person. No file ever begins it again."),
}


class EraseForm(forms.Form):
    """The person's name or number, typed by whoever erases them."""

    typed = forms.CharField(
        label=_("Type the name or the number of this person"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )


class RetentionForm(forms.Form):
    """How long things are kept. Empty: as the installation has it, or for ever."""

    raw_log_days = forms.IntegerField(
        label=_("Deliveries of Meta, in days"),
        required=False,
        help_text=_(
            "What Meta sent, as it came. From it a fault can be mended afterwards. 7 to 90; empty:"
            " as this installation is set up."
        ),
    )
    closed_months = forms.IntegerField(
        label=_("Messages of closed conversations, in months"),
        required=False,
        help_text=_(
            "Counted from the last thing that happened in them. Messages, files and notes go; who"
            " it was and when stays. 4 to 120; empty: for ever."
        ),
    )
    audit_years = forms.IntegerField(
        label=_("The audit log, in years"),
        required=False,
        help_text=_("1 to 30; empty: for ever."),
    )


class ContactsExportForm(forms.Form):
    """Which contacts, and as what."""

    kind = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (ExportKind.CONTACTS_CSV, _("CSV, for every program")),
            (ExportKind.CONTACTS_XLSX, _("Excel workbook (.xlsx)")),
        ],
        initial=ExportKind.CONTACTS_CSV,
    )
    marketing = forms.ChoiceField(
        label=_("Whom"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("in", _("Those who have not stopped marketing")),
            ("out", _("Those who have stopped marketing")),
        ],
    )
    active_since = forms.DateField(
        label=_("Heard of since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: whenever it was, also never."),
    )

    def filters(self) -> Filters:
        """What was chosen, of a valid form."""
        marketing = self.cleaned_data["marketing"]
        return Filters(
            opted_out=None if not marketing else marketing == "out",
            active_since=self.cleaned_data["active_since"],
        )


class UploadForm(forms.Form):
    """A file of contacts."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=False,
        help_text=_("CSV or Excel workbook (.xlsx), headings in the first row, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Not more than is ever read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(_("A file of contacts has at most 20 MB."), "too_large")
        return file


class MappingForm(forms.Form):
    """What each column of the file is; one select for each thing that a contact has."""

    country_code = forms.RegexField(
        label=_("Country of numbers without one"),
        required=False,
        max_length=4,
        regex=r"^\+?\d{1,3}$|^[A-Za-z]{2}$",
        error_messages={"invalid": _("A country is written as +254 or as KE.")},
        help_text=_("As +254 or KE. Empty: such numbers are read with a plus in front."),
    )

    def __init__(
        self, data: Any = None, *, headers: Sequence[str], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        columns = [
            (str(place), header or _("Column %(n)s") % {"n": place + 1})
            for place, header in enumerate(headers)
        ]
        for name, label in LABELS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=name == PHONE,
                choices=[("", _("Not in this file")), *columns],
                help_text=HINTS.get(name, ""),
            )
        self.order_fields([*LABELS, "country_code"])

    def mapping(self) -> dict[str, int]:
        """A column's number by what it holds, of a valid form."""
        chosen = {name: self.cleaned_data[name] for name in LABELS}
        return {name: int(place) for name, place in chosen.items() if place}
