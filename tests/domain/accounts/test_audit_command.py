"""`manage.py audit`: the log proved, and cut."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.keys import create_key
from accounts.models import AuditEvent, EventCounter
from tests.cast import T0, a_cast, by


@pytest.fixture
def cast(db):
    made = a_cast()
    for day in range(3):
        at = T0 + timedelta(days=day)
        create_key(made.organization.pk, name=f"Key {day}", by=by(made.ada), at=at)
    return made


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_whole_logs_are_said_to_be_whole_with_what_to_keep_of_them(cast):
    newest = AuditEvent.objects.get(number=3)
    said = run("verify")
    assert f"Kettle & Co: 3 rows, whole. 3:{newest.hash}" in said
    assert "Harbour Tools: 0 rows, whole." in said
    assert "whole" in run("verify", "--organization", "Kettle & Co", "--known", f"3:{newest.hash}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "--known", "3:" + "0" * 64),
        ("verify", "--organization", "Nobody"),
        ("cut",),
        ("cut", "--before", "yesterday"),
    ],
)
def test_what_is_wrong_ends_with_a_sentence_and_an_exit_code(cast, arguments):
    with pytest.raises(CommandError):
        run(*arguments)


def test_a_log_that_is_not_whole_names_its_first_bad_row(cast):
    EventCounter.objects.filter(organization=cast.organization).update(audit_number=4)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Kettle & Co"):
        call_command("audit", "verify", stdout=out)
    assert "3 rows are right, then number 4" in out.getvalue()


def test_days_before_a_date_are_cut_off_and_the_rest_is_whole(cast):
    ours = ("--organization", str(cast.organization.pk))
    assert "2 rows removed" in run("cut", "--before", "2026-11-20", *ours)
    assert "2 rows, whole" in run("verify", *ours)  # the third key, and the cut itself
