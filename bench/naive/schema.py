"""The same lock as a mutation, behind Strawberry's own ASGI view. Its part of our schema has our names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from bson import ObjectId
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.naive.callers import user_of
from bench.naive.locks import Locks, Refused


@strawberry.input
class QuantityInput:
    count: int


@strawberry.input
class SelectionInput:
    quantity: QuantityInput


@strawberry.input
class LockSeatsInput:
    event_id: strawberry.ID
    selection: SelectionInput
    idempotency_key: str


@strawberry.type
class Lock:
    id: strawberry.ID
    expires_at: datetime


@strawberry.type
class LockSeatsSuccess:
    lock: Lock


@strawberry.interface
class Error:
    code: str
    message: str


@strawberry.type
class LockRefused(Error):
    pass


LockSeatsResult = Annotated[LockSeatsSuccess | LockRefused, strawberry.union("LockSeatsResult")]
Caller = tuple[Locks, ObjectId]


@strawberry.type
class Query:
    @strawberry.field
    def ready(self) -> bool:
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def lock_seats(self, info: strawberry.Info[Caller, None], input: LockSeatsInput) -> LockSeatsResult:
        locks, user_id = info.context
        try:
            locked = await locks.lock(user_id, input.event_id, input.selection.quantity.count, input.idempotency_key)
        except Refused as refused:
            return LockRefused(code=refused.code, message=str(refused))
        return LockSeatsSuccess(lock=Lock(id=strawberry.ID(locked.lock_id), expires_at=locked.expires_at))


class View(GraphQL[Caller, None]):
    """Strawberry's view, with the access token read as ours does."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Caller:
        return request.app.state.locks, user_of(request)


view = View(strawberry.Schema(Query, Mutation, extensions=[ParserCache, ValidationCache]), graphql_ide=None)
