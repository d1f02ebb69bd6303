"""`make run`: from a fresh checkout to a running demo, with the standard library alone.

Writes `.env` with fresh secrets where there is none, migrates, fills the demo and becomes the
server. A `.env` that is there is left as it is: it decides whether the simulator runs, and
without it there is no demo data either.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def main() -> None:
    """Prepare everything, then hand the process over to `manage.py serve`."""
    parser = argparse.ArgumentParser(prog="python -m config.first_run")
    parser.add_argument("--port", type=port_number)
    port: int | None = parser.parse_args().port
    env_file = ROOT / ".env"
    if not env_file.exists():
        write_private(env_file, fresh_env(port or 8000))
        print("Wrote .env with fresh secrets. Keep it: the encryption key in it opens your tokens.")
    values = read_env(env_file.read_text()) | os.environ
    environ = {**os.environ, **addresses(values, port)}
    manage = [sys.executable, str(ROOT / "manage.py")]
    step([*manage, "migrate", "--verbosity", "0"], environ)
    if values.get("SIMULATOR") in {"1", "true", "True"}:
        step([*manage, "demo"], environ)
    serve = [*manage, "serve", "--port", str(port or port_of(values))]
    os.execve(sys.executable, serve, environ)  # noqa: S606 - no shell, and our own file


def step(command: list[str], environ: Mapping[str, str]) -> None:
    """Run one command; where it fails it has said why, and nothing more is tried."""
    code = subprocess.run(command, env=environ, check=False).returncode
    if code:
        sys.exit(code)


def fresh_env(port: int) -> str:
    """The text of a new `.env`: a demo on this machine, with secrets that nobody else has."""
    return f"""# Written by `make run`. Every name is explained in docs/settings.md.
SECRET_KEY={secrets.token_urlsafe(50)}
ENCRYPTION_KEYS={fernet_key()}
PUBLIC_URL=http://127.0.0.1:{port}

# The demo: a WhatsApp in a box instead of Meta's.
SIMULATOR=1
GRAPH_API_URL={simulator_url(port)}
META_APP_ID=670843887433847
META_APP_SECRET={secrets.token_hex(16)}
WEBHOOK_VERIFY_TOKEN={secrets.token_urlsafe(32)}
"""


def addresses(values: Mapping[str, str], port: int | None) -> dict[str, str]:
    """What `PORT=` changes: the addresses that point at this machine, and only those."""
    if port is None:
        return {}
    changed = {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
    if urlsplit(values.get("PUBLIC_URL", "")).hostname not in LOOPBACK:
        changed = {}
    if urlsplit(values.get("GRAPH_API_URL", "")).path.startswith("/simulator"):
        changed["GRAPH_API_URL"] = simulator_url(port)
    return changed


def port_of(values: Mapping[str, str]) -> int:
    """The port to listen on: that of `PUBLIC_URL` where it names this machine, else 8000."""
    public = urlsplit(values.get("PUBLIC_URL", ""))
    return public.port or 8000 if public.hostname in LOOPBACK else 8000


def simulator_url(port: int) -> str:
    """Where the mounted simulator plays Meta's Graph API."""
    return f"http://127.0.0.1:{port}/simulator/graph"


def fernet_key() -> str:
    """A key for `ENCRYPTION_KEYS`: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def read_env(text: str) -> dict[str, str]:
    """Names and values of a `.env`; comments and empty lines left out, quotes taken off."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {
        name.removeprefix("export ").strip(): value.strip().strip("\"'") for name, _, value in pairs
    }


def write_private(path: Path, text: str) -> None:
    """Create `path`, readable by its owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def port_number(text: str) -> int:
    """A TCP port. Raises: ArgumentTypeError in words."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"PORT={text} is no port: 1 to 65535, e.g. PORT=8000")
    return int(text)


if __name__ == "__main__":
    main()
