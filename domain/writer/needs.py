"""What the rules of a batch will look at, as its commands tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from beanie import PydanticObjectId

from domain.inventory.allocation_commands import CreateAllocation, ReleaseAllocation
from domain.inventory.commands import (
    CancelBooking,
    ChangeLock,
    Command,
    ConfirmBooking,
    ExtendLock,
    LockSeats,
    ReleaseLock,
)
from domain.inventory.event_commands import CancelEvent, EndLock
from domain.inventory.parts import Named, Part
from domain.inventory.payment_commands import MarkGivenBack, ResendRefund, SettlePayment, SettleRefund, StartPayment


@dataclass(slots=True)
class Needs:
    """What the rules of a batch will look at. A lock's booking has the lock's id."""

    locks: set[PydanticObjectId] = field(default_factory=set)
    money: set[PydanticObjectId] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    lock_keys: set[bytes] = field(default_factory=set)
    payment_keys: set[bytes] = field(default_factory=set)
    """Of requests that make a lock or a payment, and are kept with that."""
    references: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    only_section: bool = False
    seats_of: set[PydanticObjectId] = field(default_factory=set)
    users: set[PydanticObjectId] = field(default_factory=set)
    buyers: set[PydanticObjectId] = field(default_factory=set)
    """Those who want seats, and whom limits may refuse them."""
    codes: set[str] = field(default_factory=set)
    released: set[PydanticObjectId] = field(default_factory=set)
    all_released: bool = False
    takers: set[tuple[PydanticObjectId, PydanticObjectId]] = field(default_factory=set)
    """Of allocations: each allocation and who takes seats out of it."""

    @classmethod
    def of(cls, commands: Iterable[Command[Any]]) -> Needs:
        needs = cls()
        for command in commands:
            if command.caller is not None and not command.caller.is_known:
                needs.users.add(command.caller.user_id)
            if isinstance(command, LockSeats | ChangeLock):
                needs.buyers.add(command.caller.user_id)
            needs.sections |= command.whole_sections
            match command:
                case LockSeats():
                    needs.lock_keys.add(command.key_id)
                    needs.add_parts(command.parts)
                    if command.allocation_id is not None:
                        needs.takers.add((command.allocation_id, command.caller.user_id))
                case ChangeLock():
                    needs.locks.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                    needs.keys.add(command.key_id)
                    needs.add_parts(command.add)
                case ExtendLock():
                    needs.locks.add(command.lock_id)
                case CreateAllocation():
                    needs.keys.add(command.key_id)
                    needs.add_parts(command.parts)
                    if command.access_code is not None:
                        needs.codes.add(command.access_code)
                case ReleaseAllocation():
                    needs.released.add(command.allocation_id)
                case CancelEvent():
                    needs.all_released = True
                case ReleaseLock():
                    needs.locks.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                case ConfirmBooking():
                    needs.locks.add(command.lock_id)
                    needs.references.add(command.reference)
                case StartPayment():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.payment_keys.add(command.key_id)
                    needs.keys.add(command.key_id)  # of one that another attempt has answered
                case SettlePayment() | CancelBooking():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.seats_of.add(command.booking_id)
                case EndLock():
                    needs.locks.add(command.lock_id)
                    needs.money.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                case SettleRefund() | ResendRefund() | MarkGivenBack():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
        return needs

    def add_parts(self, parts: Iterable[Part]) -> None:
        """The rows that a selection is made from."""
        for part in parts:
            if isinstance(part, Named):
                self.rows |= {label.rpartition("-")[0] for label in part.labels}
            elif part.section is None:
                self.only_section = True
            else:
                self.sections.add(part.section)
