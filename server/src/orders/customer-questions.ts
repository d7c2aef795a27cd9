import { type Answer, ANSWERS, type EndedBy } from "../messages/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";

/** By which workflows take the answer, whoever gives it. */
export const EVENT_OF_ANSWER = {
  wait: "customerWaits",
  change: "customerWantsChange",
  cancel: "customerCancels",
} as const satisfies Record<Answer, string>;

/** Origin of what a customer does by a link of a message. */
export const CUSTOMER = "system:customer";
export const SILENCE = "system:timers";

/** Units of a line that wait, as the customer is told of them. */
export interface AskedLine {
  lineNumber: number;
  quantity: number;
  /** The day that was promised; null: it is not told by what has changed. */
  promisedOn: string | null;
  /** When they are expected now; null: nobody knows. */
  expectedOn: string | null;
}

export interface Question {
  id: string;
  orderId: string;
  lines: readonly AskedLine[];
  answers: readonly Answer[];
  answerBy: Date;
  silence: Answer;
}

/** How a question of an order ended: whatever leaves the state that asks ends it. */
export interface QuestionEnd {
  orderId: string;
  /** The state's entry that came after: only what was asked before it ends. */
  entry: number;
  /** Null: there was nothing to answer any more. */
  answer: Answer | null;
  by: EndedBy;
  actor: string;
}

/** What the event that leaves the state says of the question. */
export function endOfQuestion(event: string, actor: string): Pick<QuestionEnd, "answer" | "by"> {
  const answer = ANSWERS.find((one) => EVENT_OF_ANSWER[one] === event) ?? null;
  if (answer === null) return { answer, by: "overtaken" };
  return { answer, by: actor === CUSTOMER ? "customer" : actor === SILENCE ? "silence" : "staff" };
}

const insertRows = bulkInsert<{
  id: string;
  order_id: string;
  entry: number;
  lines: object;
  answers: readonly Answer[];
  answer_by: Date;
  silence: string;
}>(
  "orders.insertQuestions",
  "orders.questions",
  {
    id: "uuid",
    order_id: "uuid",
    entry: "int",
    lines: "jsonb",
    answers: "jsonb",
    answer_by: "timestamptz",
    silence: "text",
  },
  "on conflict (id) do nothing",
);

const endRows = statement(
  "orders.endQuestions",
  `update orders.questions q set ended_at = now(), answer = u.answer, ended_by = u.ended_by, actor = u.actor
     from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[]) as u (order_id, entry, answer, ended_by, actor)
    where q.order_id = u.order_id and q.ended_at is null and q.entry < u.entry`,
);

export function openQuestions(transaction: Transaction, rows: readonly (Question & { entry: number })[]): void {
  transaction.insert(
    insertRows,
    rows.map(({ id, orderId, entry, lines, answers, answerBy, silence }) => ({
      id,
      order_id: orderId,
      entry,
      lines,
      answers,
      answer_by: answerBy,
      silence,
    })),
  );
}

export function endQuestions(transaction: Transaction, ends: readonly QuestionEnd[]): void {
  const texts = (value: (end: QuestionEnd) => string | null): string => arrayLiteral("text", ends.map(value));
  transaction.write(endRows, [
    arrayLiteral(
      "uuid",
      ends.map(({ orderId }) => orderId),
    ),
    arrayLiteral(
      "int",
      ends.map(({ entry }) => entry),
    ),
    texts(({ answer }) => answer),
    texts(({ by }) => by),
    texts(({ actor }) => actor),
  ]);
}
