"""The benchmark runs, counts what it should, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.installation import ROOT


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_quick_run_measures_beside_plain_sql_and_finds_a_row_for_every_ack(
    tmp_path: Path,
) -> None:
    found = tmp_path / "figures.json"
    command = ["-m", "bench", "--quick", "--only", "digest,ingest", "--json", str(found)]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    figures = {one["name"]: one for one in json.loads(found.read_text())["figures"]}
    for name in ("messages: sqlite", "statuses: sqlite"):
        # A row for every item, and a plain writer that does less is faster.
        assert figures[name]["note"] == "300 items"
        assert 0 < figures[name]["ratio"] < 1
    assert figures["acked and not stored: daphne, sqlite"]["value"] == 0
    assert figures["acked: daphne, sqlite"]["value"] > 0


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
