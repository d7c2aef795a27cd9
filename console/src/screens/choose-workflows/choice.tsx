import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import { Panel } from "../../ui/panel.tsx";
import { Columns } from "../change-documents/columns.tsx";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import classes from "./choice.module.css";
import { asChoice, type Choice, choiceName } from "./choice-content.ts";
import { useWorkflowTitle } from "./queries.ts";
import { ConditionWords } from "./condition-words.tsx";
import { TryChoice } from "./try-choice.tsx";

const route = getRouteApi("/signed-in/changes/choices/$code");

/** The rules that are in force, in the order in which they are tried, and what they say of a real order. */
export function ChoicePage() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const name = choiceName(code);
  const above = <Link to="/changes/choices">{t("choice.title")}</Link>;
  return (
    <OpenDocument name={name} asked={asked} above={above}>
      {({ document, version }) => {
        const choice = asChoice(version?.content);
        return (
          <DocumentPage
            document={document}
            above={above}
            facts={version && <Published version={version} />}
            draft={{ to: "/changes/choices/$code/draft", params: { code } }}
          >
            <Columns
              main={
                <>
                  <Panel title={t("choice.rules")}>
                    {choice ? <RuleList choice={choice} /> : <p>{t("choice.unreadable")}</p>}
                  </Panel>
                  <VersionList
                    name={name}
                    shown={version?.version ?? null}
                    hasDraft={document.draft !== null}
                    open={(each) => ({
                      to: "/changes/choices/$code",
                      params: { code },
                      search: { version: String(each) },
                    })}
                  />
                </>
              }
              beside={choice && <TryChoice choice={choice} />}
            />
          </DocumentPage>
        );
      }}
    </OpenDocument>
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
            <strong>{shippedText(name)}</strong>
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
