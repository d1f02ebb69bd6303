"""What is forked is a process like any other: its files, its settings, its end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import loaded
from tests.loaded import STARTS_ANEW, Process

SETTINGS = "from django.conf import settings; print(settings.PUBLIC_URL, settings.DATABASES)"


def said(*arguments: str, **environment: str) -> str:
    """What a command prints."""
    command = [sys.executable, *arguments]
    done = loaded.run(command, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    return str(done.stdout.decode())


@pytest.mark.parametrize("anew", ["", "1"])
@pytest.mark.parametrize(
    ("code", "end"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9)]
)
def test_an_end_is_told_as_it_was(monkeypatch, anew, code, end):
    monkeypatch.setenv(STARTS_ANEW, anew)
    process = Process([sys.executable, "-c", code])
    assert process.wait(20) == process.poll() == end


def test_settings_are_those_of_the_environment():
    at = {"PUBLIC_URL": "http://127.0.0.1:65000", "DATABASE_URL": "sqlite:////nowhere/db"}
    printed = said("manage.py", "shell", "--verbosity=0", "--command", SETTINGS, **at)
    assert at["PUBLIC_URL"] in printed
    assert "/nowhere/db" in printed


def test_what_was_ended_by_a_signal_has_ended():
    process = Process([sys.executable, "-c", "import time; time.sleep(60)"])
    assert process.poll() is None
    process.terminate()
    assert process.wait(20) == -15
