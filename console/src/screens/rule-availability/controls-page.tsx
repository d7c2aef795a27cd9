import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty } from "../../ui/states.tsx";
import { Columns } from "../change-documents/columns.tsx";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { StockTabs } from "../stock-tabs.tsx";
import { asControls, type Controls, controlsName } from "./control-content.ts";
import { ControlWords } from "./control-words.tsx";
import classes from "./controls.module.css";
import { PutInForce } from "./put-in-force.tsx";

const route = getRouteApi("/signed-in/availability-rules");

/** What may be promised of the stock, by whom and until when: the rules in force, in plain words (I5, I6). */
export function ControlsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = route.useNavigate();
  const { version: asked } = route.useSearch();
  return (
    <OpenDocument name={controlsName} asked={asked} above={null}>
      {({ document, version }) => {
        const controls = asControls(version?.content);
        const isInForce = version?.version === document.publishedVersion;
        // While somebody works on a draft, it is there that rules come and go.
        const mayPublish = can("documents:publish") && document.draft === null;
        return (
          <DocumentPage
            document={{ ...document, title: t("control.title") }}
            above={null}
            facts={version && <Published version={version} />}
            actions={
              controls &&
              version &&
              !isInForce &&
              mayPublish && (
                <BringBack
                  controls={controls}
                  version={version.version}
                  done={() => void navigate({ to: "/availability-rules", search: {} })}
                />
              )
            }
            draft={{ to: "/availability-rules/draft" }}
          >
            <StockTabs />
            <Columns
              main={
                <Panel title={t("control.rules")}>
                  {controls ? (
                    <RuleList controls={controls} mayEnd={isInForce && mayPublish} />
                  ) : (
                    <p>{t("control.unreadable")}</p>
                  )}
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

/** A former version as it was, after a look at what that does. */
function BringBack({ controls, version, done }: { controls: Controls; version: number; done: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t("control.bringBack")}
      </Button>
      {asking && (
        <PutInForce
          controls={controls}
          title={t("control.bringBackTitle", { version })}
          verb={t("control.bringBack")}
          close={() => setAsking(false)}
          done={done}
        />
      )}
    </>
  );
}

function RuleList({ controls, mayEnd }: { controls: Controls; mayEnd: boolean }) {
  const { t } = useTranslation();
  const { rules } = controls;
  const [ending, setEnding] = useState<string>();
  if (rules.length === 0)
    return (
      <Empty small title={t("control.noRules")}>
        {t("control.noRulesText")}
      </Empty>
    );
  return (
    <ul className={classes.rules} aria-label={t("control.rules")}>
      {rules.map((rule) => (
        <li key={rule.name} className={`${classes.rule} ${classes.withEnd}`}>
          <div>
            <strong>{rule.name}</strong>
            <ControlWords control={rule} />
          </div>
          {mayEnd && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("control.endRule", { rule: rule.name })}
              onClick={() => setEnding(rule.name)}
            >
              {t("control.end")}
            </Button>
          )}
        </li>
      ))}
      {ending !== undefined && (
        <PutInForce
          controls={{ ...controls, rules: rules.filter(({ name }) => name !== ending) }}
          title={t("control.endTitle", { rule: ending })}
          verb={t("control.end")}
          danger
          close={() => setEnding(undefined)}
        />
      )}
    </ul>
  );
}
