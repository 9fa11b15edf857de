// An event's sales over time.

import { useMemo, useState } from "preact/hooks";
import { ask } from "../../clients/typescript/src/connection.ts";
import { useAnswer } from "./asking.ts";
import { TimelineDocument } from "./generated/graphql.ts";
import { Trouble } from "./parts.tsx";
import { type Curve, Plot } from "./plot.tsx";
import { api } from "./session.ts";

const HOUR = 3_600_000; // ms
const SPANS = [
  { name: "The last 24 hours", long: 24 * HOUR, bucket: "HOUR" },
  { name: "The last 7 days", long: 7 * 24 * HOUR, bucket: "HOUR" },
  { name: "The last 90 days", long: 90 * 24 * HOUR, bucket: "DAY" },
] as const;

/** Read anew with each version of the event. */
export function Timeline({ event: { id }, version }: { event: { id: string }; version: number }) {
  const [chosen, choose] = useState(0);
  const { name, long, bucket } = SPANS[chosen]!;
  const { value, trouble, again } = useAnswer(async () => {
    const now = Date.now();
    const [from, to] = [new Date(now - long).toISOString(), new Date(now).toISOString()];
    const { salesTimeline } = await ask(api, TimelineDocument, { id, from, to, bucket });
    return { bucket, points: salesTimeline ?? [] };
  }, [id, chosen, version]);
  const curves = useMemo((): Curve[] => {
    const points = (value?.points ?? []).map((point) => ({ ...point, at: Date.parse(point.start) }));
    const currency = points[0]?.revenue.gross.currencyCode ?? "";
    type Point = (typeof points)[number];
    const curve = (name: string, colour: string, valueOf: (point: Point) => number | null, bars: boolean) => ({
      ...{ name, colour, bars },
      points: points.map((point) => ({ at: point.at, value: valueOf(point) })),
    });
    return [
      curve("Bookings", "focus", ({ bookings }) => bookings, true),
      curve(`Money taken, ${currency}`, "action", ({ revenue }) => Number(revenue.gross.amount), true),
      curve("Seats left", "leaving", ({ availableSeats }) => availableSeats, false),
    ];
  }, [value]);
  return (
    <section aria-label="Over time">
      <h2>Over time</h2>
      <label>
        Show{" "}
        <select value={chosen} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
          {SPANS.map((span, at) => (
            <option key={span.name} value={at}>
              {span.name}
            </option>
          ))}
        </select>
      </label>
      <Trouble words={trouble} again={again} />
      {value && (
        <div class="plots" aria-label={name}>
          {curves.map((curve) => (
            <Plot key={curve.name} curve={curve} byDay={value.bucket === "DAY"} />
          ))}
        </div>
      )}
    </section>
  );
}
