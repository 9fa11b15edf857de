export * from "./buying.ts";
export { connect, newKey, type Options, type Seatlock } from "./connection.ts";
export { ConnectionEnded, type Refusal, Refused, refusal, RequestFailed, SessionEnded } from "./errors.ts";
export type {
  BookingFragment as Booking,
  BookingStatus,
  MoneyFragment as Money,
  SeatLockFragment as SeatLock,
  SeatLockStatus,
  SeatSelectionInput,
  SelectionItemInput,
} from "./generated/graphql.ts";
export * from "./live.ts";
export * from "./reading.ts";
export { type Session, type Tokens } from "./session.ts";
export * from "./sessions.ts";
export { messageOf, openSocket, type SocketOptions } from "./socket.ts";
