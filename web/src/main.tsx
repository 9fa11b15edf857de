// The page around all pages.

import "./clicks.ts"; // before any other listener
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { BookingPage, Bookings } from "./bookings.tsx";
import { EventPage } from "./event.tsx";
import { Events } from "./events.tsx";
import { BOOKINGS, EVENTS, route } from "./route.ts";
import { lost, said, signOut, who } from "./shop.ts";
import { ask, SignDialog } from "./sign.tsx";

function Page() {
  const shown = route.value;
  if (shown.page === "event") return <EventPage key={shown.id} id={shown.id} />;
  if (shown.page === "booking") return <BookingPage key={shown.id} id={shown.id} />;
  return shown.page === "bookings" ? <Bookings /> : <Events />;
}

function Shop() {
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = "Tickets";
    lost.value = false; // the next page finds out for itself
    // Who comes from another page hears where they are; who loads this one begins at the top.
    if (!isFirst.current) document.querySelector("h1")?.focus();
    isFirst.current = false;
  }, [route.value]);
  return (
    <>
      <header>
        <nav aria-label="Shop">
          <a href={EVENTS}>Tickets</a>
          <a href={BOOKINGS}>My bookings</a>
        </nav>
        {who.value === null ? (
          <button onClick={() => void ask("VISIT")}>Sign in</button>
        ) : (
          <span>
            {who.value} <button onClick={() => void signOut()}>Sign out</button>
          </span>
        )}
      </header>
      {lost.value && (
        <p class="trouble" role="status">
          The connection is lost, so what you see may be old. It comes back by itself.
        </p>
      )}
      <main>
        <Page />
      </main>
      <p class="said" aria-live="polite">
        {said.value}
      </p>
      <SignDialog />
    </>
  );
}

render(<Shop />, document.getElementById("shop")!);
