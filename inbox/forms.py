"""The shape of what the page posts; whether it is true, the actions decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.refusals import Refused
from inbox.actions.guards import Guards
from inbox.schedule import IfChanged, presets
from inbox.taking_in import Given
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
    preview_url = forms.BooleanField(required=False)
    retry_of = forms.UUIDField(required=False)  # the failed message that was edited

    def clean_text(self) -> str:
        """Line ends as typed, without the carriage returns a browser adds."""
        return written(str(self.cleaned_data["text"]))


def written(text: str) -> str:
    """A text as it was typed. Raises: ValidationError for none, and for one that is too long."""
    text = text.replace("\r\n", "\n")
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


class WaitingForm(forms.Form):
    """Another text, for what has one, and another time, for what has not left yet."""

    text = forms.CharField(strip=False, required=False)
    moment = forms.DateTimeField(required=False)


class FilesForm(GuardedForm):
    """Files, in their order, with what is written in the box.

    Posted as `attachment=<id>` with `caption:<id>`, or, without scripts, as `files`.
    """

    MOST = 30
    text = forms.CharField(strip=False, required=False)
    preview_url = forms.BooleanField(required=False)

    @override
    def clean(self) -> dict[str, object]:
        """Refuses more files than anybody sends on purpose."""
        if len(self.attachment_ids) + len(self.uploads) > self.MOST:
            raise forms.ValidationError(
                _("At most %(limit)s files at once.") % {"limit": self.MOST}, "length"
            )
        return self.cleaned_data

    @property
    def text_given(self) -> str:
        """The text as `ReplyForm` has it."""
        return without_nul(str(self.cleaned_data["text"])).replace("\r\n", "\n")

    @property
    def attachment_ids(self) -> list[UUID]:
        """Each once, in order; what is no id is left out."""
        given = self.data.getlist("attachment") if hasattr(self.data, "getlist") else []
        found = (uuid_or_none(one) for one in given)
        return list(dict.fromkeys(one for one in found if one is not None))

    @property
    def uploads(self) -> list[UploadedFile[bytes]]:
        """The files themselves, of a form without scripts; an empty field is none."""
        return self.files.getlist("files") if hasattr(self.files, "getlist") else []

    def captions(self) -> dict[UUID, str]:
        """What is written below each file."""
        found = {one: self.data.get(f"caption:{one}", "") for one in self.attachment_ids}
        return {one: without_nul(str(text)).replace("\r\n", "\n") for one, text in found.items()}

    @classmethod
    def has_files(cls, data: object, files: object) -> bool:
        """Whether a post is of this form."""
        return "attachment" in data or bool(files.getlist("files"))  # type: ignore[operator, attr-defined]


class TimeForm(forms.Form):
    """A time that is offered, or one's own. at: the key of a preset, or `own` with `moment`."""

    at = forms.CharField(max_length=12)
    moment = forms.DateTimeField(required=False)

    def when(self, now: datetime) -> datetime:
        """The time that was chosen. now: in the person's zone. Refuses: VALIDATION_ERROR."""
        offered = {one.key: one.moment for one in presets(now)}
        moment: datetime | None = offered.get(self.cleaned_data["at"], self.cleaned_data["moment"])
        if moment is None:
            raise Refused("VALIDATION_ERROR", str(_("Choose a day and a time.")), field="moment")
        return moment


class LaterForm(TimeForm, FilesForm):
    """A text, files or a template for later, and what is done where things have changed by then.

    closed: `hold`, `fail`,
    or the id of the template that goes in its place. template: what goes, with `var:<name>`.
    """

    template = forms.UUIDField(required=False)

    if_changed = forms.ChoiceField(choices=[(str(one), one) for one in IfChanged])
    closed = forms.CharField(max_length=36, required=False)

    @override
    def clean(self) -> dict[str, object]:
        """Refuses what says nothing, and a text that is too long."""
        cleaned = super().clean()
        if not cleaned.get("template") and not self.attachment_ids:
            written(str(cleaned.get("text") or ""))
        return cleaned

    def values(self) -> dict[str, str]:
        """The values of the template by variable name."""
        return values_of(self.data)

    @property
    def fallback_id(self) -> UUID | None:
        """The template that goes where the window is closed, if one was chosen."""
        return uuid_or_none(self.cleaned_data["closed"])


class NoteForm(forms.Form):
    """A note for the team, as it was typed, and the one-use token of its box."""

    @property
    def text(self) -> str:
        """What was typed, also where it cannot be a note."""
        return without_nul(str(self.data.get("text", ""))).replace("\r\n", "\n")

    @property
    def token(self) -> UUID | None:
        """What makes a repeat after a lost answer safe."""
        return uuid_or_none(self.data.get("form_token", ""))


class AttachmentForm(forms.Form):
    """One file for the composer. `as`: document, sticker, …; voice: it was recorded here."""

    file = forms.FileField(allow_empty_file=True, error_messages={"required": _("Choose a file.")})
    voice = forms.BooleanField(required=False)
    goes_as = forms.ChoiceField(
        required=False, choices=[(one, one) for one in ("", "document", "sticker", "audio")]
    )

    def given(self) -> Given:
        """The file as the door passes it on."""
        wish = "voice" if self.cleaned_data["voice"] else self.cleaned_data["goes_as"]
        return given_file(self.cleaned_data["file"], wish=wish)


def given_file(file: UploadedFile[bytes], *, wish: str = "") -> Given:
    """An uploaded file, in pieces."""
    chunks: Iterable[bytes] = file.chunks()
    return Given(
        chunks=chunks,
        filename=file.name or "",
        declared=(file.content_type or "").lower(),
        wish=wish,
    )


def first_error(form: forms.Form) -> Refused:
    """What is wrong with a form, as one refusal."""
    field, errors = next(iter(form.errors.items()))
    return Refused("VALIDATION_ERROR", str(errors[0]), field=field)


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
