"""What the composer sends beside words and files: the shape of each dialog, and its message.

Meta's limits are checked field by field, so that a mistake is told where it was made; the builders
of `inbox.outgoing` check them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from inbox import outgoing
from inbox.compose_base import NEEDED, ComposeForm, words
from inbox.outgoing import Outgoing
from whatsapp import limits


class LocationForm(ComposeForm):
    """A place: by coordinates, which the browser can fill in."""

    title = _("Send a location")
    kind = "location"
    latitude = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        error_messages=NEEDED,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal", "placeholder": "52.52"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        error_messages=NEEDED,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal", "placeholder": "13.405"}),
    )
    name = words(
        _("Name"), 1000, required=False, hint=_("What stands on the map, for example your shop.")
    )
    address = words(_("Address"), 1000, required=False)

    @override
    def outgoing(self) -> Outgoing:
        data = self.cleaned_data
        return outgoing.location(
            data["latitude"],
            data["longitude"],
            name=self.word("name"),
            address=self.word("address"),
        )


class ContactCardForm(ComposeForm):
    """One person's card, typed or taken from the contacts."""

    title = _("Send a contact card")
    kind = "contact"
    name = words(_("Name"), 200)
    phone = words(_("Phone number"), 40, required=False, hint=_("With the country code: +254 …"))
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput({"placeholder": _("optional")})
    )
    company = words(_("Company"), 200, required=False)
    # Digits: with them the card offers to write on WhatsApp.
    wa_id = forms.RegexField(r"^\d{5,20}$", required=False, widget=forms.HiddenInput)

    @override
    def clean(self) -> dict[str, Any]:
        """A card says more than a name."""
        data = super().clean()
        if not self.errors and not (data["phone"] or data["email"]):
            raise forms.ValidationError(_("Give a phone number or an e-mail address."), "required")
        return data

    @override
    def outgoing(self) -> Outgoing:
        name = self.word("name").strip()
        card: dict[str, Any] = {"name": {"formatted_name": name, "first_name": name.split()[0]}}
        if self.word("phone"):
            card["phones"] = [self._phone()]
        if self.word("email"):
            card["emails"] = [{"email": self.word("email"), "type": "WORK"}]
        if self.word("company"):
            card["org"] = {"company": self.word("company")}
        return outgoing.contacts([card])

    def _phone(self) -> dict[str, str]:
        phone, wa_id = self.word("phone"), self.word("wa_id")
        digits = "".join(one for one in phone if one.isdigit())
        known = {"wa_id": wa_id} if wa_id and wa_id == digits else {}
        return {"phone": phone, "type": "CELL", **known}


class InteractiveForm(ComposeForm):
    """What all messages with something to press have: words above and below."""

    body = words(_("Message"), limits.INTERACTIVE_BODY, lines=3)
    footer = words(_("Small print below"), limits.FOOTER, required=False)

    def around(self) -> dict[str, str]:
        """The words around the buttons."""
        return {"footer": self.word("footer")}

    def filled(self, prefix: str, most: int) -> list[int]:
        """Which of the numbered fields say something."""
        return [n for n in range(1, most + 1) if self.word(f"{prefix}_{n}").strip()]

    def check_different(self, prefix: str, most: int) -> None:
        """Two of the same cannot be told apart by the customer, and Meta takes none."""
        seen: set[str] = set()
        for n in range(1, most + 1):
            text = self.word(f"{prefix}_{n}").strip()
            if text and text in seen:
                self.add_error(f"{prefix}_{n}", _("Each one has to be different."))
            seen.add(text)


class ButtonsForm(InteractiveForm):
    """A question with one to three buttons; the answer comes back as a message."""

    title = _("Ask with buttons")
    kind = "buttons"
    button_1 = words(_("First button"), limits.REPLY_BUTTON_TITLE)
    button_2 = words(_("Second button"), limits.REPLY_BUTTON_TITLE, required=False)
    button_3 = words(_("Third button"), limits.REPLY_BUTTON_TITLE, required=False)

    @override
    def clean(self) -> dict[str, Any]:
        """Different words on each."""
        data = super().clean()
        self.check_different("button", limits.REPLY_BUTTONS)
        return data

    @override
    def outgoing(self) -> Outgoing:
        replies = [
            {"id": f"button-{n}", "title": self.word(f"button_{n}").strip()}
            for n in self.filled("button", limits.REPLY_BUTTONS)
        ]
        return outgoing.buttons(self.word("body"), replies, **self.around())


class ListForm(InteractiveForm):
    """Up to ten rows to choose one from, behind a button."""

    title = _("Offer a list")
    kind = "list"
    SHOWN: Final = 3
    body = words(_("Message"), limits.LIST_BODY, lines=3)
    button = words(_("Button that opens the list"), limits.LIST_BUTTON)

    @override
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for n in range(1, limits.LIST_ROWS + 1):
            self.fields[f"row_{n}"] = words(
                _("Row"), limits.LIST_ROW_TITLE, required=n == 1, inside=_("Title")
            )
            self.fields[f"about_{n}"] = words(
                _("Description"),
                limits.LIST_ROW_DESCRIPTION,
                required=False,
                inside=_("Description, optional"),
            )

    @property
    @override
    def shown(self) -> Sequence[BoundField]:
        return [self[name] for name in ("body", "button", "footer")]

    @property
    def rows(self) -> Sequence[tuple[int, BoundField, BoundField]]:
        """The rows: number, title, description."""
        return [(n, self[f"row_{n}"], self[f"about_{n}"]) for n in range(1, limits.LIST_ROWS + 1)]

    @property
    def first_rows(self) -> Sequence[tuple[int, BoundField, BoundField]]:
        """Those that are open from the start."""
        return self.rows[: self.SHOWN]

    @property
    def more_rows(self) -> Sequence[tuple[int, BoundField, BoundField]]:
        """Those behind "more"."""
        return self.rows[self.SHOWN :]

    @override
    def clean(self) -> dict[str, Any]:
        """Different titles; no description without one."""
        data = super().clean()
        self.check_different("row", limits.LIST_ROWS)
        for n in range(1, limits.LIST_ROWS + 1):
            if self.word(f"about_{n}") and not self.word(f"row_{n}") and n > 1:
                self.add_error(f"row_{n}", _("This is needed."))
        return data

    @override
    def outgoing(self) -> Outgoing:
        rows = [self._row(n) for n in self.filled("row", limits.LIST_ROWS)]
        button = self.word("button")
        return outgoing.choices(self.word("body"), button, [{"rows": rows}], **self.around())

    def _row(self, n: int) -> dict[str, str]:
        about = self.word(f"about_{n}").strip()
        row = {"id": f"row-{n}", "title": self.word(f"row_{n}").strip()}
        return row | ({"description": about} if about else {})


class LinkForm(InteractiveForm):
    """One button that leads to a page."""

    title = _("Send a link as a button")
    kind = "link"
    words = words(_("Words on the button"), limits.CTA_URL_TEXT)
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        error_messages=NEEDED,
        widget=forms.URLInput({"placeholder": "https://", "autocomplete": "off"}),
    )

    def clean_url(self) -> str:
        """An address that Meta takes."""
        url = str(self.cleaned_data["url"])
        if not url.startswith("https://"):
            raise forms.ValidationError(_("The address begins with https://."), "invalid")
        return url

    @override
    def outgoing(self) -> Outgoing:
        return outgoing.link(
            self.word("body"), self.word("words"), self.word("url"), **self.around()
        )


FORMS: Final[Mapping[str, type[ComposeForm]]] = {
    form.kind: form for form in (LocationForm, ContactCardForm, ButtonsForm, ListForm, LinkForm)
}


class ReactionForm(forms.Form):
    """An emoji for one message; none takes ours back."""

    emoji = forms.CharField(required=False, max_length=32)
    form_token = forms.UUIDField(required=False)
