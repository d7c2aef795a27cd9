import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { enqueueJobs } from "../platform/jobs/enqueue-jobs.ts";
import { newId } from "../platform/ids.ts";
import type { Messages } from "./messages.ts";
import type { Content } from "./standard-layout.ts";

/** What stands in the outbox as their trigger, where customers' messages say what they tell of. */
export const STAFF_TRIGGER = "teamAlert";
/** Not the kind of customers' messages: the previous release would look for the order that they tell of. */
export const STAFF_JOB_KIND = "alert";

/** What somebody of the house is to hear of: IDs by sort, looked up when the mail is written. */
export type StaffFacts = Readonly<Record<string, readonly string[]>>;

export interface StaffOccasion {
  userId: string;
  facts: StaffFacts;
}

/** A mail as its reader gets it, but for the frame. */
export interface StaffLetter {
  recipient: string;
  language: string;
  subject: string;
  parts: readonly Content[];
}

/** Null: its reader has gone or wants none, or what it was about is dealt with. `tasks` implements it, `main/` plugs it in. */
export type WriteStaffLetter = (
  source: Pick<Transaction, "read">,
  occasion: StaffOccasion,
  frame: { publicUrl: string; language: string; timeZone: string },
) => Promise<StaffLetter | null>;

/** What belongs together is mostly told together. */
const FIRST_DELAY_MS = 3_000;
/** Nobody gets mails faster than this, whatever happens; what comes meanwhile stands in the next one. */
const BETWEEN_MS = 5 * 60_000;
/** Of each sort; lists in the console show the rest. */
const MAX_FACTS = 500;

interface LastMail {
  id: string;
  user_id: string;
  state: string;
  written: boolean;
  /** Whether its job is there still: somebody may have skipped it. */
  awaited: boolean;
  facts: StaffFacts;
  age_ms: number;
}

// Locked: whoever writes the mail out holds it too, so what is added is in it or in the next one. Its age counts from when it
// went out, or is to go out, not from when it was put down: it may have waited for minutes.
const lockLast = statement<LastMail>(
  "messages.lockLastStaffMails",
  `select m.id, m.user_id, m.state, m.text is not null as written, m.facts,
     coalesce(j.state in ('waiting', 'behind', 'running', 'parked'), false) as awaited,
     extract(epoch from now() - greatest(m.created_at, j.due_at, case when m.state = 'sent' then m.state_at end))::float8 * 1000 as age_ms
   from unnest($1::uuid[]) as given (id)
   cross join lateral (select o.id from messages.outbox o where o.user_id = given.id order by o.created_at desc limit 1) newest
   join messages.outbox m on m.id = newest.id left join platform.jobs j on j.id = m.id order by m.id for update of m`,
);

const addFacts = statement(
  "messages.addFactsToStaffMails",
  `update messages.outbox set facts = given.facts from unnest($1::uuid[], $2::jsonb[]) as given (message_id, facts)
   where outbox.id = given.message_id`,
);

const insertMails = bulkInsert<{
  id: string;
  trigger: string;
  medium: string;
  user_id: string;
  facts: object;
  channel: string;
  requested_by: string;
  state: string;
  reason: string | null;
}>("messages.insertStaffMails", "messages.outbox", {
  id: "uuid",
  trigger: "text",
  medium: "text",
  user_id: "uuid",
  facts: "jsonb",
  channel: "text",
  requested_by: "text",
  state: "text",
  reason: "text",
});

/**
 * Puts mails to people of the house down, one for each: what somebody is to hear of goes into the mail that waits for him, and
 * else into a new one, which waits until five minutes have passed since his last.
 */
export async function putStaffMails(
  transaction: Transaction,
  { canSend }: Pick<Messages, "canSend">,
  occasions: readonly StaffOccasion[],
  requestedBy: string,
): Promise<void> {
  if (occasions.length === 0) return;
  const users = occasions.map(({ userId }) => userId);
  const last = new Map(
    (await transaction.read(lockLast, [arrayLiteral("uuid", users)])).map((mail) => [mail.user_id, mail]),
  );
  const added = occasions.flatMap(({ userId, facts }) => {
    const mail = last.get(userId);
    return mail !== undefined && isOpen(mail) ? [{ id: mail.id, facts: joined(mail.facts, facts) }] : [];
  });
  if (added.length > 0)
    transaction.write(addFacts, [
      arrayLiteral(
        "uuid",
        added.map(({ id }) => id),
      ),
      arrayLiteral(
        "jsonb",
        added.map(({ facts }) => facts),
      ),
    ]);
  const sendable = canSend("email");
  const fresh = occasions.flatMap(({ userId, facts }) => {
    const mail = last.get(userId);
    if (mail !== undefined && isOpen(mail)) return [];
    const delayMs = Math.max(FIRST_DELAY_MS, mail === undefined ? 0 : BETWEEN_MS - mail.age_ms);
    return [{ id: newId(), userId, facts: joined({}, facts), delayMs }];
  });
  transaction.insert(
    insertMails,
    fresh.map(({ id, userId, facts }) => ({
      id,
      trigger: STAFF_TRIGGER,
      medium: "email",
      user_id: userId,
      facts,
      channel: "",
      requested_by: requestedBy,
      state: sendable ? "queued" : "kept",
      reason: sendable ? null : "This installation has no way to send email.",
    })),
  );
  if (sendable)
    enqueueJobs(
      transaction,
      fresh.map(({ id, delayMs }) => ({ id, kind: STAFF_JOB_KIND, payload: { messageId: id }, delayMs })),
    );
}

/** Nobody has read it yet; what is only kept is written when somebody looks, and is one mail for as long as a sent one would be. */
function isOpen({ state, written, awaited, age_ms }: LastMail): boolean {
  return (state === "queued" && awaited) || (state === "kept" && !written && age_ms < BETWEEN_MS);
}

function joined(before: StaffFacts, more: StaffFacts): StaffFacts {
  const sorts = new Set([...Object.keys(before), ...Object.keys(more)]);
  return Object.fromEntries(
    [...sorts].map((sort) => [
      sort,
      [...new Set([...(before[sort] ?? []), ...(more[sort] ?? [])])].slice(0, MAX_FACTS),
    ]),
  );
}
