import { IconMessageQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CustomerQuestion, Order } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { ActionButtons } from "../action-buttons.tsx";
import { answerEvents, useEndText } from "../customer-answers.ts";
import { LocalDay } from "../expect-supplies/local-day.tsx";
import { useTakeAction } from "./offered-order-actions.ts";
import classes from "./order.module.css";

export function openQuestionOf({ questions }: Order): CustomerQuestion | undefined {
  return questions.find(({ endedAt }) => endedAt === null);
}

/** The customer was asked and has not answered: whoever is told on the telephone answers here. */
export function QuestionNotice({ order, question }: { order: Order; question: CustomerQuestion }) {
  const { t } = useTranslation();
  const { offered, take } = useTakeAction(order);
  const answers = offered.filter(({ event }) => answerEvents.has(event));
  return (
    <div className={classes.notice}>
      <IconMessageQuestion size={18} stroke={1.6} aria-hidden="true" />
      <span className={classes.noticeText}>
        {t("question.isAsked")}{" "}
        <span className="soft">
          {t("question.until")} <DateTime at={question.answerBy} /> · {t(`question.silence.${question.silence}`)}
        </span>
      </span>
      <span className={classes.noticeActions}>
        <ActionButtons actions={answers} take={take} size="compact-sm" />
      </span>
    </div>
  );
}

/** All that the customer was asked because units come later, and what became of it. Nothing is shown where nothing was asked. */
export function OrderQuestions({ order }: { order: Order }) {
  const { t } = useTranslation();
  if (order.questions.length === 0) return null;
  return (
    <Panel title={t("question.title")}>
      {order.questions.toReversed().map((question) => (
        <div key={question.id} className={classes.choice}>
          <Question question={question} order={order} />
        </div>
      ))}
    </Panel>
  );
}

function Question({ question, order }: { question: CustomerQuestion; order: Order }) {
  const { t } = useTranslation();
  const endText = useEndText();
  const { askedAt, answerBy, endedAt, actorName, endedBy } = question;
  const nameOf = new Map(order.lines.map(({ lineNumber, name }) => [lineNumber, name]));
  return (
    <div className={classes.question}>
      <span className={classes.questionHead}>
        <StatusBadge tone={endedAt ? "done" : "attention"}>
          {endedAt ? endText(question) : t("question.open")}
        </StatusBadge>
        <span className="soft">
          {endedAt ? (
            <>
              <DateTime at={endedAt} show="date-time" />
              {endedBy === "staff" && actorName && <> · {actorName}</>}
            </>
          ) : (
            <>
              {t("question.until")} <DateTime at={answerBy} show="date-time" />
            </>
          )}
        </span>
      </span>
      <span className="soft">
        {t("question.asked")} <DateTime at={askedAt} show="date-time" />
      </span>
      <ul>
        {question.lines.map(({ lineNumber, quantity, promisedOn, expectedOn }) => (
          <li key={lineNumber}>
            {formatCount(quantity)} × {nameOf.get(lineNumber)}
            {": "}
            {promisedOn && (
              <>
                <s>
                  <LocalDay day={promisedOn} />
                </s>{" "}
                →{" "}
              </>
            )}
            {expectedOn ? <LocalDay day={expectedOn} /> : t("question.unknownDay")}
          </li>
        ))}
      </ul>
    </div>
  );
}
