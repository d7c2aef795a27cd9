import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconInbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFaultText } from "./fault-text.ts";
import { asProblem } from "./problem.ts";
import classes from "./states.module.css";

type EmptyProps = {
  title: string;
  children?: React.ReactNode;
  action?: React.ReactNode;
  icon?: React.ReactNode;
  /** One line of text inside a panel, where a picture would be louder than the matter. */
  small?: boolean;
};

/** Says what would be here and what to do about it. */
export function Empty({ title, children, action, icon, small }: EmptyProps) {
  if (small) {
    return (
      <p className={classes.small}>
        {title}
        {children && <span> {children}</span>}
      </p>
    );
  }
  return (
    <div className={classes.state}>
      <span className={classes.icon}>{icon ?? <IconInbox size={26} stroke={1.4} aria-hidden="true" />}</span>
      <p className={classes.title}>{title}</p>
      {children && <div className={classes.text}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}

/** What went wrong, in the server's own words, with the request's ID for whoever has to find it in the log. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.state} role="alert">
      <span className={classes.icon} data-tone="trouble">
        <IconAlertTriangle size={26} stroke={1.4} aria-hidden="true" />
      </span>
      <ProblemText error={error} />
      {retry && (
        <div className={classes.action}>
          <Button variant="default" onClick={retry}>
            {t("ui.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}

function ProblemText({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const faultText = useFaultText();
  const problem = asProblem(error);
  if (!problem) {
    return (
      <>
        <p className={classes.title}>{t("ui.unexpected")}</p>
        <div className={classes.text}>{error instanceof Error ? error.message : String(error)}</div>
      </>
    );
  }
  return (
    <>
      <p className={classes.title}>{problem.code === "unreachable" ? t("ui.unreachable") : problem.title}</p>
      <div className={classes.text}>
        {problem.detail && problem.detail !== problem.title && <p>{problem.detail}</p>}
        {problem.faults.length > 0 && (
          <ul className={classes.faults}>
            {problem.faults.slice(0, 8).map((fault) => (
              <li key={`${fault.pointer} ${fault.message}`}>
                {fault.pointer && <code className="code">{fault.pointer}</code>} {faultText(fault)}
              </li>
            ))}
          </ul>
        )}
        {problem.requestId && (
          <p className={classes.request}>
            {t("ui.requestId")} <code className="code">{problem.requestId}</code>
          </p>
        )}
      </div>
    </>
  );
}

type ProblemNoteProps = { error: unknown; retry?: () => void; retrying?: boolean };

/** The same inside a form or a dialog: beside what the person was doing, nothing is lost. */
export function ProblemNote({ error, retry, retrying = false }: ProblemNoteProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle size={16} stroke={1.6} aria-hidden="true" />
      <div>
        <ProblemText error={error} />
        {retry && (
          <div className={classes.action}>
            {/* A field that is being typed in keeps the focus, and with it what was typed. */}
            <Button
              variant="default"
              size="xs"
              loading={retrying}
              onMouseDown={(event) => event.preventDefault()}
              onClick={retry}
            >
              {t("ui.retry")}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** A skeleton in the shape of lines of text. The label is what a screen reader hears. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.loading} role="status" aria-label={t("ui.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={12} width={`${92 - ((line * 17) % 45)}%`} />
      ))}
    </div>
  );
}
