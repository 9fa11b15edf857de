"""Deleting one's account: what names the user is gone from everywhere, and what was sold stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import bson
import pytest

from domain.caller import Caller
from domain.documents import (
    AccountLetter,
    AuditEntry,
    Booking,
    Delivery,
    OutboxMessage,
    Role,
    SeatLock,
    User,
)
from domain.errors import BadCredentials, EmailTaken, LastAdmin, Unauthenticated
from domain.integrity.audit_chains import check_chains
from domain.jobs.clean_up import clean_up
from domain.outbox import hand_out as handing_out
from domain.outbox.deliver import deliver
from domain.outbox.hand_out import hand_out
from domain.people.accounts import create_admin, login, register, set_password
from domain.people.deletion import delete_account
from domain.people.users import set_user_role
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale.expiry import expire_locks
from domain.services import Services
from tests.support.post_office import PostOffice, open_office, with_mail
from tests.support.sale import Sale, open_sale, race, tally

NAME, EMAIL, PASSWORD = "Ada of Nowhere", "ada@seatlock.test", "a passphrase of hers"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as office:
        yield office


@pytest.fixture
async def sale(settings: Settings, office: PostOffice) -> AsyncIterator[Sale]:
    async with open_sale(with_mail(settings, office), 1) as opened:
        yield opened


async def ada(services: Services) -> Caller:
    user = await register(services, name=NAME, email=EMAIL, password=PASSWORD, correlation_id="test")
    return Caller(user.id, Role.USER, "test")


async def delete(services: Services, caller: Caller, password: str = PASSWORD) -> Any:
    return await delete_account(services, caller, password=password, address=None)


async def what_names_her(services: Services) -> list[str]:
    """The collections with a document that has her name, her address, or either's key."""
    marks = [text.encode() for text in (NAME, NAME.casefold(), EMAIL)]
    found = []
    for name in await services.database.list_collection_names():
        documents = await services.database[name].find().to_list()
        if any(mark in bson.encode(document) for document in documents for mark in marks):
            found.append(name)
    return sorted(found)


async def test_nothing_names_the_user_any_more_and_what_was_sold_stays(sale: Sale, office: PostOffice) -> None:
    services, caller = sale.services, await ada(sale.services)
    event = await sale.event(10)
    paid, given_back, unpaid = [await sale.book(event, caller) for _ in range(3)]
    await sale.pay(paid, caller)
    await sale.pay(given_back, caller)
    await sale.cancel(given_back, caller)
    held = (await sale.lock(event, caller)).lock
    await hand_out(services)
    assert await what_names_her(services) == ["outbox_messages", "users"]
    assert await Delivery.find({"destination": "email"}).count() == 4

    assert await delete(services, caller) == caller.user_id
    assert await what_names_her(services) == []
    assert await AccountLetter.count() == await Delivery.count() == 0
    await deliver(services, Progress())
    assert office.letters == []
    kept = {booking.id: booking.status for booking in await Booking.find_all().to_list()}
    assert kept == {paid.id: "CONFIRMED", given_back.id: "CANCELLED", unpaid.id: "PAYMENT_PENDING"}
    (entry,) = await AuditEntry.find({"action": "USER_DELETED"}).to_list()
    assert (entry.actor_id, entry.metadata) == (caller.user_id, {"role": "USER"})
    assert [fault async for fault in check_chains(services)] == []

    with pytest.raises(Unauthenticated):
        await delete(services, caller)
    with pytest.raises(BadCredentials):
        await login(services, email=EMAIL, password=PASSWORD)
    sale.time.now = held.expires_at
    await expire_locks(services, Progress())
    assert await SeatLock.find({"_id": held.id, "status": "EXPIRED"}).count() == 1
    again = await ada(services)
    assert again.user_id != caller.user_id


async def test_what_a_process_that_died_left_is_forgotten_at_night(sale: Sale) -> None:
    caller = await ada(sale.services)
    await sale.pay(await sale.book(await sale.event(1), caller), caller)
    await hand_out(sale.services)
    (message,) = await OutboxMessage.find_all().to_list()
    await delete(sale.services, caller)
    await OutboxMessage.get_pymongo_collection().update_one({}, {"$set": {"data.buyer": message.data["buyer"]}})
    progress = Progress()
    await clean_up(sale.services, progress)
    assert (progress.done, await what_names_her(sale.services)) == (1, [])


async def test_who_is_deleted_while_a_message_is_handed_out_is_not_named(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has read who the buyer is, and has not said so in the message yet."""
    caller, read_buyers = await ada(sale.services), handing_out._buyers
    await sale.pay(await sale.book(await sale.event(1), caller), caller)

    async def then_deleted(*asked: Any) -> Any:
        buyers = await read_buyers(*asked)
        if buyers:
            await delete(sale.services, caller)
        return buyers

    monkeypatch.setattr(handing_out, "_buyers", then_deleted)
    await hand_out(sale.services)
    (message,) = await OutboxMessage.find_all().to_list()
    assert message.handed_out_at is not None
    assert await what_names_her(sale.services) == []


async def test_only_who_knows_the_password_deletes(sale: Sale) -> None:
    caller = await ada(sale.services)
    with pytest.raises(BadCredentials, match="not your password"):
        await delete(sale.services, caller, "another passphrase")
    user = await User.get(caller.user_id)
    assert user is not None
    await set_password(sale.services, user, "another passphrase")
    with pytest.raises(BadCredentials):
        await delete(sale.services, caller)
    with pytest.raises(EmailTaken):
        await ada(sale.services)
    assert await AuditEntry.find({"action": "USER_DELETED"}).count() == 0


async def test_one_admin_stays_whoever_leaves_at_the_same_moment(sale: Sale) -> None:
    services = sale.services
    admins = [
        await create_admin(services, name="Admin", email=f"{number}@seatlock.test", password=PASSWORD)
        for number in range(3)
    ]
    callers = [Caller(each.id, Role.ADMIN, "test") for each in admins]
    demoted = set_user_role(services, callers[0], user_id=admins[2].id, role=Role.USER)
    await race(demoted, *(delete(services, caller) for caller in callers))
    (left,) = await User.find({"role": "ADMIN"}).to_list()
    with pytest.raises(LastAdmin):
        await delete(services, Caller(left.id, Role.ADMIN, "test"))


async def test_deleting_twice_at_once_is_deleting_once(sale: Sale) -> None:
    caller = await ada(sale.services)
    answers = await asyncio.gather(*(delete(sale.services, caller) for _ in range(4)), return_exceptions=True)
    assert tally(answers) == {"PydanticObjectId": 1, "Unauthenticated": 3}
    assert await AuditEntry.find({"action": "USER_DELETED"}).count() == 1
