// One event while somebody looks at it: its hall, live, and what the buyer chooses and holds.

import { batch, signal } from "@preact/signals";
import {
  confirm,
  type Event,
  event as readEvent,
  extendLock,
  lockSeats,
  myLocks,
  releaseLock,
  RequestFailed,
  type SeatLock,
  type SelectionItemInput,
  SessionEnded,
  watchSeats,
} from "../../clients/typescript/src/index.ts";
import { change } from "../../clients/typescript/src/connection.ts";
import { ChangeLockDocument, type ChangedFragment, type LockedFragment } from "../../clients/typescript/src/generated/graphql.ts";
import { heard, now } from "./clock.ts";
import { Hall, labelOf, type Place } from "./hall.ts";
import { api, keyOf, lost, once, say, settle, tellOthers } from "./shop.ts";
import { signedIn, withSession } from "./sign.tsx";
import { RUN_OUT, words } from "./words.ts";

const MOST = 1_000_000; // seats of an event: more is a slip of the finger

export type Counts = Readonly<Record<string, number>>;

/** How many of this section: it may be called as something that every object has. */
export function countOf(counts: Counts, section: string): number {
  return Object.hasOwn(counts, section) ? counts[section]! : 0;
}

export class Sale {
  readonly id: string;
  /** Undefined until it is read; null when there is none. */
  readonly event = signal<Event | null | undefined>(undefined);
  readonly hall = signal(new Hall([]));
  /** Grows with each change that the plan shows. */
  readonly drawn = signal(0);
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** How many of each section without numbers. */
  readonly counts = signal<Counts>({});
  readonly lock = signal<SeatLock | null>(null);
  /** What is held already until it is paid: its booking's id. */
  readonly unpaid = signal<string | null>(null);
  readonly cursor = signal<Place | null>(null);
  readonly trouble = signal("");
  readonly #stop = new AbortController();
  #knowsLock = false;
  #reading = 0;

  constructor(id: string) {
    this.id = id;
    const kept = JSON.parse(sessionStorage.getItem(this.#place) ?? "null") as { seats: string[]; counts: Counts } | null;
    if (kept) [this.chosen.value, this.counts.value] = [new Set(kept.seats), kept.counts];
    void this.follow();
  }

  get #place(): string {
    return `seatlock.chosen ${this.id}`;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Read it and listen to it, until it is stopped or something goes wrong. */
  async follow(): Promise<void> {
    this.trouble.value = "";
    try {
      const found = await readEvent(api, this.id);
      if (found) [this.hall.value, this.cursor.value] = [new Hall(found.sections), null];
      this.event.value = found;
      if (!found) return;
      await this.findLock();
      const { signal } = this.#stop;
      for await (const message of watchSeats(api, { eventId: this.id, whole: true, signal })) {
        lost.value = false;
        if (!message.snapshot) heard(message.asOf);
        const before = this.event.value!;
        const sections = before.sections.map((section) => {
          const fresh = message.event?.sections.find(({ id }) => id === section.id);
          return fresh ? { ...section, availableSeats: fresh.availableSeats } : section;
        });
        batch(() => {
          this.hall.value.update(message.changedRows ?? [], message.snapshot);
          this.event.value = { ...before, ...message.event, sections };
          this.drawn.value++;
        });
        if (message.salesOpen && !before.salesOpen) say("Sales are open.");
        this.#letGo();
        const lock = this.lock.value;
        if (lock && Date.parse(lock.expiresAt) <= now.value) void this.findLock();
      }
    } catch (error) {
      // An id that is none of an event's.
      if (error instanceof RequestFailed && error.code === "INVALID_INPUT") this.event.value = null;
      else if (!(error instanceof SessionEnded)) this.trouble.value = words(error);
      else void this.follow();
    }
  }

  /** What the buyer holds of this event, as the server knows it. */
  async findLock(): Promise<void> {
    const reading = ++this.#reading;
    let locks: SeatLock[] = [];
    if (api.session.tokens) {
      try {
        locks = (await myLocks(api, { event: this.id, status: "ACTIVE" })).nodes;
      } catch (error) {
        if (!(error instanceof SessionEnded)) return;
      }
    }
    if (reading !== this.#reading) return; // something newer is known
    const before = this.lock.value;
    this.unpaid.value = locks.find(({ booking }) => booking)?.booking?.id ?? null;
    this.#hold(locks.find(({ booking }) => !booking) ?? null);
    if (before && !locks.length && Date.parse(before.expiresAt) <= now.value) this.#tell(RUN_OUT);
    this.#knowsLock = true;
    this.#letGo();
  }

  #hold(lock: SeatLock | null): void {
    const before = this.lock.value;
    if (!lock && !before) return;
    batch(() => {
      this.lock.value = lock;
      const isOther = lock?.id !== before?.id || lock?.seats.join() !== before?.seats.join();
      if (!lock) this.#choose(new Set(), {});
      else if (isOther || lock.quantity !== before?.quantity) this.#choose(new Set(lock.seats), countsOf(lock));
      this.drawn.value++;
    });
  }

  #choose(seats: ReadonlySet<string>, counts: Counts): void {
    batch(() => {
      this.chosen.value = seats;
      this.counts.value = counts;
      this.trouble.value = "";
      this.drawn.value++;
    });
    sessionStorage.setItem(this.#place, JSON.stringify({ seats: [...seats], counts }));
  }

  /** Chosen seats that somebody else has now are no longer chosen. */
  #letGo(): void {
    if (!this.#knowsLock || this.#changing) return;
    const held = new Set(this.lock.value?.seats);
    const gone = [...this.chosen.value].filter((label) => {
      const place = this.hall.value.find(label);
      return !held.has(label) && place?.row.statuses[place.seat] !== "A";
    });
    if (!gone.length) return;
    this.#choose(new Set([...this.chosen.value].filter((label) => !gone.includes(label))), this.counts.value);
    this.#tell(`Somebody was quicker: ${gone.join(", ")}. Please choose others.`);
  }

  /** For eyes, and for ears. */
  #tell(trouble: string): void {
    this.trouble.value = trouble;
    say(trouble);
  }

  /** How a seat stands for this buyer: A, H or B as for everybody, M held by them, and C or M→L chosen or let go. */
  stateOf({ row, seat }: Place, label: string): "A" | "H" | "B" | "C" | "M" | "L" {
    const isChosen = this.chosen.value.has(label);
    if (this.lock.value?.seats.includes(label)) return isChosen ? "M" : "L";
    return isChosen ? "C" : (row.statuses[seat] as "A" | "H" | "B");
  }

  toggle(place: Place): void {
    const label = labelOf(place);
    const state = this.stateOf(place, label);
    this.cursor.value = place;
    if (state === "H" || state === "B") return say(`${label} is taken.`);
    const seats = new Set(this.chosen.value);
    if (!seats.delete(label)) seats.add(label);
    this.#choose(seats, this.counts.value);
    say(`${label} ${seats.has(label) ? "chosen" : "no longer chosen"}.`);
  }

  count(section: string, count: number): void {
    this.#choose(this.chosen.value, { ...this.counts.value, [section]: Math.min(MOST, Math.max(0, Math.floor(count) || 0)) });
  }

  /** What the buyer wants more, and no longer, than what is held. */
  difference(): { add: SelectionItemInput[]; remove: SelectionItemInput[] } {
    const lock = this.lock.value;
    const [held, had] = [new Set(lock?.seats), lock ? countsOf(lock) : {}];
    const more = [...this.chosen.value].filter((label) => !held.has(label));
    const less = [...held].filter((label) => !this.chosen.value.has(label));
    const [add, remove]: [SelectionItemInput[], SelectionItemInput[]] = [[], []];
    if (more.length) add.push({ seats: more });
    if (less.length) remove.push({ seats: less });
    for (const section of new Set([...Object.keys(had), ...Object.keys(this.counts.value)])) {
      const by = countOf(this.counts.value, section) - countOf(had, section);
      if (by > 0) add.push({ quantity: { count: by, section } });
      if (by < 0) remove.push({ quantity: { count: -by, section } });
    }
    return { add, remove };
  }

  // ---------------------------------------------------------------- what the buyer does

  #changing = false;

  /** Hold what is chosen, or change what is held to it. */
  hold(): Promise<void> {
    const { add, remove } = this.difference();
    const keeps = this.chosen.value.size > 0 || Object.values(this.counts.value).some((count) => count > 0);
    return keeps ? this.#take(add, remove) : this.release();
  }

  /** The best seats that the server finds, together where it can. */
  best(count: number, section: string, accessCode: string): Promise<void> {
    return this.#take([{ quantity: { count, ...(section && { section }) } }], [], accessCode);
  }

  #take(add: SelectionItemInput[], remove: SelectionItemInput[], accessCode = ""): Promise<void> {
    return this.#do("hold", async () => {
      const lock = this.lock.value;
      const what = JSON.stringify({ event: this.id, lock: lock?.id, add, remove, accessCode });
      const taken = await (lock ? this.#change(lock.id, what, add, remove) : this.#lock(what, add, accessCode));
      settle(what);
      this.#reading++;
      this.#hold(taken.lock);
      say(`You hold ${taken.lock.items.map(({ quantity, section }) => `${quantity} in ${section}`).join(", ")}.`);
      if (taken.together === false) this.trouble.value = "There were not so many together, so these are close to each other.";
    });
  }

  async #lock(what: string, items: SelectionItemInput[], accessCode: string): Promise<LockedFragment> {
    const take = () => lockSeats(api, { eventId: this.id, seats: { items }, key: keyOf(what), ...(accessCode && { accessCode }) });
    const taken = await take();
    if (!taken.replayed || taken.lock.status === "ACTIVE") return taken;
    settle(what); // that was another time: it has ended since
    return take();
  }

  #change(lockId: string, what: string, add: SelectionItemInput[], remove: SelectionItemInput[]): Promise<ChangedFragment> {
    const input = { lockId, add: add.length ? add : null, remove: remove.length ? remove : null, idempotencyKey: keyOf(what) };
    return change(api, ChangeLockDocument, { input });
  }

  extend(): Promise<void> {
    return this.#do("extend", async () => {
      this.#hold(await extendLock(api, this.lock.value!.id));
      say("You have more time.");
    });
  }

  release(): Promise<void> {
    return this.#do("release", async () => {
      await releaseLock(api, this.lock.value!.id);
      this.#reading++;
      this.#hold(null);
      say("Your seats are free again.");
    });
  }

  /** The booking's id, to be paid. */
  async book(): Promise<string | null> {
    let booking: string | null = null;
    await this.#do("book", async () => {
      booking = (await confirm(api, this.lock.value!.id)).id;
    });
    return booking;
  }

  #do(what: string, action: () => Promise<void>): Promise<void> {
    return once(what, async () => {
      this.trouble.value = "";
      if (!(await signedIn())) return;
      this.#changing = true;
      try {
        await withSession(action);
        tellOthers();
      } catch (error) {
        this.#tell(words(error));
        await this.findLock(); // perhaps it has run out, or another tab was quicker
        this.#tell(words(error)); // still: what is no longer held took it along
      } finally {
        this.#changing = false;
        this.#letGo();
      }
    });
  }
}

function countsOf(lock: SeatLock): Counts {
  return Object.fromEntries(lock.items.filter(({ seats }) => !seats.length).map(({ section, quantity }) => [section, quantity]));
}
