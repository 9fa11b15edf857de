// Messages to webhooks and buyers, and how far they are.

import { useState } from "preact/hooks";
import { ask, change } from "../../clients/typescript/src/connection.ts";
import { useDoing, useList } from "./asking.ts";
import { DeliveriesDocument, type DeliveryStatus, ReplayDeliveryDocument } from "./generated/graphql.ts";
import { Found, instant, More, Table, Trouble } from "./parts.tsx";
import { trailPage } from "./route.ts";
import { api } from "./session.ts";
import { plain } from "./words.ts";

const HEADS = ["Message", "Booking", "To", "State", "Attempts", "Last error", "Made", "Delivered or next", "By hand"];

const STATES: Record<Exclude<DeliveryStatus, "%future added value">, string> = {
  PENDING: "On its way",
  HELD: "Waits until the buyer has verified the address",
  DELIVERED: "Delivered",
  DEAD: "Given up",
};

export function Deliveries() {
  const [status, setStatus] = useState<keyof typeof STATES | "">("");
  const list = useList(
    async (after) => {
      const { deliveries } = await ask(api, DeliveriesDocument, { ...(status && { status }), ...(after && { after }) });
      return deliveries ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    },
    [status],
  );
  const { busy, trouble, run } = useDoing();
  const replay = (id: string) =>
    run(async () => {
      await change(api, ReplayDeliveryDocument, { id });
      await list.again();
      return "It is on its way again.";
    });
  const rows = (list.nodes ?? []).map((each) => ({
    key: each.id,
    cells: [
      plain(each.type),
      each.booking ? <a href={trailPage(each.booking.id)}>{each.booking.reference}</a> : "–",
      each.byEmail ? "E-mail" : (each.endpoint?.url ?? "A webhook that was removed"),
      STATES[each.status as keyof typeof STATES] ?? plain(each.status),
      each.attempts,
      each.lastError ?? "–",
      instant(each.createdAt),
      instant(each.deliveredAt ?? each.nextAttemptAt),
      each.status === "DEAD" ? (
        <button aria-disabled={busy} onClick={() => void replay(each.id)}>
          Send again
        </button>
      ) : (
        "–"
      ),
    ],
  }));
  return (
    <>
      <h2>Deliveries</h2>
      <label>
        State{" "}
        <select value={status} onChange={({ currentTarget }) => setStatus(currentTarget.value as typeof status)}>
          <option value="">All</option>
          {Object.entries(STATES).map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Trouble words={trouble} />
      <Found of={list} none="There is no such delivery." />
      {!!rows.length && (
        <Table
          label="Deliveries"
          heads={HEADS}
          rows={rows}
        />
      )}
      <More of={list} />
    </>
  );
}
