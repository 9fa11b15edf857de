// The plan of a hall for eyes and pointers. Keyboards and screen readers have picker.tsx, which shows the same seats.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Place } from "./hall.ts";
import { Plan } from "./plan.ts";
import type { Sale } from "./sale.ts";

const STILL = 6; // px: a pointer that moves less has meant a seat

export function Map({ sale }: { sale: Sale }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plan = useRef<Plan>(null);
  useEffect(() => {
    const drawn = (plan.current = new Plan(canvas.current!, sale.hall.peek()));
    drawn.stateOf = (place, label) => sale.stateOf(place, label);
    const sizes = new ResizeObserver(([entry]) => drawn.resize(entry!.contentRect.width, entry!.contentRect.height));
    sizes.observe(canvas.current!);
    const stopDrawing = effect(() => {
      void sale.drawn.value;
      drawn.hall = sale.hall.value;
      drawn.special = new Set([...sale.chosen.value, ...(sale.lock.value?.seats ?? [])]);
      drawn.ask();
    });
    const stopFollowing = effect(() => {
      drawn.cursor = sale.cursor.value;
      if (drawn.cursor) drawn.reveal(drawn.cursor);
      drawn.ask();
    });
    const night = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => drawn.recolour();
    night.addEventListener("change", recolour);
    const stopPointing = point(canvas.current!, drawn, (place) => sale.toggle(place));
    return () => {
      for (const stop of [stopDrawing, stopFollowing, stopPointing]) stop();
      sizes.disconnect();
      night.removeEventListener("change", recolour);
      drawn.stop();
    };
  }, [sale]);

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
        <li class="C">chosen</li>
        <li class="M">yours</li>
      </ul>
    </div>
  );
}

/** Drag to move, pinch or turn the wheel for nearer and further, tap for a seat. */
export function point(canvas: HTMLCanvasElement, plan: Plan, tapped: (place: Place) => void): () => void {
  const down = new globalThis.Map<number, { x: number; y: number }>();
  let moved = 0;
  const at = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const listeners: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void } = {
    pointerdown(event) {
      canvas.setPointerCapture(event.pointerId);
      if (!down.size) moved = 0;
      down.set(event.pointerId, at(event));
    },
    pointermove(event) {
      const before = down.get(event.pointerId);
      if (!before) return;
      const here = at(event);
      moved += Math.hypot(here.x - before.x, here.y - before.y);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      down.set(event.pointerId, here);
      if (moved < STILL) return;
      if (!other) return plan.move(here.x - before.x, here.y - before.y);
      const apart = (one: { x: number; y: number }) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
      plan.zoom(apart(here) / apart(before), (here.x + other.x) / 2, (here.y + other.y) / 2);
    },
    pointerup(event) {
      const isTap = down.delete(event.pointerId) && !down.size && moved < STILL;
      if (!isTap) return;
      const { x, y } = at(event);
      const place = plan.at(x, y);
      if (place) tapped(place);
      else plan.zoom(2, x, y);
    },
    pointercancel: (event) => void down.delete(event.pointerId),
    wheel(event) {
      event.preventDefault();
      const { x, y } = at(event);
      plan.zoom(Math.exp(-event.deltaY / 400), x, y);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) canvas.addEventListener(name, listener as EventListener, { passive: false });
  return () => {
    for (const [name, listener] of Object.entries(listeners)) canvas.removeEventListener(name, listener as EventListener);
  };
}
