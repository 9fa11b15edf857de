// What went wrong, in a buyer's words.

import { type Event, Refused, type Refusal, RequestFailed, SessionEnded } from "../../clients/typescript/src/index.ts";
import { seats } from "./format.ts";

const CLOSED: Record<string, string> = {
  NOT_STARTED: "Sales have not begun yet.",
  ENDED: "Sales are over.",
  PAUSED: "Sales are paused at the moment. Please try again later.",
  EVENT_STARTED: "The event has begun.",
  EVENT_CANCELLED: "The event was cancelled.",
};

/** Of a hold whose time is up. */
export const RUN_OUT = "Your hold has run out, so the seats are free again. You can choose anew.";

/** As the dialog calls them that asks for them. */
const FIELDS: Record<string, string> = { name: "Name", email: "E-mail", password: "Password" };

type Sold = Pick<Event, "salesClosedReason" | "availableSeats" | "lockedSeats">;

/** Why no seat of the event can be had now, and what a buyer may hope for: in two or three words, and in a sentence. */
export function unavailable({ salesClosedReason, availableSeats, lockedSeats }: Sold): readonly [string, string] | null {
  switch (salesClosedReason) {
    case "NOT_STARTED":
      return ["Not on sale yet", "Sales have not begun yet. They open on this page by themselves."];
    case "ENDED":
      return ["Sales are over", "Sales are over: no more seats can be had here."];
    case "PAUSED":
      return ["Sales are paused", "Sales are paused at the moment. This page shows when they go on."];
    case "EVENT_STARTED":
      return ["Has begun", "The event has begun, so no more seats are sold."];
    case "EVENT_CANCELLED":
      return ["Cancelled", "The event was cancelled. Who has paid gets all of it back."];
    default:
      if (availableSeats) return null;
      if (lockedSeats) return ["All held", "All that is not sold is held by others. What they do not pay in time comes back here."];
      return ["Sold out", "All seats are sold. If somebody cancels, their seats come back here."];
  }
}

function refused(outcome: Refusal): string {
  switch (outcome.__typename) {
    case "NotEnoughSeats":
      return outcome.availableSeats ? `Only ${seats(outcome.availableSeats)} left there.` : "Nothing is left there.";
    case "SeatsUnavailable":
      if (outcome.orphans.length) return `This would leave single seats that nobody wants: ${outcome.orphans.join(", ")}. Take them, too, or choose others.`;
      return `Somebody was quicker: ${outcome.seats.join(", ")}. Please choose others.`;
    case "SalesClosed":
      return CLOSED[outcome.reason] ?? "This is not on sale now.";
    case "LimitExceeded":
      return outcome.message;
    case "LockExpired":
      return RUN_OUT;
    case "LockNotActive":
      return "You no longer hold these seats.";
    case "LockAlreadyUsed":
      return "These seats are booked by you already.";
    case "BookingExpired":
      return "The time to pay has run out, and the seats are free again. No money was taken.";
    case "BookingNotPayable":
      return "This booking cannot be paid now.";
    case "BookingNotCancellable":
      return "This booking can no longer be cancelled.";
    case "EventCancelled":
      return "The event was cancelled.";
    case "BadCredentials":
      return "No account has this e-mail address and password.";
    case "EmailTaken":
      return "There is an account with this address already: sign in instead.";
    case "PaymentFailed":
      return outcome.attemptsLeft
        ? `${outcome.message} Nothing was booked yet, and you still hold your seats.`
        : outcome.message;
    case "InvalidInput":
      return outcome.issues
        .map(({ path, message }) => {
          const field = FIELDS[path.join()];
          return field ? `${field}: ${message}` : message;
        })
        .join(" ");
    default:
      return outcome.message;
  }
}

/** One or two sentences to show. */
export function words(error: unknown): string {
  if (error instanceof Refused) return refused(error.outcome);
  if (error instanceof SessionEnded) return "You were signed out. Please sign in again.";
  if (error instanceof RequestFailed) {
    if (error.code === "UNAVAILABLE") return "The shop cannot be reached. Nothing is lost: please try again.";
    if (error.code === "RATE_LIMITED") return "That was a lot in a short time. Please wait a moment.";
    if (error.code === "UNAUTHENTICATED") return "Please sign in first.";
    const id = error.extensions["correlationId"];
    return id ? `Something went wrong here. If it stays so, tell us this number: ${String(id)}` : error.message;
  }
  return "Something went wrong here. Please load the page again.";
}
