// The page around all pages.

import "../src/language.ts"; // before uPlot is loaded
import "../src/clicks.ts";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { EventPage } from "./event.tsx";
import { Events } from "./events.tsx";
import { HistoryPage } from "./history.tsx";
import { Jobs } from "./jobs.tsx";
import { QuestionDialog } from "./question.tsx";
import { EVENTS, JOBS, route, TRAIL } from "./route.ts";
import { checkRole, lost, said, signOut, who } from "./session.ts";
import { SignIn } from "./sign.tsx";
import { TrailPage } from "./trail.tsx";

const PLACES = [
  ["events", EVENTS, "Events"],
  ["jobs", JOBS, "Jobs"],
  ["trail", TRAIL, "Audit trail"],
] as const;

const ROOT = document.getElementById("console")!;
const SHOP = ROOT.dataset["shop"]; // where it is served, too

function Page() {
  const { page, id } = route.value;
  if (page === "event") return <EventPage key={id} id={id} />;
  if (page === "history") return <HistoryPage key={id} id={id} />;
  if (page === "jobs") return <Jobs />;
  return page === "trail" ? <TrailPage words={id} /> : <Events />;
}

function Console() {
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = "Console";
    // Who comes from another page hears where they are; who loads this one begins at the top.
    if (!isFirst.current) document.querySelector("h1")?.focus();
    isFirst.current = false;
  }, [route.value, who.value]);
  return (
    <>
      <header>
        <nav aria-label="Console">
          {who.value !== null &&
            PLACES.map(([page, place, name]) => (
              <a key={page} href={place} aria-current={route.value.page === page ? "page" : undefined}>
                {name}
              </a>
            ))}
          {SHOP && <a href={SHOP}>Shop</a>}
        </nav>
        {who.value !== null && (
          <span>
            {who.value} <button onClick={() => void signOut()}>Sign out</button>
          </span>
        )}
      </header>
      {lost.value && who.value !== null && (
        <p class="trouble" role="status">
          The connection is lost, so what you see may be old. It comes back by itself.
        </p>
      )}
      <main>{who.value === null ? <SignIn /> : <Page />}</main>
      <p class="said" aria-live="polite">
        {said.value}
      </p>
      <QuestionDialog />
    </>
  );
}

void checkRole().catch(() => undefined); // what is wrong is told where something is read
render(<Console />, ROOT);
