import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { voiceOf } from "./compose-message.ts";
import { hashOfToken, type LinkPurpose } from "./links.sql.ts";
import type { Messages } from "./messages.ts";
import { ANSWERS, type Answer, type AskedQuestion } from "./questions.ts";
import { PROBLEMS, type Problem } from "./reports.ts";
import { formatsFor } from "./formats.ts";
import { type LinkPage, pageHtml, questionHtml, wordsFor } from "./link-pages.ts";

interface LinkRow {
  message_id: string;
  order_id: string;
  subject_id: string | null;
  channel: string;
  purpose: LinkPurpose;
  address_hash: Buffer | null;
  language: string;
  expired: boolean;
  used: boolean;
}

const LINK = `select l.message_id, l.order_id, m.subject_id, m.channel, l.purpose, l.address_hash, l.language, l.expires_at < now() as expired,
    l.used_at is not null as used
  from messages.links l join messages.outbox m on m.id = l.message_id where l.token_hash = $1::bytea`;

const readLink = statement<LinkRow>("messages.readLink", LINK);
const lockLink = statement<LinkRow>("messages.lockLink", `${LINK} for update of l`);

export interface PageAnswer {
  status: 200 | 404 | 410 | 422;
  html: string;
}

/** The page that a link of a message opens. It changes nothing: mail programs and scanners open links on their own. */
export async function showLink(messages: Messages, token: string, first?: Answer): Promise<PageAnswer> {
  const [link] = await messages.database.read(readLink, [hashOfToken(token)]);
  if (link?.purpose === "answerQuestion") return await questionPage(messages, link, first);
  return pageFor(messages, link, link?.used === true ? "done" : "question");
}

const useLink = statement(
  "messages.useLink",
  "update messages.links set used_at = now() where token_hash = $1::bytea and used_at is null",
);

const declineFollowUps = statement(
  "messages.declineFollowUps",
  `insert into messages.addresses (address_hash, declined_at) values ($1::bytea, now())
   on conflict (address_hash) do update set declined_at = coalesce(addresses.declined_at, now()), updated_at = now()`,
);

/** The customer has answered. The second time changes nothing. */
export async function answerLink(messages: Messages, token: string, form: URLSearchParams): Promise<PageAnswer> {
  const tokenHash = hashOfToken(token);
  const [found] = await messages.database.read(readLink, [tokenHash]);
  if (found?.purpose === "answerQuestion") return await answerQuestion(messages, found, form);
  return await messages.database.transaction(async (transaction) => {
    const [link] = await transaction.read(lockLink, [tokenHash]);
    if (link === undefined || link.expired || link.used) return pageFor(messages, link, "done");
    if (!takeAnswer(messages, transaction, link, form)) return { ...pageFor(messages, link, "question"), status: 422 };
    transaction.write(useLink, [tokenHash]);
    return pageFor(messages, link, "done");
  });
}

/** The order's own lock decides whether the answer still counts; the page says what became of the question. */
async function answerQuestion(messages: Messages, link: LinkRow, form: URLSearchParams): Promise<PageAnswer> {
  const answer = ANSWERS.find((one) => one === form.get("answer"));
  const question = link.subject_id === null ? null : await messages.questions.read(link.subject_id);
  if (answer === undefined || question?.answers.includes(answer) === false)
    return { ...(await questionPage(messages, link)), status: 422 };
  if (question !== null && question.end === null) await messages.questions.answer(link.subject_id!, answer);
  return await questionPage(messages, link, answer);
}

async function questionPage(messages: Messages, link: LinkRow, first?: Answer): Promise<PageAnswer> {
  const question: AskedQuestion | null =
    link.subject_id === null ? null : await messages.questions.read(link.subject_id);
  const { name, sender } = voiceOf(messages, link.channel);
  const words = wordsFor(link.language);
  if (question === null) return { status: 404, html: pageHtml(words, "unknown", name) };
  const formats = formatsFor(link.language, "EUR", sender.timeZone);
  return { status: 200, html: questionHtml(words, question, { senderName: name, formats, first }) };
}

/** False: the form does not say what is wrong. */
function takeAnswer(messages: Messages, transaction: Transaction, link: LinkRow, form: URLSearchParams): boolean {
  if (link.purpose === "declineFollowUps") {
    transaction.write(declineFollowUps, [link.address_hash!]);
    return true;
  }
  const problem = PROBLEMS.find((one): one is Problem => one === form.get("problem"));
  if (problem === undefined) return false;
  messages.reports.reported(
    transaction,
    { orderId: link.order_id, channel: link.channel, problem },
    messages.clock.now(),
  );
  return true;
}

function pageFor(messages: Messages, link: LinkRow | undefined, moment: "question" | "done"): PageAnswer {
  const name = link === undefined ? "" : voiceOf(messages, link.channel).name;
  const words = wordsFor(link?.language ?? "en");
  if (link === undefined) return { status: 404, html: pageHtml(words, "unknown", name) };
  if (link.expired && !link.used) return { status: 410, html: pageHtml(words, "expired", name) };
  const page: LinkPage =
    link.purpose === "reportProblem"
      ? moment === "question"
        ? "report"
        : "reported"
      : moment === "question"
        ? "decline"
        : "declined";
  return { status: 200, html: pageHtml(words, page, name) };
}
