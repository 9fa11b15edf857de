"""The stored documents: shape, indexes, lifecycle. One class a collection; each docstring states what always holds.

May import money, ids and clocks only. A document knows how its own collection is read and written: by ids, in lists,
counted. What joins collections, or depends on the time, is `domain/lookups.py` and the rooms above.
"""

from domain.documents.account_letter import AccountLetter, LetterKind
from domain.documents.allocation import Allocation, AllocationStatus, Allotment
from domain.documents.archived import ArchivedBooking, ArchivedSeatLock
from domain.documents.audit_entry import BY_WORDS, LISTED_BY, AuditAction, AuditEntry, AuditJournal, entry_id
from domain.documents.booking import Booking, BookingStatus
from domain.documents.data_version import DataVersion
from domain.documents.event import (
    BEING_CANCELLED,
    BY_NAME,
    RELEASES,
    STATUS_OF_LETTER,
    CancellationPolicy,
    Event,
    Seating,
    SeatRow,
    SeatStatus,
    Section,
    row_id,
)
from domain.documents.idempotency_key import IdempotencyKey, Remembered, key_id, request_digest
from domain.documents.job import KEPT, Job, JobExecution, JobLease, JobStatus
from domain.documents.last_look import LastLook
from domain.documents.line_item import LineItem
from domain.documents.listing import Listing, Order, Values, Window
from domain.documents.outbox import (
    EMAIL,
    Delivery,
    DeliveryStatus,
    FormerSecret,
    MessageType,
    OutboxMessage,
    WebhookEndpoint,
)
from domain.documents.payment import (
    UNANSWERED,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    RefundType,
)
from domain.documents.provider_notice import ProviderNotice
from domain.documents.sales_figures import SalesFigures, Span, figures_id
from domain.documents.sales_window import SALES_FIELDS, WINDOW_FIELDS, SalesClosedReason, SalesWindow
from domain.documents.seat_lock import SeatLock, SeatLockStatus
from domain.documents.session import Session
from domain.documents.simulated import SimulatedAnswer, SimulatedCharge, SimulatedRefund
from domain.documents.stored import Overtaken, PydanticObjectId, Stored, new_id
from domain.documents.user import STANDING_FIELDS, Role, Standing, User

ALL: tuple[type[Stored], ...] = (
    AccountLetter,
    Allocation,
    ArchivedBooking,
    ArchivedSeatLock,
    AuditEntry,
    AuditJournal,
    Booking,
    DataVersion,
    Delivery,
    Event,
    IdempotencyKey,
    JobExecution,
    JobLease,
    LastLook,
    OutboxMessage,
    Payment,
    ProviderNotice,
    Refund,
    SalesFigures,
    SeatLock,
    SeatRow,
    Session,
    SimulatedCharge,
    SimulatedRefund,
    User,
    WebhookEndpoint,
)

__all__ = [
    "ALL",
    "BEING_CANCELLED",
    "BY_NAME",
    "BY_WORDS",
    "EMAIL",
    "KEPT",
    "LISTED_BY",
    "RELEASES",
    "SALES_FIELDS",
    "STANDING_FIELDS",
    "STATUS_OF_LETTER",
    "UNANSWERED",
    "WINDOW_FIELDS",
    "AccountLetter",
    "Allocation",
    "AllocationStatus",
    "Allotment",
    "ArchivedBooking",
    "ArchivedSeatLock",
    "AuditAction",
    "AuditEntry",
    "AuditJournal",
    "Booking",
    "BookingStatus",
    "CancellationPolicy",
    "DataVersion",
    "Delivery",
    "DeliveryStatus",
    "Event",
    "FormerSecret",
    "IdempotencyKey",
    "Job",
    "JobExecution",
    "JobLease",
    "JobStatus",
    "LastLook",
    "LetterKind",
    "LineItem",
    "Listing",
    "MessageType",
    "Order",
    "OutboxMessage",
    "Overtaken",
    "Payment",
    "PaymentFailureReason",
    "PaymentStatus",
    "ProviderNotice",
    "PydanticObjectId",
    "Refund",
    "RefundReason",
    "RefundStatus",
    "RefundType",
    "Remembered",
    "Role",
    "SalesClosedReason",
    "SalesFigures",
    "SalesWindow",
    "SeatLock",
    "SeatLockStatus",
    "SeatRow",
    "SeatStatus",
    "Seating",
    "Section",
    "Session",
    "SimulatedAnswer",
    "SimulatedCharge",
    "SimulatedRefund",
    "Span",
    "Standing",
    "Stored",
    "User",
    "Values",
    "WebhookEndpoint",
    "Window",
    "entry_id",
    "figures_id",
    "key_id",
    "new_id",
    "request_digest",
    "row_id",
]
