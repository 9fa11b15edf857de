const FIRST = 300; // ms
const LONGEST = 15_000;

/** The pauses between attempts: each one longer, up to a bound, and random, so that not all come back at once. */
export class Pauses {
  #longest = FIRST;

  /** How many milliseconds the next one takes. `atLeast` is what the server asks for. */
  next(atLeast = 0): number {
    const pause = atLeast + (this.#longest * (1 + Math.random())) / 2;
    this.#longest = Math.min(2 * this.#longest, LONGEST);
    return pause;
  }
}

/** Ends after so many milliseconds, or as soon as it is called off. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
}
