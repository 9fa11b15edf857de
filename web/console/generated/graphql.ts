/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What happened. */
export type AuditAction =
  /** Somebody registered, or an ADMIN was made. */
  | 'USER_REGISTERED'
  /**
   * The role of a user, `userId` in `metadata`, was changed: by an ADMIN, or at the command line, and then there is no
   * actor.
   */
  | 'USER_ROLE_CHANGED'
  /**
   * The user `userId` in `metadata` was given another password, which ended all their sessions. There is no actor when
   * it was done at the command line. `by` may be `letter`, by a code sent to the user, or `viewer`, by the user, who
   * knew the old one.
   */
  | 'PASSWORD_CHANGED'
  /**
   * A session has ended. `by` in `metadata`: `logout`; `everywhere`, and then all of the user's; `tooMany`, when the
   * user began more than 100; or `reuse`, when a refresh token was used twice. Then `userId` is whose it was, `address`
   * a keyed hash of where it came from, and there is no actor: it may not have been the user.
   */
  | 'SESSION_ENDED'
  /** A user deleted their account. What they did still names their id, which is nobody's any more. */
  | 'USER_DELETED'
  /** Somebody used the code of a letter to their address: letters go there from then on. */
  | 'EMAIL_VERIFIED'
  /**
   * Somebody did not know an account's password. `metadata` has keyed hashes of the account and of the address, and from
   * the fourth in a minute the `count` of those that have no entry of their own.
   */
  | 'SIGN_IN_FAILED'
  /** An ADMIN signed in. `metadata` has a keyed hash of the address. */
  | 'ADMIN_SIGNED_IN'
  /** An event was made, all its seats available. */
  | 'EVENT_CREATED'
  /** An ADMIN changed an event: `metadata` has each field's value before and after. */
  | 'EVENT_UPDATED'
  /** An ADMIN closed an event's sales. */
  | 'SALES_CLOSED'
  /** An ADMIN opened them again. */
  | 'SALES_OPENED'
  /** An ADMIN cancelled an event: what it had sold is to be ended, and refunded in full. */
  | 'EVENT_CANCELLED'
  /** All that a cancelled event had sold is ended. */
  | 'CANCELLATION_FINISHED'
  /** An ADMIN kept seats back: available → held. */
  | 'ALLOCATION_CREATED'
  /** An ADMIN, or time, made what was left of them available: held → available. */
  | 'ALLOCATION_RELEASED'
  /** Seats were locked: available → held, or out of what an allocation held. */
  | 'SEATS_LOCKED'
  /** Seats were added to a lock, or removed: available → held, held → available. */
  | 'LOCK_CHANGED'
  /** A lock's deadline was put off: `metadata` has it before and after. */
  | 'LOCK_EXTENDED'
  /** A lock was released by its owner, or an ADMIN: held → available. */
  | 'LOCK_RELEASED'
  /** A lock's time was up: held → available. */
  | 'LOCK_EXPIRED'
  /** A lock was confirmed: it is a booking, and to be paid. */
  | 'BOOKING_CREATED'
  /** A booking was paid: held → booked, or, late, available → booked. */
  | 'BOOKING_CONFIRMED'
  /** A booking ended with an attempt to pay that failed: held → available. */
  | 'BOOKING_FAILED'
  /** A booking was not paid in time: held → available. */
  | 'BOOKING_EXPIRED'
  /** A booking was cancelled: held or booked → available. */
  | 'BOOKING_CANCELLED'
  /** The provider was to be asked for the money. */
  | 'PAYMENT_INITIATED'
  /** The provider took the money. */
  | 'PAYMENT_SUCCEEDED'
  /** The provider did not take the money, or failed after it had. */
  | 'PAYMENT_FAILED'
  /** The provider did not answer in time. */
  | 'PAYMENT_TIMED_OUT'
  /** The bank asked the buyer. */
  | 'PAYMENT_ACTION_REQUIRED'
  /** It was decided to give money back. */
  | 'REFUND_INITIATED'
  /** The provider gave money back; or, with `by_hand` in `metadata`, somebody did. */
  | 'REFUND_PROCESSED'
  /** The provider could not give money back, or it came back from the buyer's bank. */
  | 'REFUND_FAILED'
  /** An ADMIN had a refund sent once more. */
  | 'REFUND_RESENT'
  /** An ADMIN registered a webhook endpoint, or one that was disabled: `metadata` has its host. */
  | 'WEBHOOK_REGISTERED'
  /** An ADMIN gave a webhook endpoint another secret. */
  | 'WEBHOOK_SECRET_RENEWED'
  /** An ADMIN removed a webhook endpoint. */
  | 'WEBHOOK_REMOVED'
  /** An ADMIN had a message sent again. */
  | 'DELIVERY_REPLAYED'
  /** An ADMIN had a job run. */
  | 'JOB_REQUESTED'
  /** An event's documents did not agree, and were repaired; `metadata` says how. */
  | 'INVENTORY_REPAIRED'
  /**
   * A request was refused, or a sign-in failed: `metadata` has the operation and the code. When there are too many to
   * record each of them, it has their `count`.
   */
  | 'REQUEST_REJECTED'
  | '%future added value';

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

/** Which seats the house keeps back, and for whom. */
export type CreateAllocationInput = {
  /** The event. It has at most 100 allocations. */
  eventId: string | number;
  /** What the house calls it, 1 to 200 characters. */
  name: string;
  /**
   * Seats that are available now, numbered and general, all of them or none; at most 10,000. Of a `quantity` in a
   * RESERVED section the server picks the best.
   */
  selection: Array<SelectionItemInput>;
  /**
   * The code with which buyers take these seats: 8 to 128 characters, and not the code of another allocation of this
   * event. Null: nobody can buy them.
   */
  accessCode?: string | null | undefined;
  /**
   * When the code begins to work. That may be before `salesStartAt`, but must be before `releasesAt`, `salesEndAt` and
   * the start of the event. Null: at once.
   */
  opensAt?: string | null | undefined;
  /**
   * When what is left is available to everybody, to the millisecond: in the future, not after the start of the event.
   * Null: not before releaseAllocation.
   */
  releasesAt?: string | null | undefined;
  /**
   * How many of these seats one buyer can have, held and booked; at most as many as there are. They count for the
   * event's own limit, too. Null: no limit but that.
   */
  maxSeatsPerBuyer?: number | null | undefined;
  /**
   * Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, answers with
   * the same allocation.
   */
  idempotencyKey: string;
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

/** How far the delivery of a message is. */
export type DeliveryStatus =
  /** To be sent, or to be sent again; or it waits for an earlier message about the same booking. */
  | 'PENDING'
  /** A letter that waits for its buyer to verify the address, for a day. */
  | 'HELD'
  /** Taken by the receiver. */
  | 'DELIVERED'
  /** Given up: it was refused for good, or was not taken, or was HELD, for a day. `replayDelivery` sends it again. */
  | 'DEAD'
  | '%future added value';

/** How two records of money differ. */
export type DifferenceKind =
  /** The provider took money, `theirs`, for no payment of ours. */
  | 'UNKNOWN_CHARGE'
  /** Our book says that the provider took money for this payment; it did not. */
  | 'CHARGE_MISSING'
  /** The provider took money for this payment. In our book it is neither taken nor refunded. */
  | 'CHARGE_UNSETTLED'
  /** The provider took money for this payment once more, `reference`. */
  | 'CHARGED_TWICE'
  /** The provider took another amount, or currency, for this payment. */
  | 'CHARGE_DIFFERS'
  /** The provider gave money back, `theirs`, for no refund of ours. */
  | 'UNKNOWN_REFUND'
  /** Our book says that this refund is PROCESSED; the provider doesn't know it. */
  | 'REFUND_MISSING'
  /** The provider could not give this money back: somebody must. */
  | 'REFUND_FAILED'
  /** This refund was decided over a day ago, and the provider has not confirmed it. */
  | 'REFUND_OVERDUE'
  /** The provider gave this refund once more, `reference`. */
  | 'REFUNDED_TWICE'
  /** The provider gave back another amount, or currency, for this refund. */
  | 'REFUND_DIFFERS'
  /** More was given back than had been taken. */
  | 'REFUND_EXCEEDS_CHARGE'
  /**
   * This booking is CONFIRMED, and what was paid for it and not given back, `ours`, is not one payment of its total,
   * `theirs`.
   */
  | 'BOOKING_NOT_PAID_ONCE'
  /** Money of this payment, `ours`, is kept for a booking that it never confirmed. */
  | 'MONEY_KEPT'
  /**
   * Over an hour ago the provider sent a notice, `reference`, about a payment or refund that we don't know, or that
   * could not be settled.
   */
  | 'NOTICE_UNSETTLED'
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

/** A job of the worker. Each runs at its times, and when `runJob` asks for it. */
export type Job =
  /** Makes seat locks EXPIRED that have no booking and are past their deadline. Twice a second. */
  | 'EXPIRE_LOCKS'
  /**
   * Makes unpaid bookings EXPIRED that are past their deadline. First it asks the provider about their payments without
   * an answer. Twice a second.
   */
  | 'EXPIRE_BOOKINGS'
  /**
   * Ends what cancelled events have sold: locks are RELEASED, bookings CANCELLED, and whoever has paid gets all of it
   * back. Every second.
   */
  | 'CANCEL_EVENTS'
  /** Sends the refunds the provider has not confirmed yet, each less and less often. Every second. */
  | 'SEND_REFUNDS'
  /** Asks the provider what came of payments that have no answer, and settles it. Every minute. */
  | 'RECONCILE'
  /**
   * Delivers messages to webhook endpoints and by e-mail, and again what was not taken, less and less often. Every
   * second.
   */
  | 'DELIVER'
  /**
   * Finishes what a crash left half done, and repairs inventories that do not add up. Nightly, and whenever a worker
   * starts.
   */
  | 'RECOVER'
  /**
   * Deletes old idempotency keys and job executions. Archives locks and bookings that came to nothing long ago, if that
   * is set. Nightly.
   */
  | 'CLEAN_UP'
  | '%future added value';

/** What became of a run of a job. */
export type JobStatus =
  /** It is under way. */
  | 'RUNNING'
  /** It did all there was to do. */
  | 'COMPLETED'
  /** It did nothing: another run of the job was under way, or broke off within the last six seconds. */
  | 'SKIPPED'
  /** It did not do all there was to do: `error` says why. The next run does the rest. */
  | 'FAILED'
  | '%future added value';

/** What a message is about. */
export type MessageType =
  /** `booking.confirmed`: a booking is paid. */
  | 'BOOKING_CONFIRMED'
  /** `booking.cancelled`: a booking was given up. */
  | 'BOOKING_CANCELLED'
  /** `booking.expired`: a booking was not paid in time. */
  | 'BOOKING_EXPIRED'
  /** `booking.failed`: a booking ended with an attempt to pay that failed. */
  | 'BOOKING_FAILED'
  /** `payment.failed`: an attempt to pay failed; the booking may still be paid by another. */
  | 'PAYMENT_FAILED'
  /** `refund.processed`: the provider has given money back. */
  | 'REFUND_PROCESSED'
  /** `refund.failed`: the provider could not give money back. */
  | 'REFUND_FAILED'
  | '%future added value';

/** A number of seats. In a RESERVED section the server picks them: together in one row when it can. */
export type QuantityInput = {
  /** How many seats, from 1 to the limit of one lock (100 unless set). */
  count: number;
  /** The section's name; may be left out when the event has only one. */
  section?: string | null | undefined;
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

/** How long one bucket of a timeline is. */
export type TimelineBucket =
  /** An hour. */
  | 'HOUR'
  /** A day, in UTC. */
  | 'DAY'
  | '%future added value';

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

export type FiguresFragment = { id: string, name: string, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, cancellationReason: string | null, createdAt: string, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { viewer: { name: string, role: Role } | null };

export type EventFiguresQueryVariables = Exact<{
  id: string | number;
}>;


export type EventFiguresQuery = { event: { id: string, name: string, venue: string | null, timeZone: string, startsAt: string, salesStartAt: string | null, salesEndAt: string | null, salesOpen: boolean, salesClosedReason: SalesClosedReason | null, cancelledAt: string | null, cancellationReason: string | null, createdAt: string, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, version: number, sections: Array<{ id: string, name: string, seating: Seating, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number }>, allocations: Array<{ id: string, name: string, quantity: number, taken: number, seats: Array<string>, accessCode: string | null, opensAt: string | null, releasesAt: string | null, releasedAt: string | null, maxSeatsPerBuyer: number | null }> } | null, bookingSummary: { bookings: { confirmed: number, pending: number, expired: number, failed: number, cancelled: number }, revenue: Array<{ gross: { amount: string, currencyCode: CurrencyCode }, refunded: { amount: string, currencyCode: CurrencyCode }, net: { amount: string, currencyCode: CurrencyCode } }> } | null, healthMetrics: { locks: { total: number, expired: number }, payments: { totalAttempts: number, successful: number, failed: number, timedOut: number } } | null };

export type TimelineQueryVariables = Exact<{
  id: string | number;
  from: string;
  to: string;
  bucket: TimelineBucket;
}>;


export type TimelineQuery = { eventTimeline: { starts: Array<string>, bookings: Array<number>, availableSeats: Array<number | null>, currencyCode: CurrencyCode, gross: Array<string> } | null };

export type SectionTimelineQueryVariables = Exact<{
  id: string | number;
  from: string;
  to: string;
  bucket: TimelineBucket;
}>;


export type SectionTimelineQuery = { sectionTimeline: { starts: Array<string>, sections: Array<{ name: string, bookedSeats: Array<number | null> }> } | null };

export type PastQueryVariables = Exact<{
  id: string | number;
  at: string;
}>;


export type PastQuery = { event: { inventoryAt: { at: string, entries: number, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, sections: Array<{ name: string, seating: Seating, totalSeats: number, availableSeats: number, lockedSeats: number, bookedSeats: number, rows: Array<{ name: string, statuses: string }> }> } | null } | null };

export type OpenSalesMutationVariables = Exact<{
  id: string | number;
}>;


export type OpenSalesMutation = { openSales:
    | { __typename: 'OpenSalesSuccess', replayed: boolean }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'SalesClosed', code: ErrorCode, message: string }
    | { __typename: 'EventCancelled', code: ErrorCode, message: string }
   | null };

export type CloseSalesMutationVariables = Exact<{
  id: string | number;
}>;


export type CloseSalesMutation = { closeSales:
    | { __typename: 'CloseSalesSuccess', replayed: boolean }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
   | null };

export type CancelEventMutationVariables = Exact<{
  id: string | number;
  reason: string;
}>;


export type CancelEventMutation = { cancelEvent:
    | { __typename: 'CancelEventSuccess', replayed: boolean }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
   | null };

export type CreateAllocationMutationVariables = Exact<{
  input: CreateAllocationInput;
}>;


export type CreateAllocationMutation = { createAllocation:
    | { __typename: 'CreateAllocationSuccess', allocation: { id: string, quantity: number } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
    | { __typename: 'NotEnoughSeats', code: ErrorCode, message: string }
    | { __typename: 'SeatsUnavailable', code: ErrorCode, message: string }
    | { __typename: 'EventCancelled', code: ErrorCode, message: string }
    | { __typename: 'IdempotencyKeyReused', code: ErrorCode, message: string }
   | null };

export type ReleaseAllocationMutationVariables = Exact<{
  id: string | number;
}>;


export type ReleaseAllocationMutation = { releaseAllocation:
    | { __typename: 'ReleaseAllocationSuccess', replayed: boolean }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
   | null };

export type RunFragment = { id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null };

export type LastRunsQueryVariables = Exact<{ [key: string]: never; }>;


export type LastRunsQuery = { EXPIRE_LOCKS: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, EXPIRE_BOOKINGS: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, CANCEL_EVENTS: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, SEND_REFUNDS: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, RECONCILE: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, DELIVER: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, RECOVER: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null, CLEAN_UP: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }> } | null };

export type JobRunsQueryVariables = Exact<{
  job?: Job | null | undefined;
  after?: string | null | undefined;
}>;


export type JobRunsQuery = { jobExecutions: { nodes: Array<{ id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RunJobMutationVariables = Exact<{
  job: Job;
}>;


export type RunJobMutation = { runJob:
    | { __typename: 'RunJobSuccess', execution: { id: string, job: Job, status: JobStatus, recordsProcessed: number, startedAt: string, endedAt: string | null, error: string | null } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
   | null };

export type DeliveriesQueryVariables = Exact<{
  status?: DeliveryStatus | null | undefined;
  after?: string | null | undefined;
}>;


export type DeliveriesQuery = { deliveries: { nodes: Array<{ id: string, type: MessageType, byEmail: boolean, status: DeliveryStatus, attempts: number, nextAttemptAt: string | null, lastError: string | null, createdAt: string, deliveredAt: string | null, endpoint: { url: string } | null, booking: { id: string, reference: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ReplayDeliveryMutationVariables = Exact<{
  id: string | number;
}>;


export type ReplayDeliveryMutation = { replayDelivery:
    | { __typename: 'ReplayDeliverySuccess', delivery: { id: string } }
    | { __typename: 'InvalidInput', code: ErrorCode, message: string }
    | { __typename: 'NotFound', code: ErrorCode, message: string }
   | null };

export type DriftQueryVariables = Exact<{ [key: string]: never; }>;


export type DriftQuery = { inventoryCheck: Array<{ field: string, stored: number, actual: number, event: { id: string, name: string } }> | null };

export type MoneyDifferencesQueryVariables = Exact<{ [key: string]: never; }>;


export type MoneyDifferencesQuery = { moneyCheck: Array<{ kind: DifferenceKind, reference: string | null, ours: { amount: string, currencyCode: CurrencyCode } | null, theirs: { amount: string, currencyCode: CurrencyCode } | null, booking: { id: string, reference: string } | null }> | null };

export type FoundFragment = { id: string, reference: string, quantity: number, status: BookingStatus, createdAt: string, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string, name: string }, user: { name: string, email: string } };

export type BookingByReferenceQueryVariables = Exact<{
  reference: string;
}>;


export type BookingByReferenceQuery = { bookings: { nodes: Array<{ id: string, reference: string, quantity: number, status: BookingStatus, createdAt: string, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string, name: string }, user: { name: string, email: string } }> } | null };

export type BookingByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type BookingByIdQuery = { booking: { id: string, reference: string, quantity: number, status: BookingStatus, createdAt: string, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string, name: string }, user: { name: string, email: string } } | null };

export type BuyersQueryVariables = Exact<{
  search: string;
}>;


export type BuyersQuery = { users: { nodes: Array<{ id: string }> } | null };

export type BookingsOfQueryVariables = Exact<{
  user: string | number;
}>;


export type BookingsOfQuery = { bookings: { nodes: Array<{ id: string, reference: string, quantity: number, status: BookingStatus, createdAt: string, total: { amount: string, currencyCode: CurrencyCode }, event: { id: string, name: string }, user: { name: string, email: string } }> } | null };

export type TrailQueryVariables = Exact<{
  booking?: string | number | null | undefined;
  correlation?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TrailQuery = { auditLog: { nodes: Array<{ id: string, action: AuditAction, fromStatus: string | null, toStatus: string | null, correlationId: string, isRetry: boolean, createdAt: string, seats: Array<string>, metadata: unknown, actor: { name: string, email: string } | null, booking: { id: string, reference: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

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
export const RefusalFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Refusal on Error {
  code
  message
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const FiguresFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Figures on Event {
  id
  name
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  cancellationReason
  createdAt
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}
    `, {"fragmentName":"Figures"}) as unknown as TypedDocumentString<FiguresFragment, unknown>;
export const RunFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}
    `, {"fragmentName":"Run"}) as unknown as TypedDocumentString<RunFragment, unknown>;
export const FoundFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}
    `, {"fragmentName":"Found"}) as unknown as TypedDocumentString<FoundFragment, unknown>;
export const MeDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Me {
  viewer {
    name
    role
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const EventFiguresDocument = /*#__PURE__*/ new TypedDocumentString(`
    query EventFigures($id: ID!) {
  event(id: $id) {
    ...Figures
    sections {
      id
      name
      seating
      totalSeats
      availableSeats
      lockedSeats
      bookedSeats
    }
    allocations {
      id
      name
      quantity
      taken
      seats
      accessCode
      opensAt
      releasesAt
      releasedAt
      maxSeatsPerBuyer
    }
  }
  bookingSummary(eventId: $id) {
    bookings {
      confirmed
      pending
      expired
      failed
      cancelled
    }
    revenue {
      gross {
        amount
        currencyCode
      }
      refunded {
        amount
        currencyCode
      }
      net {
        amount
        currencyCode
      }
    }
  }
  healthMetrics(eventId: $id) {
    locks {
      total
      expired
    }
    payments {
      totalAttempts
      successful
      failed
      timedOut
    }
  }
}
    fragment Figures on Event {
  id
  name
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  salesClosedReason
  cancelledAt
  cancellationReason
  createdAt
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`) as unknown as TypedDocumentString<EventFiguresQuery, EventFiguresQueryVariables>;
export const TimelineDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Timeline($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!) {
  eventTimeline(eventId: $id, from: $from, to: $to, bucket: $bucket) {
    starts
    bookings
    availableSeats
    currencyCode
    gross
  }
}
    `) as unknown as TypedDocumentString<TimelineQuery, TimelineQueryVariables>;
export const SectionTimelineDocument = /*#__PURE__*/ new TypedDocumentString(`
    query SectionTimeline($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!) {
  sectionTimeline(eventId: $id, from: $from, to: $to, bucket: $bucket) {
    starts
    sections {
      name
      bookedSeats
    }
  }
}
    `) as unknown as TypedDocumentString<SectionTimelineQuery, SectionTimelineQueryVariables>;
export const PastDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Past($id: ID!, $at: DateTime!) {
  event(id: $id) {
    inventoryAt(at: $at) {
      at
      entries
      totalSeats
      availableSeats
      lockedSeats
      bookedSeats
      sections {
        name
        seating
        totalSeats
        availableSeats
        lockedSeats
        bookedSeats
        rows {
          name
          statuses
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PastQuery, PastQueryVariables>;
export const OpenSalesDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation OpenSales($id: ID!) {
  openSales(input: {eventId: $id}) {
    __typename
    ...Refusal
    ... on OpenSalesSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<OpenSalesMutation, OpenSalesMutationVariables>;
export const CloseSalesDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CloseSales($id: ID!) {
  closeSales(input: {eventId: $id}) {
    __typename
    ...Refusal
    ... on CloseSalesSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<CloseSalesMutation, CloseSalesMutationVariables>;
export const CancelEventDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelEvent($id: ID!, $reason: String!) {
  cancelEvent(input: {eventId: $id, reason: $reason}) {
    __typename
    ...Refusal
    ... on CancelEventSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<CancelEventMutation, CancelEventMutationVariables>;
export const CreateAllocationDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateAllocation($input: CreateAllocationInput!) {
  createAllocation(input: $input) {
    __typename
    ...Refusal
    ... on CreateAllocationSuccess {
      allocation {
        id
        quantity
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<CreateAllocationMutation, CreateAllocationMutationVariables>;
export const ReleaseAllocationDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReleaseAllocation($id: ID!) {
  releaseAllocation(input: {allocationId: $id}) {
    __typename
    ...Refusal
    ... on ReleaseAllocationSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<ReleaseAllocationMutation, ReleaseAllocationMutationVariables>;
export const LastRunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query LastRuns {
  EXPIRE_LOCKS: jobExecutions(job: EXPIRE_LOCKS, first: 1) {
    nodes {
      ...Run
    }
  }
  EXPIRE_BOOKINGS: jobExecutions(job: EXPIRE_BOOKINGS, first: 1) {
    nodes {
      ...Run
    }
  }
  CANCEL_EVENTS: jobExecutions(job: CANCEL_EVENTS, first: 1) {
    nodes {
      ...Run
    }
  }
  SEND_REFUNDS: jobExecutions(job: SEND_REFUNDS, first: 1) {
    nodes {
      ...Run
    }
  }
  RECONCILE: jobExecutions(job: RECONCILE, first: 1) {
    nodes {
      ...Run
    }
  }
  DELIVER: jobExecutions(job: DELIVER, first: 1) {
    nodes {
      ...Run
    }
  }
  RECOVER: jobExecutions(job: RECOVER, first: 1) {
    nodes {
      ...Run
    }
  }
  CLEAN_UP: jobExecutions(job: CLEAN_UP, first: 1) {
    nodes {
      ...Run
    }
  }
}
    fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`) as unknown as TypedDocumentString<LastRunsQuery, LastRunsQueryVariables>;
export const JobRunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query JobRuns($job: Job, $after: String) {
  jobExecutions(job: $job, first: 20, after: $after) {
    nodes {
      ...Run
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`) as unknown as TypedDocumentString<JobRunsQuery, JobRunsQueryVariables>;
export const RunJobDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RunJob($job: Job!) {
  runJob(input: {job: $job}) {
    __typename
    ...Refusal
    ... on RunJobSuccess {
      execution {
        ...Run
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}
fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`) as unknown as TypedDocumentString<RunJobMutation, RunJobMutationVariables>;
export const DeliveriesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Deliveries($status: DeliveryStatus, $after: String) {
  deliveries(status: $status, first: 20, after: $after) {
    nodes {
      id
      type
      byEmail
      status
      attempts
      nextAttemptAt
      lastError
      createdAt
      deliveredAt
      endpoint {
        url
      }
      booking {
        id
        reference
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DeliveriesQuery, DeliveriesQueryVariables>;
export const ReplayDeliveryDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReplayDelivery($id: ID!) {
  replayDelivery(input: {deliveryId: $id}) {
    __typename
    ...Refusal
    ... on ReplayDeliverySuccess {
      delivery {
        id
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`) as unknown as TypedDocumentString<ReplayDeliveryMutation, ReplayDeliveryMutationVariables>;
export const DriftDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Drift {
  inventoryCheck {
    field
    stored
    actual
    event {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<DriftQuery, DriftQueryVariables>;
export const MoneyDifferencesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MoneyDifferences {
  moneyCheck {
    kind
    reference
    ours {
      amount
      currencyCode
    }
    theirs {
      amount
      currencyCode
    }
    booking {
      id
      reference
    }
  }
}
    `) as unknown as TypedDocumentString<MoneyDifferencesQuery, MoneyDifferencesQueryVariables>;
export const BookingByReferenceDocument = /*#__PURE__*/ new TypedDocumentString(`
    query BookingByReference($reference: String!) {
  bookings(reference: $reference, first: 1) {
    nodes {
      ...Found
    }
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`) as unknown as TypedDocumentString<BookingByReferenceQuery, BookingByReferenceQueryVariables>;
export const BookingByIdDocument = /*#__PURE__*/ new TypedDocumentString(`
    query BookingById($id: ID!) {
  booking(id: $id) {
    ...Found
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`) as unknown as TypedDocumentString<BookingByIdQuery, BookingByIdQueryVariables>;
export const BuyersDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Buyers($search: String!) {
  users(search: $search, first: 10) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<BuyersQuery, BuyersQueryVariables>;
export const BookingsOfDocument = /*#__PURE__*/ new TypedDocumentString(`
    query BookingsOf($user: ID!) {
  bookings(userId: $user, first: 20) {
    nodes {
      ...Found
    }
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`) as unknown as TypedDocumentString<BookingsOfQuery, BookingsOfQueryVariables>;
export const TrailDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Trail($booking: ID, $correlation: String, $after: String) {
  auditLog(
    bookingId: $booking
    correlationId: $correlation
    first: 50
    after: $after
  ) {
    nodes {
      id
      action
      fromStatus
      toStatus
      correlationId
      isRetry
      createdAt
      seats
      metadata
      actor {
        name
        email
      }
      booking {
        id
        reference
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<TrailQuery, TrailQueryVariables>;