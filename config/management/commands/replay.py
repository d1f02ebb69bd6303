"""`manage.py replay`: the raw log once more, into this database; and the raw log as a file."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts.models import Organization
from config.pictures import look
from webhooks.raw_files import Taken, export, take_in
from webhooks.replay import Report, Wanted, replay


class Command(BaseCommand):
    help = (
        "Digests stored deliveries again, in order of receipt, and says what that changed."
        " Nobody is written to, and no assistant answers."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which deliveries, and whether it counts."""
        parser.add_argument("--since", help="ISO 8601, with its zone; this moment is included")
        parser.add_argument("--until", help="ISO 8601, with its zone; this moment is not included")
        parser.add_argument("--organization", help="only its items: its id, or its name")
        parser.add_argument("--dry-run", action="store_true", help="say what it would change")
        parser.add_argument("--json", action="store_true", help="one object for scripts")
        parser.add_argument("--from", dest="source", metavar="FILE", help="take these in first")
        parser.add_argument("--export", metavar="FILE", help="write them there; replay nothing")
        parser.add_argument(
            "--old-secret",
            action="append",
            default=[],
            metavar="FINGERPRINT",
            help="of an app secret that was an account's when the deliveries came",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit code 0 with the differences, if any; 1 with a sentence when it cannot begin."""
        wanted = Wanted(
            since=_moment("--since", options["since"]),
            until=_moment("--until", options["until"]),
            organization_id=_organization_id(options["organization"]),
            old_secrets=frozenset(options["old_secret"]),
        )
        _check(options)
        if options["export"]:
            self._export(wanted, options)
            return
        if options["source"]:
            wanted = self._take_in(wanted, options)
        self._say(replay(wanted, dry_run=options["dry_run"], look=look), options)

    def _export(self, wanted: Wanted, options: dict[str, Any]) -> None:
        with _written(options["export"], self.stdout) as file:
            count = export(wanted, file)
        said = {"deliveries": count}
        line = json.dumps(said) if options["json"] else _("%(deliveries)s deliveries.") % said
        self.stderr.write(line, self.style.SUCCESS)

    def _take_in(self, wanted: Wanted, options: dict[str, Any]) -> Wanted:
        try:
            with Path(options["source"]).open(encoding="utf-8") as file:
                taken = take_in(file)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if not options["json"]:
            self.stdout.write(_taken(taken))
        return replace(wanted, since=taken.span.since, until=taken.span.until)

    def _say(self, report: Report, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(report)))
            return
        self.stdout.write(
            _("%(deliveries)s deliveries with %(items)s items.")
            % {"deliveries": report.deliveries, "items": report.items}
        )
        for line in _notes(report):
            self.stdout.write(line)
        for (kind, change), count in sorted(report.differences.items()):
            self.stdout.write(f"  {kind}: {count} {_(change)}")
        total = sum(report.differences.values())
        sentence = (
            _("It would make %(total)s differences.")
            if options["dry_run"]
            else _("It made %(total)s differences.")
        )
        self.stdout.write(sentence % {"total": total})


def _check(options: dict[str, Any]) -> None:
    if options["export"] and (options["organization"] or options["source"] or options["dry_run"]):
        raise CommandError(
            _("--export writes whole deliveries: only --since and --until go with it.")
        )
    if options["source"] and (options["dry_run"] or options["since"] or options["until"]):
        raise CommandError(
            _("--from takes the whole file in, for good: it goes with no dates or dry run.")
        )


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(_("%(name)s is a moment such as 2026-11-28T09:00:00Z.") % {"name": name})
    return moment


def _organization_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        found = Organization.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = Organization.objects.filter(name=text).first()
    if found is None:
        raise CommandError(_("There is no organization %(text)s.") % {"text": text})
    return found.pk


@contextmanager
def _written(name: str, standard: Any) -> Iterator[IO[str]]:
    """The file, for its owner alone: it holds what customers wrote. "-": standard output."""
    if name == "-":
        yield standard
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(name, flags, 0o600), "w", encoding="utf-8") as file:
        yield file


def _taken(taken: Taken) -> str:
    return _("%(read)s deliveries in the file, %(fresh)s of them new.") % {
        "read": taken.read,
        "fresh": taken.fresh,
    }


def _notes(report: Report) -> Iterator[str]:
    if report.left:
        yield _("%(count)s with a dead letter were left alone.") % {"count": report.left}
    if report.foreign:
        yield _(
            "%(count)s were signed with a secret that is not their account's (see --old-secret)."
        ) % {"count": report.foreign}
    if report.failed:
        yield _("%(count)s could not be applied.") % {"count": report.failed}


def _as_data(report: Report) -> dict[str, Any]:
    kinds: dict[str, dict[str, int]] = {}
    for (kind, change), count in sorted(report.differences.items()):
        kinds.setdefault(kind, {})[change] = count
    return {
        "deliveries": report.deliveries,
        "items": report.items,
        "failed": report.failed,
        "left": report.left,
        "foreign": report.foreign,
        "differences": sum(report.differences.values()),
        "by_kind": kinds,
    }
