"""The database answers and takes nothing: read-only, full, or without a free connection."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import requests
from typing_extensions import override

from tests.faults.deliverer import Deliverer, a_body, post
from tests.faults.installation import Installation
from tests.services import PrivatePostgres


def quickly(baton: Installation, body: bytes) -> int:
    """The status of a post, which must come within 3 s."""
    began = time.monotonic()
    status = post(baton.port, body)
    assert time.monotonic() - began < 3
    return status


def is_ready(baton: Installation) -> int:
    """What a load balancer is told."""
    return requests.get(f"http://127.0.0.1:{baton.port}/healthz/ready", timeout=15).status_code


def alerts(baton: Installation) -> int:
    """How often the log says that deliveries cannot be stored."""
    return baton.log.read_text().count("deliveries cannot be stored")


@pytest.mark.case("F06")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["uvicorn", pytest.param("daphne", marks=pytest.mark.nightly)])
def test_a_read_only_database_is_a_503_until_it_may_be_written(
    install, crashable_postgres, tmp_path, server
) -> None:
    baton = install(crashable_postgres.url("baton"), server=server)
    baton.start()
    assert quickly(baton, a_body("wamid.before")) == 200
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    read_only(crashable_postgres, "on")
    assert quickly(baton, a_body("wamid.while")) == 503
    deliverer.start()
    time.sleep(3)
    assert deliverer.acked() == []
    assert deliverer.statuses == {503}
    assert alerts(baton) == 1
    read_only(crashable_postgres, "off")
    time.sleep(1)
    assert quickly(baton, a_body("wamid.while")) == 200
    assert_all_is_there(baton, deliverer)


def read_only(server: PrivatePostgres, value: str) -> None:
    """Changes it for every session, the open ones too."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode())
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)


def assert_all_is_there(baton: Installation, deliverer: Deliverer) -> None:
    """What was repeated gets its 200 now, without a restart, and is there once."""
    deliverer.finish()
    assert deliverer.statuses == {503}
    assert deliverer.slowest_s < 3
    assert deliverer.acked()
    baton.let_leases_end()  # of what was claimed when the trouble began
    baton.wait_until_digested(120)
    assert set(deliverer.acked()) - set(baton.received()) == set()
    assert set(baton.received().values()) == {1}
    assert baton.stop() == 0


@pytest.mark.case("F06")
@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_a_full_disk_is_a_503_until_there_is_room(
    install, copied_postgres, tmp_path, server
) -> None:
    postgres = copied_postgres(OnASmallDisk)
    baton = install(postgres.url("baton"), server=server)
    baton.start()
    assert quickly(baton, a_body("wamid.before")) == 200
    filler = fill(postgres.data)
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    wait_for_a_503(deliverer)
    time.sleep(3)
    assert alerts(baton) == 1
    filler.unlink()
    time.sleep(5)
    assert_all_is_there(baton, deliverer)


class OnASmallDisk(PrivatePostgres):
    """A server whose data have 128 MB and not a byte more."""

    @override
    def _copy(self, data: Path) -> None:
        self.data.mkdir()
        options = f"size=128m,uid={self.directory.stat().st_uid},mode=0700"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.data)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody mount a disk")
        super()._copy(data)

    @override
    def close(self) -> None:
        self.crash()
        subprocess.run(["umount", "--lazy", self.data], check=True)
        super().close()


def fill(disk: Path) -> Path:
    """Takes all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65_536)
        except OSError:
            return filler


def wait_for_a_503(deliverer: Deliverer) -> None:
    """What the log still had room for is acknowledged; then it is full."""
    deadline = time.monotonic() + 60
    while 503 not in deliverer.statuses:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.case("F07")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["uvicorn", pytest.param("daphne", marks=pytest.mark.nightly)])
@pytest.mark.parametrize("taken_s", [3, pytest.param(60, marks=pytest.mark.nightly)])
def test_a_database_without_a_free_connection_is_a_503_until_one_is_freed(
    install, copied_postgres, tmp_path, server, taken_s
) -> None:
    crowded = copied_postgres(max_connections="20")
    baton = install(crowded.url("baton"), server=server)
    baton.start()
    assert quickly(baton, a_body("wamid.before")) == 200
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    with every_connection(crowded):
        assert quickly(baton, a_body("wamid.while")) == 503
        deliverer.start()
        time.sleep(taken_s)
        assert deliverer.acked() == []
    time.sleep(1.5)
    assert quickly(baton, a_body("wamid.while")) == 200
    assert_all_is_there(baton, deliverer)


@contextmanager
def every_connection(server: PrivatePostgres) -> Iterator[None]:
    """Idle clients have all there are, that of the ingest too."""
    idle = [psycopg.connect(server.url(), autocommit=True)]
    try:
        for _ in range(2):
            idle[0].execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'baton-ingest'"
            )
            with suppress(psycopg.OperationalError):
                while True:
                    idle.append(psycopg.connect(server.url()))
        yield
    finally:
        for one in idle:
            one.close()
