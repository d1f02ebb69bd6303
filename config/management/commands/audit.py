"""`manage.py audit verify`: whether the audit log is whole; `cut` lets its oldest rows go."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts.actions.audit import cut_audit_log, purge_cut_rows
from accounts.actors import SYSTEM
from accounts.audit_verifying import Verdict, verify
from accounts.models import AuditEvent, Organization
from accounts.origin import COMMAND, coming_from


class Command(BaseCommand):
    help = "Proves that no row of the audit log was altered, removed or put in; or cuts it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for whom."""
        parser.add_argument("act", choices=["verify", "cut"])
        parser.add_argument("--organization", help="only its log: its id, or its name")
        parser.add_argument(
            "--known",
            metavar="NUMBER:HASH",
            help="verify: as an earlier run printed them; the row must still have that hash",
        )
        parser.add_argument("--before", metavar="DATE", help="cut: rows of earlier days (UTC) go")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit code 0 for whole logs; 1 with a sentence for the first bad row of each."""
        organizations = _organizations(options["organization"])
        if options["act"] == "cut":
            self._cut(organizations, _moment(options["before"]))
            return
        bad = [one.name for one in organizations if not self._is_whole(one, options["known"])]
        if bad:
            raise CommandError(_("Not whole: %(names)s.") % {"names": ", ".join(bad)})

    def _is_whole(self, organization: Organization, known: str | None) -> bool:
        verdict = verify(organization.pk)
        said = {"name": organization.name, "rows": verdict.rows, "number": verdict.wrong}
        if verdict.wrong is not None:
            sentence = _("%(name)s: %(rows)s rows are right, then number %(number)s: %(reason)s.")
            self.stdout.write(sentence % (said | {"reason": verdict.reason}))
            return False
        if known and not _is_known(organization.pk, known):
            self.stdout.write(_("%(name)s: the row you know is not there any more.") % said)
            return False
        self.stdout.write(_("%(name)s: %(rows)s rows, whole.") % said + _newest(verdict))
        return True

    def _cut(self, organizations: Iterable[Organization], before: datetime) -> None:
        for one in organizations:
            with coming_from(COMMAND):
                count = cut_audit_log(one.pk, before=before, by=SYSTEM, at=timezone.now())
            while purge_cut_rows(one.pk):
                pass
            self.stdout.write(_("%(name)s: %(n)s rows removed.") % {"name": one.name, "n": count})


def _newest(verdict: Verdict) -> str:
    return f" {verdict.number}:{verdict.hash}" if verdict.number else ""


def _is_known(organization_id: UUID, known: str) -> bool:
    number, _colon, expected = known.partition(":")
    rows = AuditEvent.objects.filter(organization_id=organization_id, hash=expected)
    return number.isdecimal() and rows.filter(number=int(number)).exists()


def _organizations(wanted: str | None) -> list[Organization]:
    rows = Organization.objects.order_by("name", "pk")
    if wanted is None:
        return list(rows)
    try:
        which = Q(pk=UUID(wanted))
    except ValueError:
        which = Q(name=wanted)
    if not (found := list(rows.filter(which))):
        raise CommandError(_("There is no organization %(name)s.") % {"name": wanted})
    return found


def _moment(day: str | None) -> datetime:
    try:
        date = parse_date(day or "")
    except ValueError:
        date = None
    if date is None:
        raise CommandError(_("cut wants --before with a date, e.g. 2026-01-31."))
    return datetime.combine(date, time.min, tzinfo=UTC)
