// graphql-ws, which Apollo and urql speak through as well.
import { createClient } from "graphql-ws";
import { authorization, tell, url } from "./conversation.mjs";

/** A client on this implementation of WebSocket; by default the one Node shares with browsers. */
export const openSocket = (webSocketImpl) =>
  createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: authorization,
    webSocketImpl,
    lazyCloseTimeout: 10_000, // so that what is asked next goes over the same connection
    on: { closed: ({ code }) => tell("connection", { closed: code }) },
    // As patient as an application whose server restarts, and quicker than the default second.
    retryAttempts: Infinity,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    shouldRetry: ({ code }) => code !== 4403,
  });
