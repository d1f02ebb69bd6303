"""The shape of what admins type to connect a number, and on a number's own pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.number_settings import CLOSING_SOON, LABEL
from accounts.looking import Wanted
from accounts.models import PhoneNumber
from accounts.profiles import MOST, VERTICALS
from accounts.queries import RECEIPTS, team_choices
from accounts.refusals import Refused
from whatsapp import limits
from whatsapp.setup_calls import BusinessProfile

DIGITS = RegexValidator(r"\A[1-9][0-9]{0,31}\Z", _("Digits only, as Meta shows it."))
SIX_DIGITS = RegexValidator(r"\A[0-9]{6}\Z", _("Six digits."))
# 128 random bits in the characters of a web address.
VERIFY_TOKEN_LEAST = 22
CHOSEN = ("label", "read_receipts", "closing_soon_minutes", "country_code")


def _secret(**more: Any) -> forms.PasswordInput:
    # What was typed stays when another field was wrong; the page is not kept by the browser.
    attrs = {"autocomplete": "off", "spellcheck": "false", **more}
    return forms.PasswordInput(render_value=True, attrs=attrs)


class RefusableForm(forms.Form):
    """A form that can show why what it asked for was refused."""

    def refuse(self, refusal: Refused) -> None:
        """At its field, where there is one."""
        field = {"default_team_id": "default_team"}.get(refusal.field or "", refusal.field)
        self.add_error(field if field in self.fields else None, refusal.message)


class PinForm(forms.Form):
    """The PIN for one try of registering."""

    pin = forms.CharField(
        label=_("Six-digit PIN"),
        required=False,
        validators=[SIX_DIGITS],
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"}
        ),
        help_text=_(
            "Of two-step verification. Needed where the number is not registered for the Cloud API"
            " yet; it is not stored."
        ),
    )


class ByHandForm(RefusableForm, PinForm):
    """Everything that an app at Meta shows, copied by hand."""

    waba_id = forms.CharField(
        label=_("WhatsApp Business Account ID"),
        max_length=32,
        validators=[DIGITS],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("In your app at developers.facebook.com, under WhatsApp, API setup."),
    )
    phone_number_id = forms.CharField(
        label=_("Phone number ID"),
        max_length=32,
        validators=[DIGITS],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("On the same page, below the number. It is not the number itself."),
    )
    access_token = forms.CharField(
        label=_("Access token"),
        max_length=1024,
        widget=_secret(),
        help_text=_(
            "Of a system user: business.facebook.com, Settings, System users, Generate token, with"
            " whatsapp_business_management and whatsapp_business_messaging. Choose “never expires”."
        ),
    )
    app_secret = forms.CharField(
        label=_("App secret"),
        max_length=128,
        required=False,
        widget=_secret(),
        help_text=_(
            "In your app at Meta: App settings, Basic. It signs what Meta delivers. Leave it empty"
            " if the number belongs to this installation's own app."
        ),
    )
    verify_token = forms.CharField(
        label=_("Verify token"),
        min_length=VERIFY_TOKEN_LEAST,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Only if one is set at Meta already. Left empty, Baton makes one."),
    )
    field_order = (
        *("waba_id", "phone_number_id", "access_token", "app_secret", "verify_token", "pin"),
    )

    def wanted(self) -> Wanted:
        """What was given."""
        return Wanted(**{name: self.cleaned_data[name] for name in self.field_order})


class SignUpForm(RefusableForm, PinForm):
    """What Meta's dialog hands over when it is finished."""

    code = forms.CharField(
        label=_("Code"),
        max_length=2048,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It lives 30 seconds and works once."),
    )
    waba_id = forms.CharField(
        label=_("WhatsApp Business Account ID"),
        max_length=32,
        required=False,
        validators=[DIGITS],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Left empty, the token tells."),
    )
    phone_number_id = forms.CharField(
        label=_("Phone number ID"),
        max_length=32,
        validators=[DIGITS],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    coexistence = forms.BooleanField(
        label=_("The number stays in the WhatsApp Business app on a phone, too"), required=False
    )
    field_order = ("code", "waba_id", "phone_number_id", "coexistence", "pin")

    def wanted(self) -> Wanted:
        """What was given, but for the token that the code becomes."""
        data = self.cleaned_data
        return Wanted(
            waba_id=data["waba_id"],
            phone_number_id=data["phone_number_id"],
            access_token="",
            pin=data["pin"],
            coexistence=data["coexistence"],
        )


class NumberForm(RefusableForm):
    """What an admin chooses for a number."""

    label = forms.CharField(
        label=_("Our name for it"),
        max_length=LABEL,
        required=False,
        help_text=_("Colleagues see it; customers see the name that Meta approved."),
    )
    default_team = forms.TypedChoiceField(
        label=_("New conversations go to"), required=False, coerce=UUID, empty_value=None
    )
    read_receipts = forms.ChoiceField(
        label=_("Customers see blue ticks"),
        choices=[*RECEIPTS.items()],
        help_text=_(
            "“Typing” is shown only together with reading on opening: WhatsApp marks as read"
            " with it."
        ),
    )
    closing_soon_minutes = forms.IntegerField(
        label=_("Warn before the 24-hour window closes"),
        min_value=CLOSING_SOON[0],
        max_value=CLOSING_SOON[1],
        help_text=_("Minutes before, 5 to 720."),
    )
    country_code = forms.CharField(
        label=_("Country of numbers without one"),
        max_length=4,
        required=False,
        help_text=_("Such as +254 or KE. Left empty, the organization's."),
    )

    def __init__(self, data: Any = None, *, number: PhoneNumber) -> None:
        chosen = {name: getattr(number, name) for name in CHOSEN}
        super().__init__(data, initial=chosen | {"default_team": number.default_team_id or ""})
        teams = team_choices(number.organization_id)
        nobody = ("", _("Everybody, without a team"))
        self.fields["default_team"].choices = [nobody, *teams]  # type: ignore[attr-defined]
        labels = [(value, gettext(label)) for value, label in RECEIPTS.items()]
        self.fields["read_receipts"].choices = labels  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The keywords of `change_number`."""
        data = self.cleaned_data
        chosen = {name: data[name] for name in CHOSEN}
        return chosen | {"default_team_id": data["default_team"]}


class TokenForm(RefusableForm):
    """Another access token for the number's account."""

    access_token = forms.CharField(
        label=_("New access token"),
        max_length=1024,
        widget=_secret(),
        help_text=_(
            "Of a system user, with whatsapp_business_management and whatsapp_business_messaging."
        ),
    )


class AppSecretForm(RefusableForm):
    """The app's new secret, and how long the one before still signs."""

    app_secret = forms.CharField(
        label=_("New app secret"),
        max_length=128,
        widget=_secret(),
        help_text=_("In your app at Meta: App settings, Basic."),
    )
    hours = forms.TypedChoiceField(
        label=_("The one before signs for another"),
        choices=[
            (1, _("1 hour")),
            (24, _("24 hours")),
            (72, _("3 days")),
            (0, _("no time at all")),
        ],
        coerce=int,
        initial=24,
        help_text=_("Meta signs with one of the two while you change it there; both are taken."),
    )

    def old_until(self, *, at: datetime) -> datetime:
        """When the secret before stops counting."""
        return at + timedelta(hours=self.cleaned_data["hours"])


class ProfileForm(RefusableForm):
    """What customers read about the number, within Meta's limits."""

    about = forms.CharField(label=_("About"), max_length=MOST["about"])
    description = forms.CharField(
        label=_("Description"),
        max_length=MOST["description"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    address = forms.CharField(label=_("Address"), max_length=MOST["address"], required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=MOST["email"], required=False)
    website = forms.URLField(
        label=_("Website"),
        max_length=limits.PROFILE_WEBSITE,
        required=False,
        assume_scheme="https",
    )
    website_2 = forms.URLField(
        label=_("Second website"),
        max_length=limits.PROFILE_WEBSITE,
        required=False,
        assume_scheme="https",
    )
    vertical = forms.ChoiceField(label=_("Line of business"), choices=[*VERTICALS.items()])

    @staticmethod
    def shown(profile: BusinessProfile) -> dict[str, Any]:
        """The values of the form for what Meta has."""
        first, second, *_rest = (*profile.websites, "", "")
        texts = {name: getattr(profile, name) for name in (*MOST, "vertical")}
        return texts | {"website": first, "website_2": second}

    def wanted(self) -> dict[str, Any]:
        """The changes for `change_profile`."""
        data = dict(self.cleaned_data)
        websites = [one for one in (data.pop("website"), data.pop("website_2")) if one]
        return data | {"websites": websites}
