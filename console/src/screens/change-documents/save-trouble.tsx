import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../ui/states.tsx";
import classes from "./document.module.css";
import type { Draft } from "./use-draft.ts";

type SaveTroubleProps = { draft: Pick<Draft<object>, "state" | "error" | "overwrite" | "retry">; reload: () => void };

/** Somebody else has saved this draft, or it could not be saved: what is here stays until that is settled. */
export function SaveTrouble({ draft, reload }: SaveTroubleProps) {
  const { t } = useTranslation();
  if (draft.state === "conflict") {
    return (
      <div className={classes.notice} data-tone="trouble" role="alert">
        <p>{t("document.conflict")}</p>
        <div className={classes.buttons}>
          <Button variant="default" size="xs" onClick={reload}>
            {t("document.takeTheirs")}
          </Button>
          <Button size="xs" onClick={() => void draft.overwrite()}>
            {t("document.keepMine")}
          </Button>
        </div>
      </div>
    );
  }
  if (draft.state !== "failed") return null;
  return (
    <div className={classes.trouble}>
      <ProblemNote error={draft.error} retry={() => void draft.retry()} />
    </div>
  );
}
