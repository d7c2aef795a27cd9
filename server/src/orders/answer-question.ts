import type { Answer, AskedQuestion, CustomerQuestions, EndedBy } from "../messages/public.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { CUSTOMER, EVENT_OF_ANSWER } from "./customer-questions.ts";
import { orderEntity } from "./order-run.ts";

interface QuestionRow {
  order_id: string;
  entry: number;
  answers: Answer[];
  answer_by: Date;
  silence: Answer;
  ended: boolean;
  answer: Answer | null;
  ended_by: EndedBy | null;
}

const readQuestion = statement<QuestionRow>(
  "orders.readQuestion",
  `select order_id, entry, answers, answer_by, silence, ended_at is not null as ended, answer, ended_by
     from orders.questions where id = $1::uuid`,
);

/** What customers are asked, as messages carry it. The order's lock decides: of two answers the first one counts. */
export function customerQuestions(database: Database, changeOrder: ChangeOrder): CustomerQuestions {
  return {
    read: async (questionId) => {
      const [row] = await database.read(readQuestion, [questionId]);
      return row === undefined ? null : askedOf(row);
    },
    answer: (questionId, answer) => answerQuestion(database, changeOrder, questionId, answer),
  };
}

function askedOf({ answers, answer_by, silence, ended, answer, ended_by }: QuestionRow): AskedQuestion {
  return { answers, answerBy: answer_by, silence, end: ended ? { answer, by: ended_by! } : null };
}

async function answerQuestion(
  database: Database,
  changeOrder: ChangeOrder,
  questionId: string,
  answer: Answer,
): Promise<void> {
  const [asked] = await database.read(readQuestion, [questionId]);
  if (asked === undefined || asked.ended) return;
  try {
    await changeOrder({
      orderId: asked.order_id,
      action: "answerQuestion",
      origin: { actor: CUSTOMER, requestId: null },
      key: null,
      occurredAt: null,
      // Whoever has left the state that asks has ended the question.
      plan: (run) =>
        run.order.workflow.entry === asked.entry
          ? { entity: orderEntity(run), event: { type: EVENT_OF_ANSWER[answer] } }
          : null,
      finish: () => ({}),
    });
  } catch (error) {
    // Its workflow does not take this answer: the page says that the question is open still.
    if (!(error instanceof Refusal) || isPassing(error) || error.code === "workflowFailed") throw error;
  }
}
