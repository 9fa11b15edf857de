// Which page is shown. It stands behind the # of the address, so that the back button and a reload work.

import { signal } from "@preact/signals";
import { parts } from "../src/address.ts";

export type Route = { page: "events" | "jobs" | "trail"; id: string } | { page: "event" | "history"; id: string };

function read(): Route {
  const [page, id = "", part] = parts();
  if (page === "events" && id) return { page: part === "history" ? "history" : "event", id };
  if (page === "jobs" || page === "trail") return { page, id };
  return { page: "events", id: "" };
}

export const route = signal<Route>(read());

addEventListener("hashchange", () => {
  route.value = read();
  scrollTo(0, 0);
});

export const EVENTS = "#/";
export const JOBS = "#/jobs";
export const TRAIL = "#/trail";
export const eventPage = (id: string) => `#/events/${encodeURIComponent(id)}`;
export const historyPage = (id: string) => `${eventPage(id)}/history`;
/** The trail of whatever these words find. */
export const trailPage = (words: string) => `${TRAIL}/${encodeURIComponent(words)}`;

export function go(to: string): void {
  location.hash = to;
  route.value = read(); // at once: what is typed meanwhile is not replaced
}
