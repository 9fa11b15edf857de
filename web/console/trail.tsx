// Page 4: what happened to a booking, or because of one request.

import { useLayoutEffect, useRef } from "preact/hooks";
import { ask } from "../../clients/typescript/src/connection.ts";
import type { Money } from "../../clients/typescript/src/index.ts";
import { fromMinor, money } from "../src/format.ts";
import { orNull, useAnswer, useList } from "./asking.ts";
import {
  BookingByIdDocument,
  BookingByReferenceDocument,
  BookingsOfDocument,
  BuyersDocument,
  type FoundFragment,
  TrailDocument,
  type TrailQuery,
} from "./generated/graphql.ts";
import { Found, instant, More, Table, Trouble } from "./parts.tsx";
import { eventPage, go, trailPage } from "./route.ts";
import { api } from "./session.ts";
import { plain } from "./words.ts";

type Entry = NonNullable<TrailQuery["auditLog"]>["nodes"][number];
type Result = { bookings: FoundFragment[]; isRequest: boolean };

export function TrailPage({ words }: { words: string }) {
  const { value, trouble, again } = useAnswer(async () => (words ? find(words) : null), [words]);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => void (field.current!.value = words), [words]);
  const [only, ...others] = value?.bookings ?? [];

  function submit(submitted: SubmitEvent): void {
    submitted.preventDefault();
    const given = new FormData(submitted.currentTarget as HTMLFormElement).get("words");
    go(trailPage(String(given).trim()));
  }

  return (
    <>
      <h1 tabIndex={-1}>Audit trail</h1>
      <form class="fields" role="search" onSubmit={submit}>
        <label>
          A booking's id or reference, a correlation id, or a buyer's name or e-mail{" "}
          <input ref={field} name="words" type="search" required pattern=".*\S.*" />
        </label>
        <button class="main">Find</button>
      </form>
      <Trouble words={trouble} again={again} />
      {words && !value && !trouble && <p>Looking …</p>}
      {value && !only && !value.isRequest && <p role="status">Nothing is known by “{words}”.</p>}
      {only && <Bookings of={[only, ...others]} />}
      {only && !others.length && <Entries key={only.id} booking={only.id} />}
      {value?.isRequest && <Entries key={words} correlation={words} />}
    </>
  );
}

/** Whatever it may name. Words of another kind than is asked for find nothing. */
async function find(words: string): Promise<Result> {
  const [byReference, byId, users, caused] = await Promise.all([
    orNull(ask(api, BookingByReferenceDocument, { reference: words })),
    orNull(ask(api, BookingByIdDocument, { id: words })),
    orNull(ask(api, BuyersDocument, { search: words })),
    orNull(ask(api, TrailDocument, { correlation: words })),
  ]);
  const isRequest = !!caused?.auditLog?.nodes.length;
  const exact = byId?.booking ?? byReference?.bookings?.nodes[0];
  if (exact) return { bookings: [exact], isRequest };
  const buyers = users?.users?.nodes ?? [];
  const theirs = await Promise.all(buyers.map(({ id }) => ask(api, BookingsOfDocument, { user: id })));
  const bookings = theirs.flatMap(({ bookings }) => bookings?.nodes ?? []);
  return { bookings: bookings.sort((one, other) => other.createdAt.localeCompare(one.createdAt)), isRequest };
}

function Bookings({ of }: { of: FoundFragment[] }) {
  return (
    <>
      <h2>{of.length === 1 ? "The booking" : "Bookings"}</h2>
      <Table
        label="Bookings"
        heads={["Reference", "Event", "Buyer", "Seats", "Total", "Status", "Made"]}
        rows={of.map((each) => ({
          key: each.id,
          cells: [
            <a href={trailPage(each.id)}>{each.reference}</a>,
            <a href={eventPage(each.event.id)}>{each.event.name}</a>,
            `${each.user.name}, ${each.user.email}`,
            each.quantity,
            money(each.total),
            plain(each.status),
            instant(each.createdAt),
          ],
        }))}
      />
    </>
  );
}

function Entries(of: { booking?: string; correlation?: string }) {
  const list = useList(
    async (after) => {
      const { auditLog } = await ask(api, TrailDocument, { ...of, ...(after && { after }) });
      return auditLog ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    },
    [],
  );
  return (
    <>
      <h2>{of.booking ? "What happened to it" : "What the request caused"}</h2>
      <Found of={list} none="Nothing is written of it." />
      {!!list.nodes?.length && (
        <Table
          label="Audit trail"
          heads={["What", "When", "By", "Status", "Details", "Correlation id"]}
          rows={list.nodes.map((entry) => ({
            key: entry.id,
            cells: [
              plain(entry.action) + (entry.isRetry ? ", a repeat" : ""),
              instant(entry.createdAt),
              entry.actor ? `${entry.actor.name}, ${entry.actor.email}` : "–",
              statusOf(entry),
              detailsOf(entry),
              <a href={trailPage(entry.correlationId)}>{entry.correlationId}</a>,
            ],
          }))}
        />
      )}
      <More of={list} />
    </>
  );
}

function statusOf({ fromStatus, toStatus }: Entry): string {
  const [from, to] = [fromStatus && plain(fromStatus), toStatus && plain(toStatus)];
  return from && to && from !== to ? `${from} → ${to}` : to || from || "–";
}

function detailsOf({ seats, metadata }: Entry): string {
  const { amount_minor: minor, currency, ...others } = (metadata ?? {}) as Record<string, unknown>;
  const amount = typeof minor === "number" ? [`Amount: ${money(fromMinor(minor, currency as Money["currencyCode"]))}`] : [];
  const more = Object.entries(others).map(
    ([name, value]) => `${plain(name)}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
  );
  return [...seats, ...amount, ...more].join(", ") || "–";
}
