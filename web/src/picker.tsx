// The same seats as buttons, a row at a time: for keyboards, screen readers and narrow screens. One of them is in the order
// of the tab key, and the arrow keys move among them, over all rows.

import { useLayoutEffect, useRef } from "preact/hooks";
import { money } from "./format.ts";
import { labelOf, type Place, type Row } from "./hall.ts";
import type { Sale } from "./sale.ts";

const AROUND = 20; // seats on each side of the one that is meant: rows may have hundreds

const STATES = {
  ...{ A: "free", H: "held by somebody else", B: "sold", C: "chosen", M: "yours", L: "yours, to be let go" },
} as const;

export function Picker({ sale }: { sale: Sale }) {
  void sale.drawn.value;
  const hall = sale.hall.value;
  const place = sale.cursor.value ?? { row: hall.rows[0]!, seat: 0 };
  const moves = useRef(false);
  const focused = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (moves.current) focused.current?.focus();
    moves.current = false;
  });

  function moveTo(row: Row | undefined, seat: number): void {
    if (!row) return;
    sale.cursor.value = { row, seat: Math.max(0, Math.min(row.statuses.length - 1, seat)) };
  }
  function press(event: KeyboardEvent): void {
    const { row, seat } = place;
    const far = event.ctrlKey || event.metaKey;
    const to: Record<string, () => void> = {
      ArrowLeft: () => moveTo(row, seat - 1),
      ArrowRight: () => moveTo(row, seat + 1),
      ArrowUp: () => above(hall.rows[row.number - 1]),
      ArrowDown: () => above(hall.rows[row.number + 1]),
      Home: () => moveTo(far ? hall.rows[0] : row, 0),
      End: () => moveTo(far ? hall.rows.at(-1) : row, Infinity),
    };
    // The seat right above or below, not the one with the same number: rows differ in length.
    const above = (other: Row | undefined) => other && moveTo(other, Math.round(row.x + seat - other.x));
    const move = to[event.key];
    if (!move) return;
    event.preventDefault();
    moves.current = true;
    move();
  }

  const sections = hall.heads.map(({ name }) => name);
  const { row } = place;
  const [first, last] = [Math.max(0, place.seat - AROUND), Math.min(row.statuses.length, place.seat + AROUND + 1)];
  const shown = Array.from({ length: last - first }, (_, at): Place => ({ row, seat: first + at }));
  return (
    <div class="picker">
      <p class="fields">
        {sections.length > 1 && (
          <label>
            Section{" "}
            <select
              value={row.section.name}
              onChange={({ currentTarget }) => moveTo(hall.rows.find(({ section }) => section.name === currentTarget.value), 0)}
            >
              {sections.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          Row{" "}
          <select value={row.number} onChange={({ currentTarget }) => moveTo(hall.rows[Number(currentTarget.value)], place.seat)}>
            {hall.rows
              .filter(({ section }) => section === row.section)
              .map(({ name, number }) => (
                <option key={number} value={number}>
                  {name}
                </option>
              ))}
          </select>
        </label>
        <span>{money(row.section.price)} a seat</span>
      </p>
      <div class="seats" role="group" aria-label={`${row.section.name}, row ${row.name}: arrow keys move, space chooses`} onKeyDown={press}>
        {shown.map((each) => {
          const label = labelOf(each);
          const state = sale.stateOf(each, label);
          const isMeant = each.seat === place.seat;
          return (
            <button
              key={label}
              ref={isMeant ? focused : null}
              class={state}
              tabIndex={isMeant ? 0 : -1}
              aria-pressed={state === "C" || state === "M"}
              aria-disabled={state === "H" || state === "B"}
              aria-label={`Row ${row.name} seat ${each.seat + 1}, ${STATES[state]}`}
              onClick={() => sale.toggle(each)}
            >
              {each.seat + 1}
            </button>
          );
        })}
      </div>
    </div>
  );
}
