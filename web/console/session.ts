// Which ADMIN works here. The shop on this server has a session of its own, so somebody can look at both.

import { signal } from "@preact/signals";
import { connect, login, logout } from "../../clients/typescript/src/index.ts";
import { ask } from "../../clients/typescript/src/connection.ts";
import { KeptTokens } from "../src/tokens.ts";
import { MeDocument } from "./generated/graphql.ts";

const NAME = "seatlock.console.name";
const kept = new KeptTokens("seatlock.console.tokens");

/** The name of the ADMIN who is signed in. */
export const who = signal<string | null>(localStorage.getItem(NAME));

/** Whether what is shown may be old, because the connection was lost. */
export const lost = signal(false);

/** What a screen reader is told: the newest sentence only. */
export const said = signal("");

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
}

/** What another tab has done with the session is done here, too. */
function follow(): void {
  const tokens = kept.known();
  const mine = api.session.tokens;
  if (tokens?.refreshToken !== mine?.refreshToken) api.session.adopt(tokens);
  who.value = localStorage.getItem(NAME);
}

addEventListener("storage", follow);
addEventListener("pageshow", ({ persisted }) => persisted && follow());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && follow());

/** Whoever is signed in is no ADMIN. */
export class NotAdmin extends Error {}

export async function signIn(known: { email: string; password: string }): Promise<void> {
  const user = await login(api, known);
  if (user.role !== "ADMIN") {
    void signOut();
    throw new NotAdmin();
  }
  localStorage.setItem(NAME, user.name);
  who.value = user.name;
}

/** Here at once. Where the server cannot be reached it is told later, or the session lapses there. */
export async function signOut(): Promise<void> {
  const told = logout(api);
  await api.session.end();
  await told.catch(() => undefined);
}

/** Ends the session of somebody who is no ADMIN any more. */
export async function checkRole(): Promise<void> {
  if (!api.session.tokens) return forget();
  const { viewer } = await ask(api, MeDocument, {});
  if (viewer?.role !== "ADMIN") await signOut();
}
