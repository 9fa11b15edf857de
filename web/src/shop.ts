// Who buys here, and what every page of this visit shares.

import { signal } from "@preact/signals";
import { connect, login, logout, newKey, register } from "../../clients/typescript/src/index.ts";
import { clickActs } from "./clicks.ts";
import { KeptTokens } from "./tokens.ts";

const NAME = "seatlock.name";
const kept = new KeptTokens("seatlock.tokens");

/** The name of whoever is signed in. */
export const who = signal<string | null>(localStorage.getItem(NAME));

/** Grows when something of the buyer's may have changed elsewhere: in another tab, or while this page was away. */
export const touched = signal(0);

/** Whether what is shown may be old, because the connection was lost. */
export const lost = signal(false);

/** What a screen reader is told. */
export const said = signal("");

/** Tell it: the newest sentence only. */
export function say(sentence: string): void {
  said.value = sentence;
}

// In one place for all tabs: a refresh token is good for one use.
export const api = connect({
  url: new URL("/graphql", location.href).href,
  tokens: kept.known(),
  stored: () => kept.newest(),
  onTokens: (tokens) => {
    if (!tokens) forget();
    return kept.keep(tokens);
  },
  onLost: () => (lost.value = true),
});

function forget(): void {
  localStorage.removeItem(NAME);
  who.value = null;
  said.value = "";
}

/** What another tab has done with the session is done here, too. */
function follow(): void {
  const tokens = kept.known();
  const mine = api.session.tokens;
  if (tokens?.refreshToken !== mine?.refreshToken) api.session.adopt(tokens);
  who.value = localStorage.getItem(NAME);
  if (mine && !tokens) said.value = "";
}

const others = new BroadcastChannel("seatlock");
others.onmessage = () => touched.value++;
addEventListener("storage", ({ key }) => key !== NAME && (follow(), touched.value++));
addEventListener("storage", ({ key }) => key === NAME && follow());
addEventListener("pageshow", ({ persisted }) => persisted && (follow(), touched.value++));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && follow());

/** The buyer has changed what they hold or have: other tabs look again. */
export function tellOthers(): void {
  others.postMessage("changed");
}

export async function signIn(known: { email: string; password: string }): Promise<void> {
  welcome((await login(api, known)).name);
}

export async function signUp(fresh: { name: string; email: string; password: string }): Promise<void> {
  welcome((await register(api, fresh)).name);
}

function welcome(name: string): void {
  localStorage.setItem(NAME, name);
  who.value = name;
  touched.value++;
}

/** Here at once. Where the server cannot be reached it is told later, or the session lapses there. */
export async function signOut(): Promise<void> {
  const told = logout(api);
  await api.session.end();
  // Whoever comes next to this browser finds nothing of theirs.
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("seatlock.")) sessionStorage.removeItem(name);
  touched.value++;
  await told.catch(() => undefined);
}

// ---------------------------------------------------------------- things that are done once

/** The idempotency key of something that the buyer wants: the same one until it is settled, also after a reload. */
export function keyOf(intent: string): string {
  const name = `seatlock.key ${intent}`;
  const key = sessionStorage.getItem(name) ?? newKey();
  sessionStorage.setItem(name, key);
  return key;
}

/** Its answer is known: wanted again, it is another thing. */
export function settle(intent: string): void {
  sessionStorage.removeItem(`seatlock.key ${intent}`);
}

/** What is being done at this moment. */
export const busy = signal<string | null>(null);

/** Does it, unless something is being done already: a second click is none, also when the first one is answered. */
export async function once(what: string, action: () => Promise<void>): Promise<void> {
  if (busy.value !== null) return;
  busy.value = what;
  clickActs();
  try {
    await action();
  } finally {
    busy.value = null;
  }
}
