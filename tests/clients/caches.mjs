// Three applications with normalising caches: each has a component that only reads an event, and a listener that does
// nothing with what it hears. What the components show is told in lines of JSON, under the name of the cache.
import { readFileSync } from "node:fs";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition } from "@apollo/client/utilities";
import { cacheExchange } from "@urql/exchange-graphcache";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { buildSchema, introspectionFromSchema } from "graphql";
import relay from "relay-runtime";
import { authorization, tell, url } from "./conversation.mjs";
import eventQuery from "./relayEventQuery.graphql.js";
import seatsSubscription from "./relaySeatsSubscription.graphql.js";
import { openSocket } from "./socket.mjs";

const { event } = JSON.parse(process.argv[2]);
const variables = { event };
const possibleTypes = JSON.parse(readFileSync("possibleTypes.json", "utf8"));

// What each cache complains about in development: nobody should have to ask what that means.
for (const complain of ["warn", "error"]) {
  console[complain] = (...words) => tell("complaint", { data: { words: words.map(String) } });
}

// Clients that make requests while they should only listen are told on.
const counted = (name) => (input, init) => {
  tell("request", { data: { of: name } });
  return fetch(input, init);
};

const EVENT = `query ($event: ID!) {
  event(id: $event) { id name price { amount } availableSeats sections { id availableSeats price { currencyCode } } }
}`;
const SEATS = `subscription ($event: ID!) {
  seatAvailability(eventId: $event) {
    event { id version name price { currencyCode } availableSeats sections { id availableSeats } }
  }
}`;
const LOCK = `mutation ($event: ID!) {
  lockSeats(input: {eventId: $event, selection: {quantity: {count: 999}}, idempotencyKey: "k"}) {
    __typename ... on LockSeatsSuccess { lock { id } } ... on Error { code message }
  }
}`;

const show = (name, { name: title, availableSeats, sections }) =>
  tell(name, { data: { event: { title, seats: [availableSeats, ...sections.map((each) => each.availableSeats)] } } });

async function apollo() {
  const listens = ({ query }) => getMainDefinition(query).operation === "subscription";
  const http = new HttpLink({ uri: url, headers: authorization, fetch: counted("apollo") });
  const link = ApolloLink.split(listens, new GraphQLWsLink(openSocket()), http);
  const open = (cache) => new ApolloClient({ link, cache });
  const client = open(new InMemoryCache({ possibleTypes, typePolicies: { Money: { merge: true } } }));
  client
    .watchQuery({ query: gql(EVENT), variables })
    .subscribe(({ data, dataState }) => dataState === "complete" && show("apollo", data.event));
  client.subscribe({ query: gql(SEATS), variables }).subscribe({});

  for (const [name, its] of [["apollo", client], ["apollo without possibleTypes", open(new InMemoryCache())]]) {
    const { data } = await its.mutate({ mutation: gql(LOCK), variables });
    tell(`outcome of ${name}`, { data });
  }
}

async function graphcache() {
  const socket = openSocket();
  const forwardSubscription = (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query || "" }, sink) }),
  });
  const schema = introspectionFromSchema(buildSchema(readFileSync("schema.graphql", "utf8")));
  const cache = cacheExchange({ schema, keys: { Money: () => null } });
  const exchanges = [cache, fetchExchange, subscriptionExchange({ forwardSubscription })];
  const fetchOptions = { headers: authorization };
  const client = new Client({ url, exchanges, fetchOptions, fetch: counted("graphcache"), preferGetMethod: false });
  client.query(EVENT, variables).subscribe(({ data }) => data && show("graphcache", data.event));
  client.subscription(SEATS, variables).subscribe(() => {});
  const { data } = await client.mutation(LOCK, variables).toPromise();
  tell("outcome of graphcache", { data });
}

async function relayModern() {
  const { Environment, fetchQuery, Network, RecordSource, requestSubscription, Store } = relay;
  const socket = openSocket();
  const ask = async ({ text: query }, variables) => {
    const headers = { "Content-Type": "application/json", ...authorization };
    const body = JSON.stringify({ query, variables });
    return (await counted("relay")(url, { method: "POST", headers, body })).json();
  };
  const listen = ({ text: query }, variables) =>
    relay.Observable.create((sink) => socket.subscribe({ query, variables }, sink));
  const environment = new Environment({
    network: Network.create(ask, listen),
    store: new Store(new RecordSource()),
  });
  await fetchQuery(environment, eventQuery, variables).toPromise();
  const operation = relay.createOperationDescriptor(relay.getRequest(eventQuery), variables);
  environment.retain(operation);
  const snapshot = environment.lookup(operation.fragment);
  const shown = ({ data }) => show("relay", data.event);
  shown(snapshot);
  environment.subscribe(snapshot, shown);
  requestSubscription(environment, { subscription: seatsSubscription, variables });
}

await Promise.all([apollo(), graphcache(), relayModern()]);
process.stdin.on("end", () => process.exit()).resume();
