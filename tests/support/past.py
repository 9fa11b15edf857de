"""Data of earlier versions, kept in `tests/past/` to start on: made by a real sale of that version, byte for byte.

`python -m tests.support.past FILE COMMAND …` makes one, where the command is `seatlock` of that version: it runs
`seatlock dev`, sells over its API, stops the sale where things are under way, and keeps what is in the database.
Only the API is used, so that any version can be asked. Not JSON: the audit chain hashes bytes.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, MongoClient

FOLDER = Path(__file__).parents[1] / "past"
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
DATABASE = "seatlock"

ADMIN = "admin@seatlock.example"
ADMIN_PASSWORD = "seatlock-dev-admin"
BUYER = "ada@seatlock.example"
BUYER_PASSWORD = "correct horse battery"


def _mutation(name: str, selected: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation($in: {kind}!) {{ r: {name}(input: $in) {{ {selected} ... on Error {{ code message }} }} }}"


REGISTER = _mutation("register", "... on RegisterSuccess { accessToken }")
LOGIN = _mutation("login", "... on LoginSuccess { accessToken }")
CREATE = _mutation("createEvent", "... on CreateEventSuccess { event { id } }")
LOCK = _mutation("lockSeats", "... on LockSeatsSuccess { lock { id } }")
RELEASE = _mutation("releaseLock", "__typename")
CONFIRM = _mutation("confirmBooking", "... on ConfirmBookingSuccess { booking { id } }")
PAY = _mutation("payBooking", "__typename")
CANCEL = _mutation("cancelBooking", "__typename")


def restore(name: str, mongo_uri: str, database: str) -> None:
    """Put what was kept under this name into a database, indexes included."""
    with MongoClient[dict[str, Any]](mongo_uri) as client, gzip.open(FOLDER / f"{name}.bson.gz") as file:
        for kept in bson.decode_all(file.read(), RAW):
            collection = client[database][kept["collection"]]
            documents = list(kept["documents"])
            if documents:
                collection.insert_many(documents)
            indexes = [dict(index) for index in kept["indexes"] if index["name"] != "_id_"]
            if indexes:
                collection.create_indexes([_index(index) for index in indexes])


def _index(stored: dict[str, Any]) -> IndexModel:
    options = {name: value for name, value in stored.items() if name not in ("v", "key", "ns")}
    return IndexModel(list(dict(stored["key"]).items()), **options)


def keep(file: Path, command: Sequence[str]) -> None:
    """Sell with this `seatlock`, and keep what is in its database then."""
    with tempfile.TemporaryDirectory() as folder, _running(command, Path(folder)) as (url, mongo_uri):
        _sell(url)
        with MongoClient[dict[str, Any]](mongo_uri) as client, gzip.open(file, "wb") as out:
            database = client.get_database(DATABASE)
            for name in sorted(database.list_collection_names()):
                collection = database.get_collection(name, codec_options=RAW)
                indexes = list(database[name].list_indexes())
                kept = {"collection": name, "indexes": indexes, "documents": list(collection.find())}
                out.write(bson.encode(kept))


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of the API and of MongoDB. No worker: what is under way stays so."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SEATLOCK_")}
    env |= {"SEATLOCK_MONGO_DATABASE": DATABASE}
    arguments = [*command, "dev", "--port", "0", "--data", str(folder / "data"), "--no-worker", "--no-demo"]
    with subprocess.Popen(arguments, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said: dict[str, str] = {}
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            said[word] = rest
            if word == "ready":
                break
        try:
            yield said["ready"], said["mongodb"]
        finally:
            process.terminate()
            process.stdout.read()


def _sell(url: str) -> None:
    """Something of everything that any version can do, each step in some of its states."""
    admin = _ask(url, LOGIN, {"email": ADMIN, "password": ADMIN_PASSWORD})["accessToken"]
    ada = {"name": "Ada", "email": BUYER, "password": BUYER_PASSWORD}
    buyer = _ask(url, REGISTER, ada)["accessToken"]
    keys = count()
    starts_at = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    described = {"startsAt": starts_at, "price": {"amount": "500.00", "currencyCode": "INR"}}
    standing = _ask(url, CREATE, {**described, "name": "Standing", "totalSeats": 50}, admin)["event"]["id"]
    stalls = {"name": "STALLS", "rows": [{"name": "A", "seatCount": 10}, {"name": "B", "seatCount": 10}]}
    seated = _ask(url, CREATE, {**described, "name": "Seated", "sections": [stalls]}, admin)["event"]["id"]

    def lock(event: str, **selection: object) -> str:
        given = {"eventId": event, "selection": selection, "idempotencyKey": f"key-{next(keys)}"}
        return str(_ask(url, LOCK, given, buyer)["lock"]["id"])

    def book(event: str, **selection: object) -> str:
        return str(_ask(url, CONFIRM, {"lockId": lock(event, **selection)}, buyer)["booking"]["id"])

    def pay(booking: str, token: str = "sim_success", refused: str | None = None) -> None:
        given = {"bookingId": booking, "paymentToken": token, "idempotencyKey": f"key-{next(keys)}"}
        _ask(url, PAY, given, buyer, refused)

    _ask(url, REGISTER, ada, refused="EMAIL_TAKEN")
    for event, chosen in (
        (standing, [{"quantity": {"count": number}} for number in range(1, 7)]),
        (seated, [{"seats": [f"STALLS-A-{number}", f"STALLS-B-{number}"]} for number in range(1, 7)]),
    ):
        lock(event, **chosen[0])
        _ask(url, RELEASE, {"lockId": lock(event, **chosen[1])}, buyer)
        book(event, **chosen[2])
        pay(book(event, **chosen[3]))
        pay(book(event, **chosen[4]), "sim_failure", "PAYMENT_FAILED")
        paid = book(event, **chosen[5])
        pay(paid)
        _ask(url, CANCEL, {"bookingId": paid}, buyer)
    given = {"eventId": standing, "selection": {"quantity": {"count": 7}}, "idempotencyKey": "key-twice"}
    for _ in range(2):
        _ask(url, LOCK, given, buyer)
    pay(book(standing, quantity={"count": 8}), "sim_timeout", "PAYMENT_TIMED_OUT")


def _ask(
    url: str, query: str, given: Mapping[str, object], token: str | None = None, refused: str | None = None
) -> dict[str, Any]:
    """What came of it: success, or the refusal with this code."""
    body = json.dumps({"query": query, "variables": {"in": given}}).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as response:
        answer = json.load(response)
    result: dict[str, Any] = answer["data"]["r"]
    assert result.get("code") == refused, answer
    return result


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])
