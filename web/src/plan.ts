// Draws a hall on a canvas: only what is visible, and from afar a picture with one dot a seat, made anew when seats change.

import { labelOf, type Hall, type Place } from "./hall.ts";

const DRAWN = 5; // px a seat from which on each one is drawn: then some ten thousand of them fill the canvas
const NEAR = 9; // and from which on one can be meant
const NUMBERED = 20; // and from which on it shows its number
const LARGEST = 44;
const SMALLEST = 10; // px of a row's name
const HEAD = 16; // px above the first section, for its name
const LINES = 4; // of the picture from one unit of height: three of seats, one of space

export type View = { scale: number; x: number; y: number };
export type State = "A" | "H" | "B" | "C" | "M" | "L";
export type StateOf = (place: Place, label: string) => State;

/** Letters beside a seat's colour, so that colour alone says nothing. Those of others have another shape. */
const MARKS: Partial<Record<State, string>> = { C: "✓", M: "✓", L: "–" };
const SOLD = 1; // of the lines of a row in the picture from afar: a sold seat is a thin line, all others are broad

export class Plan {
  hall: Hall;
  view: View = { scale: 1, x: 0, y: 0 };
  /** Seats that are drawn otherwise than their letters say: chosen, held by the buyer. */
  special: ReadonlySet<string> = new Set();
  stateOf: StateOf = ({ row, seat }) => row.statuses[seat] as State;
  cursor: Place | null = null;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #picture = document.createElement("canvas");
  #pictured = -1;
  #colours: Record<State | "text" | "mark" | "cursor", string> | null = null;
  /** Seats of others, hatched and crossed out: drawn once for a size, since a canvas may have thousands. */
  #stamps: { of: string; H: HTMLCanvasElement; B: HTMLCanvasElement } | null = null;
  #waits = 0;
  #width = 0;
  #height = 0;

  constructor(canvas: HTMLCanvasElement, hall: Hall) {
    this.hall = hall;
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d")!;
  }

  /** The canvas has this size now, in px of CSS. */
  resize(width: number, height: number): void {
    const isFirst = !this.#width;
    [this.#width, this.#height] = [width, height];
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    if (isFirst) this.fit();
    else this.ask();
  }

  /** Show the whole hall. */
  fit(): void {
    const { width, height } = this.hall;
    const scale = this.#whole();
    this.view = { scale, x: (this.#width - width * scale) / 2, y: Math.max(HEAD, (this.#height - height * scale) / 2) };
    this.ask();
  }

  /** The scale at which all of it is to be seen. */
  #whole(): number {
    return Math.min(LARGEST, this.#width / (this.hall.width + 4), (this.#height - HEAD) / this.hall.height);
  }

  /** Nearer or further, around this point of the canvas. */
  zoom(by: number, x = this.#width / 2, y = this.#height / 2): void {
    const { view } = this;
    const least = this.#whole() / 1.5;
    const scale = Math.min(LARGEST, Math.max(least, view.scale * by));
    const times = scale / view.scale;
    this.view = { scale, x: x - (x - view.x) * times, y: y - (y - view.y) * times };
    this.#keepIn();
  }

  move(x: number, y: number): void {
    this.view = { ...this.view, x: this.view.x + x, y: this.view.y + y };
    this.#keepIn();
  }

  /** Some of the hall is always to be seen. */
  #keepIn(): void {
    const { scale, x, y } = this.view;
    const some = 40;
    this.view = {
      scale,
      x: Math.min(this.#width - some, Math.max(some - this.hall.width * scale, x)),
      y: Math.min(this.#height - some, Math.max(some - this.hall.height * scale, y)),
    };
    this.ask();
  }

  /** Have this seat in sight. */
  reveal({ row, seat }: Place): void {
    const { view } = this;
    if (view.scale < NEAR) this.zoom(NUMBERED / view.scale, view.x + (row.x + seat) * view.scale, view.y + row.y * view.scale);
    const [x, y, margin] = [this.view.x + (row.x + seat) * this.view.scale, this.view.y + row.y * this.view.scale, 2 * this.view.scale];
    const off = (at: number, size: number) => Math.max(0, margin - at) - Math.max(0, at + margin - size);
    this.move(off(x, this.#width), off(y, this.#height));
  }

  /** The seat under this point of the canvas; null where there is none, or where seats are too small to be meant. */
  at(x: number, y: number): Place | null {
    const { scale } = this.view;
    if (scale < NEAR) return null;
    return this.hall.at((x - this.view.x) / scale, (y - this.view.y) / scale);
  }

  /** Draw in the next frame. */
  ask(): void {
    this.#waits ||= requestAnimationFrame(() => {
      this.#waits = 0;
      this.draw();
    });
  }

  /** Colours have changed, by day or night. */
  recolour(): void {
    this.#colours = null;
    this.#stamps = null;
    this.#pictured = -1;
    this.ask();
  }

  stop(): void {
    cancelAnimationFrame(this.#waits);
  }

  draw(): void {
    const pen = this.#pen;
    const { scale, x, y } = this.view;
    const colours = (this.#colours ??= this.#readColours());
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, this.#width, this.#height);
    if (scale < DRAWN) this.#drawFar();
    else this.#drawNear();
    pen.fillStyle = colours.text;
    pen.textBaseline = "alphabetic";
    pen.textAlign = "center";
    pen.font = `600 ${Math.max(11, Math.min(18, scale))}px system-ui, sans-serif`;
    for (const head of this.hall.heads) {
      const [left, line] = [x + head.x * scale, y + (head.y + 1.7) * scale];
      const right = left + head.width * scale;
      if (line <= 0 || line >= this.#height + 20 || right < 0 || left > this.#width) continue;
      // In the middle of the section, but whole: of a narrow one at the edge the name is wider.
      const half = pen.measureText(head.name).width / 2 + 2;
      pen.fillText(head.name, Math.max(half, Math.min(this.#width - half, (left + right) / 2)), line);
    }
    if (this.cursor) this.#frame(this.cursor, colours.cursor);
  }

  #drawFar(): void {
    const { scale, x, y } = this.view;
    const { hall } = this;
    if (this.#pictured !== hall.version) this.#paint();
    this.#pen.imageSmoothingEnabled = true;
    if (hall.rows.length) {
      this.#pen.drawImage(this.#picture, x, y, this.#picture.width * scale, (this.#picture.height / LINES) * scale);
    }
    const dot = Math.max(3, scale);
    for (const label of this.special) {
      const place = hall.find(label);
      if (!place) continue;
      this.#pen.fillStyle = this.#colours![this.stateOf(place, label)];
      this.#pen.fillRect(x + (place.row.x + place.seat) * scale, y + place.row.y * scale, dot, dot);
    }
  }

  /** The picture: a seat is one dot wide. */
  #paint(): void {
    const { hall } = this;
    this.#picture.width = Math.ceil(hall.width);
    this.#picture.height = Math.ceil(hall.height * LINES);
    const pen = this.#picture.getContext("2d")!;
    for (const row of hall.rows) {
      for (const [from, to, status] of runs(row.statuses)) {
        const [top, isSold] = [Math.round(row.y * LINES), status === "B"];
        pen.fillStyle = this.#colours![isSold ? "text" : status]; // the darkest, since a thin line is blurred
        pen.fillRect(row.x + from, isSold ? top + SOLD : top, to - from, isSold ? SOLD : LINES - 1);
      }
    }
    this.#pictured = hall.version;
  }

  #drawNear(): void {
    const { scale, x, y } = this.view;
    const pen = this.#pen;
    const size = scale - Math.max(1, scale / 8);
    const isNumbered = scale >= NUMBERED;
    const whole = (at: number) => Math.round(at * devicePixelRatio) / devicePixelRatio;
    const stamps = this.#stampsOf(size, isNumbered ? size / 5 : 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${Math.round(scale * 0.42)}px system-ui, sans-serif`;
    let colour = "";
    for (const row of this.hall.rows) {
      const top = y + row.y * scale;
      if (top + scale < 0 || top > this.#height) continue;
      const first = Math.max(0, Math.floor(-x / scale - row.x));
      const last = Math.min(row.statuses.length, Math.ceil((this.#width - x) / scale - row.x));
      const hasSpecial = this.special.size > 0;
      for (let seat = first; seat < last; seat++) {
        let state = row.statuses[seat] as State;
        if (hasSpecial) {
          const label = labelOf({ row, seat });
          if (this.special.has(label)) state = this.stateOf({ row, seat }, label);
        }
        const left = x + (row.x + seat) * scale;
        if (state === "H" || state === "B") {
          // On whole pixels: elsewhere thin lines are blurred.
          pen.drawImage(stamps[state], whole(left), whole(top), whole(size), whole(size));
          continue;
        }
        if (this.#colours![state] !== colour) pen.fillStyle = colour = this.#colours![state];
        if (!isNumbered) {
          pen.fillRect(left, top, size, size);
          continue;
        }
        pen.beginPath();
        pen.roundRect(left, top, size, size, size / 5);
        pen.fill();
        pen.fillStyle = colour = this.#colours!.mark;
        pen.fillText(MARKS[state] ?? String(seat + 1), left + size / 2, top + size / 2);
      }
    }
    if (scale >= NEAR) this.#nameRows(size);
  }

  /** The name of each row before its first seat, or at the edge where that seat is further left. */
  #nameRows(size: number): void {
    const { scale, x, y } = this.view;
    const pen = this.#pen;
    const letter = Math.max(SMALLEST, Math.round(scale * 0.42));
    pen.font = `${letter}px system-ui, sans-serif`;
    for (const row of this.hall.rows) {
      const [top, left] = [y + row.y * scale, x + row.x * scale];
      if (top + scale < 0 || top > this.#height || left > this.#width || left + row.statuses.length * scale < 0) continue;
      const half = pen.measureText(row.name).width / 2 + 3;
      const middle = left - Math.max(half, scale * 0.9);
      if (middle < half) {
        pen.fillStyle = this.#colours!.mark;
        pen.fillRect(0, top, 2 * half, Math.max(size, letter));
      }
      pen.fillStyle = this.#colours!.text;
      pen.fillText(row.name, Math.max(half, middle), top + size / 2);
    }
  }

  #stampsOf(size: number, round: number): Record<"H" | "B", HTMLCanvasElement> {
    const of = `${size} ${devicePixelRatio}`;
    if (this.#stamps?.of === of) return this.#stamps;
    const stamp = (state: "H" | "B", lines: (pen: CanvasRenderingContext2D) => void) => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.round(size * devicePixelRatio);
      const pen = canvas.getContext("2d")!;
      pen.scale(canvas.width / size, canvas.height / size);
      pen.strokeStyle = this.#colours![state];
      pen.lineWidth = Math.max(1, size / 12);
      pen.beginPath();
      pen.roundRect(pen.lineWidth / 2, pen.lineWidth / 2, size - pen.lineWidth, size - pen.lineWidth, round);
      pen.stroke();
      pen.clip();
      pen.beginPath();
      lines(pen);
      pen.stroke();
      return canvas;
    };
    const H = stamp("H", (pen) => {
      pen.lineWidth *= 2;
      for (let at = size / 2; at < 2 * size; at += size / 2) pen.moveTo(at, 0), pen.lineTo(at - size, size);
    });
    const B = stamp("B", (pen) => {
      const [near, far] = [size / 4, size - size / 4];
      pen.moveTo(near, near), pen.lineTo(far, far), pen.moveTo(far, near), pen.lineTo(near, far);
    });
    this.#stamps = { of, H, B };
    return this.#stamps;
  }

  #frame({ row, seat }: Place, colour: string): void {
    const { scale, x, y } = this.view;
    const pen = this.#pen;
    pen.strokeStyle = colour;
    pen.lineWidth = 3;
    pen.strokeRect(x + (row.x + seat) * scale - 2, y + row.y * scale - 2, Math.max(6, scale), Math.max(6, scale));
  }

  #readColours(): Record<State | "text" | "mark" | "cursor", string> {
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    return {
      ...{ A: colour("free"), H: colour("held"), B: colour("booked"), C: colour("chosen"), M: colour("mine") },
      ...{ L: colour("leaving"), text: colour("ink"), mark: colour("paper"), cursor: colour("focus") },
    };
  }
}

/** Seats beside each other that stand alike: from, to, how. */
function* runs(statuses: string): Generator<[number, number, State]> {
  for (let from = 0; from < statuses.length; ) {
    const status = statuses[from] as State;
    let to = from + 1;
    while (statuses[to] === status) to++;
    yield [from, to, status];
    from = to;
  }
}
