"""`python -m bench insight`: the audit log and the reports on a million bookings and ten million entries.

What is asked is what an operator's pages ask, of other events, bookings, users and weeks each time, over HTTP. The
database is made first (bench/history.py), which takes minutes: `--data DIR --keep` leaves it there for the next run.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import httpx
from pymongo import DESCENDING, MongoClient
from pymongo.database import Database
from rich.console import Console
from rich.table import Table

from bench.history import make_history
from bench.load import buy, require_wrk
from bench.plan import DAY, SPAN, Plan
from bench.server import Api, running_api
from domain.clock import system_clock
from domain.documents import LISTED_BY, AuditAction, AuditEntry
from graph.schema.connections import ENTRIES
from graph.schema.ids import encode_id, encode_routed_id
from ops.embedded import Servers, embedded_servers

DATABASE = "bench_insight"
BENCH = "Bench"
"""The name of the events that locks are measured on."""
CALLS = 200
TARGET_MS = 100
PAGE, DEEP = 50, 1_000
"""Entries on a page, and the page that is measured if there are so many."""
CAPACITY = 1_000_000
CONNECTIONS = 64
ROUNDS, SECONDS = 4, 5
CACHE_GB = 4.0

AUDIT_LOG = """query($correlationId: String, $bookingId: ID, $eventId: ID, $userId: ID, $action: AuditAction,
    $after: String) {
  auditLog(correlationId: $correlationId, bookingId: $bookingId, eventId: $eventId, userId: $userId, action: $action,
      first: 50, after: $after) {
    nodes { id action fromStatus toStatus correlationId isRetry originalEntryId sequence metadata createdAt
      actor { name } event { name } booking { id status } }
    pageInfo { hasNextPage endCursor } } }"""
SUMMARY = """query($eventId: ID, $startDate: DateTime, $endDate: DateTime) {
  bookingSummary(eventId: $eventId, startDate: $startDate, endDate: $endDate) {
    bookings { total confirmed pending expired failed cancelled }
    seats { totalBooked capacity utilizationPercentage }
    revenue { gross { amount currencyCode } refunded { amount } net { amount } } } }"""
HEALTH = """query($eventId: ID, $hours: Int) { healthMetrics(eventId: $eventId, hours: $hours) {
  since locks { total expired expiryRate }
  payments { totalAttempts successful failed timedOut pending successRate failureRate } } }"""
TIMELINE = """query($eventId: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!) {
  eventTimeline(eventId: $eventId, from: $from, to: $to, bucket: $bucket) {
    starts locks bookings availableSeats currencyCode net } }"""
POINTS = """query($eventId: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!) {
  salesTimeline(eventId: $eventId, from: $from, to: $to, bucket: $bucket) {
    start locks bookings availableSeats revenue { net { amount } } } }"""
CHECK = "query($eventId: ID!) { auditCheck(eventId: $eventId) { message } }"

Query: TypeAlias = tuple[str, Callable[[], dict[str, Any]]]
"""A document, and something that says what to ask for next."""


def measure_insight(arguments: Sequence[str]) -> None:
    """Print how long each query takes, and what selling loses while they are asked."""
    parser = argparse.ArgumentParser(prog="python -m bench insight")
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--data", type=Path, help="where the database is made or, if it is there already, read")
    parser.add_argument("--keep", action="store_true", help="leave there what is made")
    given = parser.parse_args(arguments)
    if given.keep and given.data is None:
        parser.error("--keep needs --data")
    require_wrk()
    # What was there before is never removed.
    kept = given.keep or (given.data is not None and given.data.exists())
    folder = given.data or Path(tempfile.mkdtemp())
    try:
        with embedded_servers(folder, cache_gb=CACHE_GB) as servers:
            _prepare(servers, folder, given.bookings, given.entries)
            with connected(servers) as database, running_api(servers, DATABASE) as api:
                measure(api, database)
    finally:
        if not kept:
            shutil.rmtree(folder)


def _prepare(servers: Servers, folder: Path, bookings: int, entries: int) -> None:
    made = folder / "history.json"
    if made.exists():
        say(f"as made before: {made.read_text()}")
        with connected(servers) as database:
            _forget_sales(database)
        return
    began = time.monotonic()
    plan = Plan(bookings, entries, system_clock(), folder / "pile")
    make_history(plan, servers.mongo_uri, DATABASE, lambda line: say(f"{time.monotonic() - began:6.0f} s: {line}"))
    made.write_text(json.dumps({"bookings": bookings, "entries": entries, "seconds": round(time.monotonic() - began)}))


def _forget_sales(database: Database[dict[str, Any]]) -> None:
    """What an earlier run has sold: its locks are dead by now, and nobody has swept them."""
    ids = [raw["_id"] for raw in database["events"].find({"name": BENCH}, {"_id": 1})]
    theirs = {"event_id": {"$in": ids}}
    database["seat_locks"].delete_many(theirs | {"status": "ACTIVE"})
    database["audit_entries"].delete_many(theirs)
    for event_id in ids:
        database["sales_figures"].delete_many({"_id": {"$gte": f"{event_id}/", "$lt": f"{event_id}0"}})
    database["events"].delete_many({"_id": {"$in": ids}})


@contextmanager
def connected(servers: Servers) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](servers.mongo_uri, tz_aware=True) as mongo:
        yield mongo[DATABASE]


def measure(api: Api, database: Database[dict[str, Any]]) -> None:
    subjects = Subjects(database)
    queries = subjects.queries()
    client = Client(api)
    for sizes in _sizes(database):
        say(sizes)
    table = Table("", "p50 ms", "p95 ms", "p99 ms", "to reach")
    for name, (document, some) in queries.items():
        for _ in range(5):
            client.ask(document, some())  # warm
        took = [client.ask(document, some())[1] for _ in range(CALLS)]
        table.add_row(name, *_milliseconds(took), f"p95 ≤ {TARGET_MS}")
    took, cursor = _walk(client, subjects.page)
    table.add_row(f"auditLog, walked from the first to page {subjects.page:,}", *_milliseconds(took), "")
    Console(width=120).print(table)
    assert cursor == subjects.cursor_after(PAGE * subjects.page), "a walk does not end where it should"
    event, entries = subjects.largest_event()
    began = time.monotonic()
    faults = client.ask(CHECK, {"eventId": event})[0]["auditCheck"]
    rate = entries / (time.monotonic() - began)
    say(f"chain of the largest event, {entries:,} entries: {rate:,.0f} entries/s, {len(faults)} faults")
    _measure_sales(api, list(queries.values()))


def _walk(client: Client, pages: int) -> tuple[list[float], str]:
    """So many pages, one after the other: how long each took, and where the last ended."""
    took: list[float] = []
    cursor: str | None = None
    for _ in range(pages):
        answer, seconds = client.ask(AUDIT_LOG, {"after": cursor})
        cursor = answer["auditLog"]["pageInfo"]["endCursor"]
        took.append(seconds)
    return took, str(cursor)


def _measure_sales(api: Api, queries: Sequence[Query]) -> None:
    """Locks on one event, in turns alone and while a client asks for all of this without a pause."""
    buy(api, "lock", CONNECTIONS, 2, api.create_event(totalSeats=CAPACITY))  # warm
    rates: dict[bool, list[float]] = {False: [], True: []}
    for asking in (False, True) * ROUNDS:
        event = api.create_event(totalSeats=CAPACITY)
        with _asking(api, queries if asking else ()) as asked:
            measured = buy(api, "lock", CONNECTIONS, SECONDS, event)
        rates[asking].append(measured.requests_per_second)
        meanwhile = f", and {len(asked) / SECONDS:.0f} queries/s, p95 {_milliseconds(asked)[1]} ms" if asked else ""
        say(
            f"    {measured.requests_per_second:,.0f} locks/s, p50 {measured.p50:.0f}, p99 {measured.p99:.0f} ms, "
            f"{measured.unexpected} unexpected{meanwhile}"
        )
    say(f"lock throughput while reports are asked for: {sum(rates[True]) / sum(rates[False]):.2f} x (to reach: >= 0.9)")


@contextmanager
def _asking(api: Api, queries: Sequence[Query]) -> Iterator[list[float]]:
    """One client that asks these in turn, again and again, until the end of the block; how long each answer took."""
    took: list[float] = []
    over = threading.Event()

    client = Client(api)
    client.ask(SUMMARY, {})  # a dashboard is connected already

    def ask() -> None:
        while not over.is_set():
            took.extend(client.ask(document, some())[1] for document, some in queries if not over.is_set())

    asking = threading.Thread(target=ask)
    if queries:
        asking.start()
    try:
        yield took
    finally:
        over.set()
        if queries:
            asking.join()


class Client:
    """One connection to the API."""

    def __init__(self, api: Api) -> None:
        self._url = api.url
        self._http = httpx.Client(headers={"Authorization": f"Bearer {api.admin_token}"}, timeout=120)

    def ask(self, document: str, variables: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """The data, and how many seconds it took. Raises RuntimeError at any error."""
        request = {"query": document, "variables": variables}
        began = time.perf_counter()
        answer = self._http.post(self._url, json=request)
        took = time.perf_counter() - began
        told = answer.json()
        if "errors" in told:
            raise RuntimeError(told["errors"])
        return told["data"], took


class Subjects:
    """What to ask about: events, bookings, users … that there are, others each time."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._entries = database[AuditEntry.Settings.name]
        self._random = Random()
        self._events = [raw["_id"] for raw in database["events"].find({"name": {"$ne": BENCH}}, {"_id": 1})]
        some = [{"$sample": {"size": 2 * CALLS}}]
        self._some = list(self._entries.aggregate(some))
        self._bookings = list(database["bookings"].aggregate(some))
        self._users = [raw["_id"] for raw in database["users"].aggregate(some)]
        self.page = min(DEEP, self._entries.estimated_document_count() // PAGE // 2)
        # Where pages about there begin.
        self._places = [_cursor(raw) for raw in self._newest(skip=PAGE * self.page, limit=PAGE * CALLS)]
        last = self._entries.find_one({"event_id": {"$in": self._events}}, sort=[("created_at", DESCENDING)])
        assert last is not None
        self._end: datetime = last["created_at"]

    def cursor_after(self, entries: int) -> str:
        """The end of a page that so many entries are on or before."""
        (last,) = self._newest(skip=entries - 1, limit=1)
        return _cursor(last)

    def _newest(self, skip: int, limit: int) -> Iterable[dict[str, Any]]:
        found = self._entries.find({}, dict.fromkeys((*LISTED_BY, "action"), 1), skip=skip, limit=limit)
        return found.sort([(name, DESCENDING) for name in LISTED_BY])

    def largest_event(self) -> tuple[str, int]:
        """Its id, and how many entries it has."""
        events = self._entries.database["events"]
        raw = next(events.find({"_id": {"$in": self._events}}, sort=[("audit_sequence", DESCENDING)], limit=1))
        return encode_id("Event", raw["_id"]), raw["audit_sequence"]

    def queries(self) -> dict[str, Query]:
        """What is measured, by the line of the table."""
        rare, common = AuditAction.EVENT_CREATED.value, AuditAction.SEATS_LOCKED.value
        choice = self._random.choice
        return {
            "auditLog by correlation id": (
                AUDIT_LOG,
                lambda: {"correlationId": choice(self._some)["correlation_id"]},
            ),
            "    by booking": (AUDIT_LOG, lambda: {"bookingId": self._booking()}),
            "    by event": (AUDIT_LOG, lambda: {"eventId": self._event()}),
            "    by user": (AUDIT_LOG, lambda: {"userId": encode_id("User", choice(self._users))}),
            "    by action, rare": (AUDIT_LOG, lambda: {"action": rare}),
            "    by action, common": (AUDIT_LOG, lambda: {"action": common}),
            "    by event and action": (AUDIT_LOG, lambda: {"eventId": self._event(), "action": common}),
            f"    page {self.page:,} of all, or near it": (AUDIT_LOG, lambda: {"after": choice(self._places)}),
            "bookingSummary of all": (SUMMARY, dict),
            "    of one event": (SUMMARY, lambda: {"eventId": self._event()}),
            "    of a week, all events": (SUMMARY, lambda: self._time("startDate", "endDate", 7 * DAY)),
            "    of a week, one event": (
                SUMMARY,
                lambda: {"eventId": self._event()} | self._time("startDate", "endDate", 7 * DAY),
            ),
            "healthMetrics of a day, all events": (HEALTH, lambda: {"hours": 24}),
            "    one event": (HEALTH, lambda: {"eventId": self._event(), "hours": 24}),
            "    all events, some weeks": (HEALTH, lambda: {"hours": self._random.randrange(100, 2_000)}),
            "eventTimeline of a month by the hour": (TIMELINE, lambda: self._month("HOUR")),
            "    by the day": (TIMELINE, lambda: self._month("DAY")),
            "salesTimeline of a month by the hour": (POINTS, lambda: self._month("HOUR")),
        }

    def _event(self) -> str:
        return encode_id("Event", self._random.choice(self._events))

    def _booking(self) -> str:
        raw = self._random.choice(self._bookings)
        return encode_routed_id("Booking", raw["_id"], raw["event_id"])

    def _month(self, bucket: str) -> dict[str, Any]:
        return {"eventId": self._event(), "bucket": bucket} | self._time("from", "to", 30 * DAY)

    def _time(self, start: str, end: str, long: timedelta) -> dict[str, str]:
        """Some time of that length, to the millisecond."""
        begin = self._end - SPAN + (SPAN - long) * self._random.random()
        begin = begin.replace(microsecond=begin.microsecond // 1000 * 1000)
        return {start: begin.isoformat(timespec="milliseconds"), end: (begin + long).isoformat(timespec="milliseconds")}


def _cursor(raw: Mapping[str, Any]) -> str:
    return ENTRIES.of(AuditEntry.from_bson(raw))


def _sizes(database: Database[dict[str, Any]]) -> Iterator[str]:
    """Megabytes on disk, of the collections that have any to speak of."""
    for name in sorted(database.list_collection_names()):
        stats = database.command("collStats", name)
        if stats["count"] >= 10_000:
            indexes = ", ".join(f"{index} {size / 1e6:,.0f}" for index, size in sorted(stats["indexSizes"].items()))
            yield (
                f"{name}: {stats['count']:,} of {stats['avgObjSize']} bytes, {stats['storageSize'] / 1e6:,.0f} MB; "
                f"indexes {stats['totalIndexSize'] / 1e6:,.0f} MB ({indexes})"
            )


def _milliseconds(seconds: Sequence[float]) -> tuple[str, str, str]:
    """The median, and what 95 and 99 of a hundred stay below."""
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[math.ceil(len(ordered) * part) - 1] * 1e3 for part in (0.5, 0.95, 0.99))
    return f"{p50:.1f}", f"{p95:.1f}", f"{p99:.1f}"


def say(line: str) -> None:
    print(line, flush=True)
