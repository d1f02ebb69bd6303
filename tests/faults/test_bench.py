"""The benchmark runs, counts what it should, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.installation import ROOT


@pytest.mark.timeout(180)
def test_a_quick_run_measures_the_digest_beside_plain_sql(tmp_path: Path) -> None:
    found = tmp_path / "figures.json"
    command = ["-m", "bench", "--quick", "--only", "digest", "--json", str(found)]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    figures = json.loads(found.read_text())["figures"]
    assert [figure["name"] for figure in figures] == ["messages: sqlite", "statuses: sqlite"]
    # A row for every item, and a plain writer that does less is faster.
    assert {figure["note"] for figure in figures} == {"300 items"}
    assert all(0 < figure["ratio"] < 1 for figure in figures)


@pytest.mark.timeout(180)
def test_a_quick_run_finds_a_row_for_every_ack(tmp_path: Path) -> None:
    found = tmp_path / "figures.json"
    command = ["-m", "bench", "--quick", "--only", "ingest", "--json", str(found)]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    values = {one["name"]: one["value"] for one in json.loads(found.read_text())["figures"]}
    assert values["acked and not stored: daphne, sqlite"] == 0
    assert values["acked: daphne, sqlite"] > 0


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_quick_run_reads_pages_works_off_a_backlog_and_loses_nothing_at_full_speed(
    tmp_path: Path,
) -> None:
    found = tmp_path / "figures.json"
    command = ["-m", "bench", "--quick", "--only", "full,reading,backlog", "--json", str(found)]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    figures = {one["name"]: one for one in json.loads(found.read_text())["figures"]}
    assert figures["errors: daphne, sqlite"]["value"] == 0
    assert "never arrived" not in figures["post to screen p95: daphne, sqlite"]["note"]
    assert figures["the list p95: sqlite"]["value"] > 0
    assert figures["understood: sqlite"]["note"] == "300 rows of 300 items"
    assert figures["overtaken in their thread: sqlite"]["value"] == 0
