// What each client here has in common: started with {url, token} as its argument, and {renewed}, the token it gets when
// the first is refused, it is told by lines of JSON what to do,
//   {"about": "1", "query": "subscription …", "variables": {…}} and {"about": "1"} to stop that one,
// and repeats, a line each, what the client library tells an application:
//   {"about": "1", "data": {…}}, {"about": "1", "errors": […]}, {"about": "1", "complete": true},
//   {"about": "connection", "opened": true}, {"about": "connection", "closed": 1012}.
// It ends when nobody talks to it any more.
import { createInterface } from "node:readline";
import { messageOf } from "./socket.ts";

export const { url, token, over, renewed, silence } = JSON.parse(process.argv[2]);
export const authorization = token ? { Authorization: `Bearer ${token}` } : {};

export const tell = (about, what) => process.stdout.write(`${JSON.stringify({ about, ...what })}\n`);

/** The first word of a document: query, mutation or subscription. */
export const kindOf = (query) => query.match(/\w+/)[0];

/** `execute` gets {query, variables} and a sink {next, error, complete}; it returns how to stop the operation. */
export function converse(execute) {
  const stops = new Map();
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const { about, query, variables } = JSON.parse(line);
      if (query === undefined) return stops.get(about)();
      const sink = {
        next: ({ data, errors }) => tell(about, errors ? { errors } : { data }),
        error: (error) => tell(about, { errors: asErrors(error) }),
        complete: () => tell(about, { complete: true }),
      };
      stops.set(about, execute({ query, variables }, sink));
    })
    .on("close", () => process.exit());
}

// The libraries tell GraphQL errors as an array, or as an Error that holds one; anything else is a failure to connect.
function asErrors(error) {
  return Array.isArray(error) ? error : (error.errors ?? [{ message: messageOf(error.networkError ?? error) }]);
}
