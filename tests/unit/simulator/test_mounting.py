import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import requests

from simulator.settings import Settings
from simulator.testing import running, wait_for
from tests.unit.simulator.graph_client import DORA, message
from tests.unit.simulator.listener import listening

HEADERS = {"Authorization": "Bearer simulator-token"}
NUMBER = "106540352242922"


def test_below_a_prefix_everything_moves_together():
    with running(prefix="/simulator") as sim:
        graph = f"{sim.base_url}/graph/v25.0"
        send = requests.post(
            f"{graph}/{NUMBER}/messages",
            json=message("text", {"body": "x"}),
            headers=HEADERS,
            timeout=5,
        )
        assert send.status_code == 200
        assert sim.accepts()[0]["to"] == DORA
        templates = f"{graph}/102290129340398/message_templates"
        page = requests.get(templates, params={"limit": 2}, headers=HEADERS, timeout=5).json()
        assert requests.get(page["paging"]["next"], headers=HEADERS, timeout=5).status_code == 200
        sim.says("dora", "image")
        medium = sim.state()["messages"][-1]["bubble"]["media"]
        assert requests.get(medium["url"], headers=HEADERS, timeout=5).status_code == 200
        bare = requests.get(sim.base_url, timeout=5)
        assert bare.url == f"{sim.base_url}/"
        assert "Simulator" in bare.text


def test_root_path_of_the_scope_is_honoured():
    async def get(scope_extra):
        sent = []

        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(event):
            sent.append(event)

        scope = {"type": "http", "method": "GET", "headers": [(b"host", b"h")], **scope_extra}
        with running() as sim:
            await sim.simulator(scope, receive, send)
        return sent[0]["status"]

    whole = {"path": "/simulator/healthz", "root_path": "/simulator"}
    cut = {"path": "/healthz", "root_path": "/simulator"}
    assert [asyncio.run(get(extra)) for extra in (whole, cut)] == [200, 200]


def test_two_numbers_of_one_account():
    both = tuple(
        type(Settings().numbers[0])(id=number, display=f"1555078388{number}") for number in "12"
    )
    with running(Settings(numbers=both)) as sim:
        rows = requests.get(
            f"{sim.base_url}/v25.0/102290129340398/phone_numbers", headers=HEADERS, timeout=5
        ).json()["data"]
        assert [row["id"] for row in rows] == ["1", "2"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


@contextmanager
def alone(server, *options):
    port = free_port()
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--server", server, *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: answers(f"{base}/healthz"), seconds=20)
            yield base
        finally:
            os.kill(process.pid, signal.SIGTERM)


def answers(url):
    try:
        return requests.get(url, timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_it_runs_alone_under_both_servers(server, tmp_path):
    log = tmp_path / "accepts.jsonl"
    with listening() as listener:
        options = ("--webhook-url", listener.url, "--accept-log", str(log))
        with alone(server, *options) as base:
            fault = {"add_fault": {"kind": "accept_then_drop", "count": 1}}
            requests.post(f"{base}/control", json=fault, timeout=5)
            url = f"{base}/v25.0/{NUMBER}/messages"
            with pytest.raises(requests.ConnectionError):
                requests.post(url, json=message("text", {"body": "x"}), headers=HEADERS, timeout=5)
            assert json.loads(log.read_text())["to"] == DORA
            wait_for(lambda: listener.statuses)


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_an_open_phone_hears_of_changes_and_counts_as_looking(server):
    with alone(server) as base:
        events = requests.get(
            f"{base}/events",
            params={"number": NUMBER, "customer": "dora"},
            stream=True,
            timeout=10,
        )
        try:
            lines = events.iter_lines(decode_unicode=True)
            first = next(line for line in lines if line.startswith("data: "))
            assert json.loads(first[6:])["messages"] == []
            threading.Timer(0.1, send, (base,)).start()
            for line in lines:
                changes = json.loads(line[6:]) if line.startswith("data: ") else {"messages": []}
                if any(entry["status"] == "read" for entry in changes["messages"]):
                    break
        finally:
            events.close()


def send(base):
    requests.post(
        f"{base}/v25.0/{NUMBER}/messages",
        json=message("text", {"body": "x"}),
        headers=HEADERS,
        timeout=5,
    )
