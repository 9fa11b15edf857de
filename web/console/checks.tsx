// Whether what is stored agrees with itself, and with the payment provider. Both read much, so only when asked for.

import { useState } from "preact/hooks";
import { ask } from "../../clients/typescript/src/connection.ts";
import { money } from "../src/format.ts";
import { useDoing } from "./asking.ts";
import {
  DriftDocument,
  type DriftQuery,
  MoneyDifferencesDocument,
  type MoneyDifferencesQuery,
} from "./generated/graphql.ts";
import { Table, Trouble } from "./parts.tsx";
import { eventPage, trailPage } from "./route.ts";
import { api } from "./session.ts";
import { plain } from "./words.ts";

type Drift = NonNullable<DriftQuery["inventoryCheck"]>;
type Differences = NonNullable<MoneyDifferencesQuery["moneyCheck"]>;

const SEATS_AGREE = "Every counter and seat is what locks, bookings and the audit trail add up to.";
const MONEY_AGREES = "Our book and the payment provider's agree.";

export function Checks() {
  const [drift, setDrift] = useState<Drift | null>(null);
  const [differences, setDifferences] = useState<Differences | null>(null);
  const { busy, trouble, run } = useDoing();
  const checkSeats = () =>
    run(async () => {
      setDrift(null);
      const { inventoryCheck } = await ask(api, DriftDocument, {});
      setDrift(inventoryCheck);
      return inventoryCheck?.length ? "Some counters are wrong." : SEATS_AGREE;
    });
  const checkMoney = () =>
    run(async () => {
      setDifferences(null);
      const { moneyCheck } = await ask(api, MoneyDifferencesDocument, {});
      setDifferences(moneyCheck);
      return moneyCheck?.length ? "Some money differs." : MONEY_AGREES;
    });
  return (
    <>
      <h2>Checks</h2>
      <p class="buttons">
        <button aria-disabled={busy} onClick={() => void checkSeats()}>
          Check the seats
        </button>
        <button aria-disabled={busy} onClick={() => void checkMoney()}>
          Check the money
        </button>
      </p>
      <Trouble words={trouble} />
      {drift && !drift.length && <p class="note">{SEATS_AGREE}</p>}
      {!!drift?.length && (
        <Table
          label="Counters that are wrong"
          heads={["Event", "What", "Stored", "Adds up to"]}
          rows={drift.map(({ event, field, stored, actual }) => ({
            key: `${event.id} ${field}`,
            cells: [<a href={eventPage(event.id)}>{event.name}</a>, field, stored, actual],
          }))}
        />
      )}
      {differences && !differences.length && <p class="note">{MONEY_AGREES}</p>}
      {!!differences?.length && (
        <Table
          label="Money that differs"
          heads={["What", "Booking", "Ours", "Theirs", "Their reference"]}
          rows={differences.map(({ kind, booking, ours, theirs, reference }, at) => ({
            key: String(at),
            cells: [
              plain(kind),
              booking ? <a href={trailPage(booking.id)}>{booking.reference}</a> : "–",
              ours ? money(ours) : "–",
              theirs ? money(theirs) : "–",
              reference ?? "–",
            ],
          }))}
        />
      )}
    </>
  );
}
