"""Baton behind the proxies whose configuration is shipped: what Meta, people and logs see."""

from __future__ import annotations

import http.client
import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.conftest import program
from tests.faults.clerk import Clerk
from tests.faults.deliverer import a_body, a_text
from tests.faults.installation import APP_SECRET, Installation
from tests.faults.proxies import Caddy, Nginx, Proxy
from tests.services import caddy_binary, nginx_binary
from whatsapp.signature import sign

MEBIBYTE = 1024 * 1024
PROXIES = {"nginx": (Nginx, nginx_binary), "caddy": (Caddy, caddy_binary)}


@dataclass(frozen=True)
class Front:
    """A proxy, the Baton behind it, and somebody who works there through it."""

    proxy: Proxy
    baton: Installation
    clerk: Clerk

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> int:
        """The status of a request from 127.0.0.2; 0 when there was no answer."""
        trusted = ssl.create_default_context(cafile=str(self.proxy.certificate))
        connection = http.client.HTTPSConnection(
            *("127.0.0.1", self.proxy.port),
            timeout=20,
            context=trusted,
            source_address=("127.0.0.2", 0),
        )
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def post(self, body: bytes) -> int:
        """The status of a post of Meta's."""
        signature = {"X-Hub-Signature-256": sign(body, APP_SECRET)}
        return self.ask("POST", "/webhooks/whatsapp/", signature, body)


@pytest.fixture(scope="module", params=["nginx", pytest.param("caddy", marks=pytest.mark.nightly)])
def front(request, prepared_sqlite, tmp_path_factory) -> Iterator[Front]:
    """The same processes for every test that takes them."""
    kind, look = PROXIES[request.param]
    program(look)
    directory = tmp_path_factory.mktemp("behind")
    file = shutil.copy(prepared_sqlite, directory / "baton.sqlite3")
    baton = Installation(directory, f"sqlite:///{file}", server="uvicorn")
    with kind(baton.port) as proxy:
        behind = {"PUBLIC_URL": proxy.url, "TRUSTED_PROXIES": "1", "FAILPOINTS_ENABLED": "0"}
        baton.environment |= behind
        baton.start()
        yield Front(proxy, baton, Clerk(baton, base=proxy.url, certificate=str(proxy.certificate)))
        baton.kill()


@pytest.mark.case("F17")
def test_a_body_of_three_mebibytes_passes_and_is_applied_whole(front: Front) -> None:
    wamids = [f"wamid.{n:03}" for n in range(590)]
    body = a_body(*wamids, text="x" * 4_000)
    body += b" " * (3 * MEBIBYTE - len(body))
    assert len(body) == 3_145_728
    assert front.post(body) == 200
    front.baton.wait_until_digested()
    assert front.baton.received().items() >= dict.fromkeys(wamids, 1).items()


def test_what_baton_takes_passes_and_no_more(front: Front) -> None:
    body = b'{"object": "nothing that anybody knows"}'
    assert front.post(body.ljust(4 * MEBIBYTE)) == 200
    # Caddy hands bodies on as they come, and may hang up on the rest of one that is refused.
    assert front.post(body.ljust(4 * MEBIBYTE + 1)) in {413, 0}


def test_a_login_a_page_and_its_socket_pass(front: Front) -> None:
    assert front.clerk.log_in().status_code == 302
    assert front.clerk.get("/inbox/").status_code == 200
    with front.clerk.page() as page:
        assert front.post(a_text("over the socket")) == 200
        page.shows("over the socket", 10)


def test_who_calls_is_what_the_proxy_saw_and_not_what_the_caller_says(front: Front) -> None:
    claims = {"Authorization": f"Bearer {front.clerk.key}", "X-Forwarded-For": "203.0.113.9"}
    assert front.ask("GET", "/api/v1/whatsapp/ping", claims) == 200
    assert addresses(front.baton) == [("127.0.0.2",)]


@pytest.mark.case("S96")
@pytest.mark.nightly
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_where_no_proxy_is_trusted_nobodys_word_is(install, sqlite_url, server: str) -> None:
    baton = install(sqlite_url, server=server)
    clerk = Clerk(baton)
    baton.start()
    claims = {"Authorization": f"Bearer {clerk.key}", "X-Forwarded-For": "203.0.113.9"}
    assert requests.get(f"{clerk.base}/api/v1/whatsapp/ping", headers=claims, timeout=20).ok
    assert addresses(baton) == [("127.0.0.1",)]


def addresses(baton: Installation) -> list[tuple[str]]:
    """From where the key was used, as the audit log has it."""
    return baton.rows("SELECT address FROM accounts_auditevent WHERE kind = 'api_key.used'")
