// What several pages are made of.

import { Fragment } from "preact";
import { LANGUAGE } from "../src/language.ts";

const INSTANT = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "medium" });

export function number(count: number): string {
  return count.toLocaleString(LANGUAGE);
}

/** An instant in the visitor's zone, to the second; a dash where there is none. */
export function instant(at: string | number | null): string {
  return at === null ? "–" : INSTANT.format(new Date(at));
}

type Listed = {
  nodes: unknown[] | null;
  trouble: string;
  again: () => Promise<void>;
  onwards: (() => Promise<void>) | null;
};

/** What is said in place of a list, or above it. */
export function Found({ of, none }: { of: Listed; none: string }) {
  if (of.trouble) return <Trouble words={of.trouble} again={of.again} />;
  if (!of.nodes) return <p>Looking …</p>;
  return of.nodes.length ? null : <p>{none}</p>;
}

export function More({ of: { onwards } }: { of: Listed }) {
  return onwards && <button onClick={() => void onwards()}>More</button>;
}

export function Trouble({ words, again }: { words: string; again?: () => Promise<void> }) {
  if (!words) return null;
  return (
    <p class="trouble" role="alert">
      {words} {again && <button onClick={() => void again()}>Try again</button>}
    </p>
  );
}

/** Figures with their names. */
export function Figures({ of }: { of: readonly (readonly [string, string])[] }) {
  return (
    <dl class="figures">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Row = { key: string; cells: unknown[] };

/** A table that scrolls by itself where the window is narrow. The first cell of a row is its head. */
export function Table({ label, heads, rows }: { label: string; heads: string[]; rows: Row[] }) {
  const isNumber = (cell: unknown) => typeof cell === "number";
  const cellOf = (cell: unknown) => (isNumber(cell) ? number(cell as number) : (cell as string));
  return (
    <div class="wide" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head, at) => (
              <th key={head} scope="col" class={isNumber(rows[0]?.cells[at]) ? "number" : ""}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...others] }) => (
            <tr key={key}>
              <th scope="row">{cellOf(first)}</th>
              {others.map((cell, at) => (
                <td key={at} class={isNumber(cell) ? "number" : ""}>
                  <Fragment>{cellOf(cell)}</Fragment>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
