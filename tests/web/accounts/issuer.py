"""A small OpenID Connect issuer on this machine: discovery, a code for a token, signed claims."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "baton", "issuer-secret"


class Issuer:
    """claims: what it says of whoever logs in. seen: bodies that asked for a token."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.seen: list[dict[str, str]] = []
        self.challenge = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def app(self) -> dict[str, Any]:
        """The settings of this issuer, as an operator writes them."""
        return {
            "id": "acme",
            "name": "Acme",
            "issuer": self.url,
            "client_id": CLIENT,
            "client_secret": SECRET,
        }

    def log_in(self, address: str) -> dict[str, str]:
        """What a browser brings back from the login page at `address`: state and code."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        self.challenge = asked["code_challenge"]
        return {"state": asked["state"], "code": "a-code"}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/login",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, body: dict[str, str]) -> dict[str, Any]:
        self.seen.append(body)
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if body.get("client_secret") != SECRET or not proved:
            return {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60} | self.claims
        signed = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "a-token", "token_type": "Bearer", "id_token": signed}


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(issuer.claims if self.path == "/userinfo" else issuer.discovery())

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(issuer.token({name: one[0] for name, one in parse_qs(raw).items()}))

        def _answer(self, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(400 if "error" in body else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def an_issuer() -> Iterator[Issuer]:
    """Serves until the end."""
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.server.shutdown()
        issuer.server.server_close()
        thread.join()
