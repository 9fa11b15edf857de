import { type Member, Refused, RequestFailed } from "./errors.ts";
import { RefreshSessionDocument } from "./generated/graphql.ts";
import { Pauses, sleep } from "./pauses.ts";
import { type Keep, Session, type Stored, type Tokens } from "./session.ts";
import type { DocumentTypeDecoration } from "@graphql-typed-document-node/core";
import type { Client } from "graphql-ws";

const TIMEOUT = 15_000; // ms for one request: the API waits up to 10 seconds for the payment provider
const REFRESH_PATIENCE = 25_000; // ms: where the server gives a lost answer again, it does so for some 30 seconds
const AGAIN = ["UNAVAILABLE", "RATE_LIMITED", "TOO_MANY_CONNECTIONS", "REQUEST_TIMEOUT"];
const AGAIN_STATUSES = [408, 429, 502, 503, 504];

export type Options = {
  /** The address of the API, https://…/graphql. */
  url: string;
  /** Those of a session that was begun earlier. */
  tokens?: Tokens | null;
  /** Told of each change of the tokens, before they are used; null when the session is over. It may take its time. */
  onTokens?: Keep;
  /**
   * Where several tabs share a session: the tokens that any of them has stored last, as IndexedDB has them. One tab at a time
   * renews them then. Not of localStorage: for a moment each tab may see what was there before.
   */
  stored?: Stored;
  /** Told when subscriptions have lost their connection, and why. They come back by themselves. */
  onLost?: (why: string) => void;
  /** For how many milliseconds a request is repeated. */
  patience?: number;
  /** After how many milliseconds without a word a line is dead. */
  silence?: number;
  /** What makes WebSockets where there is no global one: npm's `ws` in Node 20. */
  webSocketImpl?: unknown;
};

/** The API as one person sees it, or nobody. The functions of this package take it first. */
export type Seatlock = {
  readonly options: Options;
  readonly session: Session;
  /** The one connection of all subscriptions, while there are any. */
  socket?: Client;
};

/** What is known of the attempts at one request. */
export type Attempts = {
  /** Whether one was perhaps carried out, and its answer never came. */
  lost: boolean;
};

export type How = { signedIn?: boolean; patience?: number; attempts?: Attempts };

/** Nothing is sent before something is asked for. */
export function connect(options: Options): Seatlock {
  const refresh = async (refreshToken: string): Promise<Tokens> => {
    const how = { signedIn: false, patience: REFRESH_PATIENCE };
    return change(api, RefreshSessionDocument, { input: { refreshToken } }, how);
  };
  const api: Seatlock = { options, session: new Session(refresh, options.onTokens, options.tokens ?? null, options.stored) };
  return api;
}

/** An idempotency key: one for each thing that the buyer does. Store it first to go on after a page was loaded again. */
export function newKey(): string {
  return crypto.randomUUID();
}

/** The success of a mutation. Throws Refused, and what `ask` throws. */
export async function change<Result, Variables>(
  api: Seatlock,
  document: DocumentTypeDecoration<Result, Variables>,
  variables: Variables,
  how?: How,
): Promise<Exclude<Member<Result>, { code: unknown }>> {
  const [outcome] = Object.values((await ask(api, document, variables, how)) as object);
  // Any Error of the union, also one that is newer than this client.
  if ("code" in outcome) throw new Refused(outcome);
  return outcome;
}

/**
 * The data of a query or a mutation. Throws RequestFailed and SessionEnded. It is sent again as it is after a lost answer and
 * whatever else may be gone in a moment. So it must do nothing twice: by nature, or by its idempotency key.
 */
export async function ask<Result, Variables>(
  api: Seatlock,
  document: DocumentTypeDecoration<Result, Variables>,
  variables: Variables,
  { signedIn = true, patience = api.options.patience ?? 60_000, attempts = { lost: false } }: How = {},
): Promise<Result> {
  const giveUpAt = performance.now() + patience;
  const [pauses, body] = [new Pauses(), JSON.stringify({ query: document.toString(), variables })];
  for (let refused = ""; ; ) {
    const token = signedIn ? await api.session.token(refused) : "";
    const [answer, after] = await post(api.options.url, body, token);
    const failure = failureOf(answer);
    if (!failure) return answer.data as Result;
    attempts.lost ||= failure.code === "UNAVAILABLE";
    if (failure.code === "UNAUTHENTICATED" && token && !refused) {
      refused = token; // renewed, then again
      continue;
    }
    const pause = pauses.next(secondsOf(failure) * 1000 || after);
    if (!mayPass(failure) || performance.now() + pause > giveUpAt) throw failure;
    await sleep(pause);
  }
}

type Answer = {
  data?: unknown;
  errors?: readonly { message: string; extensions?: Record<string, unknown> | undefined }[] | undefined;
};

/** The answer, or one like the API's own where there is none; and for how many milliseconds it asks us to wait. */
async function post(url: string, body: string, token: string): Promise<[Answer, number]> {
  const headers = {
    Accept: "application/graphql-response+json, application/json",
    "Content-Type": "application/json",
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  let [code, message, after] = ["UNAVAILABLE", "", 0];
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT) });
    const { status } = response;
    after = 1000 * (Number(response.headers.get("Retry-After")) || 0);
    message = `HTTP ${status}`;
    if (status >= 400 && status < 500 && !AGAIN_STATUSES.includes(status)) code = `HTTP_${status}`;
    const answer: unknown = await response.json();
    if (answer && typeof answer === "object" && ("data" in answer || "errors" in answer)) return [answer as Answer, after];
  } catch (error) {
    message ||= String(error);
  }
  return [{ errors: [{ message, extensions: { code } }] }, after];
}

/** An answer's first top-level error. */
export function failureOf({ errors }: Answer): RequestFailed | undefined {
  const [error] = errors ?? [];
  return error && new RequestFailed(String(error.extensions?.["code"] ?? "UNKNOWN"), error.message, error.extensions);
}

/** Whether it may be gone in a moment. */
export function mayPass({ code }: RequestFailed): boolean {
  return AGAIN.includes(code);
}

/** How long the API asks us to wait. */
export function secondsOf({ extensions }: RequestFailed): number {
  return Number(extensions["retryAfterSeconds"]) || 0;
}
