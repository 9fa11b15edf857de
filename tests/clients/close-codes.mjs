// What graphql-ws does by default, and what the example's socket does, when a server closes with each of these codes. A
// line for each that ends; who comes back is heard of by the server.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { tell } from "./conversation.mjs";
import { openSocket } from "./socket.ts";

const { url, codes } = JSON.parse(process.argv[2]);
Math.random = () => 0; // the shortest of the pauses
const clients = {
  "by default": (url) => createClient({ url: url.replace(/^http/, "ws"), webSocketImpl: WebSocket }),
  example: (url) => openSocket({ url, token: (refused) => (refused ? "another" : "bad"), webSocketImpl: WebSocket }),
};
for (const [name, open] of Object.entries(clients))
  for (const code of codes) {
    const sink = { next: () => {}, complete: () => {}, error: () => tell(`${name} ${code}`, { ended: true }) };
    open(`${url}/${encodeURIComponent(name)}/${code}`).subscribe({ query: "subscription { any }" }, sink);
  }
process.stdin.on("data", () => {}).on("end", () => process.exit());
