// A plot over time, and the same figures as a table for whoever cannot see it.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { LANGUAGE } from "../src/language.ts";
import { instant, number, Table } from "./parts.tsx";

const HEIGHT = 220; // px
const [HOUR, DAY] = [3600, 86_400]; // s
const WHOLE = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

type Stroke = "solid" | "dashed" | "dotted";
const DASHES = { solid: [], dashed: [8, 4], dotted: [2, 3] };

type Values = readonly (number | null)[];

/** A line has a value for each instant of its plot, in milliseconds. The colour is a property of the style sheet. */
export type Line = { name: string; colour: string; stroke?: Stroke; values: Values };
export type Curve = { name: string; at: number[]; lines: Line[]; bars?: boolean };

export function Plot({ curve, byDay }: { curve: Curve; byDay: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = place.current!;
    let drawn: uPlot | undefined;
    const draw = () => {
      drawn?.destroy();
      drawn = new uPlot(optionsOf(curve, byDay, root), dataOf(curve), root);
    };
    const sizes = new ResizeObserver(([entry]) => drawn?.setSize({ width: entry!.contentRect.width, height: HEIGHT }));
    const night = matchMedia("(prefers-color-scheme: dark)");
    night.addEventListener("change", draw);
    draw();
    sizes.observe(root);
    return () => {
      night.removeEventListener("change", draw);
      sizes.disconnect();
      drawn?.destroy();
    };
  }, [curve, byDay]);
  const { name, at, lines } = curve;
  const rows = at.map((begins, place) => ({ begins, values: lines.map(({ values }) => values[place] ?? null) }));
  const told = rows.filter(({ values }) => values.some((value) => value !== null));
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
      <details>
        <summary>{name}, as a table</summary>
        <Table
          label={name}
          heads={["From", ...lines.map((line) => line.name)]}
          rows={told.map(({ begins, values }) => ({
            key: String(begins),
            cells: [instant(begins), ...values.map((value) => value ?? "–")],
          }))}
        />
      </details>
    </figure>
  );
}

/** The places of values without a neighbour: no line leads to them or away, as in the first hour of a sale. */
function alone(values: Values): number[] {
  const isNone = (place: number) => (values[place] ?? null) === null;
  return [...values.keys()].filter((place) => !isNone(place) && isNone(place - 1) && isNone(place + 1));
}

function dataOf({ at, lines }: Curve): uPlot.AlignedData {
  return [at.map((begins) => begins / 1000), ...lines.map(({ values }) => [...values])];
}

// Its legend has values while somebody points at an instant, and else names alone: the style sheet hides the rest.
function optionsOf({ lines, bars }: Curve, byDay: boolean, root: HTMLElement): uPlot.Options {
  const style = getComputedStyle(root);
  const colourOf = (each: string) => style.getPropertyValue(`--${each}`).trim();
  const ink = colourOf("ink");
  const thin = { stroke: colourOf("line"), width: 1 };
  const axis = { stroke: ink, grid: thin, ticks: thin, font: "12px system-ui, sans-serif" };
  const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" });
  const tick = (seconds: number) => {
    const at = new Date(seconds * 1000);
    return byDay || (at.getHours() === 0 && at.getMinutes() === 0) ? day.format(at) : clock.format(at);
  };
  const series = ({ name, colour, stroke = "solid", values }: Line): uPlot.Series => {
    const paint = colourOf(colour);
    return {
      label: name,
      stroke: paint,
      width: bars ? 0 : 2,
      dash: DASHES[stroke],
      value: (_plot, value, _place, at) => (at === null ? "" : value === null ? "–" : number(value)),
      points: bars ? { show: false } : { show: false, filter: () => alone(values), size: 8, fill: paint },
      ...(bars && { fill: paint, paths: uPlot.paths.bars!({ size: [0.8, 40], align: 1 }) }),
    };
  };
  return {
    width: root.clientWidth,
    height: HEIGHT,
    series: [{ label: "From", value: (_plot, at) => (at === null ? "" : instant(at * 1000)) }, ...lines.map(series)],
    legend: { markers: { dash: (_plot, place) => lines[place - 1]?.stroke ?? "solid" } },
    scales: {
      // The last bucket is as wide as the others.
      x: { range: (_plot, first, last) => [first, last + (byDay ? DAY : HOUR)] },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      { ...axis, values: (_plot, at) => at.map(tick), space: 64 },
      { ...axis, size: 64, incrs: WHOLE, values: (_plot, values) => values.map(number) },
    ],
  };
}
