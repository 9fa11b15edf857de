// Documents by hash or by id, and what is sent of them.
import { createHash } from "node:crypto";
import { tell } from "./conversation.mjs";

export const hashOf = (text) => createHash("sha256").update(text).digest("hex");

/** What a compiler would have named the document: here after its operation. */
export const idOf = (document) => `id-of-${document.definitions[0].name.value}`;

/** `fetch`, which also tells what was sent: by which method, and whether with the hash, the text, or both. */
export async function overheard(to, options = {}) {
  const method = options.method ?? "GET";
  const sent = method === "GET" ? [...new URL(to).searchParams.keys()] : Object.keys(JSON.parse(options.body));
  const with_ = sent.filter((name) => name === "query" || name === "extensions").sort();
  tell("connection", { sent: [method, ...with_].join(" ") });
  return fetch(to, options);
}
