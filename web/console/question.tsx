// A question before something that cannot be taken back, or that buyers notice.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

type Question = {
  title: string;
  text: string;
  yes: string;
  /** What to ask for beside it: it must be filled in. */
  field?: string;
};

const asked = signal<(Question & { answer: (given: string | null) => void }) | null>(null);

/** What was filled in, "" where nothing was asked for; null for no. */
export function question(about: Question): Promise<string | null> {
  return new Promise((answer) => {
    asked.value?.answer(null);
    asked.value = { ...about, answer };
  });
}

export function QuestionDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = asked.value;
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);

  function end(given: string | null): void {
    asked.value = null;
    shown?.answer(given);
  }

  function submit(submitted: SubmitEvent): void {
    submitted.preventDefault();
    end(String(new FormData(submitted.currentTarget as HTMLFormElement).get("field") ?? "").trim());
  }

  return (
    <dialog ref={dialog} aria-labelledby="question-title" onClose={() => shown && end(null)}>
      {shown && (
        <form onSubmit={submit}>
          <h2 id="question-title">{shown.title}</h2>
          <p>{shown.text}</p>
          {shown.field && (
            <label>
              {shown.field} <input name="field" required maxLength={500} pattern=".*\S.*" />
            </label>
          )}
          <p class="buttons">
            <button type="button" onClick={() => end(null)}>
              No, go back
            </button>
            <button class="danger">{shown.yes}</button>
          </p>
        </form>
      )}
    </dialog>
  );
}
