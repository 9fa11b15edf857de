// Opening and closing an event's sales, and cancelling it.

import { change } from "../../clients/typescript/src/connection.ts";
import { useDoing } from "./asking.ts";
import type { Event } from "./event.tsx";
import { CancelEventDocument, CloseSalesDocument, OpenSalesDocument } from "./generated/graphql.ts";
import { Trouble } from "./parts.tsx";
import { question } from "./question.tsx";
import { api } from "./session.ts";

export function Sales({ event, again }: { event: Event; again: () => Promise<void> }) {
  const { id, name, salesOpen, cancelledAt, startsAt } = event;
  const { busy, trouble, run } = useDoing();
  if (cancelledAt || Date.parse(startsAt) <= Date.now()) return null;

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
      const text = "Buyers can hold seats at once.";
      const title = `Open the sales of ${name}?`;
      if ((await question({ title, text, yes: "Yes, open them" })) === null) return null;
      await change(api, OpenSalesDocument, { id });
      await again();
      return "Sales are open.";
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
        {salesOpen ? (
          <button aria-disabled={busy} onClick={() => void close()}>
            Close sales
          </button>
        ) : (
          <button aria-disabled={busy} onClick={() => void open()}>
            Open sales
          </button>
        )}
        <button class="danger" aria-disabled={busy} onClick={() => void cancel()}>
          Cancel the event
        </button>
      </p>
      <Trouble words={trouble} />
    </>
  );
}
