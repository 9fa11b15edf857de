"""Another server of the same shop, in the test's own process: a writer, a baton and tasks of its own."""

from __future__ import annotations

from dataclasses import replace

from domain.clock import Clock
from domain.inventory.terms import Terms
from domain.live.channels import Channels
from domain.live.publisher import Publisher
from domain.opening import relay_of, terms_of, writer_of
from domain.process.newest import Newest
from domain.process.redis_wire import RedisWire
from domain.process.tasks import Tasks
from domain.services import Services
from domain.writer.baton import Baton

_open: list[Services] = []


def another_server(
    services: Services,
    *,
    prefix: str | None = None,
    channel: str | None = None,
    terms: Terms | None = None,
    clock: Clock | None = None,
    wire: RedisWire | None = None,
) -> Services:
    """It shares MongoDB's client, because Beanie's classes know one at a time.

    `prefix` is whose baton it waits for: by default the first server's. `channel` is where its news go: by default to
    whoever watches the first server. On its own `wire` it comes to Redis by another way.
    """
    mine = services.settings.mongo_database
    clock = clock or services.clock
    wire = wire or services.wire
    baton = Baton(wire, prefix or mine)
    channels = Channels(channel or prefix or mine, services.settings.secret_key.get_secret_value())
    publisher = Publisher(wire, channels)
    terms = terms or terms_of(services.settings, services.provider)
    newest = Newest()
    repeats = services.journal.repeats
    rush, file = services.rush, services.audit_file
    secret = services.settings.secret_key.get_secret_value()
    relay = relay_of(wire, baton, prefix or mine, secret, terms, clock, newest)
    writer = writer_of(services.mongo, baton, relay, publisher, file, newest, rush, terms, clock, repeats)
    server = replace(services, clock=clock, baton=baton, writer=writer, newest=newest, tasks=Tasks())
    _open.append(server)
    return server


async def close_server(server: Services) -> None:
    """Wait for everything that is under way there; what it shares stays open."""
    _open[:] = [each for each in _open if each is not server]
    await server.tasks.finish()
    await server.writer.close()


async def close_servers(first: Services) -> None:
    """Close those beside this one that a test has left open, as most do whose servers have nothing under way."""
    for server in [each for each in _open if each.wire is first.wire]:
        await close_server(server)
