import { Refused, SessionEnded } from "./errors.ts";

const RENEWED_AFTER = 0.9; // of an access token's life

/** A session as it can be stored. Keep it in one place, and as safe as a password. */
export type Tokens = {
  readonly accessToken: string;
  /** When the access token expires, RFC 3339. */
  readonly expiresAt: string;
  /** Good for one use: only the newest is worth keeping. */
  readonly refreshToken: string;
};

/** The tokens of whoever is signed in: renewed before they expire, and when they are refused, by one request at a time. */
export class Session {
  #tokens: Tokens | null;
  #renewAt: number;
  #renewing: Promise<void> | null = null;
  readonly #refresh: (refreshToken: string) => Promise<Tokens>;
  readonly #keep: ((tokens: Tokens | null) => void) | undefined;

  constructor(
    refresh: (refreshToken: string) => Promise<Tokens>,
    keep: ((tokens: Tokens | null) => void) | undefined,
    kept: Tokens | null,
  ) {
    this.#refresh = refresh;
    this.#keep = keep;
    this.#tokens = kept;
    this.#renewAt = kept ? fromNow(kept) : Infinity;
  }

  /** Those that are good now; null when nobody is signed in. */
  get tokens(): Tokens | null {
    return this.#tokens;
  }

  /** Somebody has signed in, or has the next tokens. */
  begin({ accessToken, expiresAt, refreshToken }: Tokens): void {
    const tokens = { accessToken, expiresAt, refreshToken };
    this.#keep?.(tokens); // before they are used
    this.#tokens = tokens;
    const renewAt = fromNow(tokens);
    // Expired already, by our clock: so that is wrong, and the API will say when it is time.
    this.#renewAt = renewAt > performance.now() ? renewAt : Infinity;
  }

  /** Nobody is signed in any more. */
  end(): void {
    this.#keep?.(null);
    this.#tokens = null;
  }

  /** A good access token, which is not the one that was `refused`; "" for nobody. Throws SessionEnded. */
  async token(refused = ""): Promise<string> {
    const tokens = this.#tokens;
    if (tokens && (tokens.accessToken === refused || performance.now() >= this.#renewAt)) {
      this.#renewing ??= this.#renew(tokens).finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    return this.#tokens?.accessToken ?? "";
  }

  async #renew(tokens: Tokens): Promise<void> {
    let renewed: Tokens;
    try {
      renewed = await this.#refresh(tokens.refreshToken);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.#tokens === tokens) this.end();
      throw new SessionEnded(error.message);
    }
    if (this.#tokens === tokens) this.begin(renewed); // else somebody has signed in or out meanwhile
  }
}

function fromNow({ expiresAt }: Tokens): number {
  return performance.now() + RENEWED_AFTER * (Date.parse(expiresAt) - Date.now());
}
