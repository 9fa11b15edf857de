// Page 4: a booking is paid, or cancelled, and the list of what one has.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  type BankAsks,
  type Booking,
  cancel,
  myBookings,
  pay,
  refusal,
  RequestFailed,
  SessionEnded,
  watchBooking,
} from "../../clients/typescript/src/index.ts";
import { clickActs } from "./clicks.ts";
import { now } from "./clock.ts";
import { useHeading } from "./focus.ts";
import { bought, left, money, when } from "./format.ts";
import { bookingPage, EVENTS, eventPage } from "./route.ts";
import { api, busy, keyOf, lost, once, say, settle, tellOthers, touched } from "./shop.ts";
import { ask, withSession } from "./sign.tsx";
import { words } from "./words.ts";

const STATES: Record<string, string> = {
  PAYMENT_PENDING: "Not paid yet",
  CONFIRMED: "Paid: the seats are yours",
  FAILED: "The payment failed, and the seats are free again",
  EXPIRED: "The time to pay has run out, and the seats are free again",
  CANCELLED: "Cancelled",
};

const CARDS = [
  ["sim_success", "A card that works"],
  ["sim_declined", "A card that is declined"],
  ["sim_challenge", "A card whose bank asks you"],
] as const;

export function Bookings() {
  const [found, setFound] = useState<Booking[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  async function read(after: string | null): Promise<void> {
    if (after) clickActs();
    try {
      const page = await myBookings(api, after ? { after } : {});
      setFound((before) => [...(after ? (before ?? []) : []), ...page.nodes]);
      setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
      setTrouble("");
    } catch (error) {
      setTrouble(words(error));
    }
  }
  useEffect(() => {
    setFound(null);
    if (api.session.tokens) void read(null);
  }, [touched.value]);
  return (
    <>
      <h1 tabIndex={-1}>My bookings</h1>
      {!api.session.tokens && <SignFirst />}
      {trouble && <p class="trouble">{trouble}</p>}
      {found?.length === 0 && (
        <p>
          You have none yet. <a href={EVENTS}>See what is on</a>
        </p>
      )}
      <ul class="events">
        {found?.map((booking) => (
          <li key={booking.id}>
            <a href={bookingPage(booking.id)}>
              <h2>{booking.event.name}</h2>
              <span>
                <Where event={booking.event} />
              </span>
              <span>{bought(booking.items)}</span>
              <strong>{STATES[booking.status] ?? booking.status}</strong>
              <Ended booking={booking} />
            </a>
          </li>
        ))}
      </ul>
      {next && <button onClick={() => void read(next)}>More</button>}
    </>
  );
}

function SignFirst() {
  return (
    <p>
      <button class="main" onClick={() => void ask("VISIT")}>
        Sign in to see them
      </button>
    </p>
  );
}

export function BookingPage({ id }: { id: string }) {
  const [booking, setBooking] = useState<Booking | null | undefined>(undefined);
  const [trouble, setTrouble] = useState("");
  const heading = useHeading(booking);
  useEffect(() => {
    if (!api.session.tokens) return;
    const stop = new AbortController();
    void (async () => {
      try {
        let before = "";
        for await (const told of watchBooking(api, { bookingId: id, signal: stop.signal })) {
          lost.value = false;
          setBooking(told);
          if (before && told.status !== before) say(STATES[told.status] ?? "");
          before = told.status;
        }
      } catch (error) {
        if (error instanceof SessionEnded) touched.value++;
        else if (error instanceof RequestFailed && ["NOT_FOUND", "INVALID_INPUT"].includes(error.code)) setBooking(null);
        else setTrouble(words(error));
      }
    })();
    return () => stop.abort();
  }, [id, touched.value]);

  if (!api.session.tokens) {
    return (
      <>
        <h1 tabIndex={-1}>Your booking</h1>
        <SignFirst />
      </>
    );
  }
  if (booking === null) return <h1 tabIndex={-1}>You have no such booking</h1>;
  if (!booking) return <h1 tabIndex={-1}>{trouble || "Looking …"}</h1>;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {booking.event.name}
      </h1>
      <p class="where">
        <Where event={booking.event} />. <a href={eventPage(booking.event.id)}>To the event</a>
      </p>
      <div class="ticket">
        <p class="seats-bought">{bought(booking.items)}</p>
        <p>
          <strong class="status">{STATES[booking.status] ?? booking.status}</strong>
        </p>
        <p class="where">
          Booking {booking.reference}, {money(booking.total)}
        </p>
      </div>
      {trouble && <p class="trouble">{trouble}</p>}
      {booking.status === "PAYMENT_PENDING" && <Pay booking={booking} onChange={setBooking} />}
      <div>
        <Ended booking={booking} />
      </div>
      {(booking.status === "PAYMENT_PENDING" || booking.status === "CONFIRMED") && <Cancel booking={booking} onChange={setBooking} />}
    </>
  );
}

function Where({ event }: { event: Booking["event"] }) {
  return (
    <>
      {when(event.startsAt, event.timeZone)}
      {event.venue && (
        <>
          , <bdi>{event.venue}</bdi>
        </>
      )}
    </>
  );
}

const MONEY: Record<string, string> = {
  INITIATED: "is on its way back",
  PROCESSED: "came back",
  FAILED: "could not be given back yet: the box office sees to it",
};

/** That its event was cancelled, and what comes back of the money: a line each. */
function Ended({ booking: { event, refunds, status } }: { booking: Booking }) {
  const why = event.cancellationReason ? `: ${event.cancellationReason}` : ".";
  return (
    <>
      {event.cancelledAt && <span class="ended">The event was cancelled{why}</span>}
      {event.cancelledAt && status === "CONFIRMED" && <span class="ended">All that you paid comes back.</span>}
      {refunds.map(({ id, amount, original, status }) => (
        <span key={id} class="ended">
          {money(amount)} of {money(original)} {MONEY[status]}.
        </span>
      ))}
    </>
  );
}

type Change = { booking: Booking; onChange: (booking: Booking) => void };

/** The card that a payment was begun with, until its outcome is known: after a visit to the bank, too. */
const begun = {
  of: (id: string) => sessionStorage.getItem(`seatlock.card ${id}`),
  set: (id: string, card: string | null) =>
    card ? sessionStorage.setItem(`seatlock.card ${id}`, card) : sessionStorage.removeItem(`seatlock.card ${id}`),
};

function Pay({ booking, onChange }: Change) {
  const [card, setCard] = useState<string>(CARDS[0][0]);
  const [trouble, setTrouble] = useState("");
  const [bank, setBank] = useState<BankAsks | null>(null);
  const isFree = Number(booking.total.amount) === 0;

  /** Pay with this card. A payment that was begun with it is asked about, and none is begun twice. */
  function send(paymentToken: string, isBack = false): Promise<void> {
    return once("pay", async () => {
      setTrouble("");
      const intent = `pay ${booking.id}`;
      if (begun.of(booking.id) !== paymentToken) settle(intent);
      begun.set(booking.id, paymentToken);
      const wanted = { bookingId: booking.id, key: keyOf(intent), ...(!isFree && { paymentToken }) };
      try {
        const paid = await withSession(() => pay(api, wanted));
        if (paid.__typename === "PaymentActionRequired") {
          setBank(paid);
          if (!isBack && paid.redirectUrl) location.assign(new URL(paid.redirectUrl, location.href));
          return;
        }
        settle(intent);
        begun.set(booking.id, null);
        onChange(paid.booking);
        say("Paid: the seats are yours.");
        tellOthers();
      } catch (error) {
        const failed = refusal(error, "PaymentFailed");
        if (failed) {
          settle(intent);
          begun.set(booking.id, null);
          setBank(null);
          onChange(failed.booking);
        }
        setTrouble(words(error));
        say(words(error));
      }
    });
  }
  // Loaded again, or back from the bank: what became of it?
  useEffect(() => {
    const card = begun.of(booking.id);
    if (card) void send(card, true);
  }, [touched.value]);

  const isBusy = busy.value !== null;
  return (
    <form
      class="pay"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send(card);
      }}
    >
      <p>
        Pay within <strong class="clock">{left(Date.parse(booking.paymentExpiresAt), now.value)}</strong>. You can try{" "}
        {booking.attemptsLeft === 1 ? "once" : `${booking.attemptsLeft} times`}.
      </p>
      {bank?.redirectUrl && (
        <p class="note">
          Your bank waits for your answer. <a href={bank.redirectUrl}>Go to your bank</a>, or pay with another card.
        </p>
      )}
      {!isFree && (
        <fieldset>
          <legend>Pay with (no real money moves here)</legend>
          {CARDS.map(([token, name]) => (
            <label key={token}>
              <input type="radio" name="card" value={token} checked={card === token} onChange={() => setCard(token)} /> {name}
            </label>
          ))}
        </fieldset>
      )}
      {trouble && <p class="trouble">{trouble}</p>}
      <p class="buttons">
        <button class="main" aria-disabled={isBusy}>
          {busy.value === "pay" ? "Asking your bank …" : `Pay ${money(booking.total)}`}
        </button>
      </p>
    </form>
  );
}

function Cancel({ booking, onChange }: Change) {
  const [isSure, setSure] = useState(false);
  const [trouble, setTrouble] = useState("");
  const isPaid = booking.status === "CONFIRMED";
  // The button that was pressed has gone: the keyboard goes on at the one that takes it back.
  const [back, wasSure] = [useRef<HTMLButtonElement>(null), useRef(false)];
  useLayoutEffect(() => {
    if (isSure !== wasSure.current) back.current?.focus();
    wasSure.current = isSure;
  }, [isSure]);
  const policy = booking.cancellation;
  const send = () =>
    once("cancel", async () => {
      setTrouble("");
      try {
        const { booking: cancelled, refund } = await withSession(() => cancel(api, booking.id));
        onChange(cancelled);
        say(refund ? `Cancelled. ${money(refund.amount)} comes back.` : "Cancelled.");
        tellOthers();
      } catch (error) {
        setTrouble(words(error));
        say(words(error));
      }
    });
  if (isPaid && !policy) return null;
  return (
    <section class="cancel" aria-label="Cancel">
      {isPaid && policy && (
        <p>
          If you cancel now, {money(policy.refundable)} of {money(booking.total)} comes back.
          {policy.until && <> You can until {when(policy.until, booking.event.timeZone)}.</>}
        </p>
      )}
      {trouble && <p class="trouble">{trouble}</p>}
      <p class="buttons">
        {!isSure && (
          <button ref={back} onClick={() => setSure(true)}>
            Cancel this booking
          </button>
        )}
        {isSure && (
          <>
            <button class="danger" aria-disabled={busy.value !== null} onClick={() => void send()}>
              {isPaid ? "Yes, give the seats back" : "Yes, let the seats go"}
            </button>
            <button ref={back} onClick={() => setSure(false)}>
              Keep it
            </button>
          </>
        )}
      </p>
    </section>
  );
}
