import { putStaffMails, type Messages } from "../messages/public.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { FeedConsumer } from "../platform/events/follow-feed.ts";
import { has } from "./staff.sql.ts";

/** SQL for whether user `u` gets mails about what is at location `given.location`. */
const IS_TOLD = `u.disabled_at is null and u.alert_mails and (u.location_codes is null or given.location = any(u.location_codes))`;

const READS_TASKS = has("u", "tasks:read");
const MANAGES_TASKS = has("u", "tasks:manage");

// Of whom nobody can be told, managers are: an installation begins with one administrator and no teams.
const readReaders = statement<{ userId: string; sort: string; ids: string[] }>(
  "tasks.readReadersOfAlerts",
  `with given as materialized (
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as given (sort, id, team, location)
   ), members as materialized (
     select u.id as user_id, given.sort, given.id from given
     join access.users u on u.teams @> array[given.team] and ${IS_TOLD} and ${READS_TASKS}
   ), managers as materialized (
     select u.* from access.users u where exists (select from given where id not in (select id from members)) and ${MANAGES_TASKS}
   ), told as (
     select * from members union
     select u.id, given.sort, given.id from given join managers u on ${IS_TOLD} where given.id not in (select id from members)
   )
   select user_id as "userId", sort, array_agg(distinct id) as ids from told group by user_id, sort`,
);

/** Follows what escalates with an alert, and mails the members of the team whose it is by then (W7). */
export function alertConsumer(messages: Messages): FeedConsumer {
  return {
    name: "alerts",
    types: ["task.escalated", "exception.escalated"],
    // What escalated before this release told anybody is on the screens.
    startAt: "end",
    handle: async (transaction, events) => {
      const alerts = events.filter(({ data }) => data["alert"] === true);
      if (alerts.length === 0) return;
      const columns = [
        alerts.map(({ entityType }) => entityType),
        alerts.map(({ entityId }) => entityId),
        alerts.map(({ data }) => String(data["team"] ?? data["ownerTeam"])),
        alerts.map(({ data }) => (typeof data["location"] === "string" ? data["location"] : null)),
      ];
      const readers = await transaction.read(
        readReaders,
        columns.map((column) => arrayLiteral("text", column)),
      );
      const occasions = [...Map.groupBy(readers, ({ userId }) => userId)].map(([userId, sorts]) => ({
        userId,
        facts: Object.fromEntries(sorts.map(({ sort, ids }) => [sort, ids])),
      }));
      await putStaffMails(transaction, messages, occasions, "system:tasks");
    },
  };
}
