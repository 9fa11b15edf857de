import { type Attempts, change, type Seatlock } from "./connection.ts";
import { Refused } from "./errors.ts";
import { LoginDocument, type LoggedInFragment, LogoutDocument, RegisterDocument } from "./generated/graphql.ts";

export type User = LoggedInFragment["user"];

/** Somebody new, signed in from now on. */
export async function register(api: Seatlock, who: { name: string; email: string; password: string }): Promise<User> {
  const attempts: Attempts = { lost: false };
  try {
    const session = await change(api, RegisterDocument, { input: who }, { signedIn: false, attempts });
    await api.session.begin(session);
    return session.user;
  } catch (error) {
    // The first attempt may have done it, and its answer was lost. Then the password is theirs.
    if (!(error instanceof Refused && error.code === "EMAIL_TAKEN" && attempts.lost)) throw error;
    return login(api, who);
  }
}

/** Signed in from now on. */
export async function login(api: Seatlock, { email, password }: { email: string; password: string }): Promise<User> {
  const session = await change(api, LoginDocument, { input: { email, password } }, { signedIn: false });
  await api.session.begin(session);
  return session.user;
}

/** Nobody is signed in any more, here or `everywhere`. How many sessions have ended. */
export async function logout(api: Seatlock, { everywhere = false } = {}): Promise<number> {
  const { tokens } = api.session;
  if (!tokens) return 0;
  const input = { refreshToken: tokens.refreshToken, everywhere };
  const { sessionsEnded } = await change(api, LogoutDocument, { input }, { signedIn: false });
  if (api.session.tokens === tokens) await api.session.end(); // else somebody has signed in meanwhile
  return sessionsEnded;
}
