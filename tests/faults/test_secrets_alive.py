"""Secrets in a running Baton: new keys while it works, and nothing of them in logs or answers."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet

from simulator.testing import wait_for
from tests.faults.installation import Installation

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
# Each is found again wherever it turns up.
PLANTED = {
    "META_APP_SECRET": "planted-installation-secret",
    "WEBHOOK_VERIFY_TOKEN": "planted-verify-token-of-all",
    "METRICS_TOKEN": "planted-metrics-token",
    "SECRET_KEY": "planted-secret-key-oE5gq2WcXv7bJ1mZr9TfLk4HsYp8DnUa6iQxBw3G",
    "ENCRYPTION_KEYS": OLD,
}
TOKEN, APP_SECRET, VERIFY = "EAAG-planted-token", "planted-app-secret", "planted-verify-token"
TEXT = "planted words of a customer"
PASSWORD = "planted password of Ada"
MISTYPED = "planted mistyped password"
WRONG_SECRET = "was_" + "planted0" * 5
FLAGS = {
    "--organization": "Kettle & Co",
    "--email": "ada@baton.example",
    "--password": PASSWORD,
    "--waba-id": "102290129340398",
    "--phone-number-id": "106540352242922",
    "--access-token": TOKEN,
    "--app-secret": APP_SECRET,
    "--verify-token": VERIFY,
}
# One process for both: the secrets of the shop, and enough others to be busy with.
SEED = f"""
from django.core.management import call_command
call_command("bootstrap", *{[word for pair in FLAGS.items() for word in pair]}, "--with-secret",
             "--json")
from accounts.models import BusinessAccount, Organization
for n in range(150):
    one = BusinessAccount(organization=Organization.objects.get(), waba_id=f"9{{n:04}}")
    one.access_token, one.app_secret = f"token {{n}}", f"secret {{n}}"
    one.save()
"""


class Planted(Installation):
    """An installation with a secret of its own for everything, and a log that says all it can."""

    key: str
    secret: str

    def plant(self) -> None:
        self.environment |= PLANTED | {
            "LOG_LEVEL": "DEBUG",
            "SIMULATOR": "1",
            "GRAPH_API_URL": f"{self.url}/simulator/graph",
        }
        made = self.run_aside("shell", "--verbosity=0", "--command", SEED)
        assert made.returncode == 0, made.stderr.decode()
        key = json.loads(made.stdout.decode().splitlines()[0])["api_key"]
        self.key, self.secret = key["key"], key["secret"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def control(self, path: str = "", **said: object) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/simulator/control{path}", json=said, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    def customer(self, text: str) -> str:
        said = self.control("/customer-message", customer="dora", kind="text", text=text)
        return str(said["wamid"])

    def accepted(self) -> int:
        found = requests.get(f"{self.url}/simulator/control/accepts", timeout=10).json()
        return len(found["accepts"] if isinstance(found, dict) else found)

    def sends(self, text: str, **headers: str) -> requests.Response:
        return requests.post(
            f"{self.url}/api/v1/whatsapp/messages",
            json={"from": FLAGS["--phone-number-id"], "to": "+12025550143", "text": text},
            headers={"X-API-Key": self.key, "X-API-Secret": self.secret} | headers,
            timeout=20,
        )

    def has_received(self, wamids: set[str]) -> bool:
        return wamids <= self.received().keys()


@pytest.fixture(scope="module")
def shop(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    directory = tmp_path_factory.mktemp("planted")
    database = shutil.copy(prepared_sqlite, directory / "baton.sqlite3")
    made = Planted(directory, f"sqlite:///{database}")
    made.plant()
    made.environment |= {"ENCRYPTION_KEYS": f"{NEW},{OLD}"}
    made.start("api.after_send_commit:raise:1")  # one answer of 500
    # The make-believe Meta takes our token only, and signs with our secret.
    made.control(access_token=TOKEN, app_secret=APP_SECRET)
    yield made
    made.kill()


@pytest.mark.case("S117")
@pytest.mark.timeout(180)
def test_keys_are_rotated_while_messages_come_and_go(shop: Planted):
    done, came, sent = threading.Event(), {shop.customer(TEXT)}, []
    wait_for(lambda: shop.has_received(came), seconds=60)  # her window is open

    def traffic() -> None:
        while not done.is_set():
            came.add(shop.customer(TEXT))
            sent.append(shop.sends("On its way.").status_code)

    customer = threading.Thread(target=traffic)
    customer.start()
    rotation = shop.run_aside("rotate_keys")
    wait_for(lambda: len(sent) >= 5, seconds=60)
    done.set()
    customer.join(60)
    assert rotation.stdout.decode().splitlines() == [
        "303 secrets were put under the newest key.",
        "Nothing remains. The older keys may go.",
    ]
    assert sent.count(500) <= 1  # the failpoint; it was queued all the same
    assert set(sent) <= {200, 201, 202, 500}
    wait_for(lambda: shop.has_received(came), seconds=60)
    wait_for(lambda: shop.accepted() >= len(sent), seconds=60)


def a_round(shop: Planted) -> list[requests.Response]:
    """Everything that fails and everything that works, once; the answers."""
    page, api = requests.Session(), f"{shop.url}/api/v1/whatsapp"
    login = f"{shop.url}/accounts/login/"
    hook = f"{shop.url}/webhooks/whatsapp/"
    right = {"X-API-Key": shop.key, "X-API-Secret": shop.secret}

    def challenge(token: str) -> requests.Response:
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "7"}
        return requests.get(hook, params=query, timeout=20)

    return [
        *(challenge(token) for token in (VERIFY, PLANTED["WEBHOOK_VERIFY_TOKEN"], VERIFY + "x")),
        requests.post(hook, b"{}", headers={"X-Hub-Signature-256": "sha256=beef"}, timeout=20),
        shop.sends("One that goes."),
        shop.sends("One that does not.", **{"X-API-Secret": WRONG_SECRET}),
        requests.get(f"{api}/ping", params={"api_key": shop.key}, timeout=20),
        requests.get(f"{api}/nothing/{shop.key}", headers=right, timeout=20),
        requests.post(f"{api}/messages", b"{broken", headers=right, timeout=20),
        requests.get(f"{shop.url}/metrics", headers=bearer(PLANTED["METRICS_TOKEN"]), timeout=20),
        requests.get(f"{shop.url}/metrics", headers=bearer("wrong"), timeout=20),
        requests.post(login, data={"password": MISTYPED}, timeout=20),  # without a CSRF token
        logs_in(page, shop, MISTYPED),
        logs_in(page, shop, PASSWORD),
        page.get(f"{shop.url}/settings/numbers/", timeout=20),
        page.get(f"{shop.url}/nothing/here/", timeout=20),
    ]


def a_key_by_the_page(shop: Planted) -> str:
    """Somebody logs in and makes a key, which this one answer shows."""
    page, new = requests.Session(), f"{shop.url}/settings/keys/new/"
    facts = {"name": "Till", "acts_as": "program", "scopes": "read", "days": "30"}
    limits = {"rate_per_minute": "60", "rate_per_hour": "60", "case": "snake"}
    logs_in(page, shop, PASSWORD)
    answer = submit(page, new, facts | limits)
    (key,) = re.findall(r"wak_live_[A-Za-z0-9]{40}", answer.text)
    return str(key)


def logs_in(page: requests.Session, shop: Planted, password: str) -> requests.Response:
    who = {"login": "ada@baton.example", "password": password}
    return submit(page, f"{shop.url}/accounts/login/", who)


def submit(page: requests.Session, address: str, data: dict[str, str]) -> requests.Response:
    form = page.get(address, timeout=20).text
    token = form.split('csrfmiddlewaretoken" value="')[1][:64]
    data = data | {"csrfmiddlewaretoken": token}
    return page.post(address, data=data, headers={"Referer": address}, timeout=20)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.case("S118", "S14")
@pytest.mark.timeout(180)
def test_no_secret_and_no_text_is_in_the_log_in_an_answer_or_in_the_list_of_processes(
    shop: Planted,
):
    wamid = shop.customer(TEXT)
    answers, another = a_round(shop), a_key_by_the_page(shop)
    wait_for(lambda: shop.has_received({wamid}), seconds=60)
    secrets = {
        *PLANTED.values(),
        *(NEW, TOKEN, APP_SECRET, VERIFY, MISTYPED, WRONG_SECRET, PASSWORD),
        *(shop.key, shop.secret, another),
    }
    log = shop.log.read_text()
    assert "DEBUG" in log
    assert "/webhooks/whatsapp/" in log
    assert [one for one in secrets if one in log] == []
    assert TEXT not in log
    said = "".join(f"{answer.headers}{answer.text}" for answer in answers)
    assert {answer.status_code for answer in answers} >= {200, 400, 401, 403, 404}
    assert [one for one in secrets if one in said] == []
    assert shop.process
    running = Path(f"/proc/{shop.process.pid}/cmdline").read_bytes().decode()
    assert [one for one in secrets if one in running] == []
