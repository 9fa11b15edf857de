import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { converse, kindOf, over, url } from "./conversation.mjs";
import { hashOf, idOf, overheard } from "./persisted.mjs";
import { openSocket } from "./socket.mjs";

const named = (options) =>
  new PersistedQueryLink({ useGETForHashedQueries: true, ...options }).concat(new HttpLink({ uri: url, fetch: overheard }));
const links = {
  hashes: () => named({ sha256: hashOf }),
  ids: () => named({ generateHash: idOf }),
  "": () => new GraphQLWsLink(openSocket()),
};
const client = new ApolloClient({ link: links[over](), cache: new InMemoryCache() });

converse(({ query, variables }, sink) => {
  const document = gql(query);
  const told = ({ data, error }) => (error ? sink.error(error) : sink.next({ data }));
  switch (kindOf(query)) {
    case "query":
      client.query({ query: document, variables, fetchPolicy: "network-only" }).then(told, sink.error);
      break;
    case "mutation":
      client.mutate({ mutation: document, variables }).then(told, sink.error);
      break;
    case "subscription": {
      const observer = { next: told, error: sink.error, complete: sink.complete };
      const subscription = client.subscribe({ query: document, variables }).subscribe(observer);
      return () => subscription.unsubscribe();
    }
  }
});
