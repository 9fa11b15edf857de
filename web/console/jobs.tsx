// Page 3: the work behind the scenes. Jobs and their runs, messages on their way, and whether the books agree.

import { useState } from "preact/hooks";
import { ask, change } from "../../clients/typescript/src/connection.ts";
import { useAnswer, useDoing, useList } from "./asking.ts";
import { Checks } from "./checks.tsx";
import { Deliveries } from "./deliveries.tsx";
import {
  JobRunsDocument,
  LastRunsDocument,
  type LastRunsQuery,
  RunJobDocument,
  type RunFragment,
} from "./generated/graphql.ts";
import { Found, instant, More, Table, Trouble } from "./parts.tsx";
import { api } from "./session.ts";
import { plain } from "./words.ts";

type Job = keyof LastRunsQuery;

/** What each job does, and when it runs by itself. */
const JOBS: Record<Job, string> = {
  EXPIRE_LOCKS: "Frees the seats of holds that have run out. Twice a second.",
  EXPIRE_BOOKINGS: "Ends bookings that were not paid in time. Twice a second.",
  CANCEL_EVENTS: "Cancels the bookings of cancelled events, and has the money given back. Every second.",
  SEND_REFUNDS: "Sends refunds that the payment provider has not confirmed. Every second.",
  RECONCILE: "Asks the payment provider about payments without an answer. Every minute.",
  DELIVER: "Sends messages to webhooks and by e-mail. Every second.",
  RECOVER: "Finishes what a crash left half done, and repairs inventories. Nightly.",
  CLEAN_UP: "Deletes and archives what is old. Nightly.",
};

export function Jobs() {
  const [job, setJob] = useState<Job | "">("");
  const last = useAnswer(() => ask(api, LastRunsDocument, {}), []);
  const runs = useList(
    async (after) => {
      const { jobExecutions } = await ask(api, JobRunsDocument, { ...(job && { job }), ...(after && { after }) });
      return jobExecutions ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    },
    [job],
  );
  const { busy, trouble, run } = useDoing();
  const start = (wanted: Job) =>
    run(async () => {
      const { execution } = await change(api, RunJobDocument, { job: wanted });
      await Promise.all([last.again(), runs.again()]);
      return `${plain(wanted)}: ${told(execution)}.`;
    });

  const rows = (Object.keys(JOBS) as Job[]).map((name) => {
    const newest = last.value?.[name]?.nodes[0];
    const cells = [
      <>
        {plain(name)} <span class="soft">{JOBS[name]}</span>
      </>,
      newest ? told(newest) : last.value ? "No run with something to do in 24 hours" : "…",
      instant(newest?.startedAt ?? null),
      <button aria-label={`Run now: ${plain(name)}`} aria-disabled={busy} onClick={() => void start(name)}>
        Run now
      </button>,
    ];
    return { key: name, cells };
  });
  return (
    <>
      <h1 tabIndex={-1}>Jobs</h1>
      <Trouble words={last.trouble} again={last.again} />
      <Trouble words={trouble} />
      <Table label="Jobs" heads={["Job", "Last run", "Began", "By hand"]} rows={rows} />
      <h2>Last runs</h2>
      <label>
        Job{" "}
        <select value={job} onChange={({ currentTarget }) => setJob(currentTarget.value as Job | "")}>
          <option value="">All</option>
          {Object.keys(JOBS).map((name) => (
            <option key={name} value={name}>
              {plain(name)}
            </option>
          ))}
        </select>
      </label>
      <Found of={runs} none="There was no run with something to do in the last 24 hours." />
      {!!runs.nodes?.length && (
        <Table
          label="Last runs"
          heads={["Job", "Came to", "Began", "Ended"]}
          rows={runs.nodes.map((each) => ({
            key: each.id,
            cells: [plain(each.job), told(each), instant(each.startedAt), instant(each.endedAt)],
          }))}
        />
      )}
      <More of={runs} />
      <Deliveries />
      <Checks />
    </>
  );
}

/** What came of a run. */
function told({ status, recordsProcessed, error }: RunFragment): string {
  if (status === "RUNNING") return "under way";
  if (status === "SKIPPED") return "skipped, because another run was under way";
  if (status === "COMPLETED" && recordsProcessed === 0) return "nothing to do";
  const done = recordsProcessed === 1 ? "1 thing done" : `${recordsProcessed} things done`;
  return status === "FAILED" ? `failed, ${done}: ${error}` : done;
}
