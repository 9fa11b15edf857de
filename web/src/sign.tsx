// Signing in or up, at the moment when it is needed.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { RequestFailed, SessionEnded } from "../../clients/typescript/src/index.ts";
import { api, say, signIn, signUp } from "./shop.ts";
import { words } from "./words.ts";

const asking = signal<((done: boolean) => void) | null>(null);

/** Whether somebody is signed in, after they were asked to. */
export async function signedIn(): Promise<boolean> {
  return api.session.tokens !== null || ask();
}

/** Ask for it. False when they would rather not. */
export function ask(): Promise<boolean> {
  return new Promise((resolve) => {
    asking.value?.(false);
    asking.value = resolve;
  });
}

/** Does it; when the session has ended, once more after signing in again. */
export async function withSession<Value>(action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    const ended = error instanceof SessionEnded || (error instanceof RequestFailed && error.code === "UNAUTHENTICATED");
    if (!ended || !(await ask())) throw error;
    return action();
  }
}

export function SignDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isNew, setNew] = useState(true);
  const [trouble, setTrouble] = useState("");
  const [waits, setWaits] = useState(false);
  const resolve = asking.value;
  useEffect(() => {
    if (resolve) dialog.current?.showModal();
    else dialog.current?.close();
    setTrouble("");
  }, [resolve]);

  function end(done: boolean): void {
    asking.value = null;
    resolve?.(done);
  }

  async function submit(submitted: SubmitEvent): Promise<void> {
    submitted.preventDefault();
    if (waits) return;
    const form = new FormData(submitted.currentTarget as HTMLFormElement);
    const [name, email, password] = ["name", "email", "password"].map((field) => String(form.get(field) ?? "")) as [string, string, string];
    setWaits(true);
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
    <dialog ref={dialog} aria-labelledby="sign-title" onClose={() => resolve && end(false)}>
      {resolve && (
        <form onSubmit={submit}>
          <h2 id="sign-title">{isNew ? "Register" : "Sign in"}</h2>
          <p>Seats are held for somebody, so please say who you are.</p>
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
      )}
    </dialog>
  );
}
