// Our client for TypeScript, told by lines of JSON what to call,
//   {"about": "1", "call": "lockSeats", "with": [{…}]} and {"about": "1"} to call off what listens,
// and repeating what it gets: {"about": "1", "value": …}, {"about": "1", "error": {…}}, {"about": "1", "ended": true}.
import { createInterface } from "node:readline";
import * as seatlock from "./client/index.ts";

const tell = (about, what) => process.stdout.write(`${JSON.stringify({ about, ...what })}\n`);
const told = ({ name, code, message, outcome }) => ({ name, code, message, outcome });
const calledOff = new Map();

const api = seatlock.connect({
  onTokens: (tokens) => tell("tokens", { value: tokens }),
  onLost: (why) => tell("lost", { value: why }),
  ...JSON.parse(process.argv[2]),
});

async function run(about, call, given) {
  try {
    if (call.startsWith("watch")) {
      calledOff.set(about, new AbortController());
      const { signal } = calledOff.get(about);
      for await (const value of seatlock[call](api, { ...given[0], signal })) tell(about, { value });
      tell(about, { ended: true });
    } else tell(about, { value: await seatlock[call](api, ...given) });
  } catch (error) {
    tell(about, { error: told(error) });
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { about, call, with: given } = JSON.parse(line);
    if (call) run(about, call, given);
    else calledOff.get(about).abort();
  })
  .on("close", () => process.exit());
