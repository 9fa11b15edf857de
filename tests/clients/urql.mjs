import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { authorization, converse, kindOf, over, url } from "./conversation.mjs";
import { idOf, overheard } from "./persisted.mjs";
import { openSocket } from "./socket.mjs";

function onSocket() {
  const socket = openSocket();
  const forwardSubscription = (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query || "" }, sink) }),
  });
  return { exchanges: [subscriptionExchange({ forwardSubscription, enableAllOperations: true })] };
}

const onHttp = () => ({
  exchanges: [fetchExchange],
  fetchSubscriptions: true,
  fetchOptions: { headers: authorization },
});

const named = (options) => ({
  ...onHttp(),
  exchanges: [persistedExchange({ enableForMutation: true, enableForSubscriptions: true, ...options }), fetchExchange],
  fetch: overheard,
});
const ways = {
  ws: onSocket,
  sse: onHttp,
  hashes: () => named({}),
  ids: () => named({ generateHash: async (_, document) => idOf(document) }),
};
const client = new Client({ url, ...ways[over]() });

converse(({ query, variables }, sink) => {
  const kind = kindOf(query);
  const told = ({ data, error, hasNext }) => {
    if (error) sink.error(error.graphQLErrors.length ? error.graphQLErrors : error);
    // It repeats the last result when a subscription ends.
    else if (kind === "subscription" && !hasNext) sink.complete();
    else sink.next({ data });
  };
  const source = client[kind](query, variables);
  if (kind !== "subscription") return source.toPromise().then(told);
  const { unsubscribe } = source.subscribe(told);
  return unsubscribe;
});
