"""`make run` writes a `.env` once, keeps it private, and bends only addresses of this machine."""

from __future__ import annotations

import argparse
import stat

import pytest
from cryptography.fernet import Fernet

from config.first_run import (
    addresses,
    fresh_env,
    port_number,
    port_of,
    read_env,
    write_private,
)


def test_fresh_secrets_are_of_use_and_never_the_same():
    one, other = read_env(fresh_env(8000)), read_env(fresh_env(8000))
    assert Fernet(one["ENCRYPTION_KEYS"]).encrypt(b"token")
    assert len(one["SECRET_KEY"]) >= 50
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "META_APP_SECRET", "WEBHOOK_VERIFY_TOKEN"):
        assert one[name] != other[name]


def test_the_demo_speaks_to_its_own_simulator():
    values = read_env(fresh_env(9000))
    assert values["PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert values["GRAPH_API_URL"] == "http://127.0.0.1:9000/simulator/graph"
    assert values["SIMULATOR"] == "1"


def test_a_secret_file_is_its_owners_alone_and_is_never_written_over(tmp_path):
    path = tmp_path / ".env"
    write_private(path, "A=1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_private(path, "A=2\n")


def test_another_port_moves_the_demo():
    moved = addresses(read_env(fresh_env(8000)), 9000)
    assert moved["PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert moved["GRAPH_API_URL"] == "http://127.0.0.1:9000/simulator/graph"


def test_another_port_leaves_a_real_installation_alone():
    real = {"PUBLIC_URL": "https://inbox.example.org", "GRAPH_API_URL": ""}
    assert addresses(real, 9000) == {}


@pytest.mark.parametrize(
    ("public", "port"),
    [
        ("http://127.0.0.1:9000", 9000),
        ("http://localhost:8123", 8123),
        ("http://127.0.0.1", 8000),
        ("https://inbox.example.org", 8000),
        ("https://inbox.example.org:8443", 8000),
        ("", 8000),
    ],
)
def test_the_server_listens_where_people_are_sent(public, port):
    assert port_of({"PUBLIC_URL": public}) == port


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1", {"A": "1"}),
        ("# A=1\n\nexport B='two words'", {"B": "two words"}),
        ('URL="postgres://a:b@c/d?e=f"', {"URL": "postgres://a:b@c/d?e=f"}),
    ],
)
def test_an_env_file_is_read(text, values):
    assert read_env(text) == values


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "http", "80 80"])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        port_number(text)
