import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { LiveStates } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Panel } from "../../ui/panel.tsx";
import classes from "./details.module.css";
import { useVersions } from "./documents.ts";
import { countAll } from "./live-states.ts";

type VersionsProps = { code: string; shown: number; live: LiveStates["versions"] | undefined };

/** What was in force before, and what still runs on it. */
export function Versions({ code, shown, live }: VersionsProps) {
  const { t } = useTranslation();
  const { data: versions } = useVersions(code);
  return (
    <div className={classes.versions}>
      <Panel title={t("workflow.versions")}>
        <ul className={classes.list}>
          {versions?.map((each) => {
            const running = countAll(live?.filter(({ version }) => version === each.version) ?? []);
            return (
              <li key={each.version}>
                {each.version === shown ? (
                  <strong>{t("workflow.version", { version: each.version })}</strong>
                ) : (
                  <Link to="/changes/workflows/$code" params={{ code }} search={{ version: String(each.version) }}>
                    {t("workflow.version", { version: each.version })}
                  </Link>
                )}{" "}
                <span className="soft">
                  <DateTime at={each.publishedAt} /> · {each.publishedByName ?? t("workflow.shipped")}
                  {running > 0 && ` · ${t("workflow.runningOn", { count: running })}`}
                </span>
                <p className="faint">{each.note}</p>
              </li>
            );
          })}
        </ul>
      </Panel>
    </div>
  );
}
