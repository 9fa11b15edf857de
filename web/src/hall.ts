// Where each numbered seat is, and how it stands. No object is made for a seat: a hall has fifty thousand.

import type { Event } from "../../clients/typescript/src/index.ts";

export type Section = Event["sections"][number];

/** A row on the plan. One unit is the space of one seat; x and y are those of its first seat. */
export type Row = { section: Section; name: string; statuses: string; x: number; y: number; number: number };

export type Place = { row: Row; seat: number };

const HEAD = 2.2; // units above the rows of a section, for its name
const GAP = 2;
const PITCH = 1.25; // from row to row

export class Hall {
  readonly rows: Row[] = [];
  readonly heads: { name: string; x: number; y: number; width: number }[] = [];
  width = 0;
  height = 0;
  /** Grows with every change of a seat. */
  version = 0;
  readonly #byName = new Map<string, Row>();

  constructor(sections: readonly Section[]) {
    const numbered = sections.filter(({ rows }) => rows?.length);
    const sizes = numbered.map(({ rows }) => ({
      width: Math.max(...rows!.map(({ statuses }) => statuses.length)),
      height: HEAD + rows!.length * PITCH,
    }));
    const area = sizes.reduce((all, { width, height }) => all + (width + GAP) * (height + GAP), 0);
    const widest = Math.max(0, Math.sqrt(area) * 1.3, ...sizes.map(({ width }) => width));
    // In lines, as words in a text, each line in the middle.
    const lines: number[][] = [];
    let used = Infinity;
    for (const [at, { width }] of sizes.entries()) {
      if (used + width > widest) [used] = [0, lines.push([])];
      used += width + GAP;
      lines.at(-1)!.push(at);
    }
    this.width = Math.max(0, ...lines.map((line) => line.reduce((all, at) => all + sizes[at]!.width + GAP, -GAP)));
    for (const line of lines) {
      const whole = line.reduce((all, at) => all + sizes[at]!.width + GAP, -GAP);
      let x = (this.width - whole) / 2;
      for (const at of line) {
        this.#place(numbered[at]!, x, sizes[at]!.width);
        x += sizes[at]!.width + GAP;
      }
      this.height += Math.max(...line.map((at) => sizes[at]!.height)) + GAP;
    }
  }

  #place(section: Section, x: number, width: number): void {
    this.heads.push({ name: section.name, x, y: this.height, width });
    for (const [at, { name, statuses }] of section.rows!.entries()) {
      const middle = x + Math.floor((width - statuses.length) / 2);
      const row = { section, name, statuses, x: middle, y: this.height + HEAD + at * PITCH, number: this.rows.length };
      this.rows.push(row);
      this.#byName.set(`${section.name}-${name}`, row);
    }
  }

  /** The rows as a message tells them. A snapshot lists all that are not wholly available. */
  update(changed: readonly { section: string; name: string; statuses: string }[], snapshot: boolean): Row[] {
    this.version++;
    if (snapshot) for (const row of this.rows) row.statuses = "A".repeat(row.statuses.length);
    const found: Row[] = [];
    for (const { section, name, statuses } of changed) {
      const row = this.#byName.get(`${section}-${name}`);
      if (row) found.push(row), (row.statuses = statuses);
    }
    return snapshot ? this.rows : found;
  }

  /** The seat at this point, in units. */
  at(x: number, y: number): Place | null {
    for (const row of this.rows) {
      if (y < row.y || y >= row.y + 1) continue;
      const seat = Math.floor(x - row.x);
      if (seat >= 0 && seat < row.statuses.length) return { row, seat };
    }
    return null;
  }

  /** The seat with this label. */
  find(label: string): Place | null {
    const cut = label.lastIndexOf("-");
    const row = this.#byName.get(label.slice(0, cut));
    const seat = Number(label.slice(cut + 1)) - 1;
    return row && row.statuses[seat] ? { row, seat } : null;
  }
}

export function labelOf({ row, seat }: Place): string {
  return `${row.section.name}-${row.name}-${seat + 1}`;
}
