// The session's tokens, for all tabs. localStorage gives them at once, but for a moment each tab may see what was there
// before. A transaction of IndexedDB sees what others have completed: who is about to use up a refresh token looks there.

import type { Tokens } from "../../clients/typescript/src/index.ts";

const STORE = "session";

/** The tokens of one page: each has a session of its own, under a name of its own. */
export class KeptTokens {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** As this tab knows them: perhaps not the newest. */
  known(): Tokens | null {
    const text = localStorage.getItem(this.#name);
    return text ? (JSON.parse(text) as Tokens) : null;
  }

  /** Store them; once that is done, every tab's `newest` gives these. */
  async keep(tokens: Tokens | null): Promise<void> {
    if (tokens) localStorage.setItem(this.#name, JSON.stringify(tokens));
    else localStorage.removeItem(this.#name);
    await within("readwrite", (store) => store.put(tokens, this.#name));
  }

  /** Those that were stored last, by whichever tab. */
  async newest(): Promise<Tokens | null> {
    const found = await within("readonly", (store) => store.get(this.#name) as IDBRequest<Tokens | null | undefined>);
    return found === undefined ? this.known() : found;
  }
}

/** What this gives in a transaction of its own, once that is completed; undefined where the browser has no database. */
async function within<Value>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value | undefined> {
  try {
    const transaction = (await opened()).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } catch {
    return undefined;
  }
}

let opening: Promise<IDBDatabase> | undefined;

function opened(): Promise<IDBDatabase> {
  return (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("seatlock", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }));
}
