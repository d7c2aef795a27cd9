import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./edit-page.module.css";
import { Page } from "./page.tsx";
import { asProblem } from "./problem.ts";
import { ProblemNote } from "./states.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { UnsavedGuard } from "./unsaved-guard.tsx";
import type { Editing } from "./use-editing.ts";

type EditPageProps<Values> = {
  title: string;
  above?: React.ReactNode;
  facts?: React.ReactNode;
  editing: Editing<Values>;
  /** The verb on the primary button: "Create location". */
  verb: string;
  /** Back to where the form was opened from. */
  leave: () => unknown;
  /** Reads what somebody else saved in the meantime; what was entered here is given up. */
  reload?: () => unknown;
  /** Stands left of the button that leaves, while nothing is unsaved: what hurts, such as deleting. */
  more?: React.ReactNode;
  /** The fields are shown, not changed: whoever may read may look. */
  readOnly?: boolean;
  children: React.ReactNode;
};

/** A page that changes something: what is entered stays until it is saved, discarded on purpose, or refused in words. */
export function EditPage<Values>(props: EditPageProps<Values>) {
  const { title, above, facts, editing, verb, leave, reload, more, readOnly, children } = props;
  const { t } = useTranslation();
  const unsaved = editing.isUnsaved();
  const isConflict = asProblem(editing.error)?.code === "versionConflict";
  return (
    <Page
      title={title}
      above={above}
      facts={facts}
      actionsBelow
      stickyHeader
      badges={unsaved && <StatusBadge tone="attention">{t("ui.unsaved")}</StatusBadge>}
      actions={
        <>
          {!unsaved && more}
          <Button variant="default" onClick={() => leave()}>
            {readOnly ? t("ui.back") : t("ui.cancel")}
          </Button>
          {!readOnly && (
            <Button type="submit" form={editing.id} loading={editing.sending}>
              {verb}
            </Button>
          )}
        </>
      }
    >
      <form id={editing.id} onSubmit={editing.submit} noValidate className={classes.form}>
        {editing.error !== undefined && (
          <div className={classes.problem}>
            <ProblemNote error={editing.error} />
            {isConflict && reload && (
              <Button variant="default" size="xs" onClick={() => reload()}>
                {t("ui.readAgain")}
              </Button>
            )}
          </div>
        )}
        <fieldset disabled={readOnly} className={classes.sections}>
          {children}
        </fieldset>
      </form>
      <UnsavedGuard isUnsaved={editing.isUnsaved} />
    </Page>
  );
}

type FormSectionProps = {
  title: string;
  /** What these fields do, for whoever sees them for the first time. */
  about?: React.ReactNode;
  children: React.ReactNode;
};

/** Fields that belong together, with what they are for beside them. */
export function FormSection({ title, about, children }: FormSectionProps) {
  return (
    <fieldset className={classes.section}>
      <legend className="visually-hidden">{title}</legend>
      <div className={classes.about}>
        <h2 className={classes.title}>{title}</h2>
        {about && <p>{about}</p>}
      </div>
      <div className={classes.fields}>{children}</div>
    </fieldset>
  );
}

/** Fields side by side where there is room. `columns` are the shares of the width: "2fr 1fr". */
export function FieldRow({ columns, children }: { columns?: string; children: React.ReactNode }) {
  return (
    <div className={classes.row} style={columns ? ({ "--columns": columns } as React.CSSProperties) : undefined}>
      {children}
    </div>
  );
}
