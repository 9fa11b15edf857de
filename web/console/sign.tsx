// The door: everything here is for ADMINs.

import { useState } from "preact/hooks";
import { NotAdmin, signIn } from "./session.ts";
import { words } from "./words.ts";

export function SignIn() {
  const [trouble, setTrouble] = useState("");
  const [waits, setWaits] = useState(false);

  async function submit(submitted: SubmitEvent): Promise<void> {
    submitted.preventDefault();
    if (waits) return;
    const form = new FormData(submitted.currentTarget as HTMLFormElement);
    setWaits(true);
    setTrouble("");
    try {
      await signIn({ email: String(form.get("email")), password: String(form.get("password")) });
    } catch (error) {
      const isOther = error instanceof NotAdmin;
      setTrouble(isOther ? "This console is for ADMINs, and you are not one. You can buy in the shop." : words(error));
    } finally {
      setWaits(false);
    }
  }

  return (
    <form class="door" onSubmit={submit}>
      <h1 tabIndex={-1}>Sign in to the console</h1>
      <p>
        It is for ADMINs. Tickets are in <a href="/">the shop</a>.
      </p>
      <label>
        E-mail <input name="email" type="email" autocomplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <div role="alert">{trouble && <p class="trouble">{trouble}</p>}</div>
      <button class="main" aria-disabled={waits}>
        Sign in
      </button>
    </form>
  );
}
