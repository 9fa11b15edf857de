// Signing in or up, at the moment when it is needed.

import { signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { RequestFailed, SessionEnded } from "../../clients/typescript/src/index.ts";
import { goOn } from "./focus.ts";
import { api, say, signIn, signUp } from "./shop.ts";
import { words } from "./words.ts";

/** Why somebody is asked who they are. */
const REASONS = {
  HOLD: "Seats are held for somebody, so please say who you are.",
  VISIT: "Then you see what you hold and what you have booked.",
  AGAIN: "You were signed out. Please sign in again.",
};
type Asked = { reason: keyof typeof REASONS; answer: (done: boolean) => void };

const asking = signal<Asked | null>(null);

/** Whether somebody is signed in, after they were asked to. */
export async function signedIn(): Promise<boolean> {
  return api.session.tokens !== null || ask("HOLD");
}

/** Ask for it. False when they would rather not. */
export function ask(reason: Asked["reason"]): Promise<boolean> {
  return new Promise((answer) => {
    asking.value?.answer(false);
    asking.value = { reason, answer };
  });
}

/** Does it; when the session has ended, once more after signing in again. */
export async function withSession<Value>(action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    const ended = error instanceof SessionEnded || (error instanceof RequestFailed && error.code === "UNAUTHENTICATED");
    if (!ended || !(await ask("AGAIN"))) throw error;
    return action();
  }
}

export function SignDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = asking.value;
  useLayoutEffect(() => {
    if (asked) return dialog.current!.showModal();
    dialog.current!.close();
    goOn(document.querySelector("h1")); // the button that asked for it has gone, too
  }, [asked]);

  function end(done: boolean): void {
    asking.value = null;
    asked?.answer(done);
  }
  return (
    <dialog ref={dialog} aria-labelledby="sign-title" onClose={() => asked && end(false)}>
      {asked && <SignForm reason={asked.reason} end={end} />}
    </dialog>
  );
}

function SignForm({ reason, end }: { reason: Asked["reason"]; end: (done: boolean) => void }) {
  const [isNew, setNew] = useState(reason === "HOLD");
  const [trouble, setTrouble] = useState("");
  const [waits, setWaits] = useState(false);

  async function submit(submitted: SubmitEvent): Promise<void> {
    submitted.preventDefault();
    if (waits) return;
    const form = new FormData(submitted.currentTarget as HTMLFormElement);
    const [name, email, password] = ["name", "email", "password"].map((field) => String(form.get(field) ?? "")) as [string, string, string];
    setWaits(true);
    setTrouble("");
    try {
      await (isNew ? signUp({ name, email, password }) : signIn({ email, password }));
      end(true);
    } catch (error) {
      setTrouble(words(error));
      say(words(error));
    } finally {
      setWaits(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <h2 id="sign-title">{isNew ? "Register" : "Sign in"}</h2>
      <p>{REASONS[reason]}</p>
      {isNew && (
        <label>
          Name <input name="name" autocomplete="name" required maxLength={100} />
        </label>
      )}
      <label>
        E-mail <input name="email" type="email" autocomplete="email" required />
      </label>
      <label>
        Password{isNew && " (8 characters or more)"}
        <input name="password" type="password" autocomplete={isNew ? "new-password" : "current-password"} required minLength={isNew ? 8 : 1} />
      </label>
      {trouble && <p class="trouble">{trouble}</p>}
      <p class="buttons">
        <button class="main" aria-disabled={waits}>
          {waits ? "One moment …" : isNew ? "Register" : "Sign in"}
        </button>
        <button type="button" onClick={() => setNew(!isNew)}>
          {isNew ? "I have an account" : "I am new here"}
        </button>
        <button type="button" onClick={() => end(false)}>
          Not now
        </button>
      </p>
    </form>
  );
}
