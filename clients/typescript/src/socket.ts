// A client of npm's graphql-ws with the options that Seatlock needs. Apollo's GraphQLWsLink takes it as it is, and urql's
// subscriptionExchange through its `subscribe`.
//
// const client = openSocket({
//   url,
//   token: (refused) => (refused && refused === accessToken ? refreshSession() : accessToken),
// });
// client.subscribe({ query, variables }, { next: show, error: (ended) => say(messageOf(ended)), complete() {} });

import { type Client, type ClientOptions, createClient } from "graphql-ws";

const SILENCE = 30_000; // ms: the API sends a ping every 12 s, so a connection that is silent for longer is dead
const LONGEST_PAUSE = 15_000; // ms
const FORBIDDEN = 4403;
const TOO_LARGE = 1009;

export type SocketOptions = Partial<ClientOptions> & {
  /** The address of the API, https://… or wss://…. */
  url: string;
  /**
   * The access token for a new connection, "" for nobody; asked for each time. `refused` is the one that the API has just
   * refused, and "" otherwise: then get a new one. Giving the same one, or throwing, ends all that waits for it.
   */
  token: (refused: string) => string | Promise<string>;
  /** After how many milliseconds without a message the line is dead. */
  silence?: number;
};

/** Connects when something is asked for, and again after every end that another attempt may mend. */
export function openSocket({ url, token, silence = SILENCE, ...options }: SocketOptions): Client {
  let [sent, refused, again, renewing] = ["", "", true, false];
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: async () => {
      sent = await token(refused);
      if (refused && sent === refused) throw new Error("The access token is not valid; sign in again.");
      return sent ? { Authorization: `Bearer ${sent}` } : {};
    },
    retryAttempts: Infinity,
    // Each pause longer, up to a bound, and random: clients should not all come back at once.
    retryWait: (retries) => {
      const longest = Math.min(500 * 2 ** retries, LONGEST_PAUSE);
      return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
    },
    // Codes that the same messages would bring again end it by themselves, whatever is said here; these two do not.
    // It is asked for each subscription of a connection, so it only answers, and changes nothing.
    shouldRetry: (ended) => {
      const code = codeOf(ended);
      if (code === undefined) return !(ended instanceof Error); // nobody was there; or `token` has thrown
      return code === FORBIDDEN ? again : code !== TOO_LARGE;
    },
    ...options,
  });
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => client.terminate(), silence);
  };
  client.on("connecting", heard);
  client.on("connected", () => ([refused, renewing] = ["", false]));
  client.on("closed", (ended) => {
    clearTimeout(watchdog);
    if (codeOf(ended) !== FORBIDDEN) return;
    again = sent !== "" && !refused; // not with a second one that is refused
    refused = sent;
  });
  client.on("error", () => clearTimeout(watchdog));
  client.on("message", (message) => {
    heard();
    if (message.type === "error" && isUnauthenticated(message.payload)) renew();
  });

  /** The connection's token is good no more, or nobody was signed in: all goes on over another, with another token. */
  const renew = () => {
    if (renewing) return; // the former connection may still tell what else it has ended
    renewing = true;
    refused = sent;
    client.terminate();
  };

  /** As graphql-ws does, but what ended with its token is asked again, once, with the next one. */
  const subscribe: Client["subscribe"] = (request, sink) => {
    let asked = false; // and nothing was heard since
    const start = (): (() => void) =>
      client.subscribe(request, {
        complete: () => sink.complete(),
        next: (value) => {
          asked = false;
          sink.next(value as never);
        },
        error: (ended) => {
          if (asked || !isUnauthenticated(ended)) return sink.error(ended);
          asked = true;
          renew();
          stop = start();
        },
      });
    let stop = start();
    return () => stop();
  };
  return { ...client, subscribe };
}

const isUnauthenticated = (ended: unknown) =>
  Array.isArray(ended) && ended.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");

const codeOf = (ended: unknown) => (ended as { code?: number }).code;

/** What to say to a user: an `error` is GraphQL's errors, how a connection was closed, or what `token` has thrown. */
export function messageOf(ended: unknown): string {
  const [first] = Array.isArray(ended) ? ended : [ended];
  const { message, reason, code } = (first ?? {}) as { message?: string; reason?: string; code?: number };
  return message || reason || (code ? `The connection was closed with ${code}.` : "The server cannot be reached.");
}
