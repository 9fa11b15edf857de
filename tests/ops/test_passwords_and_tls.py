"""Seatlock on a MongoDB that asks for TLS and passwords, as the user that docker-compose.yml makes for it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from domain.process.settings import Settings, load_settings
from ops.binaries import find_binary
from ops.embedded import Server
from ops.processes import free_port
from tests.clients.box_office import BoxOffice
from tests.conftest import Servers
from tests.support.api import api_server
from tests.support.commands import environment, seatlock
from tests.support.fronts import HOST, Certificate, make_certificate
from tests.support.hunting import hunt
from tests.support.processes import until

pytestmark = hunt

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())
CHECK = COMPOSE["services"]["database"]["healthcheck"]["test"][-1]
ADMIN = {"admin_email": "grace@seatlock.test", "admin_password": "correct horse battery"}
ROOT, SEATLOCK = secrets.token_hex(8), secrets.token_hex(8)


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """How Seatlock reaches it."""
    folder = tmp_path_factory.mktemp("secured")
    certificate = make_certificate(folder)
    mongod = secured(folder, certificate)
    mongod.start()
    address = f"{HOST}:{mongod.port}"
    tls = f"tls=true&tlsCAFile={certificate.authority}"
    try:
        root: MongoClient[dict[str, Any]]
        with MongoClient(f"mongodb://{address}/?directConnection=true&{tls}") as root:
            root.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": address}]})
            until(lambda: root.admin.command("hello")["isWritablePrimary"])
            root.admin.command("createUser", "root", pwd=ROOT, roles=["root"])
        with MongoClient(f"mongodb://root:{ROOT}@{address}/?directConnection=true&{tls}") as root:
            root.admin.command("createUser", "seatlock", pwd=SEATLOCK, roles=roles())
        yield f"mongodb://seatlock:{SEATLOCK}@{address}/?replicaSet=rs0&authSource=admin&{tls}"
    finally:
        mongod.kill()


def secured(folder: Path, certificate: Certificate) -> Server:
    data, keyfile, pem = folder / "data", folder / "keyfile", folder / "mongod.pem"
    data.mkdir()
    keyfile.write_text(secrets.token_hex(64))
    keyfile.chmod(0o400)
    pem.write_text(certificate.key.read_text() + certificate.chain.read_text())
    port = free_port()
    command = [find_binary("mongod", folder), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"]
    command += ["--replSet", "rs0", "--keyFile", str(keyfile), "--tlsMode", "requireTLS"]
    command += ["--tlsCertificateKeyFile", str(pem), "--tlsCAFile", str(certificate.authority)]
    command += ["--tlsAllowConnectionsWithoutCertificates", "--wiredTigerCacheSizeGB", "0.25"]
    return Server("mongod", command, port, folder / "mongod.log")


def roles() -> list[dict[str, str]]:
    """Those that docker-compose.yml gives it."""
    (written,) = re.findall(r"roles = (\[.*\])", CHECK)
    given: list[dict[str, str]] = json.loads(re.sub(r"(\w+):", r'"\1":', written))
    return given


@pytest.fixture
def settings(uri: str, servers: Servers) -> Settings:
    return load_settings(
        mongo_uri=uri,
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        **ADMIN,
    )


async def test_it_sells_and_checks_with_no_more_than_its_own_database(settings: Settings, tmp_path: Path) -> None:
    api = api_server(settings, tmp_path / "log")
    api.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=30, verify=False) as http:
            office = BoxOffice(http)
            await office.open(ADMIN["admin_email"], ADMIN["admin_password"])
            buyer = await office.buyer()
            await office.pay(buyer, await office.book(buyer, await office.event()))
            assert (await http.get("/ready")).status_code == 200
    finally:
        api.kill()
    checked = seatlock("check", env=environment(settings))
    assert (checked.returncode, checked.stdout.split(":")[0]) == (0, "clean")
    seatlocks = MongoClient[dict[str, Any]](settings.mongo_uri)
    with seatlocks as client, pytest.raises(OperationFailure, match="not authorized"):
        client.other.things.insert_one({})


def test_a_wrong_password_is_one_line_that_does_not_show_it(settings: Settings) -> None:
    wrong = settings.model_copy(update={"mongo_uri": settings.mongo_uri.replace(SEATLOCK, "wrong-password")})
    ended = seatlock("check", env=environment(wrong))
    assert ended.returncode == 1
    assert ended.stderr == "seatlock: MongoDB (SEATLOCK_MONGO_URI) can't be used: Authentication failed.\n"
