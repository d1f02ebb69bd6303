"""The form of opening hours."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.actions.hours import WEEKDAYS, OtherDay, Schedule
from accounts.models import BusinessHours, Person, PhoneNumber, Team
from accounts.opening import BadHours, Span, Spans, spans_of, text_of
from accounts.zones import zone_choices

DAY_NAMES: Final = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
PLAIN_DAY: Final = "09:00-17:00"
MORE_DAYS: Final = 3
"""Empty lines below the holidays that are there."""


class SpansField(forms.CharField):
    """A line such as "09:00-12:30, 14:00-18:00"; empty is closed. Cleans to `Spans`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=120, **options)
        self.widget.attrs |= {"placeholder": _("closed"), "autocomplete": "off"}

    @override
    def clean(self, value: Any) -> Any:
        try:
            return spans_of(str(super().clean(value)))
        except BadHours as fault:
            raise forms.ValidationError(worded(fault), fault.code) from fault


def worded(fault: BadHours) -> str:
    """The sentence for hours that say nothing clear."""
    sentences = {
        "unreadable": _now("“%(piece)s” is not read as hours. Write 09:00-12:30, 14:00-18:00."),
        "empty": _now("“%(piece)s” begins when it ends. For a whole day write 00:00-24:00."),
        "overlap": _now("These hours overlap: %(piece)s."),
    }
    return sentences[fault.code] % {"piece": fault.piece}


class HoursForm(forms.Form):
    """A schedule: name, zone, seven lines, and who goes by it. The holidays are lines of `days`."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("E.g. “Office”."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    is_default = forms.BooleanField(
        label=_("Counts where neither team nor number has hours of its own"), required=False
    )
    numbers = forms.MultipleChoiceField(
        label=_("Numbers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, person: Person, row: BusinessHours | None) -> None:
        super().__init__(data, initial=_initial(person, row))
        for key, label in zip(WEEKDAYS, DAY_NAMES, strict=True):
            self.fields[key] = SpansField(label=label)
        self._choose("numbers", PhoneNumber.objects.filter(organization=person.organization_id))
        self._choose("teams", Team.objects.filter(organization=person.organization_id))
        self.days = DayFormSet(data, prefix="days", initial=_days(row))

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [(str(one.pk), str(one)) for one in rows.order_by("created_at")]

    @override
    def clean(self) -> dict[str, Any]:
        """The lines of days are judged with the rest."""
        data = super().clean() or {}
        if not self.days.is_valid():
            self.add_error(None, _("A line of the holidays is not clear."))
        return data

    @property
    def lines(self) -> list[Any]:
        """The seven fields of the week."""
        return [self[key] for key in WEEKDAYS]

    def schedule(self) -> Schedule:
        """What a valid form says."""
        data = self.cleaned_data
        holidays = [OtherDay(**one) for one in self.days.cleaned_data if one.get("date")]
        return Schedule(
            name=data["name"],
            time_zone=data["time_zone"],
            week=tuple(data[key] for key in WEEKDAYS),
            holidays=tuple(holidays),
            is_default=data["is_default"],
            numbers=frozenset(map(UUID, data["numbers"])),
            teams=frozenset(map(UUID, data["teams"])),
        )


class DayForm(forms.Form):
    """A day with other hours; a line without a date says nothing."""

    date = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    spans = SpansField(label=_("Hours"))

    @override
    def clean(self) -> dict[str, Any]:
        """Hours without their day were lost in silence otherwise."""
        data = super().clean() or {}
        has_day = data.get("date") or "date" in self.errors
        if not has_day and (data.get("name") or data.get("spans")):
            self.add_error("date", _("Which day?"))
        return data


DayFormSet = forms.formset_factory(DayForm, extra=MORE_DAYS)


def _initial(person: Person, row: BusinessHours | None) -> dict[str, Any]:
    if row is None:
        plain = dict.fromkeys(WEEKDAYS[:5], PLAIN_DAY)
        first = not BusinessHours.objects.filter(organization=person.organization_id).exists()
        return plain | {"time_zone": person.organization.time_zone, "is_default": first}
    week = zip(WEEKDAYS, row.week, strict=True)
    return {key: text_of(spans_from(spans)) for key, spans in week} | {
        "name": row.name,
        "time_zone": row.time_zone,
        "is_default": row.is_default,
        "numbers": [str(one.pk) for one in row.numbers.all()],
        "teams": [str(one.pk) for one in row.teams.all()],
    }


def _days(row: BusinessHours | None) -> list[dict[str, Any]]:
    days = row.holidays.order_by("date") if row else ()
    return [
        {"date": one.date, "name": one.name, "spans": text_of(spans_from(one.spans))}
        for one in days
    ]


def spans_from(stored: Any) -> Spans:
    """Spans as a row keeps them."""
    return tuple(Span(*one) for one in stored)
