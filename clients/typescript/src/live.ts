import { failureOf, mayPass, secondsOf, type Seatlock } from "./connection.ts";
import { ConnectionEnded, RequestFailed, SessionEnded } from "./errors.ts";
import {
  type BookingFragment,
  type TypedDocumentString,
  WatchBookingDocument,
  WatchSeatsDocument,
  type WatchSeatsSubscription,
} from "./generated/graphql.ts";
import { Pauses, sleep } from "./pauses.ts";
import { messageOf, openSocket } from "./socket.ts";

export type Seats = WatchSeatsSubscription["seatAvailability"];

export type Which = { eventId: string; rows?: boolean; labels?: boolean; whole?: boolean };

/** Ends what listens. */
export type Until = { signal?: AbortSignal };

/**
 * An event's seats now, and at every change: by rows, by labels, or only the counters; with `whole` the event beside, as a
 * query gives it. It comes back by itself; then the next message is a `snapshot` again. Throws RequestFailed, SessionEnded and ConnectionEnded when that would not mend it.
 */
export async function* watchSeats(
  api: Seatlock,
  { eventId, rows = true, labels = false, whole = false, signal }: Which & Until,
): AsyncGenerator<Seats, void> {
  const told = listen(api, WatchSeatsDocument, { event: eventId, rows, labels, whole }, signal);
  for await (const { seatAvailability } of told) yield seatAvailability;
}

/** The booking now, and at every change of its status or of a payment, until you stop. */
export async function* watchBooking(
  api: Seatlock,
  { bookingId, signal }: { bookingId: string } & Until,
): AsyncGenerator<BookingFragment, void> {
  for await (const { bookingStatus } of listen(api, WatchBookingDocument, { booking: bookingId }, signal)) {
    yield bookingStatus;
  }
}

async function* listen<Result, Variables extends object>(
  api: Seatlock,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): AsyncGenerator<Result, void> {
  const payload = { query: document.toString(), variables: { ...variables } as Record<string, unknown> };
  let [pauses, wasRefused] = [new Pauses(), false];
  while (!signal?.aborted) {
    let after = 0;
    const messages = socketOf(api).iterate<Result>(payload);
    const stop = () => void messages.return?.();
    signal?.addEventListener("abort", stop);
    try {
      for await (const answer of messages) {
        const failure = failureOf(answer);
        if (failure) throw failure;
        yield answer.data as Result;
        [pauses, wasRefused] = [new Pauses(), false];
      }
    } catch (ended) {
      // An operation that fails is ended by its errors. Where the connection itself has ended, openSocket has done what it can.
      const failure = Array.isArray(ended) ? failureOf({ errors: ended }) : ended;
      if (failure instanceof SessionEnded) throw failure;
      if (!(failure instanceof RequestFailed)) throw new ConnectionEnded(messageOf(failure));
      const expired = failure.code === "UNAUTHENTICATED" && api.session.tokens && !wasRefused;
      if (!expired && !mayPass(failure) && failure.code !== "INTERNAL") throw failure;
      [wasRefused, after] = [failure.code === "UNAUTHENTICATED", 1000 * secondsOf(failure)];
      api.options.onLost?.(failure.message);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    await sleep(pauses.next(after), signal);
  }
}

/** One connection for all that listens; it is closed when nothing does. */
function socketOf(api: Seatlock) {
  const { url, silence, webSocketImpl, onLost } = api.options;
  return (api.socket ??= openSocket({
    url,
    token: (refused) => api.session.token(refused),
    ...(silence && { silence }),
    ...(webSocketImpl ? { webSocketImpl } : {}),
    on: { closed: (ended) => (ended as { code: number }).code === 1000 || onLost?.(messageOf(ended)) },
  }));
}
