// Page 5: an event's hall as it was at a moment.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../../clients/typescript/src/connection.ts";
import { now } from "../src/clock.ts";
import { Hall, type Section } from "../src/hall.ts";
import { point } from "../src/map.tsx";
import { Plan } from "../src/plan.ts";
import { useAnswer } from "./asking.ts";
import { figuresOf, NoEvent } from "./event.tsx";
import { PastDocument, type PastQuery } from "./generated/graphql.ts";
import { Figures, instant, number, Table, Trouble } from "./parts.tsx";
import { eventPage } from "./route.ts";
import { api } from "./session.ts";

type Past = NonNullable<NonNullable<PastQuery["event"]>["inventoryAt"]>;

const STILL = 200; // ms without a move of the slider before the moment is asked for
const SECOND = 1000; // ms
const STEPS = [
  ["1 hour earlier", -3600 * SECOND],
  ["1 minute earlier", -60 * SECOND],
  ["1 second earlier", -SECOND],
  ["1 second later", SECOND],
  ["1 minute later", 60 * SECOND],
  ["1 hour later", 3600 * SECOND],
] as const;

export function HistoryPage({ id }: { id: string }) {
  const { value, trouble, again } = useAnswer(() => figuresOf(id), [id]);
  if (!value) {
    if (trouble) return <Trouble words={trouble} again={again} />;
    return <h1 tabIndex={-1}>Looking …</h1>;
  }
  if (!value.event) return <NoEvent />;
  const { name, createdAt } = value.event;
  return (
    <>
      <h1 tabIndex={-1}>{name}, as it was</h1>
      <p>
        <a href={eventPage(id)}>How it sells now</a>
      </p>
      <Moment id={id} from={Date.parse(createdAt) + 1} />
    </>
  );
}

/** From the first moment at which there was the event to that at which this page was opened, in ms. */
function Moment({ id, from }: { id: string; from: number }) {
  const [to] = useState(() => Math.max(from, now.peek()));
  const [at, setAt] = useState(to);
  const [still, setStill] = useState(to);
  useEffect(() => {
    const timer = setTimeout(() => setStill(at), STILL);
    return () => clearTimeout(timer);
  }, [at]);
  const { value, trouble, again } = useAnswer(async () => {
    const { event } = await ask(api, PastDocument, { id, at: new Date(still).toISOString() });
    return event?.inventoryAt ?? null;
  }, [id, still]);
  return (
    <>
      <label class="slider">
        Moment{" "}
        <input
          type="range"
          min={from}
          max={to}
          step="any"
          value={at}
          aria-valuetext={instant(at)}
          onInput={({ currentTarget }) => setAt(Number(currentTarget.value))}
        />
      </label>
      <p class="buttons">
        <strong>{instant(at)}</strong>
        {STEPS.map(([name, by]) => (
          <button key={name} onClick={() => setAt((before) => Math.min(to, Math.max(from, before + by)))}>
            {name}
          </button>
        ))}
      </p>
      <Trouble words={trouble} again={again} />
      {value && <Shown past={value} />}
    </>
  );
}

function Shown({ past }: { past: Past }) {
  const numbered = past.sections.some(({ rows }) => rows.length);
  return (
    <>
      <Figures
        of={[
          ["Left", number(past.availableSeats)],
          ["Held", number(past.lockedSeats)],
          ["Sold", number(past.bookedSeats)],
          ["Seats", number(past.totalSeats)],
          ["Entries of the audit trail", number(past.entries)],
        ]}
      />
      {numbered && <PastPlan past={past} />}
      <h2>By section</h2>
      <Table
        label="By section"
        heads={["Section", "Left", "Held", "Sold", "Seats"]}
        rows={past.sections.map((section) => ({
          key: section.name,
          cells: [section.name, section.availableSeats, section.lockedSeats, section.bookedSeats, section.totalSeats],
        }))}
      />
      {numbered && (
        <details>
          <summary>By row</summary>
          <Table
            label="By row"
            heads={["Row", "Left", "Held", "Sold", "Held or sold seats"]}
            rows={past.sections.flatMap((section) =>
              section.rows.map(({ name, statuses }) => ({
                key: `${section.name}-${name}`,
                cells: [
                  `${section.name}-${name}`,
                  ...["A", "H", "B"].map((letter) => countOf(statuses, letter)),
                  taken(statuses),
                ],
              })),
            )}
          />
        </details>
      )}
    </>
  );
}

function countOf(statuses: string, letter: string): number {
  return statuses.split(letter).length - 1;
}

function taken(statuses: string): string {
  const words = { H: "held", B: "sold" } as Record<string, string>;
  const told = [...statuses].flatMap((letter, at) => (words[letter] ? [`${at + 1} ${words[letter]}`] : []));
  return told.join(", ") || "–";
}

/** The hall to look at. The table by row has the same for whoever cannot see it. */
function PastPlan({ past }: { past: Past }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plan = useRef<Plan>(null);
  const hallOf = () => new Hall(past.sections as unknown as Section[]);
  useEffect(() => {
    const drawn = (plan.current = new Plan(canvas.current!, hallOf()));
    const sizes = new ResizeObserver(([entry]) => drawn.resize(entry!.contentRect.width, entry!.contentRect.height));
    sizes.observe(canvas.current!);
    const night = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => drawn.recolour();
    night.addEventListener("change", recolour);
    const stopPointing = point(canvas.current!, drawn, () => undefined);
    return () => {
      stopPointing();
      sizes.disconnect();
      night.removeEventListener("change", recolour);
      drawn.stop();
    };
  }, []);
  useEffect(() => {
    plan.current!.hall = hallOf();
    plan.current!.recolour(); // the picture is of the moment before
  }, [past]);
  return (
    <div class="map">
      <canvas ref={canvas} aria-hidden="true" />
      <p class="buttons">
        <button aria-label="Nearer" onClick={() => plan.current?.zoom(1.5)}>
          +
        </button>
        <button aria-label="Further away" onClick={() => plan.current?.zoom(1 / 1.5)}>
          −
        </button>
        <button onClick={() => plan.current?.fit()}>Whole hall</button>
      </p>
      <ul class="legend" aria-hidden="true">
        <li class="A">free</li>
        <li class="H">held</li>
        <li class="B">sold</li>
      </ul>
    </div>
  );
}
