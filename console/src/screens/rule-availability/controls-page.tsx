import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/panel.tsx";
import { Empty } from "../../ui/states.tsx";
import { Columns } from "../change-documents/columns.tsx";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { StockTabs } from "../stock-tabs.tsx";
import { asControls, type Controls, controlsName } from "./control-content.ts";
import { ControlWords } from "./control-words.tsx";
import classes from "./controls.module.css";

const route = getRouteApi("/signed-in/availability-rules");

/** What may be promised of the stock, by whom and until when: the rules in force, in plain words (I5, I6). */
export function ControlsPage() {
  const { t } = useTranslation();
  const { version: asked } = route.useSearch();
  return (
    <OpenDocument name={controlsName} asked={asked} above={null}>
      {({ document, version }) => {
        const controls = asControls(version?.content);
        return (
          <DocumentPage
            document={{ ...document, title: t("control.title") }}
            above={null}
            facts={version && <Published version={version} />}
            draft={{ to: "/availability-rules/draft" }}
          >
            <StockTabs />
            <Columns
              main={
                <Panel title={t("control.rules")}>
                  {controls ? <RuleList controls={controls} /> : <p>{t("control.unreadable")}</p>}
                </Panel>
              }
              beside={
                <>
                  <Panel title={t("control.howTitle")}>
                    <p style={{ margin: 0 }}>{t("control.how")}</p>
                  </Panel>
                  <VersionList
                    name={controlsName}
                    shown={version?.version ?? null}
                    hasDraft={document.draft !== null}
                    open={(each) => ({ to: "/availability-rules", search: { version: String(each) } })}
                  />
                </>
              }
            />
          </DocumentPage>
        );
      }}
    </OpenDocument>
  );
}

function RuleList({ controls: { rules } }: { controls: Controls }) {
  const { t } = useTranslation();
  if (rules.length === 0)
    return (
      <Empty small title={t("control.noRules")}>
        {t("control.noRulesText")}
      </Empty>
    );
  return (
    <ul className={classes.rules} aria-label={t("control.rules")}>
      {rules.map((rule) => (
        <li key={rule.name} className={classes.rule}>
          <div>
            <strong>{rule.name}</strong>
            <ControlWords control={rule} />
          </div>
        </li>
      ))}
    </ul>
  );
}
