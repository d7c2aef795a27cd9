import { statement } from "./db/statements.ts";
import type { Database } from "./db/database.ts";
import { Refresher } from "./refresher.ts";

export interface Releases {
  /** Whether a process that says another name has run within the last seconds. */
  othersRun(): boolean;
  stop(): Promise<void>;
}

const EVERY_MS = 2_000;
/** A process that is killed counts for so long, by the database's clock. */
const PRESENT_MS = 10_000;
const PREFIX = "release ";

const announce = statement<{ others: boolean }>(
  "platform.announceRelease",
  `with present as (
     insert into platform.leases as l (name, holder, until) values ('${PREFIX}' || $1, $1, now() + ${PRESENT_MS} * interval '1 millisecond')
     on conflict (name) do update set until = excluded.until
   )
   select exists (select from platform.leases where starts_with(name, '${PREFIX}') and holder <> $1 and until > now()) as others`,
);

/**
 * Says that a process of a release runs, and knows whether processes of others do: what this one does not understand can be
 * left to them only then. One statement of two rows, every two seconds.
 */
export async function followReleases(options: {
  database: Database;
  name: string;
  onError: (error: unknown) => void;
}): Promise<Releases> {
  let others = false;
  const refresher = new Refresher({
    everyMs: EVERY_MS,
    refresh: async () => {
      const [row] = await options.database.read(announce, [options.name]);
      others = row!.others;
    },
    onError: (error) => {
      // Whoever cannot ask must not turn work away.
      others = false;
      options.onError(error);
    },
  });
  await refresher.now();
  return { othersRun: () => others, stop: () => refresher.stop() };
}
