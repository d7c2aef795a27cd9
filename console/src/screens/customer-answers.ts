import { useTranslation } from "react-i18next";
import type { CustomerQuestion } from "../api/generated/types.gen.ts";

/** Events by which workflows take what a customer answers. */
export const answerEvents: ReadonlySet<string> = new Set(["customerWaits", "customerWantsChange", "customerCancels"]);

/** How a question ended, in words: "Waits (by silence)". */
export function useEndText(): (question: Pick<CustomerQuestion, "answer" | "endedBy">) => string {
  const { t } = useTranslation();
  return ({ answer, endedBy }) => {
    if (answer === null || endedBy === null) return t("question.overtaken");
    return t("question.ended", { answer: t(`question.answers.${answer}`), by: t(`question.by.${endedBy}`) });
  };
}
