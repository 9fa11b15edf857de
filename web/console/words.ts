// What went wrong, in plain words.

import { Refused, RequestFailed, SessionEnded } from "../../clients/typescript/src/index.ts";
import type { SalesClosedReason } from "./generated/graphql.ts";

/** One or two sentences to show. */
export function words(error: unknown): string {
  if (error instanceof Refused) {
    return error.code === "BAD_CREDENTIALS" ? "No account has this e-mail address and password." : error.message;
  }
  if (error instanceof SessionEnded) return "You were signed out. Please sign in again.";
  if (error instanceof RequestFailed) {
    if (error.code === "UNAVAILABLE") return "The server cannot be reached. Please try again.";
    if (error.code === "RATE_LIMITED") return "That was a lot in a short time. Please wait a moment.";
    if (error.code === "FORBIDDEN") return "Only ADMINs may do this.";
    const id = error.extensions["correlationId"];
    return id ? `${error.message} The log has more, under the correlation id ${String(id)}.` : error.message;
  }
  return "Something went wrong in this page. Please load it again.";
}

type Sold = {
  salesOpen: boolean;
  salesClosedReason: SalesClosedReason | null;
  availableSeats: number;
  lockedSeats: number;
};

const CLOSED: Record<string, readonly [string, string]> = {
  NOT_STARTED: ["Not yet", "Sales have not begun yet."],
  ENDED: ["Over", "Sales are over."],
  PAUSED: ["Closed by an ADMIN", "Sales are closed by an ADMIN."],
  EVENT_STARTED: ["Has begun", "The event has begun, so sales are over."],
  EVENT_CANCELLED: ["Cancelled", "The event is cancelled."],
};

/** Whether an event sells, and if not why: in a few words, and in a sentence. */
export function standing(event: Sold): readonly [string, string] {
  const why = event.salesClosedReason;
  if (why) return CLOSED[why] ?? ["Closed", "Sales are closed."];
  if (event.availableSeats) return ["Open", "Sales are open."];
  return event.lockedSeats
    ? ["All held", "Sales are open, but all seats that are not sold are held."]
    : ["Sold out", "Sales are open, but all seats are sold."];
}

/** SALES_CLOSED as people write it: Sales closed. */
export function plain(name: string): string {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
