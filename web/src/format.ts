// Money and times as the visitor writes them.

import type { Money } from "../../clients/typescript/src/index.ts";
import { LANGUAGE } from "./language.ts";

/** The visitor's time zone. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An amount in its currency. */
export function money({ amount, currencyCode }: Money): string {
  // Text is formatted as exactly as it is written; the type knows numbers only.
  const exact = amount as unknown as number;
  return new Intl.NumberFormat(LANGUAGE, { style: "currency", currency: currencyCode }).format(exact);
}

/** So many minor units of a currency, which has as many of them as its standard says: 2100 is €21.00. */
export function fromMinor(minor: number, currencyCode: Money["currencyCode"]): Money {
  const style = { style: "currency", currency: currencyCode } as const;
  const digits = new Intl.NumberFormat(LANGUAGE, style).resolvedOptions().maximumFractionDigits ?? 0;
  return { amount: (minor / 10 ** digits).toFixed(digits), currencyCode };
}

/** The price of so many. */
export function times({ amount, currencyCode }: Money, count: number): Money {
  return sum([{ money: { amount, currencyCode }, count }])!;
}

/** What they cost together; null where there are none. Counted in whole minor units. */
export function sum(parts: { money: Money; count: number }[]): Money | null {
  const [first] = parts;
  if (!first) return null;
  const digits = Math.max(...parts.map(({ money: { amount } }) => (amount.split(".")[1] ?? "").length));
  const whole = (amount: string) => {
    const [units, rest = ""] = amount.split(".");
    return BigInt(units! + rest.padEnd(digits, "0"));
  };
  const total = parts.reduce((all, { money: { amount }, count }) => all + whole(amount) * BigInt(count), 0n);
  const text = total.toString().padStart(digits + 1, "0");
  const amount = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  return { amount, currencyCode: first.money.currencyCode };
}

const DAY = { weekday: "short", day: "numeric", month: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;
const HOUR = { ...CLOCK, timeZoneName: "short" } as const;

/**
 * An instant where the visitor is and, beside it, where the venue is: with the day only if it is another one there.
 * Zones whose clocks agree then are one, whatever their names: GMT and UTC.
 */
export function when(instant: string, venueZone: string): string {
  const at = new Date(instant);
  const format = (timeZone: string, how: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LANGUAGE, { ...how, timeZone }).format(at);
  const both = (how: Intl.DateTimeFormatOptions) => [format(HERE, how), format(venueZone, how)];
  const [[dayHere, dayThere], [clockHere, clockThere]] = [both(DAY), both(CLOCK)];
  const here = format(HERE, { ...DAY, ...HOUR, year: "numeric" });
  if (dayHere !== dayThere) return `${here} (${format(venueZone, { ...DAY, ...HOUR })})`;
  return clockHere === clockThere ? here : `${here} (${format(venueZone, HOUR).replaceAll(" ", "\u00a0")})`;
}

/** 50 as the visitor writes it: 50%. */
export function percent(whole: number): string {
  return new Intl.NumberFormat(LANGUAGE, { style: "percent" }).format(whole / 100);
}

/** How long it is until then: 4:05, or 2 d 3:00:00. */
export function left(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = hours || days ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  return days ? `${days} d ${clock}` : clock;
}

/** One seat, 3 seats. */
export function seats(count: number): string {
  return count === 1 ? "1 seat" : `${count.toLocaleString(LANGUAGE)} seats`;
}

/** What is bought, in a line. */
export function bought(items: readonly { section: string; quantity: number; seats: readonly string[] }[]): string {
  return items.map((item) => (item.seats.length ? item.seats.join(", ") : `${item.quantity} × ${item.section}`)).join(", ");
}
