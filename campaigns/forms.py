"""The shape of what people type on the pages of campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from typing_extensions import override

from campaigns.actions.editing import FASTEST, LONGEST_NAME, Fields
from campaigns.tables import MOST_TEXT, NAME, NOTHING, REFERENCE, TO, VALUE
from inbox.later_page import FOR_INPUT
from templates_app.compiler import Variable

MOST_PASTED: Final = 500_000
AT_ONCE: Final = "now"
LATER: Final = "later"


class NameForm(forms.Form):
    """What a campaign is called, and from which number it is sent."""

    name = forms.CharField(
        label=lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=lazy("For you and your colleagues. Customers do not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    number = forms.ChoiceField(label=lazy("From"))

    def __init__(self, *args: Any, numbers: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["number"].choices = numbers  # type: ignore[attr-defined]  # a ChoiceField's


class PasteForm(forms.Form):
    """Numbers, one a line."""

    people = forms.CharField(
        label=lazy("Phone numbers, one a line"),
        max_length=MOST_PASTED,
        widget=forms.Textarea(
            attrs={"rows": 5, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"}
        ),
        help_text=lazy("A name may follow behind a comma: +46 70 123 45 67, Dora"),
    )


class UploadForm(forms.Form):
    """A table of people."""

    file = forms.FileField(
        label=lazy("CSV or Excel file"),
        help_text=lazy(
            "At most 10,000 people. You say next what each column holds; its values can fill the"
            " template."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class TableForm(forms.Form):
    """The text of a table that its page carries."""

    table = forms.CharField(max_length=MOST_TEXT, strip=False, widget=forms.HiddenInput)


class LabelsForm(forms.Form):
    """The labels whose people are meant; none: nobody by label."""

    tags = forms.MultipleChoiceField(
        label=lazy("People whose conversation has"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    match = forms.ChoiceField(
        label=lazy("Which of them"),
        choices=[("any", lazy("any of these labels")), ("all", lazy("all of these labels"))],
        initial="any",
    )

    def __init__(self, *args: Any, labels: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["tags"].choices = labels  # type: ignore[attr-defined]  # as above

    def segment(self) -> dict[str, Any] | None:
        """As `Fields` has it."""
        data = self.cleaned_data
        return {"tags": data["tags"], "match": data["match"]} if data["tags"] else None


class PaceForm(forms.Form):
    """When it starts and how fast it goes. Times are those of the organization."""

    start = forms.ChoiceField(
        label=lazy("Start"),
        choices=[(AT_ONCE, lazy("As soon as it is launched")), (LATER, lazy("At a time"))],
        widget=forms.RadioSelect,
        initial=AT_ONCE,
    )
    moment = forms.CharField(
        label=lazy("Time of the start"),
        required=False,
        max_length=32,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    per_second = forms.IntegerField(
        label=lazy("Messages a second"),
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text=lazy(
            "1 to 80; empty: as fast as the number may. Slower gives your people time to answer"
            " those who write back."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    quiet_from = forms.TimeField(
        label=lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=lazy("until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, zone: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._zone = ZoneInfo(zone)

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        later = data.get("start") == LATER
        data["scheduled_at"] = self._moment(data.get("moment", "")) if later else None
        if bool(data.get("quiet_from")) != bool(data.get("quiet_until")):
            missing = "quiet_until" if data.get("quiet_from") else "quiet_from"
            if missing not in self.errors:
                self.add_error(missing, _("Quiet hours have two ends."))
        return data

    def _moment(self, typed: str) -> datetime | None:
        if not typed:
            self.add_error("moment", _("Say when."))
            return None
        try:
            at = datetime.fromisoformat(typed)
            return at if at.tzinfo else at.replace(tzinfo=self._zone)
        except ValueError:
            self.add_error("moment", _("This is not a time."))
            return None

    def fields_of_campaign(self) -> Fields:
        """As the action takes them."""
        data = self.cleaned_data
        return {
            "scheduled_at": data["scheduled_at"],
            "per_second": data["per_second"],
            "quiet_from": data["quiet_from"],
            "quiet_until": data["quiet_until"],
        }


class TestForm(forms.Form):
    """Whose phone the test goes to."""

    to = forms.CharField(
        label=lazy("Your number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )


def typed_moment(at: datetime | None, zone: str) -> str:
    """A moment as its field shows it."""
    return at.astimezone(ZoneInfo(zone)).strftime(FOR_INPUT) if at else ""


def typed_values(
    data: Mapping[str, Any], variables: Sequence[Variable], sources: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The sources and the values that a form posts, by the names of the variables.

    Posted as `from:<name>` and `same:<name>`; a source that there is not is the first one.
    """
    chosen = {}
    same = {}
    for one in variables:
        source = str(data.get(f"from:{one.name}", ""))
        chosen[one.name] = source if source in sources else sources[0]
        same[one.name] = str(data.get(f"same:{one.name}", "")).replace("\0", "")[:1024].strip()
    return chosen, same


def typed_columns(
    data: Mapping[str, Any], guessed: Sequence[str], variables: Sequence[Variable]
) -> tuple[str, ...]:
    """What each column holds: as posted (`column:<place>`), else as guessed."""
    allowed = {NOTHING, TO, NAME, REFERENCE, *(VALUE + one.name for one in variables)}
    posted = [str(data.get(f"column:{place}", guess)) for place, guess in enumerate(guessed)]
    return tuple(one if one in allowed else NOTHING for one in posted)


def column_choices(variables: Sequence[Variable]) -> list[tuple[str, str]]:
    """What a column may hold, with its words."""
    return [
        (NOTHING, _("Not used")),
        (TO, _("Phone number")),
        (NAME, _("Name")),
        (REFERENCE, _("Reference of your own")),
        *((VALUE + one.name, _("Value: %(label)s") % {"label": one.label}) for one in variables),
    ]
