// Page 1: the events, with what is left of each, live.

import { useEffect, useState } from "preact/hooks";
import { events, watchSeats } from "../../clients/typescript/src/index.ts";
import { clickActs } from "./clicks.ts";
import { heard, known, now } from "./clock.ts";
import { left, money, seats, when } from "./format.ts";
import { eventPage } from "./route.ts";
import { api, lost } from "./shop.ts";
import { unavailable, words } from "./words.ts";

type Event = Awaited<ReturnType<typeof events>>["nodes"][number];

const LIVE = 20; // of a connection's 50 subscriptions
const COUNTED_DOWN = 7 * 86_400_000; // ms before sales open: until then the time is said
const WRONG = 60_000; // ms
const FEW = 0.2; // of all seats: from there on what is left is shown in another colour

export function Events() {
  const [found, setFound] = useState<Event[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const [trouble, setTrouble] = useState("");

  async function read(after: string | null): Promise<void> {
    if (after) clickActs();
    try {
      const asked = now.value;
      const startsAfter = new Date(asked).toISOString();
      const page = await events(api, { prices: true, startsAfter, ...(search && { search }), ...(after && { after }) });
      await known;
      if (Math.abs(now.value - asked) > WRONG) return await read(after); // our own clock was wrong
      setFound((before) => [...(after ? (before ?? []) : []), ...page.nodes]);
      setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
      setTrouble("");
    } catch (error) {
      setTrouble(words(error));
    }
  }
  useEffect(() => {
    const soon = setTimeout(() => void read(null), search ? 250 : 0);
    return () => clearTimeout(soon);
  }, [search]);

  return (
    <>
      <h1 tabIndex={-1}>What is on</h1>
      <label class="search">
        Search <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
      </label>
      {trouble && (
        <p class="trouble">
          {trouble} <button onClick={() => void read(null)}>Try again</button>
        </p>
      )}
      {!found && !trouble && <p>Looking …</p>}
      {found?.length === 0 && <p>{search ? "Nothing is called like that." : "Nothing is on at the moment."}</p>}
      <ul class="events">
        {found?.map((event, at) => <Item key={event.id} event={event} isLive={at < LIVE} />)}
      </ul>
      {next && <button onClick={() => void read(next)}>More</button>}
    </>
  );
}

function Item({ event: read, isLive }: { event: Event; isLive: boolean }) {
  const [event, setEvent] = useState(read);
  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    void (async () => {
      try {
        const wanted = { eventId: read.id, rows: false, whole: true, signal: stop.signal };
        for await (const message of watchSeats(api, wanted)) {
          lost.value = false;
          if (!message.snapshot) heard(message.asOf);
          const { sections: _without, ...fresh } = message.event!;
          setEvent((before) => ({ ...before, ...fresh }));
        }
      } catch {
        // What was read stays as it was: the page of the event tells what is wrong.
      }
    })();
    return () => stop.abort();
  }, [read.id]);

  return (
    <li>
      <a href={eventPage(event.id)}>
        <h2>{event.name}</h2>
        <span>{when(event.startsAt, event.timeZone)}</span>
        {event.venue && <span dir="auto">{event.venue}</span>}
        <span>{prices(event)}</span>
        <Left event={event} />
      </a>
    </li>
  );
}

/** What a seat costs, or the least that one costs. */
function prices({ sections = [], price }: Event): string {
  const all = sections.map((section) => section.price).sort((one, other) => Number(one.amount) - Number(other.amount));
  const [least = price, most = price] = [all[0], all.at(-1)];
  return least.amount === most.amount ? money(least) : `from ${money(least)}`;
}

/** How much is left, or why it cannot be bought. */
export function Left({ event }: { event: Omit<Event, "sections"> }) {
  const opens = event.salesStartAt ? Date.parse(event.salesStartAt) : 0;
  if (event.salesClosedReason === "NOT_STARTED" && opens > now.value) {
    const soon = opens - now.value < COUNTED_DOWN;
    const from = soon ? `in ${left(opens, now.value)}` : `from ${when(event.salesStartAt!, event.timeZone)}`;
    return <strong class="left">On sale {from}</strong>;
  }
  const why = unavailable(event);
  if (why) return <strong class="left none">{why[0]}</strong>;
  return (
    <strong class="left">
      {seats(event.availableSeats)} left
      <meter aria-hidden="true" min={0} max={event.totalSeats} low={event.totalSeats * FEW} optimum={event.totalSeats} value={event.availableSeats} />
    </strong>
  );
}
