"""Finding users, and who may do what: there is always an ADMIN, whoever demotes whom at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.caller import Caller
from domain.documents import AuditAction, AuditEntry, Role, User, Window
from domain.errors import LastAdmin, NotFound
from domain.ids import api_id
from domain.people import accounts
from domain.people.standing import role_now
from domain.people.users import list_users, set_user_role
from domain.services import Services
from tests.support.sale import race, somebody, tally


async def register(services: Services, name: str, email: str) -> User:
    return await accounts.register(services, name=name, email=email, password="at least 8", correlation_id="test")


async def make_admins(services: Services, count: int) -> list[User]:
    return [
        await accounts.create_admin(
            services, name="Grace", email=f"grace-{number}@seatlock.test", password="at least 8"
        )
        for number in range(count)
    ]


async def admins() -> int:
    return await User.find({"role": "ADMIN"}).count()


async def test_a_change_of_role_is_recorded(services: Services) -> None:
    (grace,) = await make_admins(services, 1)
    ada = await register(services, "Ada", "ada@seatlock.test")
    caller = Caller(grace.id, Role.ADMIN, "because")
    promoted = await set_user_role(services, caller, user_id=ada.id, role=Role.ADMIN)
    assert promoted.role is Role.ADMIN
    assert await role_now(services.standings, ada.id, 0) is Role.ADMIN
    await set_user_role(services, caller, user_id=ada.id, role=Role.ADMIN)  # as it is
    (entry,) = await AuditEntry.find({"action": AuditAction.USER_ROLE_CHANGED.value}).to_list()
    assert (
        entry.to_bson()
        == AuditEntry.model_construct(
            id=entry.id,
            chain_id=entry.chain_id,
            sequence=3,
            previous=entry.previous,
            action=AuditAction.USER_ROLE_CHANGED,
            actor_id=grace.id,
            from_status="USER",
            to_status="ADMIN",
            correlation_id="because",
            metadata={"userId": api_id("User", ada.id)},
            created_at=entry.created_at,
        ).to_bson()
    )


async def test_nobody_can_be_made_what_they_are_not(services: Services) -> None:
    with pytest.raises(NotFound):
        await set_user_role(services, somebody(), user_id=somebody().user_id, role=Role.ADMIN)


async def test_the_last_admin_stays(services: Services) -> None:
    (grace,) = await make_admins(services, 1)
    with pytest.raises(LastAdmin):
        await set_user_role(services, somebody(), user_id=grace.id, role=Role.USER)
    assert await admins() == 1
    assert await AuditEntry.find({"action": AuditAction.USER_ROLE_CHANGED.value}).count() == 0


@pytest.mark.parametrize("count", [2, 3, 5])
async def test_whoever_demotes_whom_at_once_one_admin_stays(services: Services, count: int) -> None:
    for _ in range(5):
        everybody = await User.find({}).to_list() or await make_admins(services, count)
        for user in everybody:
            await set_user_role(services, somebody(), user_id=user.id, role=Role.ADMIN)
        results = await race(
            *(set_user_role(services, somebody(), user_id=user.id, role=Role.USER) for user in everybody)
        )
        assert tally(results) == {"User": count - 1, "LastAdmin": 1}
        assert await admins() == 1


async def test_who_promotes_and_demotes_at_once(services: Services) -> None:
    grace, ada = (await make_admins(services, 1))[0], await register(services, "Ada", "ada@seatlock.test")
    await asyncio.gather(
        set_user_role(services, somebody(), user_id=ada.id, role=Role.ADMIN),
        set_user_role(services, somebody(), user_id=grace.id, role=Role.USER),
        return_exceptions=True,
    )
    assert await admins() >= 1


# ---------------------------------------------------------------- finding


async def test_users_are_found_by_part_of_name_or_address_in_any_case(services: Services) -> None:
    people = [("Ada Lovelace", "ada@seatlock.test"), ("Zoë Æon", "z.oe@seatlock.test"), ("100% (sure)", "c@d.test")]
    for name, email in people:
        await register(services, name, email)
    found = {
        "love": ["Ada Lovelace"],
        "ADA@": ["Ada Lovelace"],
        "zOË æ": ["Zoë Æon"],
        ".oe@": ["Zoë Æon"],
        "seatlock": ["Zoë Æon", "Ada Lovelace"],
        "0% (S": ["100% (sure)"],
        ".*": [],
        "a|c": [],
    }
    for search, names in found.items():
        users = await list_users(search=search, role=None).read(Window(10))
        assert [user.name for user in users] == names, search


async def test_users_are_listed_by_role_newest_first(services: Services) -> None:
    older, newer = await make_admins(services, 2)
    await register(services, "Ada", "ada@seatlock.test")
    listed = await list_users(search=None, role=Role.ADMIN).read(Window(10))
    assert [user.id for user in listed] == [newer.id, older.id]
    place = (newer.created_at, newer.id)
    after = await list_users(search=None, role=Role.ADMIN).read(Window(10, after=place))
    assert [user.id for user in after] == [older.id]


async def test_a_token_says_nothing_about_now(services: Services) -> None:
    (grace, _) = await make_admins(services, 2)
    claims = accounts.read_token(
        services.settings,
        accounts.issue_token(services.settings, grace, services.clock()).token,
        services.clock() + timedelta(seconds=1),
    )
    assert (claims.role, await role_now(services.standings, grace.id, 0)) == (Role.ADMIN, Role.ADMIN)
    await set_user_role(services, somebody(), user_id=grace.id, role=Role.USER)
    assert (claims.role, await role_now(services.standings, grace.id, 0)) == (Role.ADMIN, Role.USER)
