import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { DocumentState } from "../change-documents/document-state.tsx";
import { useDocument, useVersion } from "../change-documents/documents.ts";
import { Offer } from "../change-documents/offer.tsx";
import { Publisher, VersionList } from "../change-documents/version-list.tsx";
import classes from "./choice.module.css";
import { asChoice, type Choice, choiceName } from "./choice-content.ts";
import { useWorkflowTitle } from "./queries.ts";
import { ConditionWords } from "./condition-words.tsx";
import { TryChoice } from "./try-choice.tsx";

const route = getRouteApi("/signed-in/changes/choices/$code");

/** The rules that are in force, in the order in which they are tried, and what they say of a real order. */
export function ChoicePage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const name = choiceName(code);
  const { data: document, error, refetch } = useDocument(name);
  const shown = asked === undefined ? (document?.publishedVersion ?? null) : Number(asked);
  const { data: version, error: unread } = useVersion(name, document ? shown : null);
  const above = <Link to="/changes/choices">{t("choice.title")}</Link>;
  const choice = asChoice(version?.content);
  if (!document || !version || !choice) {
    const failure = error ?? unread;
    return (
      <Page title={code} above={above}>
        {failure ? <Failed error={failure} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page
      title={document.title}
      above={above}
      badges={
        <>
          <DocumentState {...document} />
          {document.draft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        </>
      }
      facts={
        <>
          {version.state === "retired" && `${t("document.formerVersion", { version: version.version })} · `}
          <DateTime at={version.publishedAt} /> · <Publisher of={version} /> · {version.note}
        </>
      }
      actions={
        can("documents:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/changes/choices/$code/draft" params={{ code }} />}>
            {document.draft ? t("document.continueDraft") : t("document.change")}
          </Button>
        )
      }
    >
      {document.offeredVersion !== null && (
        <Offer
          name={name}
          hasDraft={document.draft !== null}
          toDraft={() => navigate({ to: "/changes/choices/$code/draft", params: { code } })}
        />
      )}
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title={t("choice.rules")}>
            <RuleList choice={choice} />
          </Panel>
          <VersionList
            name={name}
            shown={version.version}
            hasDraft={document.draft !== null}
            open={(each) => ({ to: "/changes/choices/$code", params: { code }, search: { version: String(each) } })}
          />
        </div>
        <TryChoice choice={choice} />
      </div>
    </Page>
  );
}

function RuleList({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  const workflowTitle = useWorkflowTitle();
  return (
    <ol className={classes.rules}>
      {choice.rules.map(({ name, when, workflow }, index) => (
        <li key={name} className={classes.rule}>
          <span className={classes.number}>{index + 1}</span>
          <span>
            <strong>{name}</strong>
            <span className={classes.condition}>
              <ConditionWords condition={when} entityType={choice.entityType} />
            </span>
            <span className="soft">→ {workflowTitle(workflow)}</span>
          </span>
        </li>
      ))}
      <li className={classes.rule}>
        <span className={classes.number} aria-hidden="true">
          …
        </span>
        <span>
          <strong>{t("choice.otherwise")}</strong>
          <span className="soft">→ {workflowTitle(choice.otherwise)}</span>
        </span>
      </li>
    </ol>
  );
}
