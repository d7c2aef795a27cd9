import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";

// Events after the restored moment are lost, but readers may have seen them: their numbers must never be given again.
const SKIPPED_IDS = 1_000_000_000;

const lockState = statement("platform.lockFeedState", "select from platform.feed_state for update");

const appendMissing = statement(
  "platform.appendMissingToFeed",
  `with state as materialized (
     select position from platform.feed_state
   ), missing as (
     select id, recorded_at, type from platform.events where not exists (select from platform.feed where event_id = events.id)
   ), appended as (
     insert into platform.feed (position, event_id, recorded_at, type)
     select (select position from state) + row_number() over (order by id), id, recorded_at, type from missing
   )
   update platform.feed_state
   set generation = generation + 1, position = position + (select count(*) from missing),
     snapshot = pg_current_snapshot(), ticked_at = clock_timestamp()`,
);

const skipIds = statement<{ id: number }>(
  "platform.skipEventIds",
  `select setval(pg_get_serial_sequence('platform.events', 'id'),
     (select coalesce(max(id), 0) from platform.events) + ${SKIPPED_IDS}) as id`,
);

/**
 * After a restore, before the first sequencer starts: appends what the backup had not yet sequenced, begins a new
 * generation (older cursors get 410) and leaves a gap in the IDs. Right for file copies, point-in-time recovery and
 * logical copies, whose transaction numbers begin anew.
 */
export async function beginGeneration(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    transaction.write(lockState);
    transaction.write(appendMissing);
    await transaction.read(skipIds);
  });
}
