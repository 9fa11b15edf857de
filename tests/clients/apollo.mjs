import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { converse, kindOf } from "./conversation.mjs";
import { openSocket } from "./socket.mjs";

const client = new ApolloClient({ link: new GraphQLWsLink(openSocket()), cache: new InMemoryCache() });

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
