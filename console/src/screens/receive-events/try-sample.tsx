import { Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tryInboundSource } from "../../api/generated/sdk.gen.ts";
import type { InboundTrialAnswer } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { inWords } from "../humanize.ts";
import classes from "./source.module.css";
import type { Source } from "./source-content.ts";

const typingPauseMs = 350;
const example = JSON.stringify(
  { id: "evt-1", type: "score.changed", time: "2026-11-20T14:05:00Z", data: { order: 100001, score: 93 } },
  null,
  2,
);

/** What the source would make of an event, while it is being edited. Nothing is kept or done. */
export function TrySample({ source }: { source: Source }) {
  const { t } = useTranslation();
  const can = useCan();
  const [body, setBody] = useState(example);
  const [asked] = useDebouncedValue({ content: source, body }, typingPauseMs);
  const { data, error } = useQuery({
    queryKey: ["try-source", asked],
    queryFn: async ({ signal }) => (await tryInboundSource({ body: asked, signal })).data,
    enabled: can("inbound:read"),
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={t("source.try")}>
      <div className={classes.fields}>
        <p className="soft">{t("source.tryText")}</p>
        <Textarea
          label={t("source.sample")}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          autosize
          minRows={5}
          maxRows={16}
          maxLength={65_536}
          spellCheck={false}
          classNames={{ input: "code" }}
        />
        {error ? <ProblemNote error={error} /> : data && <Answer answer={data} />}
      </div>
    </Panel>
  );
}

function Answer({ answer: { faults, unreadable, event, outcome, reason, plan } }: { answer: InboundTrialAnswer }) {
  const { t } = useTranslation();
  if (faults.length > 0) return <p className="soft">{t("source.mendFirst", { count: faults.length })}</p>;
  if (unreadable.length > 0 || event === null) {
    return (
      <div className={classes.answer} data-tone="trouble" role="status">
        <strong>{t("source.refused")}</strong>
        {unreadable.map((fault) => (
          <p key={`${fault.pointer} ${serverText(fault.message)}`}>
            {fault.pointer && <code className="code">{fault.pointer}</code>} {serverText(fault.message)}
          </p>
        ))}
      </div>
    );
  }
  return (
    <>
      <div
        className={classes.answer}
        data-tone={outcome === "planned" ? "good" : outcome === "faulty" ? "trouble" : undefined}
        role="status"
      >
        {plan ? (
          <>
            <strong>{t("source.ruleDecides", { rule: plan.rule })}</strong>
            <p>
              {t("source.wouldTell", {
                entity: inWords(plan.entity),
                by: inWords(plan.by),
                name: plan.name,
                event: plan.event,
              })}
            </p>
            <KeyValue facts={Object.entries(plan.data).map(([name, value]) => [name, String(value)])} />
          </>
        ) : (
          <>
            <strong>{t(outcome === "faulty" ? "source.wouldPark" : "source.wouldIgnore")}</strong>
            {reason !== null && <p>{serverText(reason)}</p>}
          </>
        )}
      </div>
      <section>
        <h3 style={{ margin: "0 0 6px", fontSize: "0.875rem" }}>{t("source.read")}</h3>
        <KeyValue
          facts={[
            ["event.id", event.id],
            ["event.type", event.type],
            ["event.time", event.time],
            [t("source.sequence"), event.sequence],
            ...Object.entries(event.fields).map(([name, value]): [string, string] => [
              `event.fields.${name}`,
              String(value),
            ]),
          ]}
        />
      </section>
    </>
  );
}
