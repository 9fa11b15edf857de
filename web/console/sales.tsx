// Opening and closing an event's sales, and cancelling it.

import { change } from "../../clients/typescript/src/connection.ts";
import { useDoing } from "./asking.ts";
import type { Event } from "./event.tsx";
import { CancelEventDocument, CloseSalesDocument, OpenSalesDocument, type SalesClosedReason } from "./generated/graphql.ts";
import { Trouble } from "./parts.tsx";
import { question } from "./question.tsx";
import { api } from "./session.ts";

type Given = { event: Event; closed: SalesClosedReason | null; again: () => Promise<void> };

export function Sales({ event, closed, again }: Given) {
  const { id, name, salesStartAt } = event;
  const { busy, trouble, run } = useDoing();
  if (closed === "EVENT_CANCELLED" || closed === "EVENT_STARTED") return null;
  const isEarly = salesStartAt !== null && Date.parse(salesStartAt) > Date.now();

  const close = () =>
    run(async () => {
      const text = "Nobody can hold seats until you open them again. Who holds some already can pay for them.";
      const title = `Close the sales of ${name}?`;
      if ((await question({ title, text, yes: "Yes, close them" })) === null) return null;
      await change(api, CloseSalesDocument, { id });
      await again();
      return "Sales are closed.";
    });
  const open = () =>
    run(async () => {
      const text = isEarly ? "Buyers can hold seats from the time on at which sales begin." : "Buyers can hold seats at once.";
      const title = `Open the sales of ${name}?`;
      if ((await question({ title, text, yes: "Yes, open them" })) === null) return null;
      await change(api, OpenSalesDocument, { id });
      await again();
      return isEarly ? "Sales open at their time." : "Sales are open.";
    });
  const cancel = () =>
    run(async () => {
      const text = "All bookings are cancelled, and all money is given back. This cannot be undone.";
      const reason = await question({
        ...{ title: `Cancel ${name}?`, text, yes: "Yes, cancel the event" },
        field: "Why, as buyers will read it",
      });
      if (reason === null) return null;
      await change(api, CancelEventDocument, { id, reason });
      await again();
      return "The event is cancelled.";
    });
  return (
    <>
      <p class="buttons">
        {closed === "PAUSED" ? (
          <button aria-disabled={busy} onClick={() => void open()}>
            Open sales
          </button>
        ) : (
          closed !== "ENDED" && (
            <button aria-disabled={busy} onClick={() => void close()}>
              Close sales
            </button>
          )
        )}
        <button class="danger" aria-disabled={busy} onClick={() => void cancel()}>
          Cancel the event
        </button>
      </p>
      <Trouble words={trouble} />
    </>
  );
}
