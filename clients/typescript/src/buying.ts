import { type Attempts, change, newKey, type Seatlock } from "./connection.ts";
import { refusal } from "./errors.ts";
import {
  type BankAsksFragment,
  type BookingFragment,
  CancelBookingDocument,
  type CancelledFragment,
  ChangeLockDocument,
  type ChangedFragment,
  ConfirmBookingDocument,
  ExtendLockDocument,
  type LockedFragment,
  LockSeatsDocument,
  type MoneyInput,
  type PaidFragment,
  PayBookingDocument,
  ReleaseLockDocument,
  type SeatLockFragment,
  type SeatSelectionInput,
  type SelectionItemInput,
} from "./generated/graphql.ts";
import { Pauses, sleep } from "./pauses.ts";
import { lock } from "./reading.ts";

/** A number of seats that the server picks, some labels, or a part of a selection as the API has it. */
export type Choice = number | readonly string[] | SelectionItemInput;

/** Seats held for some minutes. */
export async function lockSeats(
  api: Seatlock,
  wanted: { eventId: string; seats: Choice | SeatSelectionInput; accessCode?: string; key?: string },
): Promise<LockedFragment> {
  const { eventId, seats, accessCode, key = newKey() } = wanted;
  const input = { eventId, selection: part(seats), accessCode, idempotencyKey: key };
  return change(api, LockSeatsDocument, { input });
}

/** The lock with more, fewer or other seats: all of the change, or nothing. */
export async function changeLock(
  api: Seatlock,
  wanted: { lockId: string; add?: Choice; remove?: Choice; key?: string },
): Promise<ChangedFragment> {
  const { lockId, add, remove, key = newKey() } = wanted;
  const parts = (choice: Choice | undefined) => (choice === undefined ? undefined : [part(choice)]);
  const input = { lockId, add: parts(add), remove: parts(remove), idempotencyKey: key };
  return change(api, ChangeLockDocument, { input });
}

function part(choice: Choice): SelectionItemInput;
function part(choice: Choice | SeatSelectionInput): SeatSelectionInput;
function part(choice: Choice | SeatSelectionInput): SelectionItemInput | SeatSelectionInput {
  if (typeof choice === "number") return { quantity: { count: choice } };
  return isLabels(choice) ? { seats: [...choice] } : choice;
}

function isLabels(choice: unknown): choice is readonly string[] {
  return Array.isArray(choice);
}

/** The lock, held for longer. */
export async function extendLock(api: Seatlock, lockId: string): Promise<SeatLockFragment> {
  const attempts: Attempts = { lost: false };
  try {
    return (await change(api, ExtendLockDocument, { input: { lockId } }, { attempts })).lock;
  } catch (error) {
    // Perhaps it is held for as long as can be, by the first attempt, whose answer was lost.
    const extended = attempts.lost && refusal(error, "LimitExceeded") ? await lock(api, lockId) : null;
    if (!extended) throw error;
    return extended;
  }
}

/** The lock, RELEASED: its seats are available again. */
export async function releaseLock(api: Seatlock, lockId: string): Promise<SeatLockFragment> {
  return (await change(api, ReleaseLockDocument, { input: { lockId } })).lock;
}

/** The lock's booking, to be paid in time. However often it is asked for, it is one. */
export async function confirm(api: Seatlock, lockId: string): Promise<BookingFragment> {
  return (await change(api, ConfirmBookingDocument, { input: { lockId } })).booking;
}

export type Paid = { __typename: "PayBookingSuccess" } & PaidFragment;
export type BankAsks = { __typename: "PaymentActionRequired" } & BankAsksFragment;

/**
 * The booking, paid. Or the bank asks the buyer: send them to its `redirectUrl`, and then listen to `watchBooking`, or call
 * this again with the same key. Where the provider takes long, the same call is made again until it is known.
 */
export async function pay(
  api: Seatlock,
  wanted: { bookingId: string; paymentToken?: string; amount?: MoneyInput; key?: string },
): Promise<Paid | BankAsks> {
  const { key: idempotencyKey = newKey(), ...rest } = wanted;
  for (const pauses = new Pauses(); ; ) {
    try {
      return await change(api, PayBookingDocument, { input: { ...rest, idempotencyKey } });
    } catch (error) {
      if (refusal(error, "PaymentTimedOut")?.booking.status !== "PAYMENT_PENDING") throw error;
      await sleep(pauses.next());
    }
  }
}

/** The booking, CANCELLED, and what is given back. Show its `cancellation` before. */
export async function cancel(api: Seatlock, bookingId: string, reason?: string): Promise<CancelledFragment> {
  return change(api, CancelBookingDocument, { input: { bookingId, reason } });
}

