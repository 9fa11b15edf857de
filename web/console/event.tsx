// Page 2: how one event sells.

import { ask } from "../../clients/typescript/src/connection.ts";
import { money, when } from "../src/format.ts";
import { Allocations } from "./allocations.tsx";
import { orNull, useAnswer, useSeats } from "./asking.ts";
import { EventFiguresDocument, type EventFiguresQuery } from "./generated/graphql.ts";
import { Figures, number, Table, Trouble } from "./parts.tsx";
import { EVENTS, historyPage } from "./route.ts";
import { Sales } from "./sales.tsx";
import { api } from "./session.ts";
import { Timeline } from "./timeline.tsx";
import { standing } from "./words.ts";

const HEADS = ["Section", "Seating", "Left", "Held", "Sold", "Seats", "Share sold"];

export type Event = NonNullable<EventFiguresQuery["event"]>;

/** The event's figures. Its `event` is null where there is none of this id, whatever the id looks like. */
export async function figuresOf(id: string): Promise<EventFiguresQuery> {
  const found = await orNull(ask(api, EventFiguresDocument, { id }));
  return found ?? { event: null, bookingSummary: null, healthMetrics: null };
}

export function NoEvent() {
  return (
    <>
      <h1 tabIndex={-1}>There is no such event</h1>
      <p>
        <a href={EVENTS}>See all events</a>
      </p>
    </>
  );
}

export function EventPage({ id }: { id: string }) {
  const answer = useAnswer(() => figuresOf(id), [id]);
  const live = useSeats(id, !!answer.value?.event, answer.again);
  if (!answer.value) {
    if (answer.trouble) return <Trouble words={answer.trouble} again={answer.again} />;
    return <h1 tabIndex={-1}>Looking …</h1>;
  }
  const { event, bookingSummary, healthMetrics } = answer.value;
  if (!event) return <NoEvent />;
  const now = live && live.version > event.version ? live : event;
  return (
    <>
      <h1 tabIndex={-1}>{event.name}</h1>
      <p>
        {when(event.startsAt, event.timeZone)}
        {event.venue && `, ${event.venue}`}
      </p>
      <Trouble words={answer.trouble} again={answer.again} />
      <State event={event} now={now} />
      <Sales event={event} closed={now.salesClosedReason} again={answer.again} />
      <p>
        <a href={historyPage(id)}>How it was at a moment</a>
      </p>
      <h2>Now</h2>
      <Figures
        of={[
          ["Left", number(now.availableSeats)],
          ["Held", number(now.lockedSeats)],
          ["Sold", number(now.bookedSeats)],
          ["Seats", number(now.totalSeats)],
        ]}
      />
      {bookingSummary && <Sold of={bookingSummary} />}
      {healthMetrics && <Health of={healthMetrics} />}
      <Timeline event={event} version={event.version} />
      <Sections event={event} />
      <Allocations event={event} again={answer.again} />
    </>
  );
}

function State({ event, now }: { event: Event; now: Parameters<typeof standing>[0] }) {
  if (event.cancelledAt) {
    const why = event.cancellationReason && `: ${event.cancellationReason}`;
    return (
      <p class="note">
        Cancelled on {when(event.cancelledAt, event.timeZone)}
        {why}
      </p>
    );
  }
  const times = [
    event.salesStartAt && `They begin on ${when(event.salesStartAt, event.timeZone)}.`,
    event.salesEndAt && `They end on ${when(event.salesEndAt, event.timeZone)}.`,
  ].filter(Boolean);
  return (
    <p class="note">
      {standing(now)[1]} {times.join(" ")}
    </p>
  );
}

function Sold({ of: { bookings, revenue } }: { of: NonNullable<EventFiguresQuery["bookingSummary"]> }) {
  const [first] = revenue;
  return (
    <>
      <h2>Bookings and money</h2>
      <Figures
        of={[
          ["Paid", number(bookings.confirmed)],
          ["Not paid yet", number(bookings.pending)],
          ["Not paid in time", number(bookings.expired)],
          ["Failed", number(bookings.failed)],
          ["Cancelled", number(bookings.cancelled)],
          ...(first
            ? ([
                ["Taken", money(first.gross)],
                ["Given back", money(first.refunded)],
                ["Kept", money(first.net)],
              ] as const)
            : []),
        ]}
      />
    </>
  );
}

function Health({ of: { locks, payments } }: { of: NonNullable<EventFiguresQuery["healthMetrics"]> }) {
  return (
    <>
      <h2>In the last 24 hours</h2>
      <Figures
        of={[
          ["Holds", number(locks.total)],
          ["Holds that lapsed", number(locks.expired)],
          ["Attempts to pay", number(payments.totalAttempts)],
          ["Paid", number(payments.successful)],
          ["Declined or failed", number(payments.failed)],
          ["Without an answer", number(payments.timedOut)],
        ]}
      />
    </>
  );
}

function Sections({ event }: { event: Event }) {
  const rows = event.sections.map((section) => ({
    key: section.id,
    cells: [
      section.name,
      section.seating === "RESERVED" ? "Numbered" : "General",
      ...[section.availableSeats, section.lockedSeats, section.bookedSeats, section.totalSeats],
      <meter aria-hidden="true" min={0} max={section.totalSeats} value={section.bookedSeats} />,
    ],
  }));
  return (
    <>
      <h2>By section</h2>
      <Table label="By section" heads={HEADS} rows={rows} />
    </>
  );
}
