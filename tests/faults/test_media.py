"""Files under real faults: killed workers, a disk without room. Never part of a file (F55, F56)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.media import (
    checksum,
    damaged,
    finals,
    let_leases_end,
    metas_files,
    send,
    states,
    unfinished,
    wait_for,
)

KETTLE = checksum(Path("simulator/samples/kettle.jpg"))
CLIP = checksum(Path("simulator/samples/kettle.mp4"))


@pytest.mark.case("F55")
@pytest.mark.timeout(120)
@ONE_A_CHANGE
@pytest.mark.parametrize("point", ["media.half_written", "media.kept_before_commit"])
def test_a_worker_that_dies_in_a_file_leaves_the_whole_of_it_to_the_next(
    install, database_url, tmp_path, point
) -> None:
    baton = install(database_url)
    with metas_files(baton, tmp_path) as meta:
        baton.start(f"{point}:exit:1")
        send(meta)
        assert baton.wait_for_death(timeout=30) == 137
        assert states(baton) == {"pending": 1}
        assert len(unfinished(baton)) == 1
        assert all(checksum(path) == KETTLE for path in finals(baton) if not path.suffix)
        let_leases_end(baton)
        baton.start()
        wait_for(baton, 1)
        assert baton.rows("SELECT sha256 FROM inbox_media") == [(KETTLE,)]
        assert damaged(baton) == []


@pytest.mark.case("F55")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.nightly)])
@ONE_A_CHANGE
def test_random_kills_lose_no_file_and_keep_no_half(
    install, database_url, tmp_path, chance, kills
) -> None:
    baton = install(database_url)
    with metas_files(baton, tmp_path) as meta:
        meta.control(latency_ms=40, webhooks={"longest_retry_s": 2, "tries": 9999})
        for _ in range(kills):
            baton.start()
            send(meta, chance.choice(["image", "video", "voice"]), count=4)
            time.sleep(chance.uniform(0.1, 1.2))
            baton.kill()
            assert damaged(baton) == []
            let_leases_end(baton)
        baton.let_leases_end()
        baton.start()
        wait_for(baton, 4 * kills, timeout=300)
        assert damaged(baton) == []
        assert unfinished(baton) == [] or len(unfinished(baton)) <= 6 * kills


@pytest.mark.case("F55")
@pytest.mark.timeout(120)
def test_what_killed_workers_left_is_removed(install, sqlite_url, tmp_path) -> None:
    baton = install(sqlite_url)
    with metas_files(baton, tmp_path) as meta:
        baton.start("media.half_written:exit:1")
        send(meta)
        baton.wait_for_death(timeout=30)
        work = Path(baton.environment["MEDIA_ROOT"]) / ".incoming"
        for left in work.iterdir():
            os.utime(left, (0, 0))  # long ago
        let_leases_end(baton)
        baton.start()
        wait_for(baton, 1)
        deadline = time.monotonic() + 10
        while unfinished(baton) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert unfinished(baton) == []


@pytest.mark.case("F56")
@pytest.mark.nightly
@pytest.mark.timeout(180)
def test_a_disk_without_room_stops_texts_for_nobody(install, postgres_url, tmp_path) -> None:
    """The limit on a file's size stands for the end of the disk: writing on is refused."""
    baton = install(postgres_url)
    with metas_files(baton, tmp_path) as meta:
        baton.start()
        baton.limit_files_to(8 * 1024)
        send(meta)  # 15 KB: does not fit
        send(meta, "text")
        send(meta, "document")  # 700 bytes: does
        baton.wait_until_digested()
        wait_for(baton, 1)
        wait_for(baton, 1, "pending")
        assert baton.rows("SELECT count(*) FROM inbox_message") == [(3,)]
        assert baton.rows("SELECT error FROM inbox_media WHERE kind = 'image'") == [("disk",)]
        assert "the disk is full" in baton.log.read_text()
        assert [checksum(path) for path in finals(baton)].count(KETTLE) == 0
        baton.limit_files_to(None)
        let_leases_end(baton)
        wait_for(baton, 2)
        assert damaged(baton) == []
