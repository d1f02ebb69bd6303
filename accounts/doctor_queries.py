"""What the connection doctor found, for its page, the API and the command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Permission, may
from accounts.doctor import wording
from accounts.doctor.shapes import CheckRow, DoctorPage, Health, HealthCheck, RepairView
from accounts.doctor.verdicts import LINKS, Name, Repair, State, overall
from accounts.models import Check, Checkup, Person, PhoneNumber
from accounts.queries import when

# Whoever waits for a checkup longer than that waits for a worker that is not there.
LONGEST_WAIT: Final = timedelta(minutes=2)
ICONS: Final[Mapping[str, str]] = {
    State.OK: "circle-check",
    State.WARNING: "triangle-alert",
    State.BROKEN: "circle-x",
    State.UNKNOWN: "help-circle",
}
ORDER: Final = [name.value for name in Name]
OUTSIDE: Final[Mapping[Repair, str]] = {
    Repair.OPEN_BILLING: "https://business.facebook.com/billing_hub/",
    Repair.OPEN_MANAGER: "https://business.facebook.com/wa/manage/phone-numbers/",
    Repair.ASSIGN_ACCOUNT: "https://business.facebook.com/settings/system-users",
}


def doctor_page(person: Person, number: PhoneNumber, *, at: datetime) -> DoctorPage:
    """The checks of one number, in order; buttons only for who may press them. Two queries."""
    rows = {row.name: row for row in Check.objects.filter(phone_number=number)}
    checkup = Checkup.objects.filter(phone_number=number).first()
    runs = _runs(checkup, at=at)
    began = checkup.asked_at if checkup else None
    repairs = may(person, Permission.MANAGE_NUMBERS)
    shown = tuple(
        _row(number, rows[name], repairs=repairs, runs=runs and _older(rows[name], began))
        for name in ORDER
        if name in rows
    )
    state = overall(row.state for row in shown)
    return DoctorPage(
        id=number.pk,
        name=str(number),
        state=state.value,
        tone=wording.STATES[state][1],
        sentence=_summary(state, shown),
        looked_at=when(checkup.finished_at if checkup else None),
        runs=runs,
        rows=shown,
    )


def _runs(checkup: Checkup | None, *, at: datetime) -> bool:
    if checkup is None:
        return False
    waits = checkup.asked_at is not None and at - checkup.asked_at < LONGEST_WAIT
    leased = checkup.lease_until is not None and checkup.lease_until > at
    return waits or leased


def _older(row: Check, began: datetime | None) -> bool:
    return began is not None and row.checked_at < began


def _summary(overall_state: State, rows: Iterable[CheckRow]) -> str:
    found = list(rows)
    worst_first = (State.BROKEN, State.WARNING)
    faults = [row for state in worst_first for row in found if row.state == state]
    if faults:
        more = len(faults) - 1
        also = ngettext("%(count)s more below.", "%(count)s more below.", more) % {"count": more}
        return f"{faults[0].sentence} {also if more else ''}".strip()
    if overall_state is State.OK:
        return _("Everything that was looked at works.")
    if overall_state is State.WARNING:
        return _("Nothing could be looked at: Meta did not answer.")
    return _("It has not been looked at yet.")


def _row(number: PhoneNumber, row: Check, *, repairs: bool, runs: bool) -> CheckRow:
    label, tone = wording.STATES[row.state]
    return CheckRow(
        name=row.name,
        title=_(wording.TITLES[row.name]),
        state=row.state,
        state_label=_(label),
        tone=tone,
        icon=ICONS[row.state],
        sentence=wording.sentence(row.name, row.code, row.evidence),
        evidence=wording.evidence_lines(row.evidence),
        since=when(row.since) if row.state in (State.BROKEN, State.WARNING) else "",
        repair=_repair(number, row) if repairs and row.repair else None,
        runs=runs,
    )


def _repair(number: PhoneNumber, row: Check) -> RepairView:
    what = Repair(row.repair)
    href = OUTSIDE.get(what, "")
    if what in LINKS and not href:
        page = "number_token" if what is Repair.REPLACE_TOKEN else "app_secret"
        href = reverse(f"accounts:{page}", args=[number.pk])
    if what is Repair.REGISTER:  # asks for the PIN on a page of its own
        href = reverse("accounts:register_number", args=[number.pk])
    return RepairView(what.value, _(wording.BUTTONS[what]), href, is_outside=what in OUTSIDE)


def health(number: PhoneNumber) -> Health:
    """The same for a program. One query."""
    rows = {row.name: row for row in Check.objects.filter(phone_number=number)}
    checks = tuple(_health_check(rows[name]) for name in ORDER if name in rows)
    status = rows.get(Name.LAST_STATUS.value)
    last = status.evidence.get("last_at") if status else None
    return Health(
        state=overall(one.state for one in checks),
        checks=checks,
        last_status_at=parse_datetime(last) if last else None,
    )


def _health_check(row: Check) -> HealthCheck:
    return HealthCheck(
        name=row.name,
        state=State(row.state),
        message=wording.sentence(row.name, row.code, row.evidence),
        evidence=row.evidence,
        repair=row.repair or None,
        checked_at=row.checked_at,
    )


def alarms(person: Person) -> tuple[tuple[PhoneNumber, str], ...]:
    """Numbers whose token Meta refuses, each with the sentence, for whoever can replace it.

    One query; nothing for everybody else.
    """
    if not may(person, Permission.MANAGE_NUMBERS):
        return ()
    rows = Check.objects.filter(
        phone_number__organization=person.organization_id,
        name=Name.TOKEN.value,
        state=State.BROKEN.value,
        code="token_refused",
    ).select_related("phone_number")
    return tuple(
        (
            row.phone_number,
            _("Meta refuses the token of %(number)s since %(when)s.")
            % {"number": row.phone_number, "when": when(row.since)},
        )
        for row in rows.order_by("since")
    )
