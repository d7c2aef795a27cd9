import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { ClaimedJob, JobKind, JobOutcome } from "../platform/jobs/job-kinds.ts";
import { voiceOf } from "./compose-message.ts";
import type { Messages } from "./messages.ts";
import { type MessageEnd, writeEnds } from "./outbox.sql.ts";
import type { UnreachableColleague } from "./reports.ts";
import { isStillOurs, keepWritten, LOST, MESSAGE_PARKING, RETRY_PAUSES_MS } from "./send-messages.ts";
import { STAFF_JOB_KIND, STAFF_TRIGGER, type StaffFacts, type StaffLetter } from "./staff-mails.ts";
import { standardHtml, standardText } from "./standard-layout.ts";

const CONCURRENCY = 4;

type StaffOutcome = JobOutcome & { end?: MessageEnd; unreachable?: UnreachableColleague };

/**
 * Mails to people of the house, sent like those to customers: written out once under the lease of their job, and sent under
 * the same Message-ID until they are taken.
 */
export function staffMailJobs(messages: Messages): JobKind<StaffOutcome> {
  return {
    kind: STAFF_JOB_KIND,
    concurrency: CONCURRENCY,
    retryPausesMs: RETRY_PAUSES_MS,
    start: (jobs, signal) => jobs.map((job) => attempt(messages, job, signal)),
    record: (transaction, ended) => {
      writeEnds(
        transaction,
        ended.flatMap(({ outcome }) => outcome.end ?? []),
      );
      messages.reports.colleagueUnreachable(
        transaction,
        ended.flatMap(({ outcome }) => outcome.unreachable ?? []),
        messages.clock.now(),
      );
    },
    parking: MESSAGE_PARKING,
  };
}

interface StaffRow {
  id: string;
  userId: string;
  facts: StaffFacts;
  state: string;
  language: string | null;
  recipient: string | null;
  subject: string | null;
  html: string | null;
  text: string | null;
}

const lockRow = statement<StaffRow>(
  "messages.lockStaffMail",
  `select id, user_id as "userId", facts, state, language, recipient, subject, html, text from messages.outbox
   where id = $1::uuid and user_id is not null for update`,
);

type Written = StaffRow & { recipient: string; language: string; subject: string; html: string; text: string };
type Attempt = { written: Written } | "ended" | "lost";

async function attempt(messages: Messages, job: ClaimedJob, signal: AbortSignal): Promise<StaffOutcome> {
  const made = await messages.database.transaction((transaction) => writeOut(messages, transaction, job));
  if (made === "ended") return { done: true };
  if (made === "lost" || !(await isStillOurs(messages, job))) return LOST;
  return await send(messages, made.written, signal);
}

/**
 * In the transaction that looks up what there is to tell, so that nothing is added to it meanwhile; where there is nothing, it
 * ends there too: what came before the job was recorded as done would be added to a mail that is never sent.
 */
async function writeOut(messages: Messages, transaction: Transaction, job: ClaimedJob): Promise<Attempt> {
  const [row] = await transaction.read(lockRow, [job.id]);
  if (row === undefined || (row.state !== "queued" && row.state !== "sending")) return "ended";
  if (row.text !== null) return { written: row as Written };
  const letter = await composeStaffMail(messages, transaction, row);
  const reason = "What it was to tell of is dealt with, or its reader has gone or wants no alerts by mail.";
  if (letter === null) {
    writeEnds(transaction, [{ id: row.id, state: "skipped", reason }]);
    return "ended";
  }
  const { language, recipient, subject, html, text } = letter;
  const values = [row.id, null, null, language, recipient, subject, html, text, null, job.leaseNumber];
  return (await transaction.read(keepWritten, values)).length > 0 ? { written: { ...row, ...letter } } : "lost";
}

async function send(messages: Messages, mail: Written, signal: AbortSignal): Promise<StaffOutcome> {
  const { id, userId } = mail;
  const port = messages.ports.email;
  if (port === null)
    return { done: true, end: { id, state: "kept", reason: "This installation has no way to send email." } };
  const { sender, name } = voiceOf(messages, "");
  const delivery = await port.send(
    {
      ...mail,
      orderId: null,
      trigger: STAFF_TRIGGER,
      declineUrl: null,
      from: { name: nameOfHouse(name), address: sender.address, replyTo: sender.replyTo },
    },
    signal,
  );
  if (delivery.sent) return { done: true, end: { id, state: "sent", reason: null } };
  const { reason } = delivery;
  if (!delivery.final) return { done: false, reason };
  return {
    done: true,
    end: { id, state: "failed", reason },
    ...(delivery.badAddress && { unreachable: { userId, messageId: id, reason } }),
  };
}

/** As its reader would get it now; null: there is nothing to tell. */
export async function composeStaffMail(
  messages: Pick<Messages, "network" | "senders" | "publicUrl" | "writeStaffLetter">,
  source: Pick<Transaction, "read">,
  row: Pick<StaffRow, "userId" | "facts">,
): Promise<(Omit<StaffLetter, "parts"> & { html: string; text: string }) | null> {
  const { sender, name } = voiceOf(messages, "");
  const { publicUrl } = messages;
  const { language, timeZone } = sender;
  const letter = await messages.writeStaffLetter(source, row, { publicUrl, language, timeZone });
  if (letter === null) return null;
  const { parts, ...rest } = letter;
  const laidOut = { ...rest, parts, senderName: nameOfHouse(name), declineUrl: null, sender };
  return { ...rest, html: standardHtml(laidOut), text: standardText(laidOut) };
}

/** Where no sender has a name of its own, brands of channels are what customers read. */
function nameOfHouse(name: string): string {
  return name === "" ? "Orrery" : name;
}
