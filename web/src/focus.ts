// Where the keyboard goes on when what had the focus has gone: a button that did its work, a form that is closed.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

let last: Element | null = null;
document.addEventListener("focusin", ({ target }) => (last = target as Element));

/** Goes on at this heading, unless the focus is where somebody put it. */
export function goOn(heading: HTMLElement | null): void {
  if (last && !last.isConnected && document.activeElement === document.body) heading?.focus();
}

/** The heading to go on at, whenever `change` makes buttons come and go. */
export function useHeading(change: unknown): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => goOn(heading.current), [change]);
  return heading;
}
