// A second click that follows at once, and the Enter key held down, are meant for what the first one did. What was done may
// have put another control in its place, one that buys more or cancels. Or the answer is quicker than the second click, and
// the same control would do it once more.

const SOON = 500; // ms: what systems take for a double click
const NEAR = 5; // px

const CONTROLS = "button, a, input, select, summary";

let before: { control: Element; x: number; y: number; at: number; acted: boolean } | null = null;

addEventListener(
  "click",
  (click) => {
    const control = click.detail ? (click.target as Element).closest(CONTROLS) : null; // 0: by the keyboard
    if (!control) return;
    const { clientX: x, clientY: y, timeStamp: at } = click;
    if (before && at - before.at < SOON) {
      const isNear = Math.hypot(x - before.x, y - before.y) < NEAR;
      if (before.control === control ? before.acted : isNear) {
        click.preventDefault();
        click.stopPropagation();
        return;
      }
    }
    before = { control, x, y, at, acted: false };
  },
  true,
);

/** The latest click began something that is done once. One that only chooses or moves may follow another at any pace. */
export function clickActs(): void {
  if (before) before.acted = true;
}

addEventListener("keydown", (press) => press.key === "Enter" && press.repeat && press.preventDefault(), true);
