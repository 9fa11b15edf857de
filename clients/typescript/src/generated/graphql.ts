/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Where a booking is in its life. */
export type BookingStatus =
  /** Waits for its payment until `paymentExpiresAt`; its seats are held. */
  | 'PAYMENT_PENDING'
  /** Paid: its seats are booked. */
  | 'CONFIRMED'
  /** Its last attempt to pay failed, or one failed after money was taken; its seats are available again. */
  | 'FAILED'
  /** Not paid in time; its seats are available again. */
  | 'EXPIRED'
  /** Cancelled by its owner or an ADMIN, or with its event; its seats are available again. */
  | 'CANCELLED'
  | '%future added value';

/** Which booking is to be cancelled. */
export type CancelBookingInput = {
  /** The booking: PAYMENT_PENDING, or CONFIRMED and its event not started. */
  bookingId: string | number;
  /** Why, for the record; up to 500 characters. */
  reason?: string | null | undefined;
};

/**
 * What to add to a lock and what to remove; at least one of the two. It is one step: seats are given back only if all
 * that is added could be had.
 */
export type ChangeLockInput = {
  /** The lock. */
  lockId: string | number;
  /**
   * Seats to add, at their present price. Where the server picks them, it takes seats next to those that the lock holds,
   * if these are free.
   */
  add?: Array<SelectionItemInput> | null | undefined;
  /**
   * Seats that it holds and gives back. Where you only say how many, the server picks: numbered seats so that the rest
   * stays together and no single seat is left empty, where that can be. Otherwise it picks those that were added last. A
   * section may be left out when the lock has only one.
   */
  remove?: Array<SelectionItemInput> | null | undefined;
  /**
   * Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, changes
   * nothing more.
   */
  idempotencyKey: string;
};

/** Which seats are to be booked. */
export type ConfirmBookingInput = {
  /** The ACTIVE lock that holds them, one's own. */
  lockId: string | number;
};

/** A currency of ISO 4217, by its three-letter code. */
export type CurrencyCode =
  /** UAE Dirham; 2 decimals. */
  | 'AED'
  /** Afghani; 2 decimals. */
  | 'AFN'
  /** Lek; 2 decimals. */
  | 'ALL'
  /** Armenian Dram; 2 decimals. */
  | 'AMD'
  /** Kwanza; 2 decimals. */
  | 'AOA'
  /** Argentine Peso; 2 decimals. */
  | 'ARS'
  /** Australian Dollar; 2 decimals. */
  | 'AUD'
  /** Aruban Florin; 2 decimals. */
  | 'AWG'
  /** Azerbaijan Manat; 2 decimals. */
  | 'AZN'
  /** Convertible Mark; 2 decimals. */
  | 'BAM'
  /** Barbados Dollar; 2 decimals. */
  | 'BBD'
  /** Taka; 2 decimals. */
  | 'BDT'
  /** Bahraini Dinar; 3 decimals. */
  | 'BHD'
  /** Burundi Franc; 0 decimals. */
  | 'BIF'
  /** Bermudian Dollar; 2 decimals. */
  | 'BMD'
  /** Brunei Dollar; 2 decimals. */
  | 'BND'
  /** Boliviano; 2 decimals. */
  | 'BOB'
  /** Mvdol; 2 decimals. */
  | 'BOV'
  /** Brazilian Real; 2 decimals. */
  | 'BRL'
  /** Bahamian Dollar; 2 decimals. */
  | 'BSD'
  /** Ngultrum; 2 decimals. */
  | 'BTN'
  /** Pula; 2 decimals. */
  | 'BWP'
  /** Belarusian Ruble; 2 decimals. */
  | 'BYN'
  /** Belize Dollar; 2 decimals. */
  | 'BZD'
  /** Canadian Dollar; 2 decimals. */
  | 'CAD'
  /** Congolese Franc; 2 decimals. */
  | 'CDF'
  /** WIR Euro; 2 decimals. */
  | 'CHE'
  /** Swiss Franc; 2 decimals. */
  | 'CHF'
  /** WIR Franc; 2 decimals. */
  | 'CHW'
  /** Unidad de Fomento; 4 decimals. */
  | 'CLF'
  /** Chilean Peso; 0 decimals. */
  | 'CLP'
  /** Yuan Renminbi; 2 decimals. */
  | 'CNY'
  /** Colombian Peso; 2 decimals. */
  | 'COP'
  /** Unidad de Valor Real; 2 decimals. */
  | 'COU'
  /** Costa Rican Colon; 2 decimals. */
  | 'CRC'
  /** Cuban Peso; 2 decimals. */
  | 'CUP'
  /** Cabo Verde Escudo; 2 decimals. */
  | 'CVE'
  /** Czech Koruna; 2 decimals. */
  | 'CZK'
  /** Djibouti Franc; 0 decimals. */
  | 'DJF'
  /** Danish Krone; 2 decimals. */
  | 'DKK'
  /** Dominican Peso; 2 decimals. */
  | 'DOP'
  /** Algerian Dinar; 2 decimals. */
  | 'DZD'
  /** Egyptian Pound; 2 decimals. */
  | 'EGP'
  /** Nakfa; 2 decimals. */
  | 'ERN'
  /** Ethiopian Birr; 2 decimals. */
  | 'ETB'
  /** Euro; 2 decimals. */
  | 'EUR'
  /** Fiji Dollar; 2 decimals. */
  | 'FJD'
  /** Falkland Islands Pound; 2 decimals. */
  | 'FKP'
  /** Pound Sterling; 2 decimals. */
  | 'GBP'
  /** Lari; 2 decimals. */
  | 'GEL'
  /** Ghana Cedi; 2 decimals. */
  | 'GHS'
  /** Gibraltar Pound; 2 decimals. */
  | 'GIP'
  /** Dalasi; 2 decimals. */
  | 'GMD'
  /** Guinean Franc; 0 decimals. */
  | 'GNF'
  /** Quetzal; 2 decimals. */
  | 'GTQ'
  /** Guyana Dollar; 2 decimals. */
  | 'GYD'
  /** Hong Kong Dollar; 2 decimals. */
  | 'HKD'
  /** Lempira; 2 decimals. */
  | 'HNL'
  /** Gourde; 2 decimals. */
  | 'HTG'
  /** Forint; 2 decimals. */
  | 'HUF'
  /** Rupiah; 2 decimals. */
  | 'IDR'
  /** New Israeli Sheqel; 2 decimals. */
  | 'ILS'
  /** Indian Rupee; 2 decimals. */
  | 'INR'
  /** Iraqi Dinar; 3 decimals. */
  | 'IQD'
  /** Iranian Rial; 2 decimals. */
  | 'IRR'
  /** Iceland Krona; 0 decimals. */
  | 'ISK'
  /** Jamaican Dollar; 2 decimals. */
  | 'JMD'
  /** Jordanian Dinar; 3 decimals. */
  | 'JOD'
  /** Yen; 0 decimals. */
  | 'JPY'
  /** Kenyan Shilling; 2 decimals. */
  | 'KES'
  /** Som; 2 decimals. */
  | 'KGS'
  /** Riel; 2 decimals. */
  | 'KHR'
  /** Comorian Franc; 0 decimals. */
  | 'KMF'
  /** North Korean Won; 2 decimals. */
  | 'KPW'
  /** Won; 0 decimals. */
  | 'KRW'
  /** Kuwaiti Dinar; 3 decimals. */
  | 'KWD'
  /** Cayman Islands Dollar; 2 decimals. */
  | 'KYD'
  /** Tenge; 2 decimals. */
  | 'KZT'
  /** Lao Kip; 2 decimals. */
  | 'LAK'
  /** Lebanese Pound; 2 decimals. */
  | 'LBP'
  /** Sri Lanka Rupee; 2 decimals. */
  | 'LKR'
  /** Liberian Dollar; 2 decimals. */
  | 'LRD'
  /** Loti; 2 decimals. */
  | 'LSL'
  /** Libyan Dinar; 3 decimals. */
  | 'LYD'
  /** Moroccan Dirham; 2 decimals. */
  | 'MAD'
  /** Moldovan Leu; 2 decimals. */
  | 'MDL'
  /** Malagasy Ariary; 2 decimals. */
  | 'MGA'
  /** Denar; 2 decimals. */
  | 'MKD'
  /** Kyat; 2 decimals. */
  | 'MMK'
  /** Tugrik; 2 decimals. */
  | 'MNT'
  /** Pataca; 2 decimals. */
  | 'MOP'
  /** Ouguiya; 2 decimals. */
  | 'MRU'
  /** Mauritius Rupee; 2 decimals. */
  | 'MUR'
  /** Rufiyaa; 2 decimals. */
  | 'MVR'
  /** Malawi Kwacha; 2 decimals. */
  | 'MWK'
  /** Mexican Peso; 2 decimals. */
  | 'MXN'
  /** Mexican Unidad de Inversion (UDI); 2 decimals. */
  | 'MXV'
  /** Malaysian Ringgit; 2 decimals. */
  | 'MYR'
  /** Mozambique Metical; 2 decimals. */
  | 'MZN'
  /** Namibia Dollar; 2 decimals. */
  | 'NAD'
  /** Naira; 2 decimals. */
  | 'NGN'
  /** Cordoba Oro; 2 decimals. */
  | 'NIO'
  /** Norwegian Krone; 2 decimals. */
  | 'NOK'
  /** Nepalese Rupee; 2 decimals. */
  | 'NPR'
  /** New Zealand Dollar; 2 decimals. */
  | 'NZD'
  /** Rial Omani; 3 decimals. */
  | 'OMR'
  /** Balboa; 2 decimals. */
  | 'PAB'
  /** Sol; 2 decimals. */
  | 'PEN'
  /** Kina; 2 decimals. */
  | 'PGK'
  /** Philippine Peso; 2 decimals. */
  | 'PHP'
  /** Pakistan Rupee; 2 decimals. */
  | 'PKR'
  /** Zloty; 2 decimals. */
  | 'PLN'
  /** Guarani; 0 decimals. */
  | 'PYG'
  /** Qatari Rial; 2 decimals. */
  | 'QAR'
  /** Romanian Leu; 2 decimals. */
  | 'RON'
  /** Serbian Dinar; 2 decimals. */
  | 'RSD'
  /** Russian Ruble; 2 decimals. */
  | 'RUB'
  /** Rwanda Franc; 0 decimals. */
  | 'RWF'
  /** Saudi Riyal; 2 decimals. */
  | 'SAR'
  /** Solomon Islands Dollar; 2 decimals. */
  | 'SBD'
  /** Seychelles Rupee; 2 decimals. */
  | 'SCR'
  /** Sudanese Pound; 2 decimals. */
  | 'SDG'
  /** Swedish Krona; 2 decimals. */
  | 'SEK'
  /** Singapore Dollar; 2 decimals. */
  | 'SGD'
  /** Saint Helena Pound; 2 decimals. */
  | 'SHP'
  /** Leone; 2 decimals. */
  | 'SLE'
  /** Somali Shilling; 2 decimals. */
  | 'SOS'
  /** Surinam Dollar; 2 decimals. */
  | 'SRD'
  /** South Sudanese Pound; 2 decimals. */
  | 'SSP'
  /** Dobra; 2 decimals. */
  | 'STN'
  /** El Salvador Colon; 2 decimals. */
  | 'SVC'
  /** Syrian Pound; 2 decimals. */
  | 'SYP'
  /** Lilangeni; 2 decimals. */
  | 'SZL'
  /** Baht; 2 decimals. */
  | 'THB'
  /** Somoni; 2 decimals. */
  | 'TJS'
  /** Turkmenistan New Manat; 2 decimals. */
  | 'TMT'
  /** Tunisian Dinar; 3 decimals. */
  | 'TND'
  /** Pa’anga; 2 decimals. */
  | 'TOP'
  /** Turkish Lira; 2 decimals. */
  | 'TRY'
  /** Trinidad and Tobago Dollar; 2 decimals. */
  | 'TTD'
  /** New Taiwan Dollar; 2 decimals. */
  | 'TWD'
  /** Tanzanian Shilling; 2 decimals. */
  | 'TZS'
  /** Hryvnia; 2 decimals. */
  | 'UAH'
  /** Uganda Shilling; 0 decimals. */
  | 'UGX'
  /** US Dollar; 2 decimals. */
  | 'USD'
  /** US Dollar (Next day); 2 decimals. */
  | 'USN'
  /** Uruguay Peso en Unidades Indexadas (UI); 0 decimals. */
  | 'UYI'
  /** Peso Uruguayo; 2 decimals. */
  | 'UYU'
  /** Unidad Previsional; 4 decimals. */
  | 'UYW'
  /** Uzbekistan Sum; 2 decimals. */
  | 'UZS'
  /** Bolívar Soberano; 2 decimals. */
  | 'VED'
  /** Bolívar Soberano; 2 decimals. */
  | 'VES'
  /** Dong; 0 decimals. */
  | 'VND'
  /** Vatu; 0 decimals. */
  | 'VUV'
  /** Tala; 2 decimals. */
  | 'WST'
  /** Arab Accounting Dinar; 2 decimals. */
  | 'XAD'
  /** CFA Franc BEAC; 0 decimals. */
  | 'XAF'
  /** East Caribbean Dollar; 2 decimals. */
  | 'XCD'
  /** Caribbean Guilder; 2 decimals. */
  | 'XCG'
  /** CFA Franc BCEAO; 0 decimals. */
  | 'XOF'
  /** CFP Franc; 0 decimals. */
  | 'XPF'
  /** Yemeni Rial; 2 decimals. */
  | 'YER'
  /** Rand; 2 decimals. */
  | 'ZAR'
  /** Zambian Kwacha; 2 decimals. */
  | 'ZMW'
  /** Zimbabwe Gold; 2 decimals. */
  | 'ZWG'
  | '%future added value';

/** What kind of failure an Error is; each has a member type named after it. */
export type ErrorCode =
  /** A value of the input breaks a rule; `field` names it. */
  | 'INVALID_INPUT'
  /** There is no such thing, or the caller may not see it. */
  | 'NOT_FOUND'
  /** Somebody is registered with this e-mail address. */
  | 'EMAIL_TAKEN'
  /** There is no such user, the password is wrong, or the session has ended. */
  | 'BAD_CREDENTIALS'
  /** Fewer seats are available than asked for. */
  | 'NOT_ENOUGH_SEATS'
  /** Some of the seats asked for are held or booked. */
  | 'SEATS_UNAVAILABLE'
  /** The event sells no seats now; `reason` says why, and `opensAt` when it will. */
  | 'SALES_CLOSED'
  /** The event is cancelled. */
  | 'EVENT_CANCELLED'
  /** This is the last ADMIN, and one must remain. */
  | 'LAST_ADMIN'
  /** More was asked for than one call may ask for, or one buyer may have. */
  | 'LIMIT_EXCEEDED'
  /** The seat lock's time is up, and its seats are available again. */
  | 'LOCK_EXPIRED'
  /** The seat lock has become a booking. */
  | 'LOCK_ALREADY_USED'
  /** The seat lock was given back. */
  | 'LOCK_NOT_ACTIVE'
  /** The booking was not paid in time. */
  | 'BOOKING_EXPIRED'
  /** The booking is settled, or another payment for it is under way. */
  | 'BOOKING_NOT_PAYABLE'
  /** The booking failed, or its event has started. */
  | 'BOOKING_NOT_CANCELLABLE'
  /** The amount offered is not the booking's total. */
  | 'AMOUNT_MISMATCH'
  /** The attempt to pay failed; `attemptsLeft` says whether the booking can still be paid. */
  | 'PAYMENT_FAILED'
  /** The provider has not answered yet; the seats stay held. */
  | 'PAYMENT_TIMED_OUT'
  /** The refund is still on its way, or the money has been given back. */
  | 'REFUND_NOT_FAILED'
  /** This server sends no e-mail. */
  | 'MAIL_DISABLED'
  /** The idempotency key was used for another request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  | '%future added value';

/** Which seats are to be held longer. */
export type ExtendLockInput = {
  /** The lock that holds them. */
  lockId: string | number;
};

/** Which seats are to be held. */
export type LockSeatsInput = {
  /** The event. */
  eventId: string | number;
  /** Which of its seats, and how many. */
  selection: SeatSelectionInput;
  /**
   * The access code of a presale: see createAllocation. Only the seats kept for this code are taken then. The code may
   * work before sales start. More than 20 wrong codes an hour (unless set) are RATE_LIMITED.
   */
  accessCode?: string | null | undefined;
  /**
   * Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, answers with
   * the first lock; nothing is locked twice.
   */
  idempotencyKey: string;
};

/** Who wants to sign in. */
export type LoginInput = {
  /** Their e-mail address, in any case. */
  email: string;
  /** Their password. */
  password: string;
};

/** Which session is to end. */
export type LogoutInput = {
  /** A refresh token of the session, used or not. */
  refreshToken: string;
  /** Whether all of the user's sessions are to end, not only this one. */
  everywhere?: boolean | null | undefined;
};

/** An amount of money, exact; nothing is ever rounded. */
export type MoneyInput = {
  /** In major units: not negative, and no more decimals than the currency has. */
  amount: string;
  /** The currency of the amount. */
  currencyCode: CurrencyCode;
};

/** Which booking is to be paid, and how. */
export type PayBookingInput = {
  /** The booking, PAYMENT_PENDING. */
  bookingId: string | number;
  /**
   * The payment provider's token; only a booking that is free needs none. The simulated provider takes sim_success,
   * sim_declined, sim_insufficient_funds, sim_expired_card, sim_failure (taken, then failed), sim_refund_fails (its
   * refund is processed, and comes back a second later), sim_timeout, sim_challenge (the bank asks: `redirectUrl` is a
   * page of the simulated bank, and a form POST there with answer=approve or answer=refuse is the buyer's answer),
   * sim_late_success and sim_late_declined, which it answers only when asked again or by webhook, and, with webhooks
   * that repeat or contradict, sim_told_twice, sim_late_failure_then_success and sim_success_then_failure.
   */
  paymentToken?: string | null | undefined;
  /** What the buyer expects to pay; when given, it must equal the booking's total. */
  amount?: MoneyInput | null | undefined;
  /**
   * Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, answers with
   * the first outcome, or with how it stands now while the bank waits for the buyer; nothing is charged twice. To try
   * again after PaymentFailed, use a new key.
   */
  idempotencyKey: string;
};

/** Why an attempt to pay failed. */
export type PaymentFailureReason =
  /** The card was declined. It may work another time. */
  | 'DECLINED'
  /** There is not enough money on it. It may work another time. */
  | 'INSUFFICIENT_FUNDS'
  /** The card has expired. */
  | 'EXPIRED_CARD'
  /** The bank could not confirm that this is the card's owner, or they refused. */
  | 'AUTHENTICATION_FAILED'
  /** Nobody answered the bank in time, or another attempt was made instead. */
  | 'ABANDONED'
  /** It failed for another reason. */
  | 'FAILED'
  | '%future added value';

/** A number of seats. In a RESERVED section the server picks them: together in one row when it can. */
export type QuantityInput = {
  /** How many seats, from 1 to the limit of one lock (100 unless set). */
  count: number;
  /** The section's name; may be left out when the event has only one. */
  section?: string | null | undefined;
};

/** Which session is to be renewed. */
export type RefreshSessionInput = {
  /** The newest refresh token of the session. */
  refreshToken: string;
};

/** Whether the money has been given back. */
export type RefundStatus =
  /** Decided; the provider has not confirmed it yet. */
  | 'INITIATED'
  /** The money has been given back. The buyer's bank may still refuse it: then it is FAILED. */
  | 'PROCESSED'
  /** The provider could not give the money back. An ADMIN can have it sent once more. */
  | 'FAILED'
  | '%future added value';

/** Who is to be registered. */
export type RegisterInput = {
  /** What they want to be called, 1 to 100 characters. */
  name: string;
  /** Their e-mail address; nobody else's, regardless of case. */
  email: string;
  /** Their password, 8 to 200 characters; none of the most common ones. */
  password: string;
};

/** Which seats are to be given back. */
export type ReleaseLockInput = {
  /** The lock that holds them. */
  lockId: string | number;
};

/** What a user may do. */
export type Role =
  /** Buys seats, and sees what is their own. */
  | 'USER'
  /** Creates and changes events, and sees everything. */
  | 'ADMIN'
  | '%future added value';

/**
 * Why an event sells no seats now. Of several reasons the first is told: EVENT_CANCELLED, EVENT_STARTED, ENDED,
 * PAUSED, NOT_STARTED.
 */
export type SalesClosedReason =
  /** Its `salesStartAt`, or the time of the access code, is still to come: `opensAt` is when. */
  | 'NOT_STARTED'
  /** Its `salesEndAt` is over. With an access code: the seats for this code have been released. */
  | 'ENDED'
  /** An ADMIN has closed its sales, perhaps only for now. */
  | 'PAUSED'
  /** It has begun. */
  | 'EVENT_STARTED'
  /** It is cancelled. */
  | 'EVENT_CANCELLED'
  | '%future added value';

/** Where a seat lock is in its life. */
export type SeatLockStatus =
  /** Holds its seats until `expiresAt`. */
  | 'ACTIVE'
  /** Its booking is paid: the seats are booked. */
  | 'CONSUMED'
  /** Its time ran out, or its payment failed: the seats are available again. */
  | 'EXPIRED'
  /** Given back by its owner, or its booking or event was cancelled: the seats are available again. */
  | 'RELEASED'
  | '%future added value';

/** Which seats: exactly one of the three. */
export type SeatSelectionInput =
  {   /** A number of seats of a section. */
  quantity: QuantityInput; seats?: never; items?: never; }
  |  { quantity?: never;   /** These numbered seats, by their labels, as in STALLS-A-12: all of them or none. */
  seats: Array<string>; items?: never; }
  |  { quantity?: never; seats?: never;   /**
   * Seats of several sections, numbered and general, in one lock: all of them or none. At most as many parts as a lock
   * may have seats.
   */
  items: Array<SelectionItemInput>; };

/** What may be done with a seat now. */
export type SeatStatus =
  /** Free: it can be locked. */
  | 'AVAILABLE'
  /** Held by a seat lock, until it is paid, released or its time is up. */
  | 'HELD'
  /** Sold: it belongs to a CONFIRMED booking. */
  | 'BOOKED'
  | '%future added value';

/** How a section is seated. */
export type Seating =
  /** A capacity: any seat is as good as another, and seats have no labels. */
  | 'GENERAL'
  /** Rows of numbered seats, each with its label. */
  | 'RESERVED'
  | '%future added value';

/** A part of a selection: exactly one of the two. */
export type SelectionItemInput =
  {   /** A number of seats of a section. Several parts of one section add up. */
  quantity: QuantityInput; seats?: never; }
  |  { quantity?: never;   /** These numbered seats, by their labels, as in STALLS-A-12. */
  seats: Array<string>; };

export type MoneyFragment = { amount: string, currencyCode: CurrencyCode };

export type LineItemFragment = { section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } };

export type SeatLockFragment = { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null };

export type BookingFragment = { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> };

export type EventFragment = { id: string, name: string, description: string | null, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, maxSeatsPerBuyer: number | null, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number, cancellation: { fullUntil: string | null, percentage: number }, price: { amount: string, currencyCode: CurrencyCode } };

export type RefundFragment = { id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } };

type Session_ChangePasswordSuccess_Fragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

type Session_LoginSuccess_Fragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

type Session_RefreshSessionSuccess_Fragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

type Session_RegisterSuccess_Fragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

export type SessionFragment =
  | Session_ChangePasswordSuccess_Fragment
  | Session_LoginSuccess_Fragment
  | Session_RefreshSessionSuccess_Fragment
  | Session_RegisterSuccess_Fragment
;

type Refusal_AmountMismatch_Fragment = { code: ErrorCode, message: string };

type Refusal_BadCredentials_Fragment = { code: ErrorCode, message: string };

type Refusal_BookingExpired_Fragment = { code: ErrorCode, message: string };

type Refusal_BookingNotCancellable_Fragment = { code: ErrorCode, message: string };

type Refusal_BookingNotPayable_Fragment = { code: ErrorCode, message: string };

type Refusal_EmailTaken_Fragment = { code: ErrorCode, message: string };

type Refusal_EventCancelled_Fragment = { code: ErrorCode, message: string };

type Refusal_IdempotencyKeyReused_Fragment = { code: ErrorCode, message: string };

type Refusal_InvalidInput_Fragment = { code: ErrorCode, message: string };

type Refusal_LastAdmin_Fragment = { code: ErrorCode, message: string };

type Refusal_LimitExceeded_Fragment = { code: ErrorCode, message: string };

type Refusal_LockAlreadyUsed_Fragment = { code: ErrorCode, message: string };

type Refusal_LockExpired_Fragment = { code: ErrorCode, message: string };

type Refusal_LockNotActive_Fragment = { code: ErrorCode, message: string };

type Refusal_MailDisabled_Fragment = { code: ErrorCode, message: string };

type Refusal_NotEnoughSeats_Fragment = { code: ErrorCode, message: string };

type Refusal_NotFound_Fragment = { code: ErrorCode, message: string };

type Refusal_PaymentFailed_Fragment = { code: ErrorCode, message: string };

type Refusal_PaymentTimedOut_Fragment = { code: ErrorCode, message: string };

type Refusal_RefundNotFailed_Fragment = { code: ErrorCode, message: string };

type Refusal_SalesClosed_Fragment = { code: ErrorCode, message: string };

type Refusal_SeatsUnavailable_Fragment = { code: ErrorCode, message: string };

export type RefusalFragment =
  | Refusal_AmountMismatch_Fragment
  | Refusal_BadCredentials_Fragment
  | Refusal_BookingExpired_Fragment
  | Refusal_BookingNotCancellable_Fragment
  | Refusal_BookingNotPayable_Fragment
  | Refusal_EmailTaken_Fragment
  | Refusal_EventCancelled_Fragment
  | Refusal_IdempotencyKeyReused_Fragment
  | Refusal_InvalidInput_Fragment
  | Refusal_LastAdmin_Fragment
  | Refusal_LimitExceeded_Fragment
  | Refusal_LockAlreadyUsed_Fragment
  | Refusal_LockExpired_Fragment
  | Refusal_LockNotActive_Fragment
  | Refusal_MailDisabled_Fragment
  | Refusal_NotEnoughSeats_Fragment
  | Refusal_NotFound_Fragment
  | Refusal_PaymentFailed_Fragment
  | Refusal_PaymentTimedOut_Fragment
  | Refusal_RefundNotFailed_Fragment
  | Refusal_SalesClosed_Fragment
  | Refusal_SeatsUnavailable_Fragment
;

export type InvalidInputFragment = { field: string, issues: Array<{ path: Array<string>, message: string }> };

export type NotEnoughSeatsFragment = { availableSeats: number };

export type SeatsUnavailableFragment = { seats: Array<string>, orphans: Array<string> };

export type SalesClosedFragment = { reason: SalesClosedReason, opensAt: string | null };

export type LimitExceededFragment = { limit: number, field: string, retryAt: string | null };

export type EventCancelledFragment = { cancelledAt: string };

export type LockExpiredFragment = { expiredAt: string };

export type LockNotActiveFragment = { status: SeatLockStatus };

export type LockAlreadyUsedFragment = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type BookingExpiredFragment = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type BookingNotPayableFragment = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type BookingNotCancellableFragment = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type AmountMismatchFragment = { expected: { amount: string, currencyCode: CurrencyCode } };

export type PaymentFailedFragment = { retryable: boolean, attemptsLeft: number, failureReason: PaymentFailureReason, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> }, refund: { id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } } | null };

export type PaymentTimedOutFragment = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type RegisteredFragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

export type LoggedInFragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

export type RefreshedFragment = { accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } };

export type LoggedOutFragment = { sessionsEnded: number };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { registered:
    | { __typename: 'RegisterSuccess', accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'EmailTaken', code: ErrorCode, message: string }
   | null };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login:
    | { __typename: 'LoginSuccess', accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'BadCredentials', code: ErrorCode, message: string }
   | null };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession:
    | { __typename: 'RefreshSessionSuccess', accessToken: string, expiresAt: string, refreshToken: string, user: { id: string, name: string, email: string, emailVerified: boolean, role: Role } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'BadCredentials', code: ErrorCode, message: string }
   | null };

export type LogoutMutationVariables = Exact<{
  input: LogoutInput;
}>;


export type LogoutMutation = { logout:
    | { __typename: 'LogoutSuccess', sessionsEnded: number }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
   | null };

export type FindEventsQueryVariables = Exact<{
  search?: string | null | undefined;
  startsAfter?: string | null | undefined;
  startsBefore?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  prices?: boolean;
}>;


export type FindEventsQuery = { events: { nodes: Array<{ id: string, name: string, description: string | null, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, maxSeatsPerBuyer: number | null, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number, sections?: Array<{ id: string, name: string, price: { amount: string, currencyCode: CurrencyCode } }>, cancellation: { fullUntil: string | null, percentage: number }, price: { amount: string, currencyCode: CurrencyCode } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ReadEventQueryVariables = Exact<{
  id: string | number;
  map?: boolean;
}>;


export type ReadEventQuery = { event: { id: string, name: string, description: string | null, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, maxSeatsPerBuyer: number | null, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number, sections: Array<{ id: string, name: string, seating: Seating, totalSeats: number, availableSeats: number, price: { amount: string, currencyCode: CurrencyCode }, rows?: Array<{ name: string, statuses: string }> }>, cancellation: { fullUntil: string | null, percentage: number }, price: { amount: string, currencyCode: CurrencyCode } } | null };

export type WatchSeatsSubscriptionVariables = Exact<{
  event: string | number;
  rows?: boolean;
  labels?: boolean;
  whole?: boolean;
}>;


export type WatchSeatsSubscription = { seatAvailability: { version: number, snapshot: boolean, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, asOf: string, changedRows?: Array<{ section: string, name: string, statuses: string }>, changedSeats?: Array<{ label: string, section: string, row: string, number: number, status: SeatStatus }>, event?: { id: string, name: string, description: string | null, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, maxSeatsPerBuyer: number | null, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number, sections: Array<{ id: string, name: string, availableSeats: number }>, cancellation: { fullUntil: string | null, percentage: number }, price: { amount: string, currencyCode: CurrencyCode } } } };

export type LockedFragment = { together: boolean, replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } };

export type ChangedFragment = { together: boolean, replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } };

export type ExtendedFragment = { lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } };

export type ReleasedFragment = { replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } };

export type ConfirmedFragment = { replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type PaidFragment = { replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type BankAsksFragment = { clientSecret: string | null, redirectUrl: string | null, expiresAt: string, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export type CancelledFragment = { replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> }, refund: { id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } } | null };

export type LockSeatsMutationVariables = Exact<{
  input: LockSeatsInput;
}>;


export type LockSeatsMutation = { lockSeats:
    | { __typename: 'LockSeatsSuccess', together: boolean, replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'NotEnoughSeats', code: ErrorCode, message: string, availableSeats: number }
    | { __typename: 'SeatsUnavailable', code: ErrorCode, message: string, seats: Array<string>, orphans: Array<string> }
    | { __typename: 'SalesClosed', code: ErrorCode, message: string, reason: SalesClosedReason, opensAt: string | null }
    | { __typename: 'LimitExceeded', code: ErrorCode, message: string, limit: number, field: string, retryAt: string | null }
    | { __typename: 'IdempotencyKeyReused', code: ErrorCode, message: string }
   | null };

export type ChangeLockMutationVariables = Exact<{
  input: ChangeLockInput;
}>;


export type ChangeLockMutation = { changeLock:
    | { __typename: 'ChangeLockSuccess', together: boolean, replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'NotEnoughSeats', code: ErrorCode, message: string, availableSeats: number }
    | { __typename: 'SeatsUnavailable', code: ErrorCode, message: string, seats: Array<string>, orphans: Array<string> }
    | { __typename: 'SalesClosed', code: ErrorCode, message: string, reason: SalesClosedReason, opensAt: string | null }
    | { __typename: 'LimitExceeded', code: ErrorCode, message: string, limit: number, field: string, retryAt: string | null }
    | { __typename: 'LockExpired', code: ErrorCode, message: string, expiredAt: string }
    | { __typename: 'LockNotActive', code: ErrorCode, message: string, status: SeatLockStatus }
    | { __typename: 'LockAlreadyUsed', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'IdempotencyKeyReused', code: ErrorCode, message: string }
   | null };

export type ExtendLockMutationVariables = Exact<{
  input: ExtendLockInput;
}>;


export type ExtendLockMutation = { extendLock:
    | { __typename: 'ExtendLockSuccess', lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'LimitExceeded', code: ErrorCode, message: string, limit: number, field: string, retryAt: string | null }
    | { __typename: 'LockExpired', code: ErrorCode, message: string, expiredAt: string }
    | { __typename: 'LockNotActive', code: ErrorCode, message: string, status: SeatLockStatus }
    | { __typename: 'LockAlreadyUsed', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
   | null };

export type ReleaseLockMutationVariables = Exact<{
  input: ReleaseLockInput;
}>;


export type ReleaseLockMutation = { releaseLock:
    | { __typename: 'ReleaseLockSuccess', replayed: boolean, lock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'LockAlreadyUsed', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'LockExpired', code: ErrorCode, message: string, expiredAt: string }
   | null };

export type ConfirmBookingMutationVariables = Exact<{
  input: ConfirmBookingInput;
}>;


export type ConfirmBookingMutation = { confirmBooking:
    | { __typename: 'ConfirmBookingSuccess', replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'LockExpired', code: ErrorCode, message: string, expiredAt: string }
    | { __typename: 'LockNotActive', code: ErrorCode, message: string, status: SeatLockStatus }
    | { __typename: 'LockAlreadyUsed', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'EventCancelled', code: ErrorCode, message: string, cancelledAt: string }
   | null };

export type PayBookingMutationVariables = Exact<{
  input: PayBookingInput;
}>;


export type PayBookingMutation = { payBooking:
    | { __typename: 'PayBookingSuccess', replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'PaymentActionRequired', clientSecret: string | null, redirectUrl: string | null, expiresAt: string, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'BookingExpired', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'BookingNotPayable', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'AmountMismatch', code: ErrorCode, message: string, expected: { amount: string, currencyCode: CurrencyCode } }
    | { __typename: 'PaymentFailed', code: ErrorCode, message: string, retryable: boolean, attemptsLeft: number, failureReason: PaymentFailureReason, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> }, refund: { id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } } | null }
    | { __typename: 'PaymentTimedOut', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'IdempotencyKeyReused', code: ErrorCode, message: string }
   | null };

export type CancelBookingMutationVariables = Exact<{
  input: CancelBookingInput;
}>;


export type CancelBookingMutation = { cancelBooking:
    | { __typename: 'CancelBookingSuccess', replayed: boolean, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> }, refund: { id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } } | null }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string, field: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'BookingExpired', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
    | { __typename: 'BookingNotCancellable', code: ErrorCode, message: string, booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } }
   | null };

export type ReadLockQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadLockQuery = { seatLock: { id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null } | null };

export type ReadBookingQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadBookingQuery = { booking: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } | null };

export type MyLocksQueryVariables = Exact<{
  event?: string | number | null | undefined;
  status?: SeatLockStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyLocksQuery = { viewer: { seatLocks: { nodes: Array<{ id: string, quantity: number, seats: Array<string>, status: SeatLockStatus, expiresAt: string, extendableUntil: string, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string }, booking: { id: string, status: BookingStatus, attemptsLeft: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type MyBookingsQueryVariables = Exact<{
  status?: BookingStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyBookingsQuery = { viewer: { bookings: { nodes: Array<{ id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type WatchBookingSubscriptionVariables = Exact<{
  booking: string | number;
}>;


export type WatchBookingSubscription = { bookingStatus: { id: string, reference: string, quantity: number, seats: Array<string>, status: BookingStatus, paymentExpiresAt: string, attemptsLeft: number, items: Array<{ section: string, quantity: number, seats: Array<string>, price: { amount: string, currencyCode: CurrencyCode } }>, total: { amount: string, currencyCode: CurrencyCode }, cancellation: { percentage: number, until: string | null, refundable: { amount: string, currencyCode: CurrencyCode } } | null, event: { id: string, name: string, venue: string | null, startsAt: string, timeZone: string, cancelledAt: string | null, cancellationReason: string | null }, lock: { id: string }, refunds: Array<{ id: string, percentage: number, status: RefundStatus, original: { amount: string, currencyCode: CurrencyCode }, amount: { amount: string, currencyCode: CurrencyCode }, kept: { amount: string, currencyCode: CurrencyCode } }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const MoneyFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Money on Money {
  amount
  currencyCode
}
    `, {"fragmentName":"Money"}) as unknown as TypedDocumentString<MoneyFragment, unknown>;
export const EventFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}
    fragment Money on Money {
  amount
  currencyCode
}`, {"fragmentName":"Event"}) as unknown as TypedDocumentString<EventFragment, unknown>;
export const RefusalFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Refusal on Error {
  code
  message
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const InvalidInputFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
    `, {"fragmentName":"InvalidInput"}) as unknown as TypedDocumentString<InvalidInputFragment, unknown>;
export const NotEnoughSeatsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment NotEnoughSeats on NotEnoughSeats {
  availableSeats
}
    `, {"fragmentName":"NotEnoughSeats"}) as unknown as TypedDocumentString<NotEnoughSeatsFragment, unknown>;
export const SeatsUnavailableFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SeatsUnavailable on SeatsUnavailable {
  seats
  orphans
}
    `, {"fragmentName":"SeatsUnavailable"}) as unknown as TypedDocumentString<SeatsUnavailableFragment, unknown>;
export const SalesClosedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SalesClosed on SalesClosed {
  reason
  opensAt
}
    `, {"fragmentName":"SalesClosed"}) as unknown as TypedDocumentString<SalesClosedFragment, unknown>;
export const LimitExceededFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
    `, {"fragmentName":"LimitExceeded"}) as unknown as TypedDocumentString<LimitExceededFragment, unknown>;
export const EventCancelledFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment EventCancelled on EventCancelled {
  cancelledAt
}
    `, {"fragmentName":"EventCancelled"}) as unknown as TypedDocumentString<EventCancelledFragment, unknown>;
export const LockExpiredFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LockExpired on LockExpired {
  expiredAt
}
    `, {"fragmentName":"LockExpired"}) as unknown as TypedDocumentString<LockExpiredFragment, unknown>;
export const LockNotActiveFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LockNotActive on LockNotActive {
  status
}
    `, {"fragmentName":"LockNotActive"}) as unknown as TypedDocumentString<LockNotActiveFragment, unknown>;
export const LineItemFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
    fragment Money on Money {
  amount
  currencyCode
}`, {"fragmentName":"LineItem"}) as unknown as TypedDocumentString<LineItemFragment, unknown>;
export const RefundFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
    fragment Money on Money {
  amount
  currencyCode
}`, {"fragmentName":"Refund"}) as unknown as TypedDocumentString<RefundFragment, unknown>;
export const BookingFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"Booking"}) as unknown as TypedDocumentString<BookingFragment, unknown>;
export const LockAlreadyUsedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"LockAlreadyUsed"}) as unknown as TypedDocumentString<LockAlreadyUsedFragment, unknown>;
export const BookingExpiredFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BookingExpired on BookingExpired {
  booking {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"BookingExpired"}) as unknown as TypedDocumentString<BookingExpiredFragment, unknown>;
export const BookingNotPayableFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BookingNotPayable on BookingNotPayable {
  booking {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"BookingNotPayable"}) as unknown as TypedDocumentString<BookingNotPayableFragment, unknown>;
export const BookingNotCancellableFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BookingNotCancellable on BookingNotCancellable {
  booking {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"BookingNotCancellable"}) as unknown as TypedDocumentString<BookingNotCancellableFragment, unknown>;
export const AmountMismatchFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment AmountMismatch on AmountMismatch {
  expected {
    ...Money
  }
}
    fragment Money on Money {
  amount
  currencyCode
}`, {"fragmentName":"AmountMismatch"}) as unknown as TypedDocumentString<AmountMismatchFragment, unknown>;
export const PaymentFailedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PaymentFailed on PaymentFailed {
  failureReason: reason
  retryable
  attemptsLeft
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"PaymentFailed"}) as unknown as TypedDocumentString<PaymentFailedFragment, unknown>;
export const PaymentTimedOutFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PaymentTimedOut on PaymentTimedOut {
  booking {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"PaymentTimedOut"}) as unknown as TypedDocumentString<PaymentTimedOutFragment, unknown>;
export const SessionFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
    `, {"fragmentName":"Session"}) as unknown as TypedDocumentString<SessionFragment, unknown>;
export const RegisteredFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Registered on RegisterSuccess {
  ...Session
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}`, {"fragmentName":"Registered"}) as unknown as TypedDocumentString<RegisteredFragment, unknown>;
export const LoggedInFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LoggedIn on LoginSuccess {
  ...Session
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}`, {"fragmentName":"LoggedIn"}) as unknown as TypedDocumentString<LoggedInFragment, unknown>;
export const RefreshedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Refreshed on RefreshSessionSuccess {
  ...Session
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}`, {"fragmentName":"Refreshed"}) as unknown as TypedDocumentString<RefreshedFragment, unknown>;
export const LoggedOutFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LoggedOut on LogoutSuccess {
  sessionsEnded
}
    `, {"fragmentName":"LoggedOut"}) as unknown as TypedDocumentString<LoggedOutFragment, unknown>;
export const SeatLockFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}`, {"fragmentName":"SeatLock"}) as unknown as TypedDocumentString<SeatLockFragment, unknown>;
export const LockedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Locked on LockSeatsSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`, {"fragmentName":"Locked"}) as unknown as TypedDocumentString<LockedFragment, unknown>;
export const ChangedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Changed on ChangeLockSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`, {"fragmentName":"Changed"}) as unknown as TypedDocumentString<ChangedFragment, unknown>;
export const ExtendedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Extended on ExtendLockSuccess {
  lock {
    ...SeatLock
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`, {"fragmentName":"Extended"}) as unknown as TypedDocumentString<ExtendedFragment, unknown>;
export const ReleasedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Released on ReleaseLockSuccess {
  lock {
    ...SeatLock
  }
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`, {"fragmentName":"Released"}) as unknown as TypedDocumentString<ReleasedFragment, unknown>;
export const ConfirmedFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Confirmed on ConfirmBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"Confirmed"}) as unknown as TypedDocumentString<ConfirmedFragment, unknown>;
export const PaidFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Paid on PayBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"Paid"}) as unknown as TypedDocumentString<PaidFragment, unknown>;
export const BankAsksFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BankAsks on PaymentActionRequired {
  booking {
    ...Booking
  }
  clientSecret
  redirectUrl
  expiresAt
  message
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"BankAsks"}) as unknown as TypedDocumentString<BankAsksFragment, unknown>;
export const CancelledFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Cancelled on CancelBookingSuccess {
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
  replayed
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`, {"fragmentName":"Cancelled"}) as unknown as TypedDocumentString<CancelledFragment, unknown>;
export const RegisterDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Register($input: RegisterInput!) {
  registered: register(input: $input) {
    __typename
    ...Registered
    ...Refusal
    ...InvalidInput
  }
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment Registered on RegisterSuccess {
  ...Session
}`) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const LoginDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ...LoggedIn
    ...Refusal
    ...InvalidInput
  }
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LoggedIn on LoginSuccess {
  ...Session
}`) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const RefreshSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    __typename
    ...Refreshed
    ...Refusal
    ...InvalidInput
  }
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment Refreshed on RefreshSessionSuccess {
  ...Session
}`) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const LogoutDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Logout($input: LogoutInput!) {
  logout(input: $input) {
    __typename
    ...LoggedOut
    ...Refusal
    ...InvalidInput
  }
}
    fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LoggedOut on LogoutSuccess {
  sessionsEnded
}`) as unknown as TypedDocumentString<LogoutMutation, LogoutMutationVariables>;
export const FindEventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query FindEvents($search: String, $startsAfter: DateTime, $startsBefore: DateTime, $first: Int, $after: String, $prices: Boolean! = false) {
  events(
    search: $search
    startsAfter: $startsAfter
    startsBefore: $startsBefore
    first: $first
    after: $after
  ) {
    nodes {
      ...Event
      sections @include(if: $prices) {
        id
        name
        price {
          ...Money
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`) as unknown as TypedDocumentString<FindEventsQuery, FindEventsQueryVariables>;
export const ReadEventDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadEvent($id: ID!, $map: Boolean! = true) {
  event(id: $id) {
    ...Event
    sections {
      id
      name
      seating
      price {
        ...Money
      }
      totalSeats
      availableSeats
      rows @include(if: $map) {
        name
        statuses
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`) as unknown as TypedDocumentString<ReadEventQuery, ReadEventQueryVariables>;
export const WatchSeatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription WatchSeats($event: ID!, $rows: Boolean! = true, $labels: Boolean! = false, $whole: Boolean! = false) {
  seatAvailability(eventId: $event) {
    version
    snapshot
    salesOpen
    salesClosedReason
    totalSeats
    availableSeats
    lockedSeats
    bookedSeats
    asOf
    changedRows @include(if: $rows) {
      section
      name
      statuses
    }
    changedSeats @include(if: $labels) {
      label
      section
      row
      number
      status
    }
    event @include(if: $whole) {
      ...Event
      sections {
        id
        name
        availableSeats
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`) as unknown as TypedDocumentString<WatchSeatsSubscription, WatchSeatsSubscriptionVariables>;
export const LockSeatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation LockSeats($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    __typename
    ...Locked
    ...Refusal
    ...InvalidInput
    ...NotEnoughSeats
    ...SeatsUnavailable
    ...SalesClosed
    ...LimitExceeded
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment NotEnoughSeats on NotEnoughSeats {
  availableSeats
}
fragment SeatsUnavailable on SeatsUnavailable {
  seats
  orphans
}
fragment SalesClosed on SalesClosed {
  reason
  opensAt
}
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment Locked on LockSeatsSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}`) as unknown as TypedDocumentString<LockSeatsMutation, LockSeatsMutationVariables>;
export const ChangeLockDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangeLock($input: ChangeLockInput!) {
  changeLock(input: $input) {
    __typename
    ...Changed
    ...Refusal
    ...InvalidInput
    ...NotEnoughSeats
    ...SeatsUnavailable
    ...SalesClosed
    ...LimitExceeded
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment NotEnoughSeats on NotEnoughSeats {
  availableSeats
}
fragment SeatsUnavailable on SeatsUnavailable {
  seats
  orphans
}
fragment SalesClosed on SalesClosed {
  reason
  opensAt
}
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Changed on ChangeLockSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}`) as unknown as TypedDocumentString<ChangeLockMutation, ChangeLockMutationVariables>;
export const ExtendLockDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ExtendLock($input: ExtendLockInput!) {
  extendLock(input: $input) {
    __typename
    ...Extended
    ...Refusal
    ...InvalidInput
    ...LimitExceeded
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Extended on ExtendLockSuccess {
  lock {
    ...SeatLock
  }
}`) as unknown as TypedDocumentString<ExtendLockMutation, ExtendLockMutationVariables>;
export const ReleaseLockDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReleaseLock($input: ReleaseLockInput!) {
  releaseLock(input: $input) {
    __typename
    ...Released
    ...Refusal
    ...InvalidInput
    ...LockAlreadyUsed
    ...LockExpired
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Released on ReleaseLockSuccess {
  lock {
    ...SeatLock
  }
  replayed
}`) as unknown as TypedDocumentString<ReleaseLockMutation, ReleaseLockMutationVariables>;
export const ConfirmBookingDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ConfirmBooking($input: ConfirmBookingInput!) {
  confirmBooking(input: $input) {
    __typename
    ...Confirmed
    ...Refusal
    ...InvalidInput
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
    ...EventCancelled
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment EventCancelled on EventCancelled {
  cancelledAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Confirmed on ConfirmBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}`) as unknown as TypedDocumentString<ConfirmBookingMutation, ConfirmBookingMutationVariables>;
export const PayBookingDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation PayBooking($input: PayBookingInput!) {
  payBooking(input: $input) {
    __typename
    ...Paid
    ...BankAsks
    ...Refusal
    ...InvalidInput
    ...BookingExpired
    ...BookingNotPayable
    ...AmountMismatch
    ...PaymentFailed
    ...PaymentTimedOut
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment BookingExpired on BookingExpired {
  booking {
    ...Booking
  }
}
fragment BookingNotPayable on BookingNotPayable {
  booking {
    ...Booking
  }
}
fragment AmountMismatch on AmountMismatch {
  expected {
    ...Money
  }
}
fragment PaymentFailed on PaymentFailed {
  failureReason: reason
  retryable
  attemptsLeft
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
}
fragment PaymentTimedOut on PaymentTimedOut {
  booking {
    ...Booking
  }
}
fragment Paid on PayBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}
fragment BankAsks on PaymentActionRequired {
  booking {
    ...Booking
  }
  clientSecret
  redirectUrl
  expiresAt
  message
}`) as unknown as TypedDocumentString<PayBookingMutation, PayBookingMutationVariables>;
export const CancelBookingDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelBooking($input: CancelBookingInput!) {
  cancelBooking(input: $input) {
    __typename
    ...Cancelled
    ...Refusal
    ...InvalidInput
    ...BookingExpired
    ...BookingNotCancellable
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment BookingExpired on BookingExpired {
  booking {
    ...Booking
  }
}
fragment BookingNotCancellable on BookingNotCancellable {
  booking {
    ...Booking
  }
}
fragment Cancelled on CancelBookingSuccess {
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
  replayed
}`) as unknown as TypedDocumentString<CancelBookingMutation, CancelBookingMutationVariables>;
export const ReadLockDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadLock($id: ID!) {
  seatLock(id: $id) {
    ...SeatLock
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`) as unknown as TypedDocumentString<ReadLockQuery, ReadLockQueryVariables>;
export const ReadBookingDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadBooking($id: ID!) {
  booking(id: $id) {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`) as unknown as TypedDocumentString<ReadBookingQuery, ReadBookingQueryVariables>;
export const MyLocksDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MyLocks($event: ID, $status: SeatLockStatus, $first: Int, $after: String) {
  viewer {
    seatLocks(eventId: $event, status: $status, first: $first, after: $after) {
      nodes {
        ...SeatLock
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`) as unknown as TypedDocumentString<MyLocksQuery, MyLocksQueryVariables>;
export const MyBookingsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MyBookings($status: BookingStatus, $first: Int, $after: String) {
  viewer {
    bookings(status: $status, first: $first, after: $after) {
      nodes {
        ...Booking
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`) as unknown as TypedDocumentString<MyBookingsQuery, MyBookingsQueryVariables>;
export const WatchBookingDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription WatchBooking($booking: ID!) {
  bookingStatus(bookingId: $booking) {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`) as unknown as TypedDocumentString<WatchBookingSubscription, WatchBookingSubscriptionVariables>;