import { statement } from "../platform/db/statements.ts";
import type { ClaimedJob, JobKind, JobOutcome, ParkedBy } from "../platform/jobs/job-kinds.ts";
import { type Bounce, hashOfAddress, readAddress, writeBounces } from "./addresses.sql.ts";
import { addressFor, compose, type MessageLinks, templateFor, voiceOf } from "./compose-message.ts";
import { insertLink, LINK_DAYS, newLink, type LinkPurpose } from "./links.sql.ts";
import type { Messages } from "./messages.ts";
import type { MessageTrigger } from "./triggers.ts";
import { JOB_KIND, type MessageEnd, type OutboxRow, readOutbox, writeEnds } from "./outbox.sql.ts";
import type { CustomerReport, UnreachableCustomer } from "./reports.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const RETRY_PAUSES_MS = [
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
];
const CONCURRENCY = 8;

export const MESSAGE_PARKING: ParkedBy = {
  ownerTeam: "operations",
  deadlineMs: 4 * HOUR_MS,
  nextAction: "See why messages cannot be sent (mail server, webhook), mend it and retry; or skip it with a reason.",
};

/** How an attempt ended, and what follows from it. */
export type MessageOutcome = JobOutcome & {
  end?: MessageEnd;
  bounce?: Bounce & UnreachableCustomer;
  /** Whose question does not reach him this way: silence is no answer of somebody who was not asked. */
  unasked?: Pick<CustomerReport, "orderId" | "channel">;
};

/**
 * Sends what stands in the outbox. A message is written out once and kept before its first attempt; a worker that dies
 * between the other side's yes and our record sends the same text under the same Message-ID again, by which mail
 * programs know it.
 */
export function messageJobs(messages: Messages): JobKind<MessageOutcome> {
  return {
    kind: JOB_KIND,
    concurrency: CONCURRENCY,
    retryPausesMs: RETRY_PAUSES_MS,
    // A mail server that stands still keeps no SMS waiting.
    lanes: (running) =>
      (["email", "sms", "push"] as const).map((lane) => ({
        lane,
        free: Math.max(0, CONCURRENCY / 2 - (running.get(lane) ?? 0)),
      })),
    start: (jobs, signal) => jobs.map((job) => attempt(messages, job, signal)),
    record: (transaction, ended) => {
      writeEnds(
        transaction,
        ended.flatMap(({ outcome }) => outcome.end ?? []),
      );
      const bounces = ended.flatMap(({ outcome }) => outcome.bounce ?? []);
      writeBounces(transaction, bounces);
      messages.reports.unreachable(transaction, bounces, messages.clock.now());
      const unasked = ended.flatMap(({ outcome }) => outcome.unasked ?? []);
      messages.reports.unasked(transaction, unasked, messages.clock.now());
    },
    parking: MESSAGE_PARKING,
  };
}

async function attempt(messages: Messages, job: ClaimedJob, signal: AbortSignal): Promise<MessageOutcome> {
  const [row] = await messages.database.read(readOutbox, [job.id]);
  if (row === undefined || (row.state !== "queued" && row.state !== "sending")) return { done: true };
  const written = row.text === null ? await writeOut(messages, job, row) : row;
  if (written === null) return LOST;
  if ("state" in written && !("text" in written)) return notAsked(messages, row, { done: true, end: written });
  if (!(await isStillOurs(messages, job))) return LOST;
  return notAsked(messages, row, await send(messages, written as Written, signal));
}

/** A bounce says so itself. */
function notAsked(messages: Messages, row: OutboxRow, outcome: MessageOutcome): MessageOutcome {
  const { end, bounce } = outcome;
  const { orderId, channel, trigger } = row;
  const isTold = end === undefined || end.state === "sent" || end.reason === GONE || bounce !== undefined;
  return isTold || !triggerOf(messages, trigger).asks ? outcome : { ...outcome, unasked: { orderId, channel } };
}

function triggerOf({ source }: Messages, trigger: string): MessageTrigger {
  return source.triggers.find(({ code }) => code === trigger)!;
}

const GONE = "What it tells of is not there any more.";

/** Another worker has taken the job over: what this one says of it is not recorded. */
export const LOST = { done: false, postponedMs: 0 } as const satisfies JobOutcome;

/** Renewed every 10 s for 30 s, a lease has so much left unless this process has stood still. */
const LEASE_LEFT_SECONDS = 10;

const readLease = statement<{ id: string }>(
  "messages.readLease",
  `select id from platform.jobs where id = $1::uuid and lease_number = $2::int and state = 'running'
     and lease_until > now() + ${LEASE_LEFT_SECONDS} * interval '1 second'`,
);

/**
 * Asked right before sending, so that a worker that has stood still does not send what another one sends by now. What is
 * left is the time between this answer and the other side's yes: a process that stands still for 10 s in it, or a
 * connection that hangs past the lease, may send a second time, with the same Message-ID.
 */
export async function isStillOurs({ database }: Messages, job: ClaimedJob): Promise<boolean> {
  return (await database.read(readLease, [job.id, job.leaseNumber])).length > 0;
}

type Written = OutboxRow & { recipient: string; text: string; language: string };

async function send(messages: Messages, message: Written, signal: AbortSignal): Promise<MessageOutcome> {
  const { id, medium, recipient } = message;
  const port = messages.ports[medium];
  if (port === null) return ended(id, "kept", `This installation has no way to send ${medium}.`);
  const { sender, name } = voiceOf(messages, message.channel);
  const delivery = await port.send(
    { ...message, recipient, from: { name, address: sender.address, replyTo: sender.replyTo } },
    signal,
  );
  if (delivery.sent) return ended(id, "sent", null);
  const { reason } = delivery;
  if (!delivery.final) return { done: false, reason };
  if (!delivery.badAddress) return ended(id, "failed", reason);
  const { orderId, channel } = message;
  const bounce = { addressHash: hashOfAddress(recipient), messageId: id, orderId, channel, reason };
  return { ...ended(id, "failed", reason), bounce };
}

function ended(id: string, state: MessageEnd["state"], reason: string | null): MessageOutcome {
  return { done: true, end: { id, state, reason } };
}

export const keepWritten = statement<{ id: string }>(
  "messages.keepWritten",
  `update messages.outbox set state = 'sending', state_at = now(), template_code = $2, template_version = $3::int, language = $4,
     recipient = $5, subject = $6, html = $7, text = $8, decline_url = $9
   where id = $1::uuid and state = 'queued'
     and exists (select from platform.jobs j where j.id = $1::uuid and j.state = 'running' and j.lease_number = $10::int)
   returning id`,
);

/** Writes the message out and keeps it; or says why there is none to be sent. Null: the job is another worker's by now. */
async function writeOut(messages: Messages, job: ClaimedJob, row: OutboxRow): Promise<Written | MessageEnd | null> {
  const { id, trigger, medium, orderId } = row;
  const none = (reason: string): MessageEnd => ({ id, state: "skipped", reason });
  const subject = await messages.source.subjectOf(trigger, row);
  if (subject === null) return none(GONE);
  const recipient = addressFor(subject, medium);
  if (recipient === null) return none(`The order has no address for ${medium}.`);
  const voice = voiceOf(messages, subject.channel);
  const template = templateFor(messages, subject, { trigger, medium, voice });
  if (template === undefined) return none("No template for it is in force.");
  const addressHash = hashOfAddress(recipient);
  const { followUp, asks } = triggerOf(messages, trigger);
  const [known] = await messages.database.read(readAddress, [addressHash]);
  if (known?.bounced_at)
    return { id, state: "failed", reason: `The address takes no messages: ${known.bounce_reason}` };
  if (followUp && known?.declined_at) return none("The customer wants no follow-ups.");

  const { language } = template;
  const made = {
    reportProblem: newLink(),
    declineFollowUps: followUp ? newLink() : null,
    answerQuestion: asks ? newLink() : null,
  };
  const links: MessageLinks = {
    reportProblem: pageOf(messages, made.reportProblem.token),
    declineFollowUps: made.declineFollowUps && pageOf(messages, made.declineFollowUps.token),
    answerQuestion: made.answerQuestion && pageOf(messages, made.answerQuestion.token),
  };
  const rendered = compose(template, subject, voice, links);
  const kept = await messages.database.transaction(async (transaction) => {
    const held = await transaction.read(keepWritten, [
      id,
      template.code,
      template.version,
      language,
      recipient,
      rendered.subject,
      rendered.html,
      rendered.text,
      links.declineFollowUps,
      job.leaseNumber,
    ]);
    if (held.length === 0) return false;
    for (const [purpose, link] of Object.entries(made) as [LinkPurpose, typeof made.declineFollowUps][]) {
      if (link === null) continue;
      const values = [link.tokenHash, id, orderId, purpose, addressHash, language, LINK_DAYS[purpose]];
      transaction.write(insertLink, values);
    }
    return true;
  });
  return kept
    ? { ...row, ...rendered, state: "sending", recipient, language, declineUrl: links.declineFollowUps }
    : null;
}

function pageOf({ publicUrl }: Pick<Messages, "publicUrl">, token: string): string {
  return `${publicUrl}/m/${token}`;
}
