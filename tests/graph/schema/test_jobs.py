"""Jobs on demand, and what they have done: for ADMINs."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql import parse
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from domain.documents import IdempotencyKey, Job, SeatLock, SeatLockStatus, new_id
from domain.jobs import lease, run
from domain.jobs.run import JobPlan, begin_job
from domain.process.progress import Progress
from domain.sale.buying import lock_seats
from domain.sale.events import NewRow
from domain.services import Services
from graph.app import assemble
from graph.execution.limits import measure
from graph.schema.build import schema
from graph.schema.ids import encode_id, seal
from graph.schema.scalars import format_instant
from tests.domain.sale.test_time import later
from tests.graph.conftest import Client, given, serving
from tests.support.sale import new_event, somebody
from tests.support.scenes import admin, token_of
from tests.support.waiting import PATIENCE_SECONDS

RUN_JOB = """
mutation ($job: Job!) {
  runJob(input: {job: $job}) {
    __typename
    ... on RunJobSuccess {
      execution { id job status recordsProcessed correlationId startedAt endedAt error }
    }
  }
}
"""
EXECUTIONS = """
query ($job: Job, $status: JobStatus, $first: Int, $after: String) {
  jobExecutions(job: $job, status: $status, first: $first, after: $after) {
    nodes { id job status recordsProcessed correlationId startedAt endedAt error }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
NODE = """
query ($id: ID!) {
  node(id: $id) {
    __typename
    ... on JobExecution { id job status recordsProcessed correlationId startedAt endedAt error }
  }
}
"""
SEATS = "query ($id: ID!) { event(id: $id) { seats { status } } }"
DRIFT = "{ inventoryCheck { field stored actual } }"
FIRST_PAGE = "{ jobExecutions { nodes { id } } }"


class Office:
    """An ADMIN at work."""

    def __init__(self, services: Services, client: Client, token: str) -> None:
        self.services = services
        self.client = client
        self.token = token

    async def run(self, job: str) -> dict[str, Any]:
        """The execution that running the job now is answered with."""
        answer = await self.client.execute(RUN_JOB, {"job": job}, self.token)
        assert answer["data"]["runJob"]["__typename"] == "RunJobSuccess"
        execution: dict[str, Any] = answer["data"]["runJob"]["execution"]
        return execution

    async def page(self, **arguments: Any) -> dict[str, Any]:
        """One page of the executions."""
        answer = await self.client.execute(EXECUTIONS, arguments, self.token)
        page: dict[str, Any] = answer["data"]["jobExecutions"]
        return page

    async def listed(self, **filters: Any) -> list[dict[str, Any]]:
        """The executions, newest first."""
        nodes: list[dict[str, Any]] = (await self.page(**filters))["nodes"]
        return nodes


@pytest.fixture
async def office(services: Services, client: Client) -> Office:
    return Office(services, client, token_of(services, await admin(services)))


@pytest.fixture
def long_work(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Has CLEAN_UP do one thing, when this is set."""
    may_end = asyncio.Event()

    async def work(services: Services, progress: Progress) -> None:
        await may_end.wait()
        progress.did(1)

    monkeypatch.setattr(run, "PLANS", {**run.PLANS, Job.CLEAN_UP: JobPlan(work)})
    return may_end


def brief(execution: dict[str, Any]) -> tuple[str, str, int]:
    return execution["job"], execution["status"], execution["recordsProcessed"]


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    "document", ["{ jobExecutions { nodes { id } } }", "mutation { runJob(input: {job: RECOVER}) { __typename } }"]
)
async def test_jobs_are_for_admins(office: Office, token: str, document: str) -> None:
    for who, code in ((token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await office.client.execute(document, None, who)
        assert set(answer["data"].values()) == {None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await office.listed() == []


async def test_only_an_admin_sees_an_execution(office: Office, token: str) -> None:
    execution = await office.run("CLEAN_UP")
    asked = {"id": execution["id"]}
    seen = {"data": {"node": {"__typename": "JobExecution", **execution}}}
    assert await office.client.execute(NODE, asked, office.token) == seen
    assert await office.client.execute(NODE, asked, token) == {"data": {"node": None}}
    anonymous = await office.client.execute(NODE, asked)
    assert [error["extensions"]["code"] for error in anonymous["errors"]] == ["UNAUTHENTICATED"]


async def test_an_execution_that_there_is_not(office: Office) -> None:
    unknown = {"id": encode_id("JobExecution", new_id())}
    assert await office.client.execute(NODE, unknown, office.token) == {"data": {"node": None}}
    for forged in (seal("JobExecution:6b00bf9c"), seal(f"JobExecution:{new_id()}:{new_id()}")):
        answer = await office.client.execute(NODE, {"id": forged}, office.token)
        assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "id"}]


@pytest.mark.parametrize("job", ["SELL_EVERYTHING", "recover", None])
async def test_a_job_that_there_is_not(office: Office, job: str | None) -> None:
    answer = await office.client.execute(RUN_JOB, {"job": job}, office.token)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "job"}]
    assert await office.listed() == []


# ---------------------------------------------------------------- what they do


async def test_expire_locks(office: Office, services: Services) -> None:
    event = await new_event(services, rows=[NewRow("A", 2)])
    an_hour_ago = later(services, -timedelta(hours=1))
    locked = await lock_seats(
        an_hour_ago,
        somebody(),
        event_id=event.id,
        quantity=None,
        section=None,
        seats=["STALLS-A-2"],
        idempotency_key="a",
    )
    assert brief(await office.run("EXPIRE_LOCKS")) == ("EXPIRE_LOCKS", "COMPLETED", 1)
    seats = await office.client.execute(SEATS, {"id": encode_id("Event", event.id)})
    assert seats == {"data": {"event": {"seats": [{"status": "AVAILABLE"}, {"status": "AVAILABLE"}]}}}
    # Dead locks are EXPIRED to whoever asks: only the document tells that it was swept.
    stored = await SeatLock.get(locked.lock.id)
    assert stored is not None and stored.status is SeatLockStatus.EXPIRED
    assert brief(await office.run("EXPIRE_LOCKS")) == ("EXPIRE_LOCKS", "COMPLETED", 0)


async def test_recover(office: Office, services: Services) -> None:
    event = await new_event(services, seats=10)

    async def drift() -> dict[str, int]:
        """By how much each number is too small."""
        answer = await office.client.execute(DRIFT, None, office.token)
        return {one["field"]: one["actual"] - one["stored"] for one in answer["data"]["inventoryCheck"]}

    by_hand = {"$inc": {"sections.0.available": -3, "sections.0.held": 3}}
    await services.database["events"].update_one({"_id": event.id}, by_hand)
    found = await drift()
    assert (found["sections.GENERAL.availableSeats"], found["sections.GENERAL.lockedSeats"]) == (3, -3)
    assert brief(await office.run("RECOVER")) == ("RECOVER", "COMPLETED", 1)
    assert await drift() == {}


async def test_clean_up(services: Services) -> None:
    keys = services.database["idempotency_keys"]
    old, fresh = [
        IdempotencyKey(
            id=name, request=b"", outcome_id=new_id(), expires_at=services.clock() + timedelta(days=days)
        ).to_bson()
        for name, days in ((b"old", 1), (b"fresh", 9))
    ]
    await keys.insert_many([old, fresh])
    # Two days on, instead of keys two days old: MongoDB itself would delete those at any moment.
    shop = later(services, timedelta(days=2))
    async with serving(assemble(services.settings, given(shop))) as http:
        office = Office(shop, Client(http), token_of(shop, await admin(services)))
        assert brief(await office.run("CLEAN_UP")) == ("CLEAN_UP", "COMPLETED", 1)
    assert [raw["_id"] async for raw in keys.find()] == [fresh["_id"]]


async def test_a_job_that_is_running_is_skipped(office: Office) -> None:
    await lease.take(Job.CLEAN_UP, new_id())
    skipped = await office.run("CLEAN_UP")
    assert brief(skipped) == ("CLEAN_UP", "SKIPPED", 0)
    assert skipped["endedAt"] == skipped["startedAt"]
    assert skipped["error"] is None
    assert await office.listed() == [skipped]
    assert brief(await office.run("EXPIRE_LOCKS")) == ("EXPIRE_LOCKS", "COMPLETED", 0)


async def test_of_two_who_ask_at_once_one_is_skipped(office: Office, long_work: asyncio.Event) -> None:
    answers = [asyncio.create_task(office.run("CLEAN_UP")) for _ in range(2)]
    (skipped,), (running,) = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
    long_work.set()
    assert (brief(await skipped), brief(await running)) == (("CLEAN_UP", "SKIPPED", 0), ("CLEAN_UP", "COMPLETED", 1))


async def test_of_a_long_run_the_answer_is_that_it_is_running(
    office: Office, long_work: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ANSWER_WITHIN_SECONDS", 0.01)
    running = await office.run("CLEAN_UP")
    assert (brief(running), running["endedAt"]) == (("CLEAN_UP", "RUNNING", 0), None)
    assert await office.listed(status="RUNNING") == [running]
    long_work.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await office.listed(status="RUNNING"):  # noqa: ASYNC110  # the API knows
            await asyncio.sleep(0.01)
    (ended,) = await office.listed()
    assert ended == {**running, "status": "COMPLETED", "recordsProcessed": 1, "endedAt": ended["endedAt"]}
    assert running["startedAt"] <= ended["endedAt"] <= format_instant(office.services.clock())


async def test_a_run_that_fails_says_so_and_no_more(office: Office, services: Services) -> None:
    """Somebody has made a view of a collection: MongoDB refuses to delete from it, and names it."""
    await services.database.drop_collection("idempotency_keys")
    await services.database.create_collection("idempotency_keys", viewOn="users", pipeline=[])
    with capture_logs(processors=[merge_contextvars]) as logs:
        failed = await office.run("CLEAN_UP")
    assert brief(failed) == ("CLEAN_UP", "FAILED", 0)
    assert failed["error"] == "WriteError; the log has the details."
    (told,) = [line for line in logs if line["event"] == "job failed"]
    assert told["exc_info"] and told["correlation_id"] == failed["correlationId"]
    assert failed["endedAt"] is not None
    assert await office.listed() == [failed]
    await services.database.drop_collection("idempotency_keys")
    assert brief(await office.run("CLEAN_UP")) == ("CLEAN_UP", "COMPLETED", 0)


async def test_an_execution_says_when_it_was_and_who_asked(office: Office) -> None:
    before = office.services.clock()
    response = await office.client.http.post(
        "/graphql",
        json={"query": RUN_JOB, "variables": {"job": "EXPIRE_BOOKINGS"}},
        headers={"Authorization": f"Bearer {office.token}", "X-Correlation-ID": "request-7-of-9"},
    )
    execution = response.json()["data"]["runJob"]["execution"]
    assert execution["correlationId"] == "request-7-of-9"
    began, ended = (datetime.fromisoformat(execution[name]) for name in ("startedAt", "endedAt"))
    assert before <= began <= ended <= office.services.clock()
    assert await office.listed() == [execution]


# ---------------------------------------------------------------- the list


async def test_executions_by_job_and_status(office: Office) -> None:
    swept, cleaned = await office.run("EXPIRE_LOCKS"), await office.run("CLEAN_UP")
    await lease.take(Job.EXPIRE_LOCKS, new_id())
    skipped = await office.run("EXPIRE_LOCKS")
    assert await office.listed() == [skipped, cleaned, swept]
    assert await office.listed(job="EXPIRE_LOCKS") == [skipped, swept]
    assert await office.listed(status="COMPLETED") == [cleaned, swept]
    assert await office.listed(job="EXPIRE_LOCKS", status="COMPLETED") == [swept]
    assert await office.listed(job="RECOVER") == []


async def test_executions_page_by_page(office: Office) -> None:
    newest_first = [await office.run("EXPIRE_LOCKS") for _ in range(5)][::-1]
    pages = [await office.page(first=2)]
    await office.run("EXPIRE_LOCKS")  # what comes on top meanwhile moves nothing
    for _ in range(2):
        pages.append(await office.page(first=2, after=pages[-1]["pageInfo"]["endCursor"]))
    assert [node for page in pages for node in page["nodes"]] == newest_first
    assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [False, True, True]
    assert [page["pageInfo"]["hasNextPage"] for page in pages] == [True, True, False]
    for page in pages:
        assert [edge["node"] for edge in page["edges"]] == [{"id": node["id"]} for node in page["nodes"]]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]


async def test_a_page_has_twenty_unless_told_otherwise(office: Office) -> None:
    for _ in range(21):
        await begin_job(office.services, Job.CLEAN_UP, "test")
    assert len((await office.client.execute(FIRST_PAGE, None, office.token))["data"]["jobExecutions"]["nodes"]) == 20


@pytest.mark.parametrize(
    "after",
    ["", "x", "x" * 10_000, seal("booking:6b00bf9cbcc3b23b9adab350"), seal("execution:6b00"), seal("execution:")],
)
async def test_forged_cursors(office: Office, after: str) -> None:
    answer = await office.client.execute(EXECUTIONS, {"after": after}, office.token)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "after"}]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_page_sizes(office: Office, first: int) -> None:
    answer = await office.client.execute(EXECUTIONS, {"first": first}, office.token)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "first"}]


def test_a_page_costs_its_size() -> None:
    assert measure(schema._schema, parse(FIRST_PAGE)).cost == 1 + 20 * 2
    assert measure(schema._schema, parse("{ jobExecutions(first: 100) { nodes { id job } } }")).cost == 1 + 100 * 3
