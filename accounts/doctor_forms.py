"""The forms of the connection doctor: which button, and the PIN of a number."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doctor.verdicts import Repair
from accounts.refusals import Refused


class RepairForm(forms.Form):
    """Which repair; the PIN has a page of its own."""

    repair = forms.ChoiceField(
        choices=[(one.value, one.value) for one in Repair if one is not Repair.REGISTER]
    )

    def wanted(self) -> Repair:
        """The repair. Refuses: VALIDATION_ERROR for what is none."""
        if not self.is_valid():
            raise Refused("VALIDATION_ERROR", _("There is no such repair."), field="repair")
        return Repair(self.cleaned_data["repair"])


class PinForm(forms.Form):
    """Six digits of two-step verification; never shown again, not even in a refused form."""

    pin = forms.CharField(
        label=gettext_lazy("PIN of two-step verification"),
        help_text=gettext_lazy(
            "Six digits, as set in WhatsApp Manager. A number without one gets this PIN."
        ),
        validators=[RegexValidator(r"^[0-9]{6}\Z", gettext_lazy("The PIN has six digits."))],
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}
        ),
    )

    @property
    def pin_given(self) -> str:
        """What was typed."""
        return str(self.cleaned_data["pin"])
