"""The shape of what the page posts; whether it is true, the actions decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from inbox.actions.guards import Guards
from inbox.schedule import IfChanged, presets
from whatsapp import limits


class GuardedForm(forms.Form):
    """What every send of the page carries: one-use token, what it has shown, and "anyway"."""

    form_token = forms.UUIDField()
    last_seen = forms.IntegerField(required=False, min_value=0)
    force = forms.BooleanField(required=False)
    reply_to = forms.UUIDField(required=False)

    def guards(self) -> Guards:
        """The guards of the send transaction."""
        return Guards(
            form_token=self.cleaned_data["form_token"],
            last_seen=self.cleaned_data["last_seen"],
            force=self.cleaned_data["force"],
        )

    @property
    def reply_to_id(self) -> UUID | None:
        """The quoted message, if one was chosen."""
        chosen: UUID | None = self.cleaned_data["reply_to"]
        return chosen


class ReplyForm(GuardedForm):
    """A text message. The length is counted in UTF-16 units, as Meta is read to count."""

    text = forms.CharField(strip=False, error_messages={"required": _("Write something first.")})
    retry_of = forms.UUIDField(required=False)  # the failed message that was edited

    def clean_text(self) -> str:
        """Line ends as typed, without the carriage returns a browser adds."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(_("Write something first."), "required")
        length = limits.length(text)
        if length > limits.TEXT_BODY:
            raise forms.ValidationError(
                _("At most %(limit)s characters; %(length)s were given.")
                % {"limit": limits.TEXT_BODY, "length": length},
                "too_long",
            )
        return text


class LaterForm(ReplyForm):
    """A text for later: when, and what is done where things have changed by then.

    at: the key of a preset, or `own` with `moment` by the person's clock. closed: `hold`, `fail`,
    or the id of the template that goes in its place.
    """

    at = forms.CharField(max_length=12)
    moment = forms.DateTimeField(required=False)
    if_changed = forms.ChoiceField(choices=[(str(one), one) for one in IfChanged])
    closed = forms.CharField(max_length=36)

    def when(self, now: datetime) -> datetime:
        """The time that was chosen. now: in the person's zone. Refuses: VALIDATION_ERROR."""
        offered = {one.key: one.moment for one in presets(now)}
        moment: datetime | None = offered.get(self.cleaned_data["at"], self.cleaned_data["moment"])
        if moment is None:
            raise Refused("VALIDATION_ERROR", str(_("Choose a day and a time.")), field="moment")
        return moment

    @property
    def template_id(self) -> UUID | None:
        """The template that goes where the window is closed, if one was chosen."""
        return uuid_or_none(self.cleaned_data["closed"])


class WaitingForm(forms.Form):
    """Another text, and another time, for what has not left yet."""

    text = forms.CharField(strip=False, error_messages={"required": _("Write something first.")})
    moment = forms.DateTimeField(required=False)


class TemplateForm(GuardedForm):
    """A template and its values, posted as `var:<name>`."""

    template = forms.UUIDField()

    def values(self) -> dict[str, str]:
        """The values by variable name."""
        return values_of(self.data)


def uuid_or_none(text: str) -> UUID | None:
    """An id out of an address; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def without_nul(text: str) -> str:
    """What PostgreSQL can store; no person types the other."""
    return text.replace("\0", "")


def values_of(data: object) -> dict[str, str]:
    """Every `var:<name>` of a posted form."""
    items = data.items() if hasattr(data, "items") else ()
    return {
        str(name).removeprefix("var:"): without_nul(str(value))
        for name, value in items
        if str(name).startswith("var:")
    }


class VersionForm(forms.Form):
    """The version of the conversation on the caller's screen."""

    expected_version = forms.IntegerField(required=False, min_value=0)
    note = forms.CharField(required=False, max_length=2000)
    scheduled = forms.ChoiceField(required=False, choices=[("keep", "keep"), ("cancel", "cancel")])

    @property
    def keep_scheduled(self) -> bool | None:
        """What becomes of scheduled messages; None: ask."""
        return {"keep": True, "cancel": False}.get(self.cleaned_data["scheduled"])


class ContactForm(forms.Form):
    """Our own name for a contact; thread: the conversation on whose pane it is."""

    name = forms.CharField(required=False, max_length=120)
    thread = forms.UUIDField(required=False)

    def clean_name(self) -> str:
        """The name as it can be stored."""
        return without_nul(str(self.cleaned_data["name"]))


class ContactSearchForm(forms.Form):
    """The search of the page of contacts."""

    search = forms.CharField(required=False, max_length=100)


class MergeForm(forms.Form):
    """Who else it is; thread: the conversation on whose pane the merge began."""

    other = forms.UUIDField(required=False)
    search = forms.CharField(required=False, max_length=100)
    thread = forms.UUIDField(required=False)


class PickerForm(forms.Form):
    """What the template picker asks for; nothing in it can be wrong."""

    search = forms.CharField(required=False, max_length=100)
    language = forms.CharField(required=False, max_length=12)
    category = forms.CharField(required=False, max_length=16)
    template = forms.UUIDField(required=False)
