"""/metrics of two API processes: it adds up whichever of them answers, and has what dashboard and alerts ask for."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from domain.documents import Job, JobStatus, PaymentStatus, RefundStatus
from domain.opening import open_services
from domain.process.metrics import INTERNAL, NO_ANSWER, OK
from domain.process.settings import load_settings
from graph.schema.build import schema
from graph.schema.ids import encode_id
from graph.schema.outcomes import TOP_LEVEL_CODES
from ops.embedded import Server
from ops.processes import free_port
from tests.conftest import Servers
from tests.support import scenes
from tests.support.api import SEATLOCK, command
from tests.support.load import CONFIRM_BOOKING, LOCK_SEATS, PAY_BOOKING
from tests.support.operations_docs import Expression, dashboard, expressions, rules, selected
from tests.support.sale import new_event
from tests.support.scraping import Scraped, scrape
from tests.support.sockets import listening
from tests.support.waiting import until
from tests.support.worker import Worker


def fields_of(root: str) -> list[str]:
    fields: dict[str, object] = getattr(schema._schema.get_type(root), "fields", {})
    return list(fields)


WATCH = "subscription ($id: ID!) { seatAvailability(eventId: $id) { version } }"
TYPING_ERROR = "{ evnets { nodes { id } } }"
CANCEL_BOOKING = "mutation ($booking: ID!) { cancelBooking(input: {bookingId: $booking}) { __typename } }"
RUN_JOB = "mutation ($job: Job!) { runJob(input: {job: $job}) { __typename } }"
CHECK = "{ inventoryCheck { field } }"
BUYERS = 20

VALUES: dict[str, set[str]] = {
    "operation": {field for root in ("Query", "Mutation", "Subscription") for field in fields_of(root)},
    "outcome": {
        *(OK, INTERNAL, NO_ANSWER, "held", "without", "answered", "taken_back"),
        *TOP_LEVEL_CODES.values(), *JobStatus, *PaymentStatus, *RefundStatus,
    },
    "part": {"mongodb", "redis", "worker"},
    "call": {"charge", "look_up", "refund", "look_up_refund"},
    "job": {"seatlock"},  # of Prometheus, not ours
}  # fmt: skip
"""What labels may be asked to be."""


@dataclass
class Api:
    """`seatlock serve` with two processes, and where they count together."""

    server: Server
    shared: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def process_of(self, answer: httpx.Response) -> psutil.Process:
        """The process that gives this answer, which isn't finished."""
        port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
        (process,) = (
            process
            for process in psutil.Process(self.server.pid).children()
            if any(one.raddr and one.raddr.port == port for one in process.net_connections())
        )
        return process

    def requests_counted(self) -> list[float]:
        """How many requests each process has counted."""
        return [
            sum(sample.value for sample in metric.samples if sample.name.endswith("_count"))
            for path in self.shared.glob("histogram_*.db")
            for metric in MultiProcessCollector.merge([str(path)])  # type: ignore[no-untyped-call]
            if metric.name == "seatlock_request_duration_seconds"
        ]

    async def is_ready(self) -> bool:
        try:
            async with httpx.AsyncClient(verify=False) as client:
                return (await client.get(f"{self.url}/ready")).status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class Buyers:
    """Ask, and count what they are told."""

    url: str
    token: str
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """What came of a request, on a connection of its own."""
        headers = {"authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, verify=False, timeout=30) as client:
            answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
        if "errors" in answer:
            self.told["unknown", answer["errors"][0]["extensions"]["code"]] += 1
            return {}
        ((operation, outcome),) = answer["data"].items()
        sold_out = isinstance(outcome, dict) and outcome["__typename"] == "NotEnoughSeats"
        self.told[operation, "NOT_ENOUGH_SEATS" if sold_out else "ok"] += 1
        result: dict[str, Any] = outcome
        return result

    async def lock(self, event_id: str) -> dict[str, Any]:
        return await self.ask(LOCK_SEATS, event=event_id, key=secrets.token_hex(8))

    async def purchase(self, event_id: str) -> None:
        """Lock, confirm, pay, and think better of it."""
        lock = (await self.lock(event_id))["lock"]["id"]
        booking = (await self.ask(CONFIRM_BOOKING, lock=lock))["booking"]["id"]
        await self.ask(PAY_BOOKING, booking=booking, key=secrets.token_hex(8))
        await self.ask(CANCEL_BOOKING, booking=booking)


@dataclass
class Recorded:
    """What was told by /metrics, and what clients counted until then."""

    busy: list[Scraped]
    told_busy: Counter[tuple[str, str]]
    watched: Scraped
    after_a_death: Scraped
    told: Counter[tuple[str, str]]


@asynccontextmanager
async def two_processes(settings: Any, scratch: Path) -> AsyncIterator[Api]:
    """As an operator starts them, with a worker that counts with them as in `seatlock dev`."""
    port, shared = free_port(), scratch / "shared"
    shared.mkdir()
    together = settings, f"PROMETHEUS_MULTIPROC_DIR={shared}"
    program = command(*together, SEATLOCK, "serve", "--port", str(port), "--workers", "2")
    server = Server("API", program, port, scratch / "api.log")
    api, worker = Api(server, shared), Worker(settings, scratch / "worker.log")
    try:
        await asyncio.to_thread(server.start)
        await until(api.is_ready)
        yield api
    finally:
        worker.kill()
        server.kill()


@pytest.fixture(scope="module")
async def recorded(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """One sale, from which all the tests here are told: starting processes takes seconds."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
    )
    async with open_services(settings) as services, two_processes(settings, tmp_path_factory.mktemp("api")) as api:
        buyers = Buyers(api.url, scenes.token_of(services, await scenes.admin(services)))
        large, small = [encode_id("Event", (await new_event(services, seats=seats)).id) for seats in (10_000, 3)]

        async def both_have_served() -> bool:
            asking = [(buyers.lock(large), buyers.lock(small), buyers.ask(TYPING_ERROR)) for _ in range(BUYERS)]
            await asyncio.gather(*(each for three in asking for each in three), scrape(api.url))
            return len(counted := api.requests_counted()) == 2 and min(counted) > BUYERS

        await until(both_have_served)
        busy, told_busy = await asyncio.gather(*(scrape(api.url) for _ in range(10))), buyers.told.copy()

        stream = {"query": WATCH, "variables": {"id": large}}
        async with (
            httpx.AsyncClient(base_url=api.url, verify=False, timeout=30) as client,
            client.stream("POST", "/graphql", json=stream, headers={"accept": "text/event-stream"}) as events,
            listening(api.url) as socket,
        ):
            messages = events.aiter_lines()
            assert await anext(messages) == "event: next"
            subscription = await socket.subscribe(WATCH, {"id": large})
            before = (await subscription.data("seatAvailability"))["version"]
            buyers.told["seatAvailability", "ok"] += 2
            await buyers.purchase(large)
            await buyers.ask(RUN_JOB, job=Job.RECOVER.value)
            await buyers.ask(CHECK)
            while (await subscription.data("seatAvailability"))["version"] == before:
                pass

            watched = [await scrape(api.url)]

            async def all_is_told() -> bool:
                # How the sale stands each process reads once a second.
                watched.append(await scrape(api.url))
                return bool(watched[-1].values("seatlock_drift", found_by="check"))

            await until(all_is_told)

            api.process_of(events).kill()
            with pytest.raises(httpx.TransportError):
                async for _ in messages:
                    pass

            async def it_is_gone() -> bool:
                # Until its parent has taken note of its end, it is there.
                return not any((await scrape(api.url)).values("seatlock_listeners", transport="event_stream"))

            await until(it_is_gone)
            after_a_death = await scrape(api.url)
        await services.mongo.drop_database(settings.mongo_database)
    return Recorded(busy, told_busy, watched[-1], after_a_death, buyers.told)


async def test_what_clients_counted_is_what_any_process_tells(recorded: Recorded) -> None:
    assert recorded.told_busy.keys() == {
        ("lockSeats", "ok"), ("lockSeats", "NOT_ENOUGH_SEATS"), ("unknown", "GRAPHQL_VALIDATION_FAILED")
    }  # fmt: skip
    assert recorded.told_busy["lockSeats", "ok"] > BUYERS
    asked = recorded.told_busy["lockSeats", "ok"] + recorded.told_busy["lockSeats", "NOT_ENOUGH_SEATS"]
    for scraped in recorded.busy:
        assert scraped.requests() == recorded.told_busy
        assert scraped.sum("seatlock_command_wait_seconds_count") >= asked, "each stood in line"
        assert scraped.sum("seatlock_batch_commands_sum") == scraped.sum("seatlock_command_wait_seconds_count")
        assert scraped.sum("seatlock_batch_commands_count") == scraped.sum("seatlock_batch_duration_seconds_count")
        # A turn lasts for as many batches as there is something to write.
        assert 0 < scraped.sum("seatlock_baton_wait_seconds_count") <= scraped.sum("seatlock_batch_commands_count")


async def test_who_listens_and_what_a_purchase_leaves(recorded: Recorded) -> None:
    told = recorded.watched
    assert told.requests() == recorded.told
    assert told.values("seatlock_listeners", transport="event_stream") == [1]
    assert told.values("seatlock_listeners", transport="websocket") == [1]
    assert told.sum("seatlock_feed_lag_seconds_count") > 0
    assert 0 < told.sum("seatlock_feed_lag_seconds_sum") < 10 * told.sum("seatlock_feed_lag_seconds_count")
    assert told.sum("seatlock_provider_call_duration_seconds_count", call="charge", outcome="SUCCEEDED") == 1
    assert told.sum("seatlock_provider_call_duration_seconds_count", call="refund", outcome="PROCESSED") == 1
    assert told.sum("seatlock_job_duration_seconds_count", name="RECOVER", outcome="COMPLETED") > 0
    assert told.values("seatlock_drift", found_by="check") == [0]
    assert told.values("seatlock_up", part="worker") == [1]


async def test_of_a_dead_process_the_listeners_go_and_the_requests_stay(recorded: Recorded) -> None:
    assert recorded.after_a_death.values("seatlock_listeners", transport="event_stream") == [0]
    assert recorded.after_a_death.requests() == recorded.told


@pytest.mark.parametrize("expression", expressions(), ids=lambda expression: expression.name)
async def test_dashboard_and_alerts_ask_for_what_there_is(recorded: Recorded, expression: Expression) -> None:
    there_is = recorded.watched.labels()
    asked_for = list(selected(expression.text))
    for series in asked_for:
        assert series.metric in there_is, f"{series.metric} is not exposed"
        assert series.labels <= there_is[series.metric], f"{series.metric} has no such label"
        for label, value in series.matched:
            assert value in VALUES[label], f"{label} is never {value}"
    assert asked_for or "up{" in expression.text


def test_alerts_say_how_urgent_they_are_and_what_is_wrong() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_panels_have_places_of_their_own() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(place["x"] + x, place["y"] + y) for panel in panels for place in [panel["gridPos"]]
              for x in range(place["w"]) for y in range(place["h"])]  # fmt: skip
    assert len(set(places)) == len(places)
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}


def test_no_label_is_one_that_prometheus_gives(recorded: Recorded) -> None:
    assert not {"job", "instance"} & {label for labels in recorded.watched.labels().values() for label in labels}


def test_every_metric_is_on_the_dashboard(recorded: Recorded) -> None:
    shown = {series.metric for panel in expressions() for series in selected(panel.text)}
    for name, family in recorded.watched.families.items():
        assert name.removesuffix("_timestamp_seconds") in shown or shown & {one.name for one in family.samples}, name
