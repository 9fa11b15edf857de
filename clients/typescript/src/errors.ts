// What can go wrong: a Refused is an answer that a buyer can act on, the others are about the request or the connection.

import type {
  CancelBookingMutation,
  ChangeLockMutation,
  ConfirmBookingMutation,
  ExtendLockMutation,
  LockSeatsMutation,
  LoginMutation,
  PayBookingMutation,
  RegisterMutation,
  ReleaseLockMutation,
} from "./generated/graphql.ts";

/** The members of the result union that a mutation's only field has. */
export type Member<Result> = NonNullable<Result[keyof Result]>;

type Said = { __typename: string; code: string; message: string };

/** Every `Error` that a mutation here may answer with, told apart by `__typename`. */
export type Refusal = Extract<
  | Member<RegisterMutation>
  | Member<LoginMutation>
  | Member<LockSeatsMutation>
  | Member<ChangeLockMutation>
  | Member<ExtendLockMutation>
  | Member<ReleaseLockMutation>
  | Member<ConfirmBookingMutation>
  | Member<PayBookingMutation>
  | Member<CancelBookingMutation>,
  Said
>;

/** The API says no, for a reason that a program or a buyer can act on. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** An `ErrorCode`; new ones may join in time. */
  readonly code: string;
  /** All that it tells. Its type may be newer than this client: have a default branch. */
  readonly outcome: Refusal;

  constructor(outcome: Said) {
    super(outcome.message);
    this.code = outcome.code;
    this.outcome = outcome as Refusal;
  }
}

/** What a refusal of this type tells, or undefined when the error is something else. */
export function refusal<Name extends Refusal["__typename"]>(
  error: unknown,
  name: Name,
): Extract<Refusal, { __typename: Name }> | undefined {
  const told = error instanceof Refused && error.outcome.__typename === name ? error.outcome : undefined;
  return told as Extract<Refusal, { __typename: Name }> | undefined;
}

/**
 * The request failed as a whole, or nobody answered it in time. With the code UNAVAILABLE a mutation may be done or not: the
 * same call and key can tell.
 */
export class RequestFailed extends Error {
  override readonly name: string = "RequestFailed";
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.extensions = extensions;
  }
}

/** The session can't be renewed: somebody has to sign in again. */
export class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/** A subscription was ended in a way that would come again on another connection. */
export class ConnectionEnded extends Error {
  override readonly name = "ConnectionEnded";
}
