// Page 1: all events, and how each one sells, live.

import { useState } from "preact/hooks";
import { type Event as Whole, events } from "../../clients/typescript/src/index.ts";
import { when } from "../src/format.ts";
import { useList, useSeats } from "./asking.ts";
import { Found, More, number } from "./parts.tsx";
import { eventPage } from "./route.ts";
import { api } from "./session.ts";
import { standing } from "./words.ts";

type Event = Omit<Whole, "sections">;

const LIVE = 20; // of a connection's 50 subscriptions

export function Events() {
  const [search, setSearch] = useState("");
  const [past, setPast] = useState(false);
  const list = useList(
    async (after) => {
      const startsAfter = new Date().toISOString();
      return events(api, { ...(!past && { startsAfter }), ...(search && { search }), ...(after && { after }) });
    },
    [search, past],
  );
  return (
    <>
      <h1 tabIndex={-1}>Events</h1>
      <p class="fields">
        <label>
          Search <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
        </label>
        <label>
          <input type="checkbox" checked={past} onChange={() => setPast(!past)} /> Also those that have begun
        </label>
      </p>
      <Found of={list} none="There is no such event." />
      {!!list.nodes?.length && (
        <div class="wide" role="region" aria-label="Events" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {["Event", "Sales", "Left", "Held", "Sold", "Seats"].map((head, at) => (
                  <th key={head} scope="col" class={at > 1 ? "number" : ""}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.nodes.map((event, at) => (
                <Row key={event.id} event={event} isLive={at < LIVE} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={list} />
    </>
  );
}

function Row({ event, isLive }: { event: Event; isLive: boolean }) {
  const now = useSeats(event.id, isLive) ?? event;
  return (
    <tr>
      <th scope="row">
        <a href={eventPage(event.id)}>{event.name}</a>
        <span class="soft">{when(event.startsAt, event.timeZone)}</span>
      </th>
      <td>{standing(now)[0]}</td>
      {[now.availableSeats, now.lockedSeats, now.bookedSeats, now.totalSeats].map((count, at) => (
        <td key={at} class="number">
          {number(count)}
        </td>
      ))}
    </tr>
  );
}
