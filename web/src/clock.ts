// The time as the server has it: sales open and holds end by its clock, not by the visitor's.

import { signal } from "@preact/signals";

let behind = Infinity; // ms by which this clock is ahead of the server's; the least that was seen

/** Now, by the server's clock, in ms; renewed each second. */
export const now = signal(Date.now());

/** A message that was sent at once has come: it is never younger than its way took. */
export function heard(asOf: string): void {
  const isFirst = behind === Infinity;
  behind = Math.min(behind, Date.now() - Date.parse(asOf));
  if (isFirst) tick();
}

function tick(): void {
  now.value = Date.now() - (Number.isFinite(behind) ? behind : 0);
}

/** What the visitor's clock says may be wrong by hours, and a page may have nothing else to ask the server for. */
async function ask(): Promise<void> {
  try {
    const { headers } = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    const at = headers.get("Date");
    if (!at) return;
    behind = Infinity; // the clock may have been set since
    heard(at);
  } catch {
    // It stays as it was.
  }
}

/** Done when the time is known, if it can be. */
export const known = ask();

setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => {
  tick();
  if (document.visibilityState === "visible") void ask();
});
