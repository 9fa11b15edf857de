// Which page is shown. It stands behind the # of the address, so that the back button and a reload work.

import { signal } from "@preact/signals";
import { parts } from "./address.ts";

export type Route = { page: "events" | "bookings" } | { page: "event" | "booking"; id: string };

function read(): Route {
  const [page, id] = parts();
  if (page === "events" && id) return { page: "event", id };
  if (page === "bookings") return id ? { page: "booking", id } : { page: "bookings" };
  return { page: "events" };
}

export const route = signal<Route>(read());

addEventListener("hashchange", () => {
  route.value = read();
  scrollTo(0, 0);
});

export const EVENTS = "#/";
export const BOOKINGS = "#/bookings";
export const eventPage = (id: string) => `#/events/${encodeURIComponent(id)}`;
export const bookingPage = (id: string) => `#/bookings/${encodeURIComponent(id)}`;

export function go(to: string): void {
  location.hash = to;
}
