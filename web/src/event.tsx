// Pages 2 and 3: an event, its seats, and what is chosen and held of it.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Event } from "../../clients/typescript/src/index.ts";
import { now } from "./clock.ts";
import { Left } from "./events.tsx";
import { useHeading } from "./focus.ts";
import { bought, left, money, percent, seats, sum, when } from "./format.ts";
import { Map } from "./map.tsx";
import { Picker } from "./picker.tsx";
import { bookingPage, EVENTS, go } from "./route.ts";
import { countOf, Sale } from "./sale.ts";
import { busy, say, touched } from "./shop.ts";
import { unavailable } from "./words.ts";

const LAST = 60_000; // ms of a hold, when a screen reader is told

export function EventPage({ id }: { id: string }) {
  const sale = useMemo(() => new Sale(id), [id]);
  useEffect(() => () => sale.stop(), [sale]);
  const event = sale.event.value;
  useEffect(() => {
    if (event) void sale.findLock();
  }, [sale, touched.value]);
  useEffect(() => {
    document.title = event ? event.name : "Tickets";
  }, [event?.name]);

  if (event === null) {
    return (
      <>
        <h1 tabIndex={-1}>There is no such event</h1>
        <p>
          <a href={EVENTS}>See what is on</a>
        </p>
      </>
    );
  }
  if (!event) {
    const trouble = sale.trouble.value;
    return (
      <>
        <h1 tabIndex={-1}>{trouble || "Looking …"}</h1>
        {trouble && <button onClick={() => void sale.follow()}>Try again</button>}
      </>
    );
  }
  const general = event.sections.filter(({ seating }) => seating === "GENERAL");
  const why = unavailable(event);
  const isOff = event.salesClosedReason === "EVENT_CANCELLED"; // what was held of it is let go, and nothing can be paid
  const canChoose = event.salesOpen || (sale.lock.value !== null && !isOff);
  return (
    <>
      <h1 tabIndex={-1}>{event.name}</h1>
      <p class="where">
        {when(event.startsAt, event.timeZone)}
        {event.venue && (
          <>
            , <bdi>{event.venue}</bdi>
          </>
        )}
      </p>
      {event.description && <p class="about">{event.description}</p>}
      <p>
        <Left event={event} />
      </p>
      {why && <p class="note">{why[1]}</p>}
      {sale.unpaid.value && !isOff && (
        <p class="note">
          You have seats here that are not paid yet. <a href={bookingPage(sale.unpaid.value)}>Pay them</a>
        </p>
      )}
      <div class="sale">
        <div>
          {sale.hall.value.rows.length > 0 && (
            <>
              <Map sale={sale} />
              <Picker sale={sale} />
            </>
          )}
          {general.length > 0 && (
            <ul class="general">
              {general.map((section) => (
                <li key={section.id}>
                  <label>
                    <strong>{section.name}</strong> {money(section.price)}, {seats(section.availableSeats)} left{" "}
                    <input
                      type="number"
                      min={0}
                      max={100}
                      value={countOf(sale.counts.value, section.name)}
                      disabled={!canChoose}
                      onInput={({ currentTarget }) => sale.count(section.name, currentTarget.valueAsNumber)}
                    />
                  </label>
                </li>
              ))}
            </ul>
          )}
        </div>
        {!isOff && <Basket sale={sale} canChoose={canChoose} />}
      </div>
    </>
  );
}

function Basket({ sale, canChoose }: { sale: Sale; canChoose: boolean }) {
  const lock = sale.lock.value;
  const heading = useHeading(lock);
  const { add, remove } = sale.difference();
  const differs = add.length > 0 || remove.length > 0;
  const isBusy = busy.value !== null;
  const count = sale.chosen.value.size + Object.values(sale.counts.value).reduce((all, each) => all + each, 0);

  return (
    <section class="basket" aria-label="Your seats">
      <h2 ref={heading} tabIndex={-1}>
        {lock ? "You hold" : "Your choice"}
      </h2>
      {lock ? <Held sale={sale} /> : <p>{count ? `${listed(sale)}: ${price(sale)}` : "Nothing yet: choose seats, or let us find them."}</p>}
      {lock && differs && <p>Then you hold: {listed(sale) || "nothing"}</p>}
      {sale.trouble.value && <p class="trouble">{sale.trouble.value}</p>}
      {(differs || !lock) && (
        <p class="buttons">
          <button class={lock ? "" : "main"} aria-disabled={isBusy || !canChoose || !differs} onClick={() => differs && canChoose && void sale.hold()}>
            {lock ? (count ? "Change my seats" : "Let all of them go") : count ? `Hold ${seats(count)}` : "Hold seats"}
          </button>
        </p>
      )}
      <Best sale={sale} canChoose={canChoose} />
      <Terms event={sale.event.value!} />
    </section>
  );
}

function Held({ sale }: { sale: Sale }) {
  const lock = sale.lock.value!;
  const until = Date.parse(lock.expiresAt);
  const isOver = until <= now.value;
  useEffect(() => {
    if (isOver) void sale.findLock();
  }, [isOver]);
  const isShort = until - now.value <= LAST;
  useEffect(() => {
    if (isShort && !isOver) say("You hold your seats for less than a minute.");
  }, [isShort]);
  const canExtend = Date.parse(lock.extendableUntil) - until > 1000;
  const { add, remove } = sale.difference();
  const differs = add.length > 0 || remove.length > 0;
  async function book(): Promise<void> {
    const booking = await sale.book();
    if (booking) go(bookingPage(booking));
  }
  return (
    <>
      <p>
        {bought(lock.items)}: <strong>{money(lock.total)}</strong>
      </p>
      <p>
        <strong class="clock">{left(until, now.value)}</strong> left
      </p>
      <p class="buttons">
        <button class="main" aria-disabled={busy.value !== null || differs} onClick={() => !differs && void book()}>
          Go on to pay
        </button>
        {canExtend && (
          <button aria-disabled={busy.value !== null} onClick={() => void sale.extend()}>
            More time
          </button>
        )}
        <button aria-disabled={busy.value !== null} onClick={() => void sale.release()}>
          Let go
        </button>
      </p>
    </>
  );
}

function Best({ sale, canChoose }: { sale: Sale; canChoose: boolean }) {
  const [count, setCount] = useState(2);
  const [section, setSection] = useState("");
  const [typed, setCode] = useState("");
  const code = sale.lock.value ? "" : typed.trim(); // a hold that a code began goes on with it
  const canTake = canChoose || code !== ""; // a presale comes before the sale
  const sections = sale.event.value!.sections;
  return (
    <form
      class="best"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (canTake) void sale.best(count, sections.length > 1 ? section || sections[0]!.name : "", code);
      }}
    >
      <p class="fields">
        <label>
          Find me{" "}
          <input type="number" min={1} max={100} required value={count} onInput={({ currentTarget }) => setCount(currentTarget.valueAsNumber || 1)} />
        </label>
        {sections.length > 1 && (
          <label>
            in{" "}
            <select value={section || sections[0]!.name} onChange={({ currentTarget }) => setSection(currentTarget.value)}>
              {sections.map(({ id, name }) => (
                <option key={id} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button aria-disabled={busy.value !== null || !canTake}>{sale.lock.value ? "Add the best" : "Hold the best together"}</button>
      </p>
      {!sale.lock.value && (
        <details>
          <summary>I have an access code</summary>
          <p class="terms">We choose the best of the seats that are kept for it: on the plan they look like held ones.</p>
          <label>
            Access code <input value={typed} maxLength={128} autocomplete="off" onInput={({ currentTarget }) => setCode(currentTarget.value)} />
          </label>
        </details>
      )}
    </form>
  );
}

/** What to know before one buys. */
function Terms({ event: { maxSeatsPerBuyer, cancellation, timeZone } }: { event: Event }) {
  const { fullUntil, percentage } = cancellation;
  const isFull = fullUntil !== null && Date.parse(fullUntil) > now.value;
  const part = percentage === 100 ? "you get all of it back" : percentage ? `you get ${percent(percentage)} back` : "nothing comes back";
  return (
    <p class="terms">
      {maxSeatsPerBuyer !== null && `You can have ${seats(maxSeatsPerBuyer)} at most. `}
      {isFull
        ? `If you cancel before ${when(fullUntil, timeZone)}, you get all of it back; later ${part}.`
        : `If you cancel before the event begins, ${part}.`}
    </p>
  );
}

function listed(sale: Sale): string {
  const counts = Object.entries(sale.counts.value).filter(([, count]) => count > 0);
  return [...sale.chosen.value, ...counts.map(([section, count]) => `${count} × ${section}`)].join(", ");
}

function price(sale: Sale): string {
  const prices = Object.fromEntries(sale.event.value!.sections.map(({ name, price }) => [name, price]));
  const chosen = [...sale.chosen.value].map((label) => ({ money: sale.hall.value.find(label)?.row.section.price, count: 1 }));
  const counted = Object.entries(sale.counts.value).map(([section, count]) => ({ money: prices[section], count }));
  const total = sum([...chosen, ...counted].flatMap(({ money, count }) => (money ? [{ money, count }] : [])));
  return total ? money(total) : "";
}
