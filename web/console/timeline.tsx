// An event's sales over time: of all of it, and of each of its sections.

import { useMemo, useState } from "preact/hooks";
import { ask } from "../../clients/typescript/src/connection.ts";
import { useAnswer, useSlowly } from "./asking.ts";
import { SectionTimelineDocument, TimelineDocument, type TimelineQuery } from "./generated/graphql.ts";
import { Trouble } from "./parts.tsx";
import { type Curve, Plot } from "./plot.tsx";
import { api } from "./session.ts";

const HOUR = 3_600_000; // ms
const SPANS = [
  { name: "The last 24 hours", long: 24 * HOUR, bucket: "HOUR" },
  { name: "The last 7 days", long: 7 * 24 * HOUR, bucket: "HOUR" },
  { name: "The last 90 days", long: 90 * 24 * HOUR, bucket: "DAY" },
] as const;
const PAUSE = 30_000; // ms from one reading of the sections to the next: the server adds them up anew each time
const COLOURS = 8; // of console.css: --line-1 and so on
const STROKES = ["solid", "dashed", "dotted"] as const; // the ninth section is dashed

type Lists = TimelineQuery["eventTimeline"];

/** Read anew with each version of the event. */
export function Timeline({ event: { id }, version }: { event: { id: string }; version: number }) {
  const [chosen, choose] = useState(0);
  const { name, long, bucket } = SPANS[chosen]!;
  const question = () => {
    const now = Date.now();
    return { id, from: new Date(now - long).toISOString(), to: new Date(now).toISOString(), bucket };
  };
  const whole = useAnswer(async () => {
    const { eventTimeline } = await ask(api, TimelineDocument, question());
    return { byDay: bucket === "DAY", curves: curvesOf(eventTimeline) };
  }, [id, chosen, version]);
  const slowly = useSlowly(version, PAUSE);
  const sections = useAnswer(async () => {
    const { sectionTimeline } = await ask(api, SectionTimelineDocument, question());
    return { byDay: bucket === "DAY", timeline: sectionTimeline };
  }, [id, chosen, slowly]);
  const bySection = useMemo((): Curve | null => {
    const timeline = sections.value?.timeline;
    if (!timeline) return null;
    const lines = timeline.sections.map(({ name, bookedSeats }, place) => {
      const stroke = STROKES[Math.floor(place / COLOURS) % STROKES.length]!;
      return { name, colour: `line-${(place % COLOURS) + 1}`, stroke, values: bookedSeats };
    });
    return { name: "Seats sold, by section", at: timeline.starts.map((start) => Date.parse(start)), lines };
  }, [sections.value]);
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
      <Trouble words={whole.trouble} again={whole.again} />
      <Trouble words={sections.trouble} again={sections.again} />
      <div class="plots" role="group" aria-label={name}>
        {whole.value?.curves.map((curve) => <Plot key={curve.name} curve={curve} byDay={whole.value!.byDay} />)}
        {bySection && <Plot curve={bySection} byDay={sections.value!.byDay} />}
      </div>
    </section>
  );
}

function curvesOf(lists: Lists): Curve[] {
  if (!lists) return [];
  const { starts, bookings, gross, currencyCode, availableSeats } = lists;
  const at = starts.map((start) => Date.parse(start));
  const curve = (name: string, colour: string, values: (number | null)[], bars: boolean) => ({
    ...{ name, at, bars },
    lines: [{ name, colour, values }],
  });
  return [
    curve("Bookings", "focus", bookings, true),
    curve(`Money taken, ${currencyCode}`, "action", gross.map(Number), true),
    curve("Seats left", "leaving", availableSeats, false),
  ];
}
