import { createClient } from "graphql-sse";
import { authorization, converse, url } from "./conversation.mjs";

const client = createClient({
  url,
  headers: authorization,
  retryAttempts: Infinity,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
});
converse((operation, sink) => client.subscribe(operation, sink));
