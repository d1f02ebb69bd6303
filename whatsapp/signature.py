"""Meta's signature over the raw bytes of a webhook."""

import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """The value of `X-Hub-Signature-256` for `body`: "sha256=" and 64 lower-case hex digits."""
    digest = hmac.new(_key(secret), body, hashlib.sha256).hexdigest()
    return PREFIX + digest


def verified_by(secrets: Iterable[str], header: bytes | str | None, body: bytes) -> str | None:
    """The app secret that signed `body`, or None. Constant time per secret; never raises.

    Only the exact form that `sign` writes is accepted. An empty secret signs nothing.
    """
    # Compared as bytes: compare_digest raises on text outside ASCII, which anyone can send.
    given = header.encode("utf-8", "surrogatepass") if isinstance(header, str) else header or b""
    signer = None
    for secret in secrets:
        if hmac.compare_digest(sign(body, secret).encode(), given) and secret:
            signer = secret
    return signer


def fingerprint(secret: str) -> str:
    """16 hex digits that recognise a secret without revealing it."""
    return hashlib.sha256(_key(secret)).hexdigest()[:16]


def _key(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")
