"""The four steps of the editor: what each shows of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Person, PhoneNumber
from accounts.refusals import Refused
from campaigns import wording
from campaigns.audience import first_people
from campaigns.compiling import known_before, template_of
from campaigns.estimate import Quiet, days_of, ends_at
from campaigns.models import Campaign
from campaigns.page_shapes import Sample, Step, ValueField
from campaigns.personal import NOBODY, Known, values_for
from inbox.letters import letter_of
from inbox.pacing import messages_per_s
from inbox.picker_fields import FIELD_KINDS, asked_of_people, for_compiler
from inbox.waiting_list import moment_label
from templates_app import queries as templates
from templates_app.compiler import FILES, Kind, Values, Variable
from templates_app.models import MessageTemplate
from templates_app.shapes import TemplateChoice

SAME: Final = "same"
OWN: Final = "own"
NAMES: Final = ("audience", "template", "pace", "check")
"""The steps, by the names of their addresses."""


def numbers_of(person: Person) -> list[PhoneNumber]:
    """The organization's numbers, the oldest first. One query."""
    rows = PhoneNumber.objects.filter(organization_id=person.organization_id, removed_at=None)
    return list(rows.order_by("created_at"))


def steps(campaign: Campaign, here: int) -> tuple[Step, ...]:
    """The four steps, as a reader at `here` sees them; no template: the second is open."""
    done = {place for place in range(1, here) if place != 2 or campaign.template_name}
    titles = (_("Audience"), _("Template"), _("When and pace"), _("Check"))
    return tuple(
        Step(
            number=place,
            title=title,
            url=f"campaigns:{name}",
            state="here" if place == here else "done" if place in done else "open",
        )
        for place, (name, title) in enumerate(zip(NAMES, titles, strict=True), start=1)
    )


# --- Template and values ---


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose for the variables. sources: by variable, same, own or a field."""

    sources: Mapping[str, str]
    same: Mapping[str, str]

    def mapped(self) -> dict[str, str]:
        """`variables_map`."""
        return {name: one for name, one in self.sources.items() if one not in (SAME, OWN)}

    def own(self) -> frozenset[str]:
        """The variables that a column of the file fills."""
        return frozenset(name for name, one in self.sources.items() if one == OWN)

    def values(self, variables: Sequence[Variable], *, zone: str) -> dict[str, str]:
        """`variables`: the same for all, and for those of whom a field is not known."""
        return for_compiler(tuple(variables), dict(self.same), zone=zone)


def chosen_of(campaign: Campaign, own: Mapping[str, int], variables: Sequence[Variable]) -> Chosen:
    """What a draft has now. A variable that nobody decided on comes from the file if it can.

    What is called like a field of the contact is filled by that field at first.
    """
    same = {name: str(value) for name, value in campaign.variables.items()}
    sources = {}
    for one in variables:
        if one.name in campaign.variables_map:
            sources[one.name] = campaign.variables_map[one.name]
        elif one.name in own:
            sources[one.name] = OWN
        elif one.name not in same and one.name in ("name", "first_name"):
            sources[one.name] = one.name
        else:
            sources[one.name] = SAME
    return Chosen(sources, same)


def choices(campaign: Campaign) -> tuple[list[TemplateChoice], list[TemplateChoice]]:
    """The templates that its number can send, and those that it cannot now. One query."""
    found = templates.template_choices(campaign.phone_number)
    return [one for one in found if one.sendable], [one for one in found if not one.sendable]


def template_of_draft(campaign: Campaign, wanted: str = "") -> MessageTemplate | None:
    """The one whose id somebody asks for, else the one that it has; None if it cannot be sent."""
    account = campaign.phone_number.account
    try:
        if wanted:
            return templates.template_by(account, key=wanted[:64])
        return template_of(campaign) if campaign.template_name else None
    except Refused:
        return None


def asked(template: MessageTemplate | None) -> tuple[Variable, ...]:
    """The variables that people fill in."""
    return asked_of_people(templates.variables_of(template)) if template else ()


def fields_of(
    variables: Sequence[Variable],
    chosen: Chosen,
    own: Mapping[str, int],
    *,
    errors: Mapping[str, str],
) -> tuple[ValueField, ...]:
    """One field for each variable, with where it may come from."""
    return tuple(_field(one, chosen, own.get(one.name, 0), errors) for one in variables)


def _field(one: Variable, chosen: Chosen, own_count: int, errors: Mapping[str, str]) -> ValueField:
    is_text = one.kind not in FILES and one.kind not in (Kind.MOMENT, Kind.LATITUDE, Kind.LONGITUDE)
    sources = [(SAME, _("The same for all"))]
    sources += [(name, _(words)) for name, words in wording.FIELDS.items()] if is_text else []
    source = chosen.sources.get(one.name, SAME)
    if own_count or source == OWN:
        sources.append((OWN, _("From the file's column")))
    return ValueField(
        name=one.name,
        label=one.label,
        example="" if one.kind in FILES else one.example,
        kind=FIELD_KINDS.get(one.kind, "text"),
        before=one.before if one.kind is Kind.SUFFIX else "",
        source=source,
        same=str(chosen.same.get(one.name, "")),
        sources=tuple(sources),
        required=one.required,
        own_count=own_count,
        error=errors.get(one.name, ""),
    )


def gaps(variables: Sequence[Variable], chosen: Chosen) -> dict[str, str]:
    """What is missing for everybody, by the name of the variable."""
    return {
        one.name: _("Give a value, or say where it comes from.")
        for one in variables
        if one.required
        and chosen.sources.get(one.name, SAME) == SAME
        and not chosen.same.get(one.name, "").strip()
    }


def samples(
    campaign: Campaign,
    template: MessageTemplate | None,
    chosen: Chosen,
    *,
    zone: str,
) -> tuple[Sample, ...]:
    """What the first three people would see, by the compiler that sends. At most four queries."""
    if template is None:
        return ()
    same = chosen.values(asked(template), zone=campaign.phone_number.organization.time_zone)
    found = [
        (known_before(one, contact), one.to, one.variables)
        for one, contact in first_people(campaign)
    ]
    nobody: tuple[Known, str, dict[str, Any]] = (NOBODY, "", {})
    return tuple(_sample(template, chosen, same, person, zone=zone) for person in found or [nobody])


def _sample(
    template: MessageTemplate,
    chosen: Chosen,
    same: Mapping[str, Any],
    person: tuple[Known, str, Mapping[str, Any]],
    *,
    zone: str,
) -> Sample:
    known, to, own = person
    kept = {key: value for key, value in own.items() if key in chosen.own()}
    values = values_for(same, chosen.mapped(), kept, known=known)
    who = known.name or to or _("Somebody")
    try:
        seen = templates.preview(template, Values(variables=values))
    except Refused as refusal:
        return Sample(who, to, None, refusal.message)
    problem = next(iter(seen.errors.values()), "")
    return Sample(who, "" if who == to else to, letter_of(seen.content, zone=zone), problem)


# --- When and pace ---


def quiet_of(campaign: Campaign) -> Quiet:
    """Its quiet hours, in the organization's zone."""
    zone = ZoneInfo(campaign.phone_number.organization.time_zone)
    return Quiet(campaign.quiet_from, campaign.quiet_until, zone)


def estimate(campaign: Campaign, count: int, *, at: datetime, zone: str) -> str:
    """When it will have ended, in words."""
    if not count:
        return _("Nobody is in it yet.")
    number = campaign.phone_number
    own = messages_per_s(number.throughput, coexistence=number.coexistence)
    per_s = min(float(campaign.per_second or own), own)
    begins = max(campaign.scheduled_at or at, at)
    ends = ends_at(count, per_s, begins=begins, quiet=quiet_of(campaign))
    if ends is None:
        return _("At this pace it takes more than a year.")
    words = {
        "people": wording.people(count),
        "time": moment_label(ends, zone, now=at),
        "span": wording.lasting(ends - begins),
    }
    return _("Estimated end: %(time)s. %(people)s take %(span)s.") % words


def limit_words(campaign: Campaign, count: int) -> str:
    """What Meta's limit of the number means for so many people; "" where it is not known."""
    days = days_of(count, campaign.phone_number.messaging_limit)
    if days <= 1:
        return ""
    return _(
        "Meta lets this number begin with fewer people a day than are in it: it would take"
        " %(days)s days. Whoever is too much fails, and can be tried again on the next day."
    ) % {"days": days}


def start_words(campaign: Campaign, *, at: datetime) -> str:
    """When it starts, by the organization's clock."""
    moment = campaign.scheduled_at
    if moment is None or moment <= at:
        return _("As soon as you launch it")
    return moment_label(moment, campaign.phone_number.organization.time_zone, now=at)
