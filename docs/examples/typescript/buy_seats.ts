// Wait until an event has enough free seats, and buy them: a complete client of Seatlock.
// First run `npm install`; Node 22.18 or newer runs the file as it is.

import { createClient } from "graphql-ws";

const USAGE = `SEATLOCK_EMAIL=… SEATLOCK_PASSWORD=… node buy_seats.ts EVENT_ID COUNT[:SECTION] [PAYMENT_TOKEN…]

The buyer must be registered. For an event with several sections say which one, as in 2:STALLS.
It ends if there are fewer such seats in all than you want.
Of several payment tokens, the next is tried when one fails. Without any it is sim_success.`;
const API = process.env.SEATLOCK_URL ?? "http://127.0.0.1:8000/graphql";
const CREDENTIALS = { email: process.env.SEATLOCK_EMAIL, password: process.env.SEATLOCK_PASSWORD };
const TIMEOUT = 15_000; // ms for one request: the API waits up to 10 s for the payment provider
const PATIENCE = 60_000; // ms until a request that nobody answers is given up
const SILENCE = 30_000; // ms: the API sends a ping every 12 s, so a connection that is silent for longer is dead
const TRY_AGAIN = ["UNAVAILABLE", "RATE_LIMITED"]; // error codes that may be gone in a moment
const OUR_MISTAKE = [1009, 4400, 4401, 4403, 4406, 4409, 4429]; // close codes that the same messages would bring again

const LOGIN = `mutation ($email: String!, $password: String!) { login(input: {email: $email, password: $password}) {
    ... on SignedIn { accessToken expiresAt refreshToken } ... on Error { code message } } }`;
const REFRESH = `mutation ($token: String!) { refreshSession(input: {refreshToken: $token}) {
    ... on SignedIn { accessToken expiresAt refreshToken } ... on Error { code message } } }`;
const LOCK = `mutation ($event: ID!, $wanted: QuantityInput!, $key: String!) {
  lockSeats(input: {eventId: $event, selection: {quantity: $wanted}, idempotencyKey: $key}) {
    ... on LockSeatsSuccess { replayed lock { id seats expiresAt } } ... on SalesClosed { reason }
    ... on Error { code message } } }`;
const CONFIRM = `mutation ($lock: ID!) { confirmBooking(input: {lockId: $lock}) {
    ... on ConfirmBookingSuccess { replayed booking { id } } ... on Error { code message } } }`;
const PAY = `mutation ($booking: ID!, $card: String!, $key: String!) {
  payBooking(input: {bookingId: $booking, paymentToken: $card, idempotencyKey: $key}) {
    ... on PayBookingSuccess { replayed booking { id } } ... on PaymentTimedOut { booking { status } }
    ... on PaymentActionRequired { message redirectUrl } ... on PaymentFailed { attemptsLeft }
    ... on Error { code message } } }`;
const SEATS = `subscription ($event: ID!) {
  seatAvailability(eventId: $event) { version salesOpen availableSeats changedSeats { label status }
    event { sections { name totalSeats } } } }`;

type Failure = {
  code?: string;
  message: string;
  extensions?: { code: string };
  booking?: { status: string };
  attemptsLeft?: number;
  reason?: string;
};
type Session = { accessToken: string; expiresAt: string; refreshToken: string };
type Locked = { lock: { id: string; seats: string[]; expiresAt: string } };
type Wanted = { count: number; section: string | null };
type Booked = { booking: { id: string } };
type BankAsks = { message: string; redirectUrl: string | null };
type Answer = { data?: Record<string, object | null> | null; errors?: Failure[] };
type Seats = {
  version: number;
  salesOpen: boolean;
  availableSeats: number;
  changedSeats: { label: string; status: string }[];
  event: { sections: { name: string; totalSeats: number }[] };
};

/** The API said no: an Error of a result union, or a top-level error. */
class Refused extends Error {
  readonly error: Failure;
  readonly code: string;

  constructor(error: Failure) {
    const code = error.code ?? error.extensions?.code ?? "";
    super(`${code}: ${error.message}`);
    this.error = error;
    this.code = code;
  }
}

/** The pauses between attempts: each one longer, and random, so that clients do not all come back at once. */
class Pauses {
  #longest = 500;

  async wait(why: unknown): Promise<void> {
    const pause = (this.#longest / 2) * (1 + Math.random());
    this.#longest = Math.min(2 * this.#longest, 15_000);
    console.log(`${why}; again in ${(pause / 1000).toFixed(1)} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

let [accessToken, refreshToken] = ["", ""];
let renewAt = 0;

/** An access token that has not expired, and that is not the one the API refused. */
async function freshToken(refused = ""): Promise<string> {
  if (accessToken === refused || performance.now() > renewAt) {
    const session = await nextSession();
    ({ accessToken, refreshToken } = session);
    renewAt = performance.now() + 0.9 * (Date.parse(session.expiresAt) - Date.now());
    console.log("signed in until", session.expiresAt);
  }
  return accessToken;
}

/** The session's next tokens, or those of a new one. Throws Refused. */
async function nextSession(): Promise<Session> {
  if (refreshToken) {
    try {
      // Once only. If the answer is lost, `ask` sends the same again, and gets the same.
      return await ask<Session>(REFRESH, { token: refreshToken }, false);
    } catch (error) {
      if (!(error instanceof Refused && error.code === "BAD_CREDENTIALS")) throw error;
      refreshToken = ""; // it has ended; an app with a user in front of it asks for the password
    }
  }
  return ask<Session>(LOGIN, CREDENTIALS, false);
}

/** A mutation's success. Throws Refused; after UNAVAILABLE it may be done or not: the same call can tell. */
async function ask<Success extends object>(query: string, variables: object, signedIn = true): Promise<Success> {
  const [giveUpAt, pauses] = [performance.now() + PATIENCE, new Pauses()];
  for (let refused = ""; ;) {
    const token = signedIn ? await freshToken(refused) : "";
    const { data, errors } = await post(query, variables, token);
    const [outcome] = Object.values(data ?? {});
    if (outcome && !errors) {
      if ("reason" in outcome && outcome.reason === "NOT_STARTED" && performance.now() < giveUpAt) {
        // We were told that sales are open: this server's clock is a moment behind the one that told us.
        await pauses.wait(new Refused(outcome as unknown as Failure).message);
        continue;
      }
      // Any Error of the union, also one that is newer than this client.
      if ("code" in outcome) throw new Refused(outcome as Failure);
      if ("replayed" in outcome && outcome.replayed) console.log("an earlier attempt had done it");
      return outcome as Success;
    }
    const error = new Refused(errors![0]!);
    if (error.code === "UNAUTHENTICATED" && signedIn && !refused) refused = token; // renew it, then again
    else if (!TRY_AGAIN.includes(error.code) || performance.now() > giveUpAt) throw error;
    else await pauses.wait(error.message);
  }
}

async function post(query: string, variables: object, token: string): Promise<Answer> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ query, variables });
  try {
    const response = await fetch(API, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT) });
    const answer = await response.json();
    if ("data" in answer || "errors" in answer) return answer;
    throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    // Cut off, timed out, or answered by a proxy: it may be done or not, as with the API's own UNAVAILABLE.
    return { errors: [{ message: String(error), extensions: { code: "UNAVAILABLE" } }] };
  }
}

/** The id of a booking, paid. Throws Refused; seats that are not paid are free again at their deadline. */
async function buy(event: string, wanted: Wanted, cards: string[]): Promise<string> {
  // One key for each thing the buyer does. A shop stores it first, to go on with it after a crash of its own.
  const { lock } = await ask<Locked>(LOCK, { event, wanted, key: crypto.randomUUID() });
  console.log("locked until", lock.expiresAt, ...lock.seats);
  // This takes no key: a lock becomes one booking, however often we ask.
  const { booking } = await ask<Booked>(CONFIRM, { lock: lock.id });
  for (const card of cards.slice(0, -1)) {
    try {
      return await pay(booking.id, card);
    } catch (error) {
      // The booking and its seats are still ours, as long as there are attempts left.
      if (!(error instanceof Refused && error.error.attemptsLeft)) throw error;
      console.log(`${error.message} Trying the next one.`);
    }
  }
  return pay(booking.id, cards.at(-1)!);
}

/** The id of the booking, paid by this card. Throws Refused. */
async function pay(booking: string, card: string): Promise<string> {
  // A new key for each attempt: with the key of one that failed, the answer is that failure.
  const payment = { booking, card, key: crypto.randomUUID() };
  for (let pauses = new Pauses(), askedAt = ""; ;) {
    try {
      const outcome = await ask<Booked | BankAsks>(PAY, payment);
      if ("booking" in outcome) return outcome.booking.id;
      // The bank asks the buyer, and the same call tells when they have answered. A shop sends them to this page.
      // Without one, it gives `clientSecret` to the provider's own library in a page, which a program has not.
      const { message, redirectUrl } = outcome;
      if (redirectUrl === null) throw new Refused({ code: "ACTION_REQUIRED", message });
      const page = new URL(redirectUrl, API).href;
      if (page !== askedAt) {
        [askedAt, pauses] = [page, new Pauses()];
        console.log(message, page);
      }
      await pauses.wait("waiting for the buyer");
    } catch (error) {
      // Neither paid nor failed: the same call, with the same key, will tell as soon as it is known.
      const waits = error instanceof Refused && error.code === "PAYMENT_TIMED_OUT";
      if (!waits || error.error.booking?.status !== "PAYMENT_PENDING") throw error;
      await pauses.wait(error.message);
    }
  }
}

/** An event's seats, now and at every change: the message, and statuses by seat. Others are AVAILABLE. */
async function* watch(event: string): AsyncGenerator<[Seats, Map<string, string>]> {
  for (let token = "", refused = "", pauses = new Pauses(); ;) {
    let why = "the subscription has ended";
    try {
      token = await freshToken(refused);
      const statuses = new Map<string, string>(); // the first message tells everything
      for await (const seats of listen(event, token)) {
        [pauses, refused] = [new Pauses(), ""]; // it works, so the next pause is short again
        for (const { label, status } of seats.changedSeats) statuses.set(label, status);
        yield [seats, statuses];
      }
    } catch (ended) {
      // Refused, or graphql-ws throws how the connection ended; without a code, nobody was there.
      const { code, message } = ended as { code?: string | number; message?: string };
      // A bad token: with the same one it would end again, for ever; and so it would if the next one is refused, too.
      if ((code === 4403 || code === "UNAUTHENTICATED") && !refused) refused = token;
      else if (typeof code === "string" ? !TRY_AGAIN.includes(code) : OUR_MISTAKE.includes(code ?? 0)) throw ended;
      why = message || (code ? `closed with ${code}` : "nobody is there");
    }
    await pauses.wait(why);
  }
}

/** The messages of one connection. Throws Refused, or how it ended. */
async function* listen(event: string, token: string): AsyncGenerator<Seats> {
  const silence = setTimeout(() => client.terminate(), SILENCE);
  const client = createClient({
    url: API.replace(/^http/, "ws"),
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0, // connecting again is done above
    on: { message: () => silence.refresh() },
  });
  try {
    const messages = client.iterate<{ seatAvailability: Seats }>({ query: SEATS, variables: { event } });
    for await (const { data, errors } of messages) {
      if (errors) throw errors;
      yield data!.seatAvailability;
    }
  } catch (ended) {
    throw Array.isArray(ended) ? new Refused(ended[0]) : ended;
  } finally {
    clearTimeout(silence);
  }
}

async function main(event: string, wanted: Wanted, cards: string[]): Promise<void> {
  for await (const [seats, statuses] of watch(event)) {
    const taken = [...statuses.keys()].filter((label) => statuses.get(label) !== "AVAILABLE");
    const sales = seats.salesOpen ? "open" : "closed";
    console.log(`version ${seats.version}: ${seats.availableSeats} available, ${sales}; taken:`, ...taken);
    const sections = seats.event.sections.filter(({ name }) => wanted.section === null || name === wanted.section);
    const total = sections.reduce((sum, { totalSeats }) => sum + totalSeats, 0);
    if (total < wanted.count) {
      // Nor will there ever be as many, unless the seller adds some.
      throw new Refused({ code: "NOT_ENOUGH_SEATS", message: `There are ${total} such seats in all.` });
    }
    if (!seats.salesOpen || seats.availableSeats < wanted.count) continue;
    try {
      return console.log("paid: booking", await buy(event, wanted, cards.length ? cards : ["sim_success"]));
    } catch (error) {
      // Somebody was quicker: wait for the next seats.
      if (!(error instanceof Refused && error.code === "NOT_ENOUGH_SEATS")) throw error;
    }
  }
}

const [event = "", wanted = "", ...cards] = process.argv.slice(2);
const [, count, section = null] = /^(\d+)(?::(.+))?$/.exec(wanted) ?? [];
if (!count || !CREDENTIALS.email || !CREDENTIALS.password) {
  console.error(USAGE);
  process.exit(1);
}
main(event, { count: Number(count), section }, cards)
  .catch((error) => {
    console.error(error.message || `closed with ${error.code}`);
    process.exitCode = 1;
  })
  .finally(() => process.exit()); // a line that was dead would keep Node waiting for its goodbye
