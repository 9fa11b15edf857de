import { Refused, SessionEnded } from "./errors.ts";

const RENEWED_AFTER = 0.9; // of an access token's life
const ONE_TAB = "seatlock session"; // the name of the lock that the tabs of an origin renew under

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
  readonly #stored: (() => Tokens | null) | undefined;

  constructor(
    refresh: (refreshToken: string) => Promise<Tokens>,
    keep: ((tokens: Tokens | null) => void) | undefined,
    kept: Tokens | null,
    stored?: () => Tokens | null,
  ) {
    this.#refresh = refresh;
    this.#keep = keep;
    this.#stored = stored;
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
      this.#renewing ??= this.#inTurn(tokens).finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    return this.#tokens?.accessToken ?? "";
  }

  /** A refresh token is good for one use. So of several tabs one renews, and the others take what it has stored. */
  async #inTurn(tokens: Tokens): Promise<void> {
    const stored = this.#stored;
    // Node has none before version 24, and no tabs.
    const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
    if (!stored || !locks) return this.#renew(tokens);
    await locks.request(ONE_TAB, async () => {
      const newest = stored();
      if (newest?.refreshToken === tokens.refreshToken) return this.#renew(tokens);
      if (this.#tokens !== tokens) return; // this tab has heard of it meanwhile
      if (newest) return this.begin(newest);
      this.end();
      throw new SessionEnded("You have signed out in another tab.");
    });
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
