"""Who asks: what the rules need to know of a signed-in user."""

from __future__ import annotations

from dataclasses import dataclass

from beanie import PydanticObjectId

from domain.documents import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in user, and the correlation id of the request being served for them.

    `sessions_ended` is how often all their sessions were ended before this one, whose id is `session_id`; tokens from
    before sessions could be renewed name none. Unless `is_known`, nobody has looked
    yet whether the user still exists and the session lasts: the batch that decides a command of theirs does.
    """

    user_id: PydanticObjectId
    role: Role
    correlation_id: str
    sessions_ended: int = 0
    is_known: bool = True
    session_id: PydanticObjectId | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    def may_see(self, owner_id: PydanticObjectId) -> bool:
        """Whether something of this owner exists as far as the caller can tell: one's own; for an ADMIN, all."""
        return self.user_id == owner_id or self.role is Role.ADMIN
