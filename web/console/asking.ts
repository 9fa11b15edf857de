// How pages read and do things.

import { useEffect, useRef, useState } from "preact/hooks";
import { RequestFailed, type Seats, watchSeats } from "../../clients/typescript/src/index.ts";
import { sleep } from "../../clients/typescript/src/pauses.ts";
import { clickActs } from "../src/clicks.ts";
import { heard } from "../src/clock.ts";
import { api, lost, say } from "./session.ts";
import { words } from "./words.ts";

const PAUSE = 2000; // ms from a change of seats to what is read because of it: in a rush there are many

/** Null where what was asked for cannot be: an id that is none of its kind. */
export async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestFailed && error.code === "INVALID_INPUT") return null;
    throw error;
  }
}

export type Answer<Value> = { value: Value | null; trouble: string; again: () => Promise<void> };

/** What `read` gives, anew whenever one of these inputs changes. Only the answer to the newest question counts. */
export function useAnswer<Value>(read: () => Promise<Value>, inputs: readonly unknown[]): Answer<Value> {
  const [state, setState] = useState<{ value: Value | null; trouble: string }>({ value: null, trouble: "" });
  const [newest, reading] = [useRef(0), useRef(read)];
  reading.current = read;
  async function again(): Promise<void> {
    const mine = ++newest.current;
    try {
      const value = await reading.current();
      if (mine === newest.current) setState({ value, trouble: "" });
    } catch (error) {
      if (mine === newest.current) setState((before) => ({ ...before, trouble: words(error) }));
    }
  }
  useEffect(() => {
    void again();
    return () => void newest.current++;
  }, [...inputs]);
  return { ...state, again };
}

/** The value that was given last, but never a new one within this pause (ms) of the one before. */
export function useSlowly<Value>(value: Value, pause: number): Value {
  const [shown, show] = useState(value);
  const since = useRef(Date.now());
  useEffect(() => {
    if (value === shown) return;
    const change = () => {
      since.current = Date.now();
      show(value);
    };
    const soon = setTimeout(change, since.current + pause - Date.now());
    return () => clearTimeout(soon);
  }, [value, shown]);
  return shown;
}

type Page<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

/** A list by pages: what was read so far, and how to read on where there is more. */
export function useList<Node>(read: (after: string | null) => Promise<Page<Node>>, inputs: readonly unknown[]) {
  const [more, setMore] = useState<Page<Node>[]>([]);
  const [trouble, setTrouble] = useState("");
  const first = useAnswer(async () => {
    const page = await read(null);
    setMore([]);
    return page;
  }, inputs);
  const last = more.at(-1) ?? first.value;
  const after = last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null;
  async function onwards(): Promise<void> {
    clickActs();
    try {
      const page = await read(after);
      setMore((before) => [...before, page]);
      setTrouble("");
    } catch (error) {
      setTrouble(words(error));
    }
  }
  return {
    nodes: first.value && [first.value, ...more].flatMap(({ nodes }) => nodes),
    onwards: after ? onwards : null,
    trouble: first.trouble || trouble,
    again: first.again,
  };
}

/** Something that is done once at a time, what came of it, and what went wrong. */
export function useDoing() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const isBusy = useRef(false);
  /** Whether it was done. `done` is what is told then. */
  async function run(action: () => Promise<string | null>): Promise<void> {
    if (isBusy.current) return; // a second click is none
    isBusy.current = true;
    clickActs();
    setBusy(true);
    setTrouble("");
    try {
      const done = await action();
      if (done) say(done);
    } catch (error) {
      setTrouble(words(error));
      say(words(error));
    } finally {
      isBusy.current = false;
      setBusy(false);
    }
  }
  return { busy, trouble, run, forget: () => setTrouble("") };
}

/** The event's counters as they change; null before the first message. Then `changed` is called, a moment later. */
export function useSeats(eventId: string, isLive = true, changed?: () => Promise<void>): Seats | null {
  const [seats, setSeats] = useState<Seats | null>(null);
  const calling = useRef(changed);
  calling.current = changed;
  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    let [isOld, isFollowing] = [false, false];
    const follow = async (): Promise<void> => {
      isOld = true;
      if (isFollowing) return;
      isFollowing = true;
      while (isOld && !stop.signal.aborted) {
        await sleep(PAUSE, stop.signal);
        isOld = false;
        if (!stop.signal.aborted) await calling.current?.();
      }
      isFollowing = false;
    };
    void (async () => {
      try {
        for await (const message of watchSeats(api, { eventId, rows: false, signal: stop.signal })) {
          lost.value = false;
          if (!message.snapshot) heard(message.asOf);
          setSeats(message);
          void follow();
        }
      } catch {
        if (!stop.signal.aborted) lost.value = true;
      }
    })();
    return () => {
      stop.abort();
      lost.value = false; // nothing is listened to any more that could tell that the connection is back
    };
  }, [eventId, isLive]);
  return seats;
}
