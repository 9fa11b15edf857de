// The time as the server has it: sales open and holds end by its clock, not by the visitor's.

import { signal } from "@preact/signals";

let behind = Infinity; // ms by which this clock is ahead of the server's; the least that was seen

/** Now, by the server's clock, in ms; renewed each second. */
export const now = signal(Date.now());

/** A message that was sent at once has come: it is never younger than its way took. */
export function heard(asOf: string): void {
  behind = Math.min(behind, Date.now() - Date.parse(asOf));
}

function tick(): void {
  now.value = Date.now() - (Number.isFinite(behind) ? behind : 0);
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
