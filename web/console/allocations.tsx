// Seats that the house keeps back.

import { useRef, useState } from "preact/hooks";
import { newKey, RequestFailed, type SelectionItemInput } from "../../clients/typescript/src/index.ts";
import { change } from "../../clients/typescript/src/connection.ts";
import { HERE, seats, when } from "../src/format.ts";
import { useDoing } from "./asking.ts";
import type { Event } from "./event.tsx";
import { CreateAllocationDocument, ReleaseAllocationDocument } from "./generated/graphql.ts";
import { Table, Trouble } from "./parts.tsx";
import { question } from "./question.tsx";
import { api } from "./session.ts";

const HEADS = ["Name", "State", "Seats", "Taken", "Each buyer", "Access code", "Code opens", "Released"];

type Allocation = Event["allocations"][number];

export function Allocations({ event, again }: { event: Event; again: () => Promise<void> }) {
  const { busy, trouble, run } = useDoing();
  const release = ({ id, name, quantity, taken }: Allocation) =>
    run(async () => {
      const text = `${seats(quantity - taken)} can then be bought by everybody.`;
      if ((await question({ title: `Release ${name}?`, text, yes: "Yes, release it" })) === null) return null;
      await change(api, ReleaseAllocationDocument, { id });
      await again();
      return `${name} is released.`;
    });
  const told = (at: string | null, none: string) => (at ? when(at, event.timeZone) : none);
  const rows = event.allocations.map((each) => ({
    key: each.id,
    cells: [
      each.name,
      each.releasedAt ? (
        "Released"
      ) : (
        <button aria-label={`Release ${each.name}`} aria-disabled={busy} onClick={() => void release(each)}>
          Release
        </button>
      ),
      ...[each.quantity, each.taken],
      each.maxSeatsPerBuyer ?? "–",
      each.accessCode ?? "–",
      told(each.opensAt, "At once"),
      told(each.releasedAt ?? each.releasesAt, "–"),
    ],
  }));
  return (
    <>
      <h2>Kept back</h2>
      <Trouble words={trouble} />
      {rows.length ? (
        <Table label="Kept back" heads={HEADS} rows={rows} />
      ) : (
        <p>The house keeps nothing back.</p>
      )}
      {!event.cancelledAt && <KeepBack event={event} again={again} />}
    </>
  );
}

function KeepBack({ event, again }: { event: Event; again: () => Promise<void> }) {
  const { busy, trouble, run, forget } = useDoing();
  const [byLabel, setByLabel] = useState(false);
  // Another request has another key; the same one again, after its answer was lost, has the same.
  const intent = useRef({ request: "", key: "" });

  function submit(submitted: SubmitEvent): void {
    submitted.preventDefault();
    const form = submitted.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const labels = text("labels").split(/[\s,;]+/).filter(Boolean);
    const selection: SelectionItemInput[] = byLabel
      ? [{ seats: labels }]
      : [{ quantity: { count: Number(text("count")), section: text("section") } }];
    const at = (name: string) => new Date(text(name)).toISOString();
    const input = {
      ...{ eventId: event.id, name: text("name"), selection },
      ...(text("code") && { accessCode: text("code") }),
      ...(text("opens") && { opensAt: at("opens") }),
      ...(text("until") && { releasesAt: at("until") }),
      ...(text("each") && { maxSeatsPerBuyer: Number(text("each")) }),
    };
    const request = JSON.stringify(input);
    if (intent.current.request !== request) intent.current = { request, key: newKey() };
    void run(async () => {
      let quantity: number;
      try {
        const whole = { ...input, idempotencyKey: intent.current.key };
        const made = await change(api, CreateAllocationDocument, { input: whole });
        quantity = made.allocation.quantity;
        intent.current.request = "";
      } catch (error) {
        if (!(error instanceof RequestFailed && error.code === "UNAVAILABLE")) intent.current.request = "";
        throw error;
      }
      form.reset();
      await again();
      return `${input.name} keeps back ${seats(quantity)}.`;
    });
  }

  return (
    <details>
      <summary>Keep seats back</summary>
      <form class="keep" onSubmit={submit} onInput={forget}>
        <label>
          Name <input name="name" required maxLength={200} />
        </label>
        <label>
          <input type="checkbox" checked={byLabel} onChange={() => setByLabel(!byLabel)} /> I name the seats
        </label>
        {byLabel ? (
          <label>
            Seats, as in STALLS-A-12, with commas between them <input name="labels" required />
          </label>
        ) : (
          <>
            <label>
              Section{" "}
              <select name="section">
                {event.sections.map(({ id, name }) => (
                  <option key={id}>{name}</option>
                ))}
              </select>
            </label>
            <label>
              How many <input name="count" type="number" min={1} max={10000} defaultValue="1" required />
            </label>
          </>
        )}
        <label>
          Access code, with which buyers take them (8 characters or more; none: nobody can){" "}
          <input name="code" minLength={8} maxLength={128} autocomplete="off" />
        </label>
        <label>
          The code opens on (none: at once) <input name="opens" type="datetime-local" />
        </label>
        <label>
          Seats for each buyer at most (none: as many as the event allows) <input name="each" type="number" min={1} max={10000} />
        </label>
        <label>
          Released to everybody on (none: when you release it) <input name="until" type="datetime-local" />
        </label>
        <p>Both times are in your time zone, {HERE}.</p>
        <Trouble words={trouble} />
        <button class="main" aria-disabled={busy}>
          Keep back
        </button>
      </form>
    </details>
  );
}
