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

export type Keep = (tokens: Tokens | null) => void | Promise<void>;
export type Stored = () => Tokens | null | Promise<Tokens | null>;

/** The tokens of whoever is signed in: renewed before they expire, and when they are refused, by one request at a time. */
export class Session {
  #tokens: Tokens | null;
  #renewAt: number;
  #renewing: Promise<void> | null = null;
  readonly #refresh: (refreshToken: string) => Promise<Tokens>;
  readonly #keep: Keep | undefined;
  readonly #stored: Stored | undefined;

  constructor(
    refresh: (refreshToken: string) => Promise<Tokens>,
    keep: Keep | undefined,
    kept: Tokens | null,
    stored?: Stored,
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

  /** Somebody has signed in, or has the next tokens. Done when they are stored. */
  async begin({ accessToken, expiresAt, refreshToken }: Tokens): Promise<void> {
    const tokens = { accessToken, expiresAt, refreshToken };
    const stored = this.#keep?.(tokens); // before they are used
    this.adopt(tokens);
    await stored;
  }

  /** Go on with what another tab has stored; null when nobody is signed in there any more. */
  adopt(tokens: Tokens | null): void {
    this.#tokens = tokens;
    if (!tokens) return;
    const renewAt = fromNow(tokens);
    // Expired already, by our clock: so that is wrong, and the API will say when it is time.
    this.#renewAt = renewAt > performance.now() ? renewAt : Infinity;
  }

  /** Nobody is signed in any more. Done when that is stored. */
  async end(): Promise<void> {
    const stored = this.#keep?.(null);
    this.adopt(null);
    await stored;
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
      const newest = await stored();
      if (newest?.refreshToken === tokens.refreshToken) return this.#renew(tokens);
      if (this.#tokens !== tokens) return; // this tab has heard of it meanwhile
      this.adopt(newest);
      if (!newest) throw new SessionEnded("You have signed out in another tab.");
    });
  }

  async #renew(tokens: Tokens): Promise<void> {
    let renewed: Tokens;
    try {
      renewed = await this.#refresh(tokens.refreshToken);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.#tokens === tokens) await this.end();
      throw new SessionEnded(error.message);
    }
    if (this.#tokens === tokens) await this.begin(renewed); // else somebody has signed in or out meanwhile
  }
}

function fromNow({ expiresAt }: Tokens): number {
  return performance.now() + RENEWED_AFTER * (Date.parse(expiresAt) - Date.now());
}
