// The page of GraphiQL without a browser: what its fetcher makes of a subscription, as GraphiQL gets it.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { converse, token, url } from "./conversation.mjs";

let props;
const page = {
  clearTimeout,
  document: { getElementById: () => ({ dataset: {} }) },
  // As GraphiQL's own does with a wsClient.
  GraphiQL: { createFetcher: ({ wsClient }) => (operation) => (sink) => wsClient.subscribe(operation, sink) },
  location: new URL(url),
  React: { createElement: (_, given) => (props = given) },
  ReactDOM: { createRoot: () => ({ render: () => {} }) },
  setTimeout,
  WebSocket,
};
runInNewContext(readFileSync(new URL("ide.js", import.meta.url), "utf8"), page);
const headers = token ? { Authorization: `Bearer ${token}` } : {};
converse((operation, sink) => props.fetcher(operation, { headers })(sink));
