import { Button, Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverText, shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { ChangeList } from "../change-documents/changes.tsx";
import { addressOf } from "../change-documents/document-address.ts";
import { useDocumentKinds, useDocumentsChanged } from "../change-documents/documents.ts";
import { type Comparison, type Difference, idOf, type Outcome, publishAll, saveDrafts } from "./compare.ts";
import classes from "./configuration.module.css";

/** What the file says otherwise than what is in force, each to be taken over or left. */
export function Differences({ differences, alike, onlyHere }: Comparison) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useDocumentsChanged();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(differences.filter(({ isUnknownKind, hasDraft }) => !isUnknownKind && !hasDraft).map(idOf)),
  );
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [working, setWorking] = useState(false);
  const [asking, setAsking] = useState(false);
  const take = differences.filter((each) => chosen.has(idOf(each)) && !isDone(outcomes.get(idOf(each))));
  const tell = (id: string, outcome: Outcome) => setOutcomes((before) => new Map(before).set(id, outcome));

  async function carryOut(work: Promise<void>) {
    setWorking(true);
    await work.finally(() => setWorking(false));
    await changed();
  }

  const others = [
    ...(alike > 0 ? [t("configuration.alike", { count: alike })] : []),
    ...(onlyHere > 0 ? [t("configuration.onlyHere", { count: onlyHere })] : []),
  ];
  if (differences.length === 0) return <Empty title={t("configuration.same")}>{others.join(" · ")}</Empty>;
  return (
    <Panel
      title={t("configuration.summary", { count: differences.length })}
      actions={
        <>
          {can("documents:write") && (
            <Button
              variant="default"
              size="xs"
              disabled={take.length === 0}
              loading={working}
              onClick={() => void carryOut(saveDrafts(take, tell))}
            >
              {t("configuration.saveDrafts")}
            </Button>
          )}
          {can("documents:publish") && (
            <Button size="xs" disabled={take.length === 0} loading={working} onClick={() => setAsking(true)}>
              {t("configuration.publish", { count: take.length })}
            </Button>
          )}
        </>
      }
    >
      {others.length > 0 && <p className={classes.others}>{others.join(" · ")}</p>}
      <ul className={classes.differences}>
        {differences.map((each) => (
          <Row
            key={idOf(each)}
            of={each}
            outcome={outcomes.get(idOf(each))}
            chosen={chosen.has(idOf(each))}
            choose={(on) =>
              setChosen(
                (before) => new Set(on ? [...before, idOf(each)] : [...before].filter((id) => id !== idOf(each))),
              )
            }
          />
        ))}
      </ul>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("configuration.publishTitle", { count: take.length })}
        verb={t("configuration.publish", { count: take.length })}
        words={{ label: t("configuration.why"), example: t("configuration.whyExample"), maxLength: 1000 }}
        run={({ note }) => carryOut(publishAll(take, note, tell))}
      >
        <p style={{ margin: 0 }}>{t("configuration.publishText")}</p>
      </ConfirmAction>
    </Panel>
  );
}

function isDone(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && (outcome === "draft" || "version" in outcome);
}

type RowProps = { of: Difference; outcome: Outcome | undefined; chosen: boolean; choose: (on: boolean) => void };

function Row({ of: difference, outcome, chosen, choose }: RowProps) {
  const { t } = useTranslation();
  const kindTitle = useKindTitle();
  const { isNew, isUnknownKind, hasDraft, changes } = difference;
  const name = shippedText(difference.title);
  const faults =
    outcome !== undefined && outcome !== "draft" && "faults" in outcome ? outcome.faults : difference.faults;
  const isOpen = !isDone(outcome);
  return (
    <li className={classes.difference} aria-label={name}>
      <Checkbox
        checked={chosen && isOpen}
        disabled={isUnknownKind || !isOpen}
        aria-label={t("configuration.chosen", { name })}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
      <div className={classes.what}>
        <div className={classes.head}>
          <strong>{name}</strong>
          <span className="faint">
            {kindTitle(difference.kind)} · <span className="code">{difference.code}</span>
          </span>
          {isNew && <StatusBadge tone="ready">{t("configuration.new")}</StatusBadge>}
          {faults.length > 0 && isOpen && <StatusBadge tone="trouble">{t("configuration.faulty")}</StatusBadge>}
        </div>
        {isUnknownKind && <p className="soft">{t("configuration.unknownKind")}</p>}
        {hasDraft && isOpen && (
          <p className={classes.draft}>
            {t("configuration.draftOpen")}
            {chosen && `. ${t("configuration.draftLost")}`}
          </p>
        )}
        {changes.length > 0 && <ChangeList changes={changes} />}
        {faults.length > 0 && isOpen && (
          <>
            <p className="soft">{t("configuration.faults")}:</p>
            <ul className={classes.faults}>
              {faults.slice(0, 5).map(({ pointer, message }) => (
                <li key={`${pointer} ${message}`}>
                  <code className="code">{pointer}</code> {serverText(message)}
                </li>
              ))}
            </ul>
            {outcome === undefined && <p className="faint">{t("configuration.mayWait")}</p>}
          </>
        )}
        {outcome !== undefined && <Done of={difference} outcome={outcome} />}
      </div>
    </li>
  );
}

function Done({ of: name, outcome }: { of: Difference; outcome: Outcome }) {
  const { t } = useTranslation();
  if (outcome !== "draft" && "problem" in outcome) return <ProblemNote error={outcome.problem} />;
  if (outcome !== "draft" && "faults" in outcome)
    return <StatusBadge tone="stopped">{t("configuration.left")}</StatusBadge>;
  const link = addressOf(name, outcome === "draft" ? "draft" : "page");
  return (
    <span className={classes.done}>
      <StatusBadge tone="done">
        {outcome === "draft" ? t("configuration.saved") : t("configuration.published", { version: outcome.version })}
      </StatusBadge>
      {link && <Link {...link}>{t(outcome === "draft" ? "configuration.openDraft" : "configuration.open")}</Link>}
    </span>
  );
}

function useKindTitle(): (kind: string) => string {
  const { data } = useDocumentKinds();
  return (kind) => serverText(data?.find((each) => each.kind === kind)?.title ?? kind);
}
