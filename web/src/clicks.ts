// A second click that follows at once, and the Enter key held down, are meant for what the first one did. What was done may
// have put another control in its place, one that buys more or cancels.

const SOON = 500; // ms: what systems take for a double click
const NEAR = 5; // px

const CONTROLS = "button, a, input, select, summary";

let before: { control: Element; x: number; y: number; at: number } | null = null;

addEventListener(
  "click",
  (click) => {
    const control = click.detail ? (click.target as Element).closest(CONTROLS) : null; // 0: by the keyboard
    if (!control) return;
    const { clientX: x, clientY: y, timeStamp: at } = click;
    const isNear = before && at - before.at < SOON && Math.hypot(x - before.x, y - before.y) < NEAR;
    if (!isNear || before!.control === control) return void (before = { control, x, y, at });
    click.preventDefault();
    click.stopPropagation();
  },
  true,
);

addEventListener("keydown", (press) => press.key === "Enter" && press.repeat && press.preventDefault(), true);
