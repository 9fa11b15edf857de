import { ask, type Seatlock } from "./connection.ts";
import { RequestFailed } from "./errors.ts";
import {
  type BookingFragment,
  FindEventsDocument,
  type FindEventsQuery,
  type FindEventsQueryVariables,
  MyBookingsDocument,
  type MyBookingsQuery,
  type MyBookingsQueryVariables,
  MyLocksDocument,
  type MyLocksQuery,
  type MyLocksQueryVariables,
  ReadBookingDocument,
  ReadEventDocument,
  type ReadEventQuery,
  ReadLockDocument,
  type SeatLockFragment,
} from "./generated/graphql.ts";

/** An event with its sections; with its map, one letter a seat: A, H or B. */
export type Event = NonNullable<ReadEventQuery["event"]>;

/** One page of events, the soonest first; with the `prices` of their sections. */
export async function events(
  api: Seatlock,
  which: FindEventsQueryVariables = {},
): Promise<NonNullable<FindEventsQuery["events"]>> {
  return there((await ask(api, FindEventsDocument, which)).events);
}

/** The event; null when there is none. */
export async function event(api: Seatlock, id: string, { map = true } = {}): Promise<Event | null> {
  return (await ask(api, ReadEventDocument, { id, map })).event;
}

/** One's own lock; null when there is none. */
export async function lock(api: Seatlock, id: string): Promise<SeatLockFragment | null> {
  return (await ask(api, ReadLockDocument, { id })).seatLock;
}

/** One's own booking; null when there is none. */
export async function booking(api: Seatlock, id: string): Promise<BookingFragment | null> {
  return (await ask(api, ReadBookingDocument, { id })).booking;
}

/** One page of one's seat locks, newest first: the way back to what is held, after a page was loaded again. */
export async function myLocks(
  api: Seatlock,
  which: MyLocksQueryVariables = {},
): Promise<NonNullable<MyLocksQuery["viewer"]>["seatLocks"]> {
  return there((await ask(api, MyLocksDocument, which)).viewer).seatLocks;
}

/** One page of one's bookings, newest first. */
export async function myBookings(
  api: Seatlock,
  which: MyBookingsQueryVariables = {},
): Promise<NonNullable<MyBookingsQuery["viewer"]>["bookings"]> {
  return there((await ask(api, MyBookingsDocument, which)).viewer).bookings;
}

function there<Value>(value: Value | null): Value {
  if (value === null) throw new RequestFailed("UNAUTHENTICATED", "Sign in first.");
  return value;
}
