"""The proxies of docs/proxies, started from the shipped files themselves, on ports of the test."""

from __future__ import annotations

import datetime
import ipaddress
import re
import shutil
import socket
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typing_extensions import override

from tests.faults.installation import ROOT
from tests.services import Server, caddy_binary, free_port, nginx_binary

SHIPPED = ROOT / "docs" / "proxies"


class Proxy(Server):
    """A proxy with TLS in front of the port `behind`."""

    def __init__(self, behind: int) -> None:
        super().__init__()
        self.behind = behind
        self.certificate, self.key = self.directory / "cert.pem", self.directory / "key.pem"
        certify(self.certificate, self.key)
        self._configure()
        for made in (self.directory, *self.directory.iterdir()):
            shutil.chown(made, self.directory.stat().st_uid)

    @property
    def url(self) -> str:
        """What PUBLIC_URL takes."""
        return f"https://127.0.0.1:{self.port}"

    @abstractmethod
    def _configure(self) -> None: ...

    @override
    def close(self) -> None:
        """In order: the workers of nginx outlive a master that was killed."""
        self.stop()
        super().close()

    @override
    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Nginx(Proxy):
    """nginx, around the shipped file what its packages have in their own nginx.conf."""

    name = "nginx"

    @override
    def _command(self) -> list[str]:
        alone = ["-e", "stderr", "-g", "daemon off;"]
        return [str(nginx_binary()), "-c", str(self.directory / "nginx.conf"), *alone]

    @override
    def _configure(self) -> None:
        site = shipped(
            "nginx.conf",
            {
                "127.0.0.1:8000": f"127.0.0.1:{self.behind}",
                "listen 80;": f"listen 127.0.0.1:{free_port()};",
                "listen 443 ": f"listen 127.0.0.1:{self.port} ",
                "/etc/ssl/baton/fullchain.pem": str(self.certificate),
                "/etc/ssl/baton/key.pem": str(self.key),
                "/var/log/nginx/": f"{self.directory}/",
            },
        )
        (self.directory / "site.conf").write_text(re.sub(r"listen \[::\].*", "", site))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {self.directory}/{kind};" for kind in kinds)
        (self.directory / "nginx.conf").write_text(
            f"pid {self.directory}/pid; events {{}} http {{ {folders} include site.conf; }}"
        )


class Caddy(Proxy):
    """Caddy, with a certificate of ours instead of one that it asks the internet for."""

    name = "caddy"

    @override
    def _command(self) -> list[str]:
        config = ["--adapter", "caddyfile", "--config", str(self.directory / "Caddyfile")]
        return ["env", f"HOME={self.directory}", str(caddy_binary()), "run", *config]

    @override
    def _configure(self) -> None:
        address = f"{self.url} {{\n\tbind 127.0.0.1\n\ttls {self.certificate} {self.key}\n"
        site = shipped(
            "Caddyfile",
            {"baton.example {\n": address, "127.0.0.1:8000": f"127.0.0.1:{self.behind}"},
        )
        alone = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
        (self.directory / "Caddyfile").write_text(alone + site)


def shipped(name: str, changes: Mapping[str, str]) -> str:
    """The text of an example with what every operator changes in it, and nothing else."""
    text = (SHIPPED / name).read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def certify(certificate: Path, key: Path) -> None:
    """Makes a key and a certificate of 127.0.0.1 that signs itself."""
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, made.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(made, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    key.write_bytes(made.private_bytes(serialization.Encoding.PEM, kind, plain))
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
