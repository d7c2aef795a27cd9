import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { tryWorkflowSelection } from "../../api/generated/sdk.gen.ts";
import type { SelectionTrialAnswer } from "../../api/generated/types.gen.ts";
import { serverText, shippedText } from "../../api/server-text.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Loading, ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { ChooseEntity, useEntityChoice } from "../change-documents/choose-entity.tsx";
import { SeenValues } from "../change-documents/seen-values.tsx";
import classes from "./choice.module.css";
import type { Choice } from "./choice-content.ts";
import { useWorkflowTitle } from "./queries.ts";

const typingPauseMs = 300;

/** Which workflow a real order would get by these rules, and why. */
export function TryChoice({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  const entity = useEntityChoice(choice.entityType === "order");
  const [asked] = useDebouncedValue(choice, typingPauseMs);
  const { data, error } = useQuery({
    queryKey: ["try-choice", asked, entity.asked],
    queryFn: async ({ signal }) =>
      (await tryWorkflowSelection({ body: { content: asked, ...entity.asked }, signal })).data,
    enabled: entity.ready,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={t("choice.try")}>
      <div className={classes.fields}>
        <ChooseEntity choice={entity} />
        {!entity.ready ? (
          <Empty small title={t("choice.tryChoose")} />
        ) : error ? (
          <ProblemNote error={error} />
        ) : !data ? (
          <Loading />
        ) : (
          <Answer answer={data} choice={asked} />
        )}
      </div>
    </Panel>
  );
}

function Answer({ answer, choice }: { answer: SelectionTrialAnswer; choice: Choice }) {
  const { t } = useTranslation();
  const workflowTitle = useWorkflowTitle();
  const decides = answer.rules.findIndex(({ name, holds }) => holds === true && name === answer.decides);
  return (
    <>
      <div className={classes.answer} role="status">
        <span>{t("choice.wouldGet")}</span>
        <strong>{workflowTitle(answer.workflow)}</strong>
        <span className="soft">
          {answer.decides === null ? t("choice.byOtherwise") : t("choice.byRule", { rule: answer.decides })}
          {answer.now !== null && ` ${t("choice.now", { workflow: workflowTitle(answer.now) })}`}
        </span>
      </div>
      <ol className={classes.rules}>
        {answer.rules.map(({ name, holds, failure, values }, index) => (
          <li
            // Rules of a draft may have the same name.
            key={`${index} ${name}`}
            className={classes.rule}
            data-decides={index === decides || undefined}
            data-passed={(decides !== -1 && index > decides) || undefined}
          >
            <span className={classes.number}>{index + 1}</span>
            <span>
              <span className={classes.line}>
                <strong>{shippedText(name)}</strong>
                <StatusBadge tone={holds === null ? "trouble" : holds ? "ready" : "stopped"}>
                  {index === decides
                    ? t("choice.decides")
                    : t(holds === null ? "workflow.guardFails" : holds ? "workflow.guardHolds" : "workflow.guardNot")}
                </StatusBadge>
              </span>
              {failure !== null && <span className="soft">{serverText(failure)}</span>}
              <SeenValues values={values} />
              {choice.rules[index] && <code className="code soft">{choice.rules[index].when}</code>}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
