// A plot over time, and the same figures as a table for whoever cannot see it.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { instant, number, Table } from "./parts.tsx";

const HEIGHT = 220; // px
const [HOUR, DAY] = [3600, 86_400]; // s
const WHOLE = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const LANGUAGE = navigator.language;

export type Curve = { name: string; points: { at: number; value: number | null }[]; bars?: boolean; colour: string };

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
  const told = curve.points.filter(({ value }) => value !== null);
  return (
    <figure>
      <figcaption>{curve.name}</figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
      <details>
        <summary>{curve.name}, as a table</summary>
        <Table
          label={curve.name}
          heads={["From", curve.name]}
          rows={told.map(({ at, value }) => ({ key: String(at), cells: [instant(at), value] }))}
        />
      </details>
    </figure>
  );
}

function dataOf({ points }: Curve): uPlot.AlignedData {
  return [points.map(({ at }) => at / 1000), points.map(({ value }) => value)];
}

function optionsOf({ name, bars, colour }: Curve, byDay: boolean, root: HTMLElement): uPlot.Options {
  const style = getComputedStyle(root);
  const colourOf = (each: string) => style.getPropertyValue(`--${each}`).trim();
  const [ink, paint] = [colourOf("ink"), colourOf(colour)];
  const thin = { stroke: colourOf("line"), width: 1 };
  const axis = { stroke: ink, grid: thin, ticks: thin, font: "12px system-ui, sans-serif" };
  const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" });
  const tick = (seconds: number) => {
    const at = new Date(seconds * 1000);
    return byDay || (at.getHours() === 0 && at.getMinutes() === 0) ? day.format(at) : clock.format(at);
  };
  return {
    width: root.clientWidth,
    height: HEIGHT,
    series: [
      { label: "From", value: (_plot, at) => (at === null ? "–" : instant(at * 1000)) },
      {
        label: name,
        stroke: paint,
        width: bars ? 0 : 2,
        value: (_plot, value) => (value === null ? "–" : number(value)),
        ...(bars && { fill: paint, paths: uPlot.paths.bars!({ size: [0.8, 40], align: 1 }), points: { show: false } }),
      },
    ],
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
